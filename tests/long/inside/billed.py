"""Runs inside ``odoo shell``: reports what runs have left, without ids and moments."""

env = globals()["env"]  # given by odoo shell
report = globals()["report"]


def describe(move):
    """A document as plain values."""
    lines = move.invoice_line_ids.sorted("sequence")
    return [
        move.name,
        move.state,
        move.partner_id.name,
        str(move.invoice_date),
        str(move.taxable_supply_date),
        move.amount_untaxed,
        move.amount_total,
        [[line.name, line.quantity, line.price_unit, line.price_subtotal] for line in lines],
    ]


rows = env["service.consumption"].search([])
charges = env["service.charge"].search([])
moves = env["account.move"].search([("move_type", "=", "out_invoice")])
lines = env["service.billing.line"].search([])
report(
    {
        "runs": env["service.billing.run"].search([]).mapped("state"),
        "lines": sorted(
            [line.contract_id.name, line.state, line.amount, line.move_ids.mapped("name")]
            for line in lines
        ),
        "ledger": sorted(
            [
                row.device_id.serial,
                row.meter_type_id.code,
                row.seq,
                row.kind,
                row.life_from,
                row.life_to,
                str(row.date_from),
                str(row.date_to),
                row.charge_id.key or "",
            ]
            for row in rows
        ),
        "charges": sorted(
            [charge.key, charge.state, charge.amount, charge.move_id.name] for charge in charges
        ),
        "documents": sorted(map(describe, moves)),
    }
)
