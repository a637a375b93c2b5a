# Run in Odoo's shell after common.py with MONTH and FEW set: a run that waits for its workers.
# ruff: noqa: F821
from datetime import date

run = env["service.billing.run"].create({"date": date(2026, MONTH, 1), "state": "running"})
contracts = env["service.contract"].search(
    [("customer_reference", "=", "small")], order="id", limit=FEW
)
env["service.billing.line"].create(
    [{"run_id": run.id, "contract_id": contract.id} for contract in contracts]
)
env.cr.commit()
print(MARK, "{}")
