"""Runs inside ``odoo shell``: imports the EPP file ``values["file"]`` for the main company."""

from pathlib import Path

env = globals()["env"]  # given by odoo shell
report = globals()["report"]
values = globals()["values"]

backend = env["subiekt.backend"].search([("company_id", "=", env.ref("base.main_company").id)])
if not backend:
    backend = backend.create({"company_id": env.ref("base.main_company").id})
    env.cr.commit()
data = Path(values["file"]).read_bytes()
report("begun")
exchange = backend._import_epp(data, "big.epp")
env.cr.commit()
report([exchange.state, exchange.failed_count])
