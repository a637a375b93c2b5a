"""Runs inside ``odoo shell``: charges of the company whose invoices Subiekt issues become
settlements, and these become EPP files. Each step is a transaction, as each click would be;
whatever an earlier process has done already is not done again.
"""

from odoo.tools import split_every

env = globals()["env"]  # given by odoo shell
report = globals()["report"]
values = globals()["values"]

company = env.ref("service_suite.demo_company_legnica")
env = env(context={"allowed_company_ids": company.ids, "lang": "pl_PL"})
customer = env.ref("service_suite.demo_customer_starostwo")
tax = company.account_sale_tax_id
product = env["product.product"].search([("default_code", "=", "KILL")]) or env[
    "product.product"
].create(
    {
        "name": "Wydruk A4",
        "default_code": "KILL",
        "type": "service",
        "company_id": company.id,
        "taxes_id": [(6, 0, tax.ids)],
    }
)
env.cr.commit()
report("begun")

charges = env["service.charge"]
for numbers in split_every(20, range(values["count"]), list):
    charges._take(
        [
            {
                "key": f"kill/{number}",
                "name": "Wydruki A4",
                "company_id": company.id,
                "customer_id": customer.id,
                "date": f"20{10 + number // 120}-{1 + number // 10 % 12:02}-15",
                "kind": "pages",
                "product_id": product.id,
                "quantity": 100 + number,
                "price_unit": 0.0285,
                "currency_id": company.currency_id.id,
            }
            for number in numbers
        ]
    )
    env.cr.commit()
ours = charges.search([("key", "=like", "kill/%")], order="date, id")
for month in ours.grouped("date").values():
    month._bill()
    env.cr.commit()
drafts = ours.move_id.filtered(lambda move: move.state == "draft")
for move in drafts.sorted("taxable_supply_date"):
    move.action_post()
    env.cr.commit()
report("done")
