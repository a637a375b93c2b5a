from datetime import date, timedelta

from dateutil.relativedelta import relativedelta
from psycopg2 import IntegrityError

from odoo import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.service_contract.tools.limit import limit_period

from .common import ServiceContractCommon


@tagged("post_install", "-at_install")
class TestServiceCoverLimit(ServiceContractCommon):
    """What is covered up to a limit, by category and by kind of consumable."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.row = cls.service_type.coverage_ids.filtered(lambda row: row.item_kind == "part")
        cls.contract = cls._create_contract(
            cls.service_type, cls.customer_device, pricelist_id=cls.contract_prices.id
        )

    def _consume(self, consumed):
        """Let billing say that so much of each limit was consumed."""

        def used(_contracts, uses):
            return {use: consumed for use in uses}

        self.patch(self.env.registry["service.contract"], "_used", used)

    def _shares(self, *questions):
        """What each payer pays of each question: ``{payer: (quantity, price)}``."""
        answers = self.env["service.cover"].resolve(questions)
        return [
            {share.payer: (share.quantity, share.price_unit) for share in answer.shares}
            for answer in answers
        ]

    def _part(self, quantity, **vals):
        return self._question(self.customer_device, quantity=quantity, **vals)

    def test_a_limit_is_consumed_in_the_order_of_the_questions(self):
        self.row.write({"mode": "limit", "limit_value": 5})
        self.assertEqual(
            self._shares(self._part(3), self._part(3), self._part(3)),
            [
                {"own": (3.0, 0.0)},
                {"own": (2.0, 0.0), "customer": (1.0, 80.0)},
                {"customer": (3.0, 80.0)},
            ],
        )

    def test_the_answer_says_what_it_consumes_and_why(self):
        self.row.write({"mode": "limit", "limit_value": 5})
        answers = self.env["service.cover"].resolve([self._part(3), self._part(3), self._part(3)])
        self.assertEqual([answer.used for answer in answers], [3, 2, 0])
        self.assertEqual({answer.coverage for answer in answers}, {self.row})
        self.assertEqual([answer.covered for answer in answers], [True, False, False])
        self.assertEqual([answer.rule for answer in answers], ["contract", "contract", "limit"])
        self.assertIn("3 of 5 used", answers[0].reason)
        self.assertIn(f"price from contract {self.contract.name}", answers[2].reason)

    def test_what_was_billed_before_counts(self):
        self.row.write({"mode": "limit", "limit_value": 5})
        self._consume(4.0)
        self.assertEqual(
            self._shares(self._part(3)), [{"own": (1.0, 0.0), "customer": (2.0, 80.0)}]
        )
        self._consume(9.0)
        self.assertEqual(self._shares(self._part(3)), [{"customer": (3.0, 80.0)}])

    def test_a_net_value_divides_the_price_and_not_the_piece(self):
        self.row.write({"mode": "limit", "limit_value": 100, "limit_unit": "amount"})
        self.assertEqual(
            self._shares(self._part(1), self._part(1), self._part(2)),
            [{"own": (1.0, 0.0)}, {"customer": (1.0, 60.0)}, {"customer": (2.0, 80.0)}],
        )

    def test_each_device_has_its_own_limit_where_the_cover_says_so(self):
        other = self._create_device(
            "SN-OTHER", customer_id=self.customer.id, location_id=self.site.id, owner="customer"
        )
        self.contract.device_ids = [Command.create({"device_id": other.id})]
        self.row.write({"mode": "limit", "limit_value": 3})
        elsewhere = self._question(other, quantity=3.0)
        self.assertEqual(self._shares(self._part(3), elsewhere)[1], {"customer": (3.0, 80.0)})
        self.row.limit_level = "device"
        self.assertEqual(self._shares(self._part(3), elsewhere)[1], {"own": (3.0, 0.0)})

    def test_each_period_has_its_own_limit(self):
        self.row.write({"mode": "limit", "limit_value": 3, "limit_period": "month"})
        before = self._part(3, date=self.today - relativedelta(months=1))
        self.assertEqual(self._shares(before, self._part(3))[1], {"own": (3.0, 0.0)})
        self.row.limit_period = "contract"
        self.assertEqual(self._shares(before, self._part(3))[1], {"customer": (3.0, 80.0)})

    def test_quantities_are_measured_in_the_products_unit(self):
        self.row.write({"mode": "limit", "limit_value": 6})
        dozen = self.env.ref("uom.product_uom_dozen")
        [shares] = self._shares(self._part(1, uom=dozen))
        self.assertEqual(shares, {"own": (0.5, 0.0), "customer": (0.5, 960.0)})

    def test_a_part_that_no_quantity_can_say_lowers_the_price_to_the_grosz(self):
        self.row.write({"mode": "limit", "limit_value": 10})
        dozen = self.env.ref("uom.product_uom_dozen")
        [shares] = self._shares(self._part(1, uom=dozen))
        # Two pieces of 80.00 are left: 0.17 of a dozen would cost 163.20.
        [(quantity, price)] = shares.values()
        self.assertEqual((list(shares), quantity), (["customer"], 1.0))
        self.assertAlmostEqual(quantity * price, 160.0, places=6)

    def test_the_periods_of_a_limit_follow_from_the_contracts_first_day(self):
        start = date(2026, 1, 31)
        for day, kind, first, stop in (
            (date(2026, 1, 31), "month", start, date(2026, 2, 28)),
            (date(2026, 2, 27), "month", start, date(2026, 2, 28)),
            (date(2026, 2, 28), "month", date(2026, 2, 28), date(2026, 3, 31)),
            (date(2026, 3, 30), "month", date(2026, 2, 28), date(2026, 3, 31)),
            (date(2026, 4, 30), "quarter", date(2026, 4, 30), date(2026, 7, 31)),
            (date(2027, 1, 30), "year", start, date(2027, 1, 31)),
            (date(2027, 1, 31), "year", date(2027, 1, 31), date(2028, 1, 31)),
            (date(2031, 5, 5), "contract", start, date.max),
        ):
            self.assertEqual(limit_period(start, day, kind), (first, stop), (day, kind))
        for kind in ("month", "quarter", "year"):
            day = start
            for _turn in range(60):
                first, stop = limit_period(start, day, kind)
                self.assertTrue(first <= day < stop)
                self.assertEqual(limit_period(start, stop - timedelta(days=1), kind), (first, stop))
                day = stop

    def test_the_row_that_says_most_decides(self):
        """A kind of consumable says more than a category, and that more than all parts."""
        parent = self.env["product.category"].create({"name": "Spare parts"})
        child = parent.create({"name": "Rollers", "parent_id": parent.id})
        self.part.categ_id = child
        self.row.mode = "none"
        by_category = self.row.copy({"category_id": parent.id, "mode": "full"})
        self.assertTrue(self._ask(self.customer_device).covered)
        by_category.category_id = parent.create({"name": "Toner"})
        self.assertFalse(self._ask(self.customer_device).covered)
        by_kind = self.row.copy({"consumable_kind": "fuser", "mode": "full"})
        self.assertFalse(self._ask(self.customer_device).covered, "the model does not list it")
        self.model.consumable_ids = [Command.create({"product_id": self.part.id, "kind": "fuser"})]
        self.assertTrue(self._ask(self.customer_device).covered)
        by_kind.consumable_kind = "drum"
        self.assertFalse(self._ask(self.customer_device).covered)

    def test_rows_that_make_no_sense_are_refused(self):
        category = self.env["product.category"].create({"name": "Rollers"})
        refused = (
            {"mode": "limit", "limit_value": 0},
            {"item_kind": "labour", "consumable_kind": "drum", "type_id": self.lease_type.id},
            {"item_kind": "travel", "category_id": category.id},
            {},
        )
        for vals in refused:
            with (
                self.assertRaises(IntegrityError, msg=vals),
                self.env.cr.savepoint(),
                mute_logger("odoo.sql_db"),
            ):
                self.row.copy(vals)

    def test_a_row_says_itself_in_words(self):
        self.row.write(
            {
                "mode": "limit",
                "limit_value": 12,
                "limit_level": "device",
                "category_id": self.env["product.category"].create({"name": "Rollers"}).id,
            }
        )
        self.assertEqual(
            self.row.display_name, "Parts (Rollers): covered up to 12 per year and device"
        )

    def test_a_net_value_is_in_the_money_of_the_contract(self):
        self.row.write({"mode": "limit", "limit_value": 30, "limit_unit": "amount"})
        self._end(self.contract)
        foreign = self._foreign_currency()
        self._create_contract(
            self.service_type, self.customer_device, days_ago=0, currency_id=foreign.id
        )
        first = self._part(1)
        [covered, rest] = self.env["service.cover"].resolve(
            [first, self._part(1, currency=self.company.currency_id)]
        )
        self.assertEqual((covered.covered, covered.used, rest.used), (True, 25, 5))
        [share] = rest.shares
        self.assertEqual((share.currency, share.price_unit), (self.company.currency_id, 80))
