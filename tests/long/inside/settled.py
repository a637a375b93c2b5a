"""Runs inside ``odoo shell``: reports what became of the charges of ``settle.py``."""

import base64

from odoo.addons.connector_subiekt import epp

env = globals()["env"]  # given by odoo shell
report = globals()["report"]


def describe(move):
    """A settlement, the file that left with it, and how often it left, as plain values."""
    sent = env["subiekt.exchange"].search(
        [("res_model", "=", "account.move"), ("res_id", "=", move.id)]
    )
    file = epp.read(base64.b64decode(move.subiekt_exchange_id.file))
    [document] = file.trade_documents
    return {
        "name": move.name,
        "state": move.state,
        "date": str(move.taxable_supply_date),
        "total": move.amount_total,
        "issue": move.service_issue_state,
        "sent": [[exchange.state, exchange.amount_total] for exchange in sent],
        "file": [str(document.header.total_gross), len(document.lines)],
    }


charges = env["service.charge"].search([("key", "=like", "kill/%")])
moves = env["account.move"].search([("line_ids.product_id.default_code", "=", "KILL")])
report(
    {
        "charges": sorted([c.key, c.state, c.amount, c.move_id.name] for c in charges),
        "settlements": [describe(move) for move in moves.sorted("name")],
    }
)
