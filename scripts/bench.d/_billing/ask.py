# Run in Odoo's shell after common.py, in the database that fill.py has made: each figure once for
# each of three months.
# ruff: noqa: F821
from datetime import date
from statistics import median

from odoo.tools import split_every

BATCH = 100
ROUNDS = 3


def settled(kind, month):
    """Seconds of settling, invoicing and posting a month of these contracts."""
    contracts = env["service.contract"].search([("customer_reference", "=", kind)], order="id")
    day = date(2026, month, 1)
    run = env["service.billing.run"].search([("month", "=", day)])
    run = run or env["service.billing.run"].create({"date": day})
    run.line_ids = [(0, 0, {"contract_id": contract.id}) for contract in contracts]
    lines = run.line_ids.filtered(lambda line: line.contract_id in contracts)
    env.cr.commit()
    env.invalidate_all()
    gc.collect()
    start = computed()
    for ids in split_every(BATCH, lines.ids):
        env["service.billing.line"].browse(ids)._settle(automatic=True)
        env.cr.commit()
    took = computed() - start
    check(lines, len(contracts))
    return took / len(contracts)


def check(lines, count):
    """Each contract has its one posted invoice of two lines."""
    assert set(lines.mapped("state")) == {"invoiced"}, [*filter(None, lines.mapped("problem"))][:3]
    moves = lines.move_ids
    assert len(moves) == count and set(moves.mapped("state")) == {"posted"}
    assert {len(move.invoice_line_ids) for move in moves} == {2}


def rated(kind, month):
    """Seconds of the statements alone of 5 000 device-meters."""
    contracts = env["service.contract"].search([("customer_reference", "=", kind)], order="id")
    meters = 2 * len(contracts.device_ids)
    env.invalidate_all()
    gc.collect()
    start = computed()
    for ids in split_every(BATCH, contracts.ids):
        some = contracts.browse(ids)
        found = env["service.billing.rating"]._statements(some, date(2026, month, 1))
        assert all(statement.state == "ready" for statement in found.values())
        assert all(len(statement.postings) for statement in found.values())
    return 5000 * (computed() - start) / meters


settled("warm", 2)  # what Odoo keeps for all, such as translations
figures = {
    name: median(settled(name, month) for month in range(2, 2 + ROUNDS))
    for name in ("large", "small")
}
figures["rating"] = median(rated("large", 5) for _each in range(ROUNDS))
print(MARK, json.dumps(figures))
