from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import PIXEL, ServiceMeterCommon


@tagged("post_install", "-at_install")
class TestServiceMeterEntry(ServiceMeterCommon):
    """Bad input: each is a clear sentence in the user's language, and nothing is stored."""

    def _enter(self, value="5", **vals):
        entry = self.env["service.meter.entry"].create({"device_id": self.device.id, **vals})
        entry.line_ids.filtered(lambda line: line.meter_id == self.mono).value = value
        return entry

    def assertRefused(self, sentence, entry):
        with self.assertRaisesRegex(ValidationError, sentence):
            entry.action_take()
        self.assertFalse(self.device.meter_ids.reading_ids)
        self.assertTrue(entry.line_ids.filtered("value"), "what was typed is still there")

    def _photo(self, name, raw):
        return self.env["ir.attachment"].create({"name": name, "raw": raw})

    def test_letters_and_twelve_digits(self):
        self.assertRefused("“12a4” is not a counter value", self._enter("12a4"))
        self.assertRefused("“123456789012” is not a counter value", self._enter("123456789012"))
        self.assertRefused("“-5” is not a counter value", self._enter("-5"))

    def test_a_suspect_is_kept_and_said_at_once(self):
        self.assertEqual(self._enter("5000").action_take()["type"], "ir.actions.act_window_close")
        notice = self._enter("50").action_take()["params"]
        self.assertIn("Lower by 4,950", notice["message"])
        self.assertEqual(notice["next"]["type"], "ir.actions.act_window_close")
        self.assertEqual(self.mono.reading_ids.mapped("verdict").count("suspect"), 1)

    def test_more_digits_than_the_counter_has(self):
        self.model.meter_line_ids.digits = 6
        self.assertRefused("Enter up to 6 digits", self._enter("1000000"))
        self._enter("999 999").action_take()
        self.assertEqual(self.mono.counter_value, 999_999)

    def test_the_future(self):
        self.assertRefused("cannot be in the future", self._enter(date=self._days_ago(-1)))

    def test_a_device_without_meters_says_where_they_come_from(self):
        self.device.meter_ids.unlink()
        with self.assertRaisesRegex(UserError, "has no meters. Choose the meters of"):
            self.device.action_take_readings()

    def test_nothing_at_all(self):
        with self.assertRaisesRegex(ValidationError, "Enter at least one counter"):
            self._enter(False).action_take()

    def test_zero_is_a_reading(self):
        self._enter("0").action_take()
        self.assertEqual(self.mono.reading_ids.mapped("value"), [0])

    def test_a_text_named_as_a_picture(self):
        photo = self._photo("licznik.jpg", b"To nie jest zdjecie")
        self.assertRefused(
            "“licznik.jpg” is not a picture", self._enter(photo_ids=[(6, 0, photo.ids)])
        )

    def test_a_photo_of_eighty_megabytes_is_not_even_opened(self):
        photo = self._photo("ogromne.png", PIXEL)
        # Odoo computes the size from the content; 80 MB of it would only slow the test down.
        self.env.cr.execute(
            "UPDATE ir_attachment SET file_size = 80 * 1024 * 1024 WHERE id = %s", [photo.id]
        )
        photo.invalidate_recordset()
        entry = self._enter(photo_ids=[(6, 0, photo.ids)])
        with patch.object(type(photo), "_file_read", side_effect=AssertionError):
            self.assertRefused("has 80 MB", entry)

    def test_a_photo_is_kept(self):
        photo = self._photo("licznik.png", PIXEL)
        self._enter(photo_ids=[(6, 0, photo.ids)]).action_take()
        self.assertEqual(self.mono.reading_ids.set_id.photo_ids, photo)

    def test_before_the_first_place_nothing_was_read(self):
        self.assertRefused(
            "is in the register since .* Correct its date", self._enter(date=self._days_ago(400))
        )

    def test_a_clock_a_little_behind_is_fine(self):
        device = self._create_device("SN-TODAY", date_placed=self.now)
        reading = device._take_readings({"mono": 5}, date=self.now - timedelta(minutes=5))
        self.assertEqual(reading.customer_id, device.customer_id)

    def _foreign_device(self, *people):
        """A device of another company, for which these people work, too."""
        company = self.env["res.company"].create({"name": "Druga Firma"})
        for person in people:
            person.company_ids += company
        return self._create_device("SN-FOREIGN", company_id=company.id)

    def test_a_device_of_another_company(self):
        technician = self.users["technician"]
        device = self._foreign_device(technician).with_user(technician)
        mine = device.with_context(allowed_company_ids=self.company.ids)
        with self.assertRaisesRegex(ValidationError, "belongs to Druga Firma. Switch to"):
            mine._take_readings({"mono": 5})
        both = device.with_context(allowed_company_ids=technician.company_ids.ids)
        self.assertEqual(both._take_readings({"mono": 5}).sudo().reading_ids.value, 5)

    def test_a_device_of_a_company_of_strangers(self):
        device = self._foreign_device().with_user(self.users["technician"])
        with self.assertRaises(AccessError):
            device._take_readings({"mono": 5})

    def test_each_sentence_is_in_the_language_of_the_user(self):
        self.env["res.lang"]._activate_lang("pl_PL")
        self.env["ir.module.module"]._load_module_terms(["service_meter"], ["pl_PL"])
        self.model.meter_line_ids.digits = 6
        text = self._photo("licznik.jpg", b"To nie jest zdjecie")
        for sentence, vals in (
            ("„12a4” nie jest stanem licznika", {"value": "12a4"}),
            ("„123456789012” nie jest stanem licznika", {"value": "123456789012"}),
            ("„-5” nie jest stanem licznika", {"value": "-5"}),
            ("najwyżej 6 cyfr", {"value": "1000000"}),
            ("nie może mieć daty z przyszłości", {"date": self._days_ago(-1)}),
            ("jest w rejestrze od", {"date": self._days_ago(400)}),
            ("„licznik.jpg” nie jest zdjęciem", {"photo_ids": [(6, 0, text.ids)]}),
        ):
            with self.subTest(sentence):
                self.assertRefused(sentence, self._enter(**vals).with_context(lang="pl_PL"))
        technician = self.users["technician"]
        technician.lang = "pl_PL"
        device = self._foreign_device(technician).with_user(technician)
        with self.assertRaisesRegex(ValidationError, "Przełącz się na tę firmę"):
            device.with_context(lang="pl_PL", allowed_company_ids=self.company.ids)._take_readings(
                {"mono": 5}
            )

    def test_technicians_read_counters_and_the_others_type_them(self):
        for role, source in (
            ("technician", "technician"),
            ("warehouse", "staff"),
            ("dispatcher", "staff"),
        ):
            entry = (
                self.env["service.meter.entry"]
                .with_user(self.users[role])
                .create({"device_id": self.device.id})
            )
            entry.line_ids[0].value = str(len(self.mono.reading_ids) + 1)
            entry.action_take()
            self.assertEqual(self.mono.last_reading_id.source, source)

    def test_the_form_says_what_the_counter_showed_last_and_when(self):
        self._read(1234, 3)
        line = self._enter().line_ids.filtered(lambda line: line.meter_id == self.mono)
        self.assertRegex(line.previous, r"^1,234\n.*\d{4}")

    def test_usage_per_device_and_per_customer_opens_a_graph(self):
        self._read(100, 3)
        for action in (self.device.action_open_usage(), self.customer.action_open_service_usage()):
            self.assertTrue(action["view_mode"].startswith("graph"))
            found = self.env["service.meter.reading"].search(action["domain"])
            self.assertEqual(found, self.mono.reading_ids)
