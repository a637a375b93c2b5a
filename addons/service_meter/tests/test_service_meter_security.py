from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import PIXEL, ServiceMeterCommon


@tagged("post_install", "-at_install")
class TestServiceMeterSecurity(ServiceMeterCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reading = cls._read(100, 5)
        cls.person = cls.env["res.partner"].create(
            {"name": "Person", "parent_id": cls.customer.id, "email": "p@test.example"}
        )
        cls.portal = new_test_user(
            cls.env, "meter_portal", groups="base.group_portal", partner_id=cls.person.id
        )

    def _grant(self, role, customer=None):
        self.env["service.membership"].create(
            {
                "contact_id": self.person.id,
                "customer_id": (customer or self.customer).id,
                "role": role,
                "scope": "all",
            }
        )

    def _visible(self, user):
        return {
            record._name: bool(record.with_user(user).search([("id", "=", record.id)]))
            for record in (self.mono, self.reading, self.reading.set_id)
        }

    def test_customer_people_see_meters_by_role(self):
        for role, sees in (("accounting", False), ("user", True)):
            self._grant(role)
            self.assertEqual(set(self._visible(self.portal).values()), {sees}, role)

    def test_a_role_at_another_customer_opens_nothing(self):
        self._grant("decision", self.other_customer)
        self.assertEqual(set(self._visible(self.portal).values()), {False})

    def test_the_next_customer_does_not_see_readings_of_the_one_before(self):
        self._grant("user", self.other_customer)
        self._place(
            self.device, 1, customer_id=self.other_customer.id, location_id=self.other_site.id
        )
        self.assertEqual(
            self._visible(self.portal),
            {
                "service.meter": True,
                "service.meter.reading": False,
                "service.meter.reading.set": False,
            },
        )

    def test_customer_people_do_not_see_the_staffs_reasons(self):
        self._grant("user")
        reading = self.reading.with_user(self.portal)
        self.assertEqual(reading.value, 100)
        with self.assertRaises(AccessError):
            reading.read(["verdict_note"])

    def test_customer_people_may_read_the_meters_field_of_a_device(self):
        self._grant("user")
        self.assertEqual(self.device.with_user(self.portal).meter_ids, self.device.meter_ids)

    def test_a_customer_person_takes_readings_of_visible_devices_only(self):
        self._grant("user")
        device = self.device.with_user(self.portal)
        reading_set = device._take_readings({"mono": 150}, source="portal")
        self.assertEqual(reading_set.sudo().user_id, self.portal)
        hidden = self._create_device("SN-HIDDEN").with_user(self.portal)
        with self.assertRaises(AccessError):
            hidden._take_readings({"mono": 1}, source="portal")

    def test_every_role_takes_readings_and_nobody_creates_them_otherwise(self):
        for number, (role, user) in enumerate(self.users.items()):
            with self.subTest(role=role):
                self.device.with_user(user)._take_readings({"mono": 200 + number})
                with self.assertRaises(AccessError):
                    self.env["service.meter.reading.set"].with_user(user).create(
                        {"device_id": self.device.id, "date": self.now}
                    )

    def test_verdicts_are_for_dispatchers_and_managers(self):
        allowed = {
            role for role, user in self.users.items() if self._may_reject(self.reading, user)
        }
        self.assertEqual(allowed, {"dispatcher", "manager", "administrator"})

    def _may_reject(self, reading, user):
        try:
            reading.with_user(user).action_reject()
        except AccessError:
            return False
        return True

    def test_a_reading_does_not_carry_off_files_of_other_documents(self):
        kept, upload = self.env["ir.attachment"].create(
            [
                {"name": "kept", "raw": PIXEL, "res_model": "res.partner", "res_id": 1},
                {"name": "upload", "raw": PIXEL, "res_model": "service.meter.entry", "res_id": 0},
            ]
        )
        readings = self._read(200, 1, photos=kept | upload).set_id
        self.assertEqual((kept.res_model, kept.res_id), ("res.partner", 1))
        self.assertEqual((upload.res_model, upload.res_id), (readings._name, readings.id))

    def test_forms_are_their_users_own(self):
        technician, colleague = (
            new_test_user(self.env, login, groups="service_customer.group_service_technician")
            for login in ("meter_technician", "meter_colleague")
        )
        entry = (
            self.env["service.meter.entry"]
            .with_user(technician)
            .create({"device_id": self.device.id})
        )
        entry.line_ids[0].value = "5"
        for record in (entry, entry.line_ids):
            with self.assertRaises(AccessError):
                record.with_user(colleague).write({})
