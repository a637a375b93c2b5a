# Run in Odoo's shell after common.py with MONTH and FEW set: nothing twice, no gap in the numbers.
# ruff: noqa: F821
from datetime import date

run = env["service.billing.run"].search([("date", "=", date(2026, MONTH, 1))])
moves = run.line_ids.move_ids
assert run.state == "done" and set(run.line_ids.mapped("state")) == {"invoiced"}
assert len(run.line_ids) == len(moves) == FEW
for series in (
    env["account.move"]
    .search([("move_type", "=", "out_invoice"), ("state", "=", "posted")])
    .grouped("sequence_prefix")
    .values()
):
    numbers = sorted(series.mapped("sequence_number"))
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers))), "the numbers have a gap"
print(MARK, "{}")
