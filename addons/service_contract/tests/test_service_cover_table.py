"""Who pays, written down from the trade's rules, and not from what the code does.

Under a lease and all-in nothing costs anything but what the customer broke; under service only
nothing is free but the periodic maintenance for which such a contract is made. What has a price has
the contract's: its rates of that day for hours and journeys, its price list, else the customer's
own, else the general one. Outside the days of a device on its contract there is no contract,
whoever is at fault.
"""

from datetime import timedelta

from odoo import Command
from odoo.tests import tagged

from .common import ServiceContractCommon

FREE = None
KINDS = ("labour", "travel", "part", "consumable", "maintenance")
#: What the customer pays for one of each kind: by the first and the second version of the
#: contract's rates, and without a contract.
FIRST = (150.0, 80.0, 80.0, 270.0, 400.0)
SECOND = (165.0, 88.0, 80.0, 270.0, 400.0)
NO_CONTRACT = (200.0, 60.0, 90.0, 270.0, 400.0)
#: The customer's own list names the part and the toner.
LISTS = ("general_price", "general_price", "customer_price", "customer_price", "general_price")

#: Days before today: the contract's first day, the first with new prices, the first of the device
#: that replaces the first one, the contract's last.
START, NEW_PRICES, SWAP, LAST = 100, 40, 20, 10
#: (device, days ago): which prices count that day; None: no contract.
DAYS = {
    ("old", START + 1): None,
    ("old", START): FIRST,
    ("old", NEW_PRICES + 1): FIRST,
    ("old", NEW_PRICES): SECOND,
    ("old", SWAP + 1): SECOND,
    ("old", SWAP): None,
    ("new", SWAP + 1): None,
    ("new", SWAP): SECOND,
    ("new", LAST): SECOND,
    ("new", LAST - 1): None,
}


def expected(free, fault, prices):
    """What one of each kind costs the customer, and the rules of the trade that say so.

    :param free: kinds that the contract gives for its fee
    """
    if fault:
        return (prices or NO_CONTRACT), ("fault",) * 5
    if prices:
        costs = [FREE if kind in free else price for kind, price in zip(KINDS, prices, strict=True)]
        return costs, ("contract",) * 5
    return NO_CONTRACT, LISTS


@tagged("post_install", "-at_install")
class TestServiceCoverTable(ServiceContractCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        journey, toner, inspection = cls.env["product.product"].create(
            [
                {"name": "Journey", "type": "service", "list_price": 60},
                {"name": "Toner", "type": "consu", "list_price": 300},
                {"name": "Inspection", "type": "service", "list_price": 400},
            ]
        )
        cls.products = dict(
            zip(KINDS, (cls.hour, journey, cls.part, toner, inspection), strict=True)
        )
        cls.customer_prices.item_ids = [
            Command.create(
                {
                    "applied_on": "1_product",
                    "product_tmpl_id": toner.product_tmpl_id.id,
                    "compute_price": "fixed",
                    "fixed_price": 270,
                }
            )
        ]
        cls.customer.specific_property_product_pricelist = cls.customer_prices

    def _day(self, days_ago):
        return self.today - timedelta(days=days_ago)

    def _devices(self, owner):
        """A device and the one that replaces it, both the customer's or both ours."""
        old, new = (self._create_device(f"SN-{owner}-{name}") for name in ("OLD", "NEW"))
        self._place(old, 300, owner=owner)
        return {"old": old, "new": new}

    def _sign(self, contract_type, owner):
        """A contract whose prices change, whose device is replaced, and which ends."""
        devices = self._devices(owner)
        contract = self._create_contract(
            contract_type,
            devices["old"],
            activate=False,
            days_ago=START,
            pricelist_id=self.contract_prices.id,
        )
        self._create_rate(contract, labour=150, travel=80)
        self._create_rate(contract, self._day(NEW_PRICES), labour=165, travel=88)
        contract.action_activate()
        self._place(devices["new"], SWAP, owner=owner, replaced_device_id=devices["old"].id)
        contract.date_end = self._day(LAST)
        return contract, devices

    def _check(self, contract, devices, free):
        """Ask all at once: each device, day, kind and fault."""
        cases, questions = [], []
        for (name, days_ago), prices in DAYS.items():
            for fault in (False, True):
                signed = contract if prices else contract.browse()
                rows = zip(KINDS, *expected(free, fault, prices), strict=True)
                for kind, price, rule in rows:
                    cases.append(((name, days_ago, fault, kind), price, rule, signed))
                    questions.append(
                        self._question(
                            devices[name],
                            kind,
                            self.products[kind],
                            date=self._day(days_ago),
                            fault=fault,
                        )
                    )
        answers = self.env["service.cover"].resolve(questions)
        for (case, price, rule, signed), answer in zip(cases, answers, strict=True):
            with self.subTest(case):
                [share] = answer.shares
                self.assertEqual(
                    (answer.covered, share.payer, share.price_unit, answer.rule, answer.contract),
                    (True, "own", 0.0, rule, signed)
                    if price is FREE
                    else (False, "customer", price, rule, signed),
                )
                if rule == "contract":
                    self.assertIn(signed.name, answer.reason)

    def test_lease(self):
        self._check(*self._sign(self.lease_type, "own"), free=KINDS)

    def test_all_in(self):
        self._check(*self._sign(self.all_in_type, "customer"), free=KINDS)

    def test_service_only(self):
        self._check(*self._sign(self.service_type, "customer"), free={"maintenance"})
