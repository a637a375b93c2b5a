from datetime import timedelta

from lxml import etree
from psycopg2 import IntegrityError

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger
from odoo.tools.safe_eval import safe_eval

from odoo.addons.service_contract.tools.limit import Use

from .common import ServiceContractCommon


@tagged("post_install", "-at_install")
class TestServiceContract(ServiceContractCommon):
    def test_the_number_has_the_year_of_the_start(self):
        contract = self._create_contract(self.lease_type, activate=False, date_start="2026-03-01")
        self.assertRegex(contract.name, r"^U/2026/\d{4}$")
        earlier = self._create_contract(self.lease_type, activate=False, date_start="2025-03-01")
        self.assertRegex(earlier.name, r"^U/2025/\d{4}$")

    def test_it_is_found_by_each_of_its_numbers(self):
        contract = self._create_contract(self.lease_type, activate=False)
        contract.write({"customer_reference": "OUR-7", "purchase_order": "ORDER-9"})
        arch = etree.fromstring(contract.get_view(view_type="search")["arch"])
        [box] = arch.iterfind("field[@name='name']")
        for number in (contract.name, "OUR-7", "ORDER-9"):
            domain = safe_eval(box.get("filter_domain"), {"self": number})
            self.assertIn(contract, contract.search(domain))

    def test_the_invoice_goes_to_the_customers_recipient(self):
        recipient = self.env["res.partner"].create({"name": "Accounting Centre"})
        self.customer.service_invoice_partner_id = recipient
        form = Form(self.env["service.contract"])
        form.type_id = self.lease_type
        form.customer_id = self.customer
        self.assertEqual(form.save().invoice_partner_id, recipient)

    def test_states_go_one_way(self):
        contract = self._create_contract(self.lease_type, activate=False)
        with self.assertRaisesRegex(UserError, "needs"):
            self._end(contract)
        contract.action_cancel()
        contract.action_draft()
        contract.action_activate()
        with self.assertRaisesRegex(UserError, "needs"):
            contract.action_cancel()
        with self.assertRaisesRegex(UserError, "Terminate it instead"):
            contract.unlink()

    def test_steps_are_checked_for_the_api_too(self):
        """Back to draft, prices of the past could be rewritten and the contract deleted."""
        contract = self._create_contract(self.lease_type)
        for decision in ("open", "cancelled", "concluded"):
            with self.assertRaisesRegex(UserError, "needs"):
                contract.decision = decision
        with self.assertRaisesRegex(UserError, "follows from its dates"):
            contract.state = "draft"
        self._end(contract)
        with self.assertRaisesRegex(UserError, "needs"):
            contract.decision = "concluded"

    def test_in_force_it_is_nobody_elses(self):
        contract = self._create_contract(self.lease_type, activate=False)
        other = self.env["res.partner"].create({"name": "Somebody else"})
        contract.customer_id = other
        contract.action_activate()
        contract.customer_id = other  # as a form that sends it along
        with self.assertRaisesRegex(UserError, "make a new contract"):
            contract.customer_id = self.customer
        with self.assertRaisesRegex(UserError, "make a new contract"):
            contract.currency_id = self.env.ref("base.XAF")
        with self.assertRaisesRegex(UserError, "customer, type, company and currency"):
            contract.type_id = self.all_in_type

    def test_a_contract_counts_by_its_dates_also_afterwards(self):
        contract = self._create_contract(
            self.lease_type, self.own_device, date_end=self.today - timedelta(days=10)
        )
        last = contract.date_end
        first = contract.date_start
        for day, expected in (
            (first - timedelta(days=1), False),
            (first, contract),
            (last, contract),
            (last + timedelta(days=1), False),
        ):
            self.assertEqual(self.own_device._get_contract(day) or False, expected, day)
        self.assertFalse(self.own_device.contract_id)

    def test_a_draft_covers_nothing(self):
        self._create_contract(self.lease_type, self.own_device, activate=False)
        self.assertFalse(self.own_device._get_contract(self.today))

    def test_devices_are_found_by_their_contract(self):
        contract = self._create_contract(self.lease_type, self.own_device)
        devices = self.own_device | self.customer_device
        within = [("id", "in", devices.ids)]
        Device = self.env["service.device"]
        self.assertEqual(
            Device.search([("contract_id", "=", contract.id), *within]), self.own_device
        )
        self.assertEqual(
            Device.search([("contract_id", "=", False), *within]), self.customer_device
        )
        self.assertEqual(Device.search([("contract_id", "!=", False), *within]), self.own_device)

    def test_a_location_signs_no_contracts(self):
        with self.assertRaisesRegex(ValidationError, "belongs to"):
            self._create_contract(self.lease_type, activate=False, customer_id=self.site.id)

    def test_nothing_is_used_before_there_is_billing(self):
        contract = self._create_contract(self.lease_type)
        row = self.lease_type.coverage_ids[:1]
        use = Use(contract, row, self.own_device, contract.date_start, self.today)
        self.assertEqual(contract._used({use}), {use: 0.0})

    def test_the_history_tells_of_joining_and_leaving(self):
        contract = self._create_contract(self.lease_type, self.own_device)
        stay = contract.device_ids
        contract.device_ids._leave(self.today - timedelta(days=5))
        events = self.env["service.device.event"].search(
            [("device_id", "=", self.own_device.id), ("kind", "=", "contract")], order="date"
        )
        self.assertEqual(events.ids, [stay.id * 16 + 3, stay.id * 16 + 4])
        self.assertEqual(set(events.mapped("audience")), {"staff"})
        self.assertEqual(events[0].action_open_source()["res_id"], contract.id)

    def test_the_money_of_a_contract_is_its_companys(self):
        foreign = self._foreign_currency()
        company = self.env["res.company"].create({"name": "Elsewhere", "currency_id": foreign.id})
        contract = self._create_contract(self.lease_type, activate=False, company_id=company.id)
        self.assertEqual(contract.currency_id, foreign)

    @mute_logger("odoo.sql_db")
    def test_a_year_of_no_end_is_refused(self):
        for days in ({"date_start": "1969-12-31"}, {"date_end": "9999-12-31"}):
            with self.assertRaises(IntegrityError), self.env.cr.savepoint():
                self._create_contract(self.lease_type, activate=False, **days)
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self._create_contract(self.lease_type, activate=False, response_hours=float("nan"))

    def test_a_type_made_by_hand_needs_a_name_only(self):
        with Form(self.env["service.contract.type"]) as form:
            form.name = "Serwis POS"
            self.assertEqual(form.code, "serwis-pos")
            form.code = "POS"
        made = form.save()
        made.name = "Serwis kas"
        self.assertEqual(made.code, "POS", "Imports go by it.")
