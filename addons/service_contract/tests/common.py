from contextlib import contextmanager
from datetime import date, timedelta

from odoo import Command
from odoo.exceptions import UserError

from odoo.addons.service_contract.tools.cover import Question
from odoo.addons.service_meter.tests.common import ServiceMeterCommon


class ServiceContractCommon(ServiceMeterCommon):
    """Contracts of the three kinds, a part and an hour of labour with prices at each level.

    The part costs 100 in general, 90 for the customer and 80 by the contract's price list.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # The day of the company, in which its people work, too: in the evening it is ahead of UTC.
        zone = cls.env.company._get_service_tz()
        cls.env = cls.env(context={**cls.env.context, "tz": zone})
        cls.today = cls.env.company._get_service_today()
        cls.lease_type = cls.env.ref("service_contract.type_lease")
        cls.all_in_type = cls.env.ref("service_contract.type_all_in")
        cls.service_type = cls.env.ref("service_contract.type_service_only")
        cls.part, cls.hour = cls.env["product.product"].create(
            [
                {"name": "Fuser", "type": "consu", "list_price": 100},
                {"name": "Hour of Labour", "type": "service", "list_price": 200},
            ]
        )
        cls.contract_prices = cls._create_pricelist("Contract", 80)
        cls.customer_prices = cls._create_pricelist("Customer", 90)
        cls.own_device = cls._create_device("SN-OWN")
        cls._place(cls.own_device, 300)
        cls.customer_device = cls._create_device(
            "SN-CUSTOMER", customer_id=cls.customer.id, location_id=cls.site.id, owner="customer"
        )

    @classmethod
    def _create_pricelist(cls, name, price):
        """A price list that names the part only."""
        return cls.env["product.pricelist"].create(
            {
                "name": name,
                "currency_id": cls.company.currency_id.id,
                "item_ids": [
                    Command.create(
                        {
                            "applied_on": "1_product",
                            "product_tmpl_id": cls.part.product_tmpl_id.id,
                            "compute_price": "fixed",
                            "fixed_price": price,
                        }
                    )
                ],
            }
        )

    @classmethod
    def _create_contract(cls, contract_type, devices=None, activate=True, days_ago=100, **vals):
        """A contract since some days ago with these devices, in force unless told otherwise."""
        start = cls.today - timedelta(days=days_ago)
        contract = cls.env["service.contract"].create(
            {
                "type_id": contract_type.id,
                "customer_id": cls.customer.id,
                "date_start": start,
                "device_ids": [
                    Command.create({"device_id": device.id}) for device in devices or ()
                ],
            }
            | vals
        )
        if activate:
            contract.action_activate()
        return contract

    def _end(self, contract, days_ago=1):
        """End a contract by agreement, yesterday unless told otherwise."""
        contract._terminate("agreement", self.today - timedelta(days=days_ago))

    @classmethod
    def _create_rate(cls, contract, date_from=None, **prices):
        """A version of rates with prices by kind."""
        return cls.env["service.rate"].create(
            {
                "contract_id": contract.id,
                "date_from": date_from or contract.date_start,
                "line_ids": [
                    Command.create({"kind": kind, "price_unit": price})
                    for kind, price in prices.items()
                ],
            }
        )

    @classmethod
    def _question(cls, device=None, item_kind="part", product=None, **vals):
        """A question about one piece of the part today."""
        product = product or (cls.hour if item_kind == "labour" else cls.part)
        return Question(
            **{
                "company": cls.company,
                "customer": cls.customer,
                "location": cls.site,
                "device": device,
                "date": cls.today,
                "item_kind": item_kind,
                "product": product,
                "quantity": 1.0,
                "uom": product.uom_id,
                **vals,
            }
        )

    @classmethod
    def _ask(cls, *args, **vals):
        """Answer one question."""
        [answer] = cls.env["service.cover"].resolve([cls._question(*args, **vals)])
        return answer

    @contextmanager
    def _refused(self, message):
        """Check that what follows is refused with these words, and undo it as a request would."""
        with self.assertRaises(UserError) as refused:
            yield
        self.assertRegex(str(refused.exception), message)

    def assertAnswer(self, answer, covered, price, rule, reason):
        """Check who pays how much, by which rule, and that the reason says this."""
        [share] = answer.shares
        self.assertEqual(
            (answer.covered, share.payer, share.price_unit, answer.rule),
            (covered, "own" if covered else "customer", price, rule),
        )
        self.assertIn(reason, answer.reason)

    @staticmethod
    def _days_after(day: date, days):
        return day + timedelta(days=days)

    def _foreign_currency(self):
        """Another currency than the company's; one of the company's is a quarter of it."""
        name = "GBP" if self.company.currency_id.name == "EUR" else "EUR"
        currency = self.env["res.currency"].with_context(active_test=False)
        currency = currency.search([("name", "=", name)])
        currency.active = True
        currency.rate_ids.unlink()
        self.env["res.currency.rate"].create(
            {
                "currency_id": currency.id,
                "company_id": self.company.id,
                "name": self.today - timedelta(days=1000),
                "rate": 0.25,
            }
        )
        return currency
