# Run in Odoo's shell after common.py with LARGE and SMALL set, in a database that holds the peer's
# addon: the same content as a contract line per device and meter, and naive invoices.
# ruff: noqa: F821
from datetime import date
from statistics import median
from unittest.mock import patch

from dateutil.relativedelta import relativedelta

from odoo.fields import Domain
from odoo.tools import split_every

BATCH = 100
ROUNDS = 3
START = date(2026, 1, 1)
PRICES = {"Czarno-białe": 0.05, "Kolor": 0.3}
QUIET = {"tracking_disable": True, "mail_create_nolog": True, "mail_create_nosubscribe": True}
Contract, Move = env["contract.contract"], env["account.move"]
pages = env["product.product"].create({"name": "Strony", "type": "service"})
poland = env.ref("base.pl")


def customers(kind, count):
    return env["res.partner"].create(
        [
            {"name": f"{kind} {number}", "is_company": True, "country_id": poland.id}
            for number in range(count)
        ]
    )


def fill(kind, sizes):
    """A contract with two lines a device each; monthly, afterwards."""
    for start in range(0, len(sizes), BATCH):
        some = sizes[start : start + BATCH]
        Contract.with_context(**QUIET).create(
            [
                {
                    "name": customer.name,
                    "code": kind,
                    "partner_id": customer.id,
                    "line_recurrence": False,
                    "date_start": START,
                    "recurring_next_date": START + relativedelta(months=1),
                    "recurring_rule_type": "monthly",
                    "recurring_invoicing_type": "post-paid",
                    "contract_line_ids": [
                        (0, 0, values(f"SN{device:04} {name}", price) | {"date_start": START})
                        for device in range(size)
                        for name, price in PRICES.items()
                    ],
                }
                for size, customer in zip(some, customers(kind, len(some)), strict=True)
            ]
        )
        env.cr.commit()
        env.invalidate_all()


def values(name, price):
    return {"name": name, "product_id": pages.id, "quantity": 1000, "price_unit": price}


def contracts(kind, day):
    """Seconds a contract of a month: invoices by its own cron method, then posted."""
    found = Contract.search([("code", "=", kind)], order="id")
    due = Contract._get_contracts_to_invoice_domain(day)
    known = Move.search([], order="id desc", limit=1).id or 0
    moves = Move.browse()
    env.invalidate_all()
    gc.collect()
    start = computed()
    for ids in split_every(BATCH, found.ids):
        only = due & Domain("id", "in", ids)
        with patch.object(
            type(Contract), "_get_contracts_to_invoice_domain", lambda self, date_ref, d=only: d
        ):
            Contract.cron_recurring_create_invoice(day)
        drafts = Move.search([("id", ">", known), ("state", "=", "draft")])
        drafts.action_post()
        env.cr.commit()
        moves |= drafts
    took = computed() - start
    assert len(moves) == len(found) and set(moves.mapped("state")) == {"posted"}
    assert len(moves.invoice_line_ids) == len(found.contract_line_ids)
    return took / len(found)


def naive(partners, day):
    """Seconds an invoice of two lines by nothing but ``create`` and ``action_post``."""
    env.invalidate_all()
    gc.collect()
    start = computed()
    for ids in split_every(BATCH, partners.ids):
        moves = Move.create(
            [
                {
                    "move_type": "out_invoice",
                    "partner_id": partner,
                    "taxable_supply_date": day,
                    "invoice_line_ids": [
                        (0, 0, values(name, price)) for name, price in PRICES.items()
                    ],
                }
                for partner in ids
            ]
        )
        moves.action_post()
        env.cr.commit()
    return (computed() - start) / len(partners)


months = [START + relativedelta(months=each) for each in range(1, 1 + ROUNDS)]
fill("large", [2 + number % 19 for number in range(LARGE)])
fill("small", [1] * SMALL)
fill("warm", [1] * BATCH)
plain = customers("naive", SMALL)
env.cr.commit()
env.cr.execute("ANALYZE")
env.cr.commit()
contracts("warm", months[0])
found = {kind: [contracts(kind, day) for day in months] for kind in ("large", "small")}
found["naive"] = [naive(plain, day) for day in months]
print(MARK, json.dumps({name: median(times) for name, times in found.items()}))
