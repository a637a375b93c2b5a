from datetime import timedelta

from odoo import Command
from odoo.tests import tagged

from .common import ServiceContractCommon

#: What is sold: kind of item, general price, category.
GOODS = {
    "fuser": ("part", 100, "parts"),
    "drum": ("part", 300, "parts"),
    "roller": ("part", 40, "rollers"),
    "toner": ("consumable", 250, "toners"),
    "paper": ("consumable", 20, "other"),
    "hour": ("labour", 200, "other"),
    "journey": ("travel", 60, "other"),
}
#: The contract's list: a product at a fixed price, a category with all below it by percent, a
#: category at a fixed price, and everything else by percent.
CONTRACT_RULES = {
    "fuser": ("fixed", 80),
    "parts": ("percentage", 20),
    "toners": ("fixed", 199),
    None: ("percentage", 5),
}
#: The customer's own list, from before there was a contract.
CUSTOMER_RULES = {"parts": ("percentage", 10), "paper": ("fixed", 18)}

GENERAL = {name: price for name, (_kind, price, _category) in GOODS.items()}
CUSTOMER = GENERAL | {"fuser": 90, "drum": 270, "roller": 36, "paper": 18}
CONTRACT = {
    "fuser": 80,
    "drum": 240,
    "roller": 32,
    "toner": 199,
    "paper": 19,
    "hour": 190,
    "journey": 57,
}


@tagged("post_install", "-at_install")
class TestServiceCoverPrices(ServiceContractCommon):
    """Special prices: of the contract in force, else of the customer, else general ones."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Category = cls.env["product.category"]
        cls.categories = {name: Category.create({"name": name}) for name in ("parts", "other")}
        for name, above in (("rollers", "parts"), ("toners", "other")):
            cls.categories[name] = Category.create(
                {"name": name, "parent_id": cls.categories[above].id}
            )
        cls.goods = {
            name: cls.env["product.product"].create(
                {
                    "name": name,
                    "type": "consu",
                    "list_price": price,
                    "categ_id": cls.categories[category].id,
                }
            )
            for name, (_kind, price, category) in GOODS.items()
        }
        cls.special = cls._list(CONTRACT_RULES)
        cls.own = cls._list(CUSTOMER_RULES)

    @classmethod
    def _list(cls, rules):
        """A price list with rules about products, categories and all the rest."""
        vals_list = []
        for name, (compute, value) in rules.items():
            field = "fixed_price" if compute == "fixed" else "percent_price"
            vals = {"compute_price": compute, field: value}
            if name in cls.goods:
                vals["product_tmpl_id"] = cls.goods[name].product_tmpl_id.id
            elif name:
                vals["categ_id"] = cls.categories[name].id
            vals_list.append(Command.create(vals))
        return cls.env["product.pricelist"].create({"name": "Prices", "item_ids": vals_list})

    def _prices(self, **vals):
        """What one of each costs the customer."""
        answers = self.env["service.cover"].resolve(
            [
                self._question(self.customer_device, kind, self.goods[name], **vals)
                for name, (kind, _price, _category) in GOODS.items()
            ]
        )
        return {
            name: round(answer.shares[0].price_unit, 2)
            for name, answer in zip(GOODS, answers, strict=True)
        }

    def test_prices_of_the_contract_of_the_customer_and_general_ones(self):
        self.assertEqual(self._prices(), GENERAL)
        self.customer.specific_property_product_pricelist = self.own
        self.assertEqual(self._prices(), CUSTOMER)
        contract = self._create_contract(
            self.service_type, self.customer_device, pricelist_id=self.special.id
        )
        self.assertEqual(self._prices(), CONTRACT)
        before = contract.date_start - timedelta(days=1)
        self.assertEqual(self._prices(date=before), CUSTOMER)
        contract.date_end = self.today
        self.assertEqual(self._prices(), CONTRACT)  # its last day
        self.assertEqual(self._prices(date=self.today + timedelta(days=1)), CUSTOMER)

    def test_what_the_contract_does_not_name_costs_what_the_customers_list_says(self):
        self.customer.specific_property_product_pricelist = self.own
        special = self._list({"fuser": ("fixed", 80)})
        self._create_contract(self.service_type, self.customer_device, pricelist_id=special.id)
        self.assertEqual(self._prices(), CUSTOMER | {"fuser": 80})

    def test_hours_and_journeys_cost_the_contracts_rate_before_its_price_list(self):
        contract = self._create_contract(
            self.service_type, self.customer_device, activate=False, pricelist_id=self.special.id
        )
        self._create_rate(contract, labour=150)
        contract.action_activate()
        self.assertEqual(self._prices(), CONTRACT | {"hour": 150})

    def test_a_price_for_some_days_is_the_price_of_those_days(self):
        self._create_contract(self.service_type, self.customer_device, pricelist_id=self.special.id)
        self.special.item_ids.filtered("product_tmpl_id").write(
            {
                "fixed_price": 70,
                "date_start": self.now - timedelta(days=20),
                "date_end": self.now - timedelta(days=10),
            }
        )
        # On other days what the category costs: 20 % off 100.
        for days_ago, price in ((25, 80), (15, 70), (5, 80)):
            day = self.today - timedelta(days=days_ago)
            self.assertEqual(self._prices(date=day)["fuser"], price)

    def test_a_price_list_that_is_archived_is_in_force_no_more(self):
        self._create_contract(self.service_type, self.customer_device, pricelist_id=self.special.id)
        self.special.active = False
        self.assertEqual(self._prices(), GENERAL)

    def test_prices_are_converted_from_the_money_in_which_they_were_agreed(self):
        """A price list, the rates and the contract may each be in another currency."""
        own, foreign = self.company.currency_id, self._foreign_currency()
        self.customer.specific_property_product_pricelist = self.own
        self.special.currency_id = foreign
        contract = self._create_contract(
            self.service_type,
            self.customer_device,
            activate=False,
            pricelist_id=self.special.id,
            currency_id=foreign.id,
        )
        self._create_rate(contract, labour=150)
        contract.action_activate()
        fixed = {"fuser": 80, "toner": 199, "hour": 150}
        percent = {name: CONTRACT[name] / 4 for name in CONTRACT}
        self.assertEqual(
            self._prices(), {name: round(price, 2) for name, price in (percent | fixed).items()}
        )
        asked = self._prices(currency=own)
        self.assertEqual(asked, CONTRACT | {name: price * 4 for name, price in fixed.items()})
        contract.pricelist_id = False
        self.assertEqual(self._prices()["fuser"], 22.5)
        self.assertEqual(self._prices()["paper"], 4.5)

    def test_the_rate_of_an_hour_prices_a_day_of_hours(self):
        contract = self._create_contract(self.service_type, self.customer_device, activate=False)
        self._create_rate(contract, labour=150)
        contract.action_activate()
        hour, day = self.env.ref("uom.product_uom_hour"), self.env.ref("uom.product_uom_day")
        product = self.env["product.product"].create(
            {"name": "Labour", "type": "service", "uom_id": hour.id, "list_price": 200}
        )
        [share] = self._ask(self.customer_device, "labour", product, uom=day).shares
        self.assertEqual(share.price_unit, 150 * day._compute_quantity(1, hour))
