from datetime import timedelta

from lxml import etree

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form, tagged
from odoo.tools import format_date

from odoo.addons.service_contract.models.service_contract_terms import ServiceContract

from .common import ServiceContractCommon


@tagged("post_install", "-at_install")
class TestServiceRate(ServiceContractCommon):
    def setUp(self):
        super().setUp()
        self.contract = self._create_contract(self.lease_type, self.own_device, activate=False)
        self.rate = self._create_rate(self.contract, base_fee=100, labour=150)

    def test_a_draft_may_be_changed(self):
        self.rate.line_ids[0].price_unit = 110
        self.rate.date_from = self.contract.date_start + timedelta(days=1)

    def test_rates_in_force_cannot_be_changed(self):
        self.contract.action_activate()
        line = self.rate.line_ids[0]
        for change in (
            lambda: line.write({"price_unit": 1}),
            line.unlink,
            self.rate.unlink,
            lambda: self.rate.write({"date_from": self.today + timedelta(days=9)}),
            lambda: self.rate.write(
                {"line_ids": [Command.create({"kind": "travel", "price_unit": 1})]}
            ),
        ):
            with self.assertRaisesRegex(UserError, "are in force and cannot be changed"):
                change()

    def test_rates_of_the_past_stay_closed_after_the_contract_has_ended(self):
        self.contract.action_activate()
        self._end(self.contract)
        with self.assertRaisesRegex(UserError, "are in force and cannot be changed"):
            self.rate.line_ids[0].price_unit = 1

    def test_a_new_version_starts_on_the_first_day_not_billed(self):
        self.contract.action_activate()
        self.patch(ServiceContract, "_open_from", lambda contract: self.today)
        with self._refused("has been billed until"), self.env.cr.savepoint():
            self._create_rate(self.contract, date_from=self.today - timedelta(days=1), base_fee=1)
        rate = self._create_rate(self.contract, self.today + timedelta(days=1), base_fee=120)
        rate.line_ids.price_unit = 125
        with self._refused("has been billed until"), self.env.cr.savepoint():
            rate.date_from = self.today - timedelta(days=1)
        line = rate.line_ids
        rate.write(
            {"date_from": self.today, "line_ids": [Command.update(line.id, {"price_unit": 130})]}
        )
        self.assertTrue(rate.is_in_force)
        with self.assertRaisesRegex(UserError, "are in force and cannot be changed"):
            line.price_unit = 125

    def test_a_forgotten_first_version_can_be_entered_later(self):
        contract = self._create_contract(self.lease_type)
        rate = self._create_rate(contract, base_fee=100)
        self.assertTrue(rate.is_in_force)

    def test_the_version_of_a_day_is_the_last_one_that_began(self):
        later = self._create_rate(self.contract, self.today, base_fee=120)
        self.assertFalse(self.contract._get_rate(self.contract.date_start - timedelta(days=1)))
        self.assertEqual(self.contract._get_rate(self.today - timedelta(days=1)), self.rate)
        self.assertEqual(self.contract._get_rate(self.today), later)

    def _new_rates(self):
        """The form that “New Rates” opens."""
        action = self.contract.action_new_rate()
        self.assertNotIn("res_id", action)
        return Form(self.env["service.rate"].with_context(**action["context"]))

    def test_a_new_version_is_made_by_saving_its_form(self):
        """Prices and tiers of the last version are there at once; nothing is kept unsaved."""
        self.rate.line_ids = [
            Command.create(
                {
                    "kind": "pages",
                    "meter_type_id": self.mono_type.id,
                    "price_unit": 0.05,
                    "included_pages": 100,
                    "tier_ids": [Command.create({"from_page": 5001, "price_unit": 0.04})],
                }
            )
        ]
        self.contract.action_activate()
        form = self._new_rates()
        self.assertEqual(self.contract.rate_ids, self.rate)
        self.assertEqual(form.date_from, self.today + timedelta(days=1))
        form.date_from = self.today + timedelta(days=2)
        new = form.save()
        self.assertEqual(self.contract.rate_ids, new | self.rate)
        self.assertEqual(new.date_from, self.today + timedelta(days=2))
        for line, old in zip(new.line_ids, self.rate.line_ids, strict=True):
            self.assertEqual(line._terms_raw(), old._terms_raw())

    def test_a_new_version_of_billed_days_is_refused_and_not_moved(self):
        self.contract.action_activate()
        billed = self.today + timedelta(days=5)
        self.patch(ServiceContract, "_open_from", lambda contract: billed)
        form = self._new_rates()
        self.assertEqual(form.date_from, billed)
        form.date_from = self.today - timedelta(days=20)
        with self._refused(f"Let them begin on {format_date(self.env, billed)} at the earliest"):
            form.save()
        self.assertEqual(self.contract.rate_ids, self.rate)

    def test_page_prices_keep_six_decimals_a_page(self):
        line = self.env["service.rate.line"].create(
            {
                "rate_id": self.rate.id,
                "kind": "pages",
                "meter_type_id": self.mono_type.id,
                "price_unit": 28.512345,
                "per": "1000",
            }
        )
        line.invalidate_recordset()
        self.assertEqual(line.price_unit, 28.512345)
        self.assertAlmostEqual(line._unit_price(), 0.028512345, places=9)

    def test_backdated_rates_leave_a_trace(self):
        """Who entered them, and when, is the author and the time of the note."""
        contract = self._create_contract(self.lease_type)
        before = contract.message_ids
        rates = self.env["service.rate"].with_user(self.users["manager"])
        yesterday = self.today - timedelta(days=1)
        rates.create({"contract_id": contract.id, "date_from": self.today})
        self.assertEqual(contract.message_ids, before, "From today on is not backdated.")
        rates.create({"contract_id": contract.id, "date_from": yesterday})
        note = contract.message_ids - before
        self.assertIn("entered backdated", note.body)
        self.assertEqual(note.author_id, self.users["manager"].partner_id)

    def test_a_version_is_not_moved_to_days_of_another_contract_that_were_billed(self):
        other = self._create_contract(self.lease_type, days_ago=200)
        self.patch(
            ServiceContract,
            "_open_from",
            lambda contract: contract == other and self.today,
        )
        with self._refused("has been billed until"):
            self.rate.contract_id = other

    def test_what_the_form_of_a_row_takes_is_saved_with_the_list(self):
        """The client saves a row by its list: what is read-only or unknown there would be lost."""
        arch = etree.fromstring(self.env["service.rate"].get_view(view_type="form")["arch"])
        row = arch.find(".//field[@name='line_ids']/list")
        tiers = row.find("field[@name='tier_ids']")
        self.assertTrue(tiers.get("force_save"))
        for name in ("tier_mode", "block_renews", "block_price"):
            self.assertIsNotNone(row.find(f"field[@name='{name}']"), name)
