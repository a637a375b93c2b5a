from datetime import datetime

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged

from .common import ServiceContractCommon


@tagged("post_install", "-at_install")
class TestServiceContractLocation(ServiceContractCommon):
    def test_devices_elsewhere_are_told_of(self):
        contract = self._create_contract(self.all_in_type, self.customer_device)
        other = self.env["res.partner"].create(
            {"name": "Elsewhere", "type": "location", "parent_id": self.customer.id}
        )
        for place, told in ((False, False), (other, True), (self.site, False)):
            contract.place_ids = [Command.clear()]
            if place:
                contract.place_ids = [Command.create({"location_id": place.id})]
            codes = {finding.code for finding in contract._lint()[contract]}
            self.assertEqual("not_covered" in codes, told, place)

    def test_a_place_of_somebody_else_is_refused(self):
        contract = self._create_contract(self.all_in_type)
        stranger = self.env["res.partner"].create({"name": "Stranger", "is_company": True})
        with self.assertRaisesRegex(ValidationError, "is no location of"):
            contract.place_ids = [Command.create({"location_id": stranger.id})]

    def test_the_cover_names_who_pays_for_the_place(self):
        office, school, centre = self.env["res.partner"].create(
            [{"name": name} for name in ("Office", "School", "Centre")]
        )
        contract = self._create_contract(
            self.service_type, self.customer_device, invoice_partner_id=office.id
        )
        place = [Command.create({"location_id": self.site.id, "invoice_partner_id": centre.id})]
        for site, places, payer in (
            (False, [], office),
            (school, [], school),
            (school, place, centre),
        ):
            self.site.service_invoice_partner_id = site
            contract.place_ids = places
            [share] = self._ask(self.customer_device).shares
            self.assertEqual(share.partner, payer)
            self.assertEqual(contract._get_invoice_partner(self.customer, self.site), payer)

    def test_times_run_in_the_service_hours(self):
        calendar = self.env["resource.calendar"].create(
            {
                "name": "Mon-Fri 8-16",
                "tz": "UTC",
                "attendance_ids": [
                    Command.clear(),
                    *(
                        Command.create(
                            {
                                "name": str(day),
                                "dayofweek": str(day),
                                "hour_from": 8,
                                "hour_to": 16,
                                "day_period": "morning",
                            }
                        )
                        for day in range(5)
                    ),
                ],
            }
        )
        self.lease_type.write({"response_hours": 4, "hours_calendar_id": calendar.id})
        contract = self._create_contract(self.lease_type)
        friday = datetime(2027, 1, 8, 14, 0)
        times = contract._service_times(friday)
        self.assertEqual(times.response, datetime(2027, 1, 11, 10, 0))
        self.assertIsNone(times.repair)
        contract.repair_hours = 16
        self.assertEqual(contract._service_times(friday).repair, datetime(2027, 1, 12, 14, 0))
        self.assertIn("4 h", contract._times_in_words())

    def test_a_new_contract_has_the_cycles_of_its_type(self):
        self.lease_type.write({"base_months": 3, "usage_months": 2, "settlement_months": 6})
        form = Form(self.env["service.contract"])
        form.customer_id = self.customer
        form.type_id = self.lease_type
        for group in (form.save().group_ids, self._create_contract(self.lease_type).group_ids):
            self.assertRecordValues(
                group, [{"base_months": 3, "usage_months": 2, "settlement_months": 6}]
            )

    def test_a_place_of_somebody_else_says_nothing_of_who_pays(self):
        stranger = self.env["res.partner"].create({"name": "Stranger", "is_company": True})
        place = self.env["res.partner"].create(
            {
                "name": "Its place",
                "type": "location",
                "parent_id": stranger.id,
                "service_invoice_partner_id": stranger.id,
            }
        )
        device = self._create_device("SN-AWAY", customer_id=stranger.id, owner="customer")
        contract = self._create_contract(self.service_type, device)
        [share] = self._ask(device, location=place).shares
        self.assertEqual(share.partner, self.customer)
        self.assertIn("other_customer", {found.code for found in contract._lint()[contract]})

    def test_the_places_of_a_draft_are_those_of_its_customer(self):
        stranger = self.env["res.partner"].create({"name": "Stranger", "is_company": True})
        contract = self._create_contract(self.service_type, activate=False)
        contract.place_ids = [Command.create({"location_id": self.site.id})]
        with self.assertRaisesRegex(ValidationError, "is no location of Stranger"):
            contract.customer_id = stranger
