"""Runs inside ``odoo shell``: ``values["count"]`` contracts with readings, and a run that waits."""

from datetime import date
from pathlib import Path

env = globals()["env"]  # given by odoo shell
report = globals()["report"]
values = globals()["values"]

large = values["count"] // 20
sizes = {"LARGE": large, "SMALL": values["count"] - large - 100}
exec(Path(values["fill"]).read_text(), {"env": env, "MARK": "", **sizes})
contracts = env["service.contract"].search([], order="id")
run = env["service.billing.run"].create({"date": date(2026, 3, 1), "state": "running"})
env["service.billing.line"].create(
    [{"run_id": run.id, "contract_id": contract.id} for contract in contracts]
)
env.cr.commit()
report(len(contracts))
