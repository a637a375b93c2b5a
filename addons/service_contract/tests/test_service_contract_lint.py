from datetime import timedelta

from odoo import Command
from odoo.tests import new_test_user, tagged
from odoo.tools import format_date

from .common import ServiceContractCommon


@tagged("post_install", "-at_install")
class TestServiceContractLint(ServiceContractCommon):
    def setUp(self):
        super().setUp()
        self.contract = self._create_contract(self.lease_type, self.own_device)
        self.rate = self._create_rate(self.contract, base_fee=100)

    def _codes(self):
        return [finding.code for finding in self.contract._lint()[self.contract]]

    def _create_pages(self, meter_type, **vals):
        return self.env["service.rate.line"].create(
            {
                "rate_id": self.rate.id,
                "kind": "pages",
                "meter_type_id": meter_type.id,
                "price_unit": 0.05,
                **vals,
            }
        )

    def test_a_sound_contract_has_no_findings(self):
        self.assertEqual(self._codes(), [])
        self.assertFalse(self.contract.lint_html)

    def test_nobody_to_invoice(self):
        self.contract.invoice_partner_id = False
        self.assertEqual(self._codes(), ["no_recipient"])

    def test_no_device(self):
        self.contract.device_ids.unlink()
        self.assertEqual(self._codes(), ["no_device"])

    def test_no_rates_or_too_late(self):
        contract = self._create_contract(self.service_type, self.device)
        self.assertEqual([each.code for each in contract._lint()[contract]], ["no_rate"])
        self._create_rate(contract, contract.date_start + timedelta(days=1), labour=1)
        [finding] = contract._lint()[contract]
        self.assertEqual(finding.code, "no_rate")
        self.assertIn(f"from {format_date(self.env, contract.date_start)}", finding.text)

    def test_device_in_no_group(self):
        stay = self.contract.device_ids
        stay.group_id = False
        [finding] = self.contract._lint()[self.contract]
        self.assertEqual((finding.code, finding.record), ("no_group", stay))
        self.assertIn(self.own_device.name, finding.text)

    def test_group_without_a_price(self):
        contract = self._create_contract(self.lease_type, self.device, activate=False)
        second = self.env["service.billing.group"].create(
            {"contract_id": contract.id, "name": "Second"}
        )
        rate = self._create_rate(contract, base_fee=100)
        rate.line_ids.write({"group_id": second.id, "level": "group"})
        self.assertEqual([each.code for each in contract._lint()[contract]], ["no_price"])

    def test_device_without_a_billed_meter(self):
        contract = self._create_contract(self.lease_type, self.device, activate=False)
        self.rate = self._create_rate(contract)
        self._create_pages(self.env.ref("service_meter.meter_type_scan"))
        [finding] = contract._lint()[contract]
        self.assertEqual(finding.code, "no_meter")
        self.assertIn("Scans", finding.text)

    def test_public_buyer_without_a_recipient(self):
        self.customer.service_is_local_government = True
        [finding] = self.contract._lint()[self.contract]
        self.assertEqual((finding.code, finding.record), ("no_unit", self.site))
        self.site.service_recipient_role = "local_government"
        self.assertEqual(self._codes(), [])

    def test_a_meter_that_becomes_computed_later_is_found(self):
        contract = self._create_contract(self.lease_type, self.device, activate=False)
        self.rate = self._create_rate(contract)
        self._create_pages(self.mono_type)
        sum_type = self.env["service.meter.type"].create(
            {
                "name": "Sum",
                "code": "sum",
                "kind": "computed",
                "part_type_ids": [Command.set(self.colour_type.ids)],
            }
        )
        self._create_pages(sum_type)
        sum_type.part_type_ids = self.mono_type
        self.assertEqual([each.code for each in contract._lint()[contract]], ["computed"])

    def test_the_form_tells_what_is_to_be_mended(self):
        self.contract.invoice_partner_id = False
        manager = new_test_user(
            self.env, "lint-manager", groups="service_customer.group_service_manager"
        )
        text = self.contract.with_user(manager).lint_html
        self.assertIn("<li>Nobody receives the invoices. Choose the invoice recipient.</li>", text)
        technician = new_test_user(
            self.env, "lint-technician", groups="service_customer.group_service_technician"
        )
        fields = self.env["service.contract"].with_user(technician).fields_get()
        self.assertNotIn("lint_html", fields)

    def test_constant_number_of_queries(self):
        many = self.contract
        for number in range(4):
            device = self._create_device(f"SN-LINT-{number}")
            self._place(device, 300)
            contract = self._create_contract(self.lease_type, device)
            self._create_rate(contract, base_fee=1)
            many |= contract
        counts = []
        for contracts in (many[:2], many):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            contracts._lint()
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])

    def test_money_without_an_exchange_rate_is_told_of(self):
        foreign = self._foreign_currency()
        self.contract = self._create_contract(self.lease_type, currency_id=foreign.id)
        self.assertNotIn("no_exchange_rate", self._codes())
        foreign.rate_ids.unlink()
        self.assertIn("no_exchange_rate", self._codes())
