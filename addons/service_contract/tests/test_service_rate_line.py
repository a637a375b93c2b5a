from datetime import timedelta
from decimal import Decimal

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form, tagged
from odoo.tools import format_date, mute_logger

from odoo.addons.service_contract.models.service_contract_terms import ServiceContract
from odoo.addons.service_contract.tools.period import Cycle

from .common import ServiceContractCommon


@tagged("post_install", "-at_install")
class TestServiceRateLine(ServiceContractCommon):
    def setUp(self):
        super().setUp()
        self.second_device = self._create_device("SN-SECOND")
        self._place(self.second_device, 300)
        self.contract = self._create_contract(
            self.lease_type, self.own_device | self.second_device, activate=False
        )
        self.first, self.second = self.contract.device_ids.sorted("id")
        self.rate = self.env["service.rate"].create({"contract_id": self.contract.id})

    def _line(self, kind="pages", meter=None, tiers=(), **vals):
        if kind == "pages":
            vals["meter_type_id"] = (meter or self.mono_type).id
        return self.env["service.rate.line"].create(
            {
                "rate_id": self.rate.id,
                "kind": kind,
                "price_unit": 0.05,
                "tier_ids": [
                    Command.create({"from_page": page, "price_unit": price})
                    for page, price in tiers
                ],
                **vals,
            }
        )

    def _group(self, name="Second"):
        group = self.env["service.billing.group"].create(
            {"contract_id": self.contract.id, "name": name}
        )
        self.second.group_id = group
        return group

    def _amount(self, line, pages):
        return sum(row.amount for row in line._rows(pages))

    # ------------------------------------------------------------------ prices

    def test_price_table(self):
        """(price of a line, pages, amount by hand)"""
        cases = [
            ({"price_unit": 0.0285}, 12_500, "356.25"),
            ({"price_unit": 3.95, "per": "100"}, 1_000, "39.5"),
            ({"price_unit": 28.512345, "per": "1000"}, 1_000_000, "28512.345"),
            ({"included_pages": 6000}, 12_500, "325"),
            ({"tiers": [(5001, 0.04), (20001, 0.03)]}, 22_500, "925"),
            ({"tiers": [(5001, 0.04), (20001, 0.03)], "tier_mode": "whole"}, 22_500, "675"),
            ({"minimum_pages": 10_000}, 8_000, "500"),
            ({"minimum_amount": 300}, 5_000, "300"),
            ({"block_pages": 5000, "block_price": 180}, 5_001, "360"),
            ({"block_pages": 5000, "block_price": 180, "block_renews": False}, 5_001, "180.05"),
        ]
        for vals, pages, amount in cases:
            with self.subTest(vals):
                line = self._line(**vals)
                self.assertEqual(self._amount(line, pages), Decimal(amount))
                line.unlink()

    def test_terms_per_year_are_converted_to_the_settled_months(self):
        line = self._line(months=12, included_pages=50_000, minimum_pages=60_000)
        monthly = line._page_terms().scaled(line._share(1))
        self.assertEqual((monthly.included, monthly.minimum_pages), (4167, 5000))
        self.assertEqual(line._page_terms().scaled(line._share(12)).included, 50_000)

    def test_fee_by_days_and_months(self):
        fee = self._line(kind="base_fee", price_unit=310)
        quarter = Cycle(3, 1, self.today.replace(month=1, day=1))
        june = Cycle(1, 1, self.today).whole(self.today.replace(month=6, day=16))
        self.assertEqual(fee._base_fee(june, 1), Decimal(310))
        self.assertEqual(fee._base_fee(june.part(june.start.replace(day=16)), 1), Decimal(155))
        self.assertEqual(fee._base_fee(quarter.whole(self.today), 3), Decimal(930))

    # ------------------------------------------------------------------ who pays once, pools

    def test_units_of_each_level(self):
        """(level, group of the price or all, expected sets of devices)"""
        group = self._group()
        first, second, both = self.first, self.second, self.first | self.second
        for level, expected in (
            ("contract", [both]),
            ("group", [first, second]),
            ("device", [first, second]),
        ):
            for kind in ("pages", "base_fee"):
                with self.subTest(level=level, kind=kind):
                    line = self._line(kind=kind, level=level)
                    self.assertEqual(self.rate._units(both), [(line, unit) for unit in expected])
                    line.unlink()
        pool = self._line(level="group", group_id=self.contract.group_ids[0].id)
        other = self._line(level="device", group_id=group.id)
        self.assertEqual(self.rate._units(both), [(pool, first), (other, second)])

    def test_a_pool_of_one_group(self):
        third = self._create_device("SN-THIRD")
        self._place(third, 300)
        self.contract.device_ids = [Command.create({"device_id": third.id})]
        stays = self.contract.device_ids
        group = self._group()
        line = self._line(level="group")
        self.assertEqual(
            {unit for price, unit in self.rate._units(stays) if price == line},
            {self.second, stays.filtered(lambda stay: stay.group_id != group)},
        )

    def test_a_groups_own_price_stands_instead_of_the_general_one(self):
        group = self._group()
        general = self._line(level="contract")
        own = self._line(group_id=group.id)
        fee = self._line(kind="base_fee", price_unit=100)
        extra = self._line(kind="base_fee", price_unit=20, level="device")
        self.assertEqual(self.rate._lines_for(group), own | fee | extra)
        self.assertEqual(
            self.rate._units(self.first | self.second),
            [
                (fee, self.first | self.second),
                (general, self.first),
                (extra, self.first),
                (own, self.second),
                (extra, self.second),
            ],
        )

    def test_a_fee_of_the_contract_is_due_without_devices(self):
        fee = self._line(kind="base_fee")
        self.assertEqual(self.rate._units(self.first.browse()), [(fee, self.first.browse())])

    def test_a_device_without_the_meter_is_in_no_unit(self):
        scan = self.env.ref("service_meter.meter_type_scan")
        self._line(meter=scan)
        self.assertEqual(self.rate._units(self.first), [])

    # ------------------------------------------------------------------ bad input

    def test_terms_that_cannot_be(self):
        group = self._group()
        cases = [
            ({"minimum_pages": 1, "minimum_amount": 1}, "Clear one of them"),
            ({"block_pages": 1, "included_pages": 1}, "stands instead of included pages"),
            ({"block_pages": 1, "tiers": [(9, 0.01)]}, "stands instead of tiers"),
            ({"level": "contract", "group_id": group.id}, "names no billing group"),
            ({"kind": "labour", "group_id": group.id, "level": "group"}, "Labour and travel"),
            ({"kind": "base_fee", "included_pages": 1}, "Only prices of pages"),
            ({"months": 0}, "at least one month"),
            ({"included_pages": -1}, "cannot be negative"),
            ({"tiers": [(1, 0.04)]}, "further ones begin at page 2"),
            ({"tiers": [(500, -1)]}, "cannot be negative"),
            ({"tiers": [(500, 0.04), (500, 0.03)]}, "begin at page 500"),
            ({"included_pages": 500, "minimum_pages": 500}, "a minimum of 500 is always reached"),
        ]
        for vals, message in cases:
            with (
                self.subTest(vals),
                mute_logger("odoo.sql_db"),
                self.assertRaisesRegex(Exception, ".*") as refused,
                self.cr.savepoint(),
            ):
                self._line(**vals)
            self.assertIn(message, self._sentence(refused.exception))

    def _sentence(self, error):
        """What the user reads: constraints of the database are put into words by Odoo."""
        if isinstance(error, UserError):
            return str(error)
        model = self.env["service.rate.line"]
        if "tier" in error.diag.table_name:
            model = self.env["service.rate.tier"]
        return model._sql_error_to_message(error)

    def test_a_meter_and_one_computed_from_it(self):
        total = self.env.ref("service_meter.meter_type_total")
        in_a4 = self.env.ref("service_meter.meter_type_total_a4")
        a3 = self.env.ref("service_meter.meter_type_a3")
        group = self._group()
        self._line(meter=in_a4, group_id=group.id)
        for part, scope in ((total, False), (a3, False), (total, group.id)):
            with self._refused(f"Total in A4” is computed from “{part.name}”"):
                self._line(meter=part, group_id=scope)
        self._line(meter=total, group_id=self.contract.group_ids[0].id)

    def test_a_device_with_its_own_day_is_not_in_a_pool(self):
        line = self._line(level="group")
        with self._refused(r"settled on day 20 .* \(Mono\) are pooled"):
            self.first.billing_day = 20
        self.first.billing_day = self.first.group_id.usage_day  # the same day is no contradiction
        line.level = "device"
        self.first.billing_day = 20
        with self._refused("settled on day 20"):
            line.level = "contract"
        group = self._group()
        self.first.group_id = group
        self.second.group_id = self.contract.group_ids[0]
        self._line(group_id=group.id)
        line.level = "contract"  # the other group's own price does not count into this pool

    # ------------------------------------------------------------------ dated versions

    def test_tiers_in_force_cannot_be_changed(self):
        line = self._line(tiers=[(5001, 0.04)])
        self.contract.action_activate()
        tier = line.tier_ids
        for change in (
            lambda: tier.write({"price_unit": 1}),
            tier.unlink,
            lambda: tier.create({"line_id": line.id, "from_page": 9000, "price_unit": 1}),
            lambda: line.write({"tier_ids": [Command.clear()]}),
            lambda: line.write({"level": "contract"}),
        ):
            with self._refused("are in force and cannot be changed"):
                change()

    def test_a_forgotten_first_version_can_have_tiers(self):
        self.contract.action_activate()
        self.rate.line_ids = [
            Command.create(
                {
                    "kind": "pages",
                    "meter_type_id": self.mono_type.id,
                    "price_unit": 0.05,
                    "tier_ids": [Command.create({"from_page": 5001, "price_unit": 0.04})],
                }
            )
        ]
        with self._refused("are in force and cannot be changed"):
            self.rate.line_ids.tier_ids.price_unit = 1

    def test_rates_for_days_already_billed_are_refused(self):
        self._line()
        self.contract.action_activate()
        billed = self.today + timedelta(days=30)
        later = self._create_rate(self.contract, self.today + timedelta(days=10), base_fee=1)
        self.patch(ServiceContract, "_open_from", lambda contract: billed)
        message = f"has been billed until {format_date(self.env, billed)}"
        for change in (
            lambda: self._create_rate(self.contract, self.today + timedelta(days=9), base_fee=1),
            lambda: later.line_ids.write({"price_unit": 2}),
            lambda: later.write({"date_from": billed}),
        ):
            with self._refused(message):
                change()
        self._create_rate(self.contract, billed, base_fee=2)

    # ------------------------------------------------------------------ example while typing

    def test_example_follows_what_is_typed(self):
        self.env["res.lang"]._activate_lang("pl_PL")
        rate = self.rate.with_context(lang="pl_PL")
        with Form(rate, "service_contract.service_rate_view_form") as form:
            with form.line_ids.new() as line:
                line.kind = "pages"
                line.meter_type_id = self.mono_type
                line.price_unit = 0.0285
                self.assertIn("356,25", line.example_amount)
            form.example_pages = 1000
            with form.line_ids.edit(0) as line:
                self.assertIn("28,50", line.example_amount)
        rate.example_pages = 12_500
        self.assertIn("12500 stron Czarno-białe = ", rate.line_ids.example)
        self.assertIn("356,25", rate.line_ids.example)

    def test_example_writes_the_arithmetic_out(self):
        line = self._line(tiers=[(5001, 0.04)], included_pages=1000)
        text = line.example_html
        for part in ("1 – 1,000", "1,001 – 5,000", "5,001 – 12,500", "0.04", "300.00"):
            self.assertIn(part, text)

    def test_a_tier_that_has_only_been_begun_leaves_the_example(self):
        vals = {"rate_id": self.rate.id, "meter_type_id": self.mono_type.id, "price_unit": 0.05}
        tiers = [Command.create({"from_page": 5001, "price_unit": 0.04}), Command.create({})]
        line = self.env["service.rate.line"].new({**vals, "tier_ids": tiers})
        self.assertIn("550.00", line.example_amount)
        self.assertEqual(line.tier_ids.mapped("to_page"), [0, 0])
