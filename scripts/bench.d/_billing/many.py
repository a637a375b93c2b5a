# Run in Odoo's shell after common.py with FEW set: a run of few contracts, then one of all others.
# ruff: noqa: F821
from datetime import date

DAY = date(2026, 2, 1)
gc.enable()
Line, Run = env["service.billing.line"], env["service.billing.run"]
contracts = env["service.contract"].search([("customer_reference", "=", "small")], order="id")
warm = env["service.contract"].search([("customer_reference", "=", "warm")])
run = Run.create({"date": DAY})


def settled(some):
    """Seconds a contract, and MiB of this process afterwards, of a run of these contracts."""
    Line.create([{"run_id": run.id, "contract_id": contract.id} for contract in some])
    run.state = "running"
    env.cr.commit()
    start = computed()
    Run._cron_settle()
    took = (computed() - start) / len(some)
    assert run.state == "done"
    found = Line._read_group([("contract_id", "in", some.ids)], ["state"], ["__count"])
    assert found == [("invoiced", len(some))], found
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return took, pages * 4096 / 2**20


settled(warm)
few, before = settled(contracts[:FEW])
many, after = settled(contracts[FEW:])
figures = {
    "many": {"ours": 1000 * many, "peer": 1000 * few, "unit": "ms"},
    "memory": {"ours": after, "peer": before, "unit": "MiB"},
}
print(MARK, json.dumps(figures))
