import io
import re
from unittest.mock import patch

from PIL import Image

from odoo import Command, fields
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .reading_common import ReadingRequestCommon


def photo(**params):
    output = io.BytesIO()
    Image.new("RGB", (64, 48), "teal").save(output, "JPEG", **params)
    return output.getvalue()


@tagged("post_install", "-at_install")
class TestReadingLink(ReadingRequestCommon, HttpCase):
    """The page that the link of a mail opens, without a login."""

    def setUp(self):
        super().setUp()
        self.person = self._asker().partner_id
        self.second = self._device("SN-2")
        self.device._take_readings({"mono": 5000}, date="2026-09-30 08:00:00")
        self.second._take_readings({"mono": 700}, date="2026-09-30 08:00:00")
        self.requests_ = self._due()
        self.first_one = self.requests_.filtered(lambda one: one.device_id == self.device)
        self.second_one = self.requests_ - self.first_one
        self.url = re.sub(r"^https?://[^/]+", "", self.first_one._get_personal_url())
        limits = type(self.env["service.rate.limit"])
        patcher = patch.object(limits, "_take", return_value=True)
        self.limit = patcher.start()
        self.addCleanup(patcher.stop)

    def _link(self):
        return self.env["service.link"]._find(self.url.rsplit("/", 1)[1])

    def _name(self, request):
        return f"meter_{request.meter_ids.id}"

    def _post(self, values, files=None, url=None, **form):
        post = form | {self._name(request): value for request, value in values.items()}
        files = {f"photo_{request.id}": file for request, file in (files or {}).items()}
        return self.url_open(url or self.url, data=post or {"x": "1"}, files=files or None)

    def test_the_form_and_the_thanks(self):
        page = self.url_open(self.url)
        self.assertEqual(page.status_code, 200)
        self.assertEqual(page.headers["Referrer-Policy"], "no-referrer")
        for text in ("SN-1", "SN-2", "Press Counter.", 'inputmode="numeric"', "5,000"):
            self.assertIn(text, page.text)
        page = self._post({self.first_one: "6 000", self.second_one: "1700"})
        self.assertIn("Thank you, we have all readings", page.text)
        self.assertEqual(self.requests_.mapped("state"), ["done", "done"])
        taken = self.first_one.set_id
        self.assertRecordValues(taken, [{"source": "link", "partner_id": self.person.id}])
        self.assertEqual(taken.reading_ids.value, 6000)
        sets = self.env["service.meter.reading.set"].search_count([])
        again = self._post({self.first_one: "6000", self.second_one: "1700"})
        self.assertIn("Thank you, we have all readings", again.text, "Sent twice, taken once.")
        self.assertEqual(self.env["service.meter.reading.set"].search_count([]), sets)
        self.assertGreaterEqual(self._link().use_count, 1)

    def test_the_impossible_is_refused_and_nothing_typed_is_lost(self):
        for wrong in ("123456789012", "12a4", "-5", "1.5"):
            with self.subTest(wrong):
                page = self._post({self.second_one: wrong})
                self.assertIn("is not a counter value", page.text)
                self.assertIn(f'value="{wrong}"', page.text)
                self.assertEqual(self.second_one.state, "waiting")
        page = self._post({self.first_one: "6000", self.second_one: "12a4"})
        self.assertEqual(self.requests_.sorted("id").mapped("state").count("done"), 1)
        self.assertIn('value="12a4"', page.text)
        self.assertNotIn(
            f'name="{self._name(self.first_one)}"', page.text, "What is right is taken."
        )
        page = self._post({})
        self.assertIn("at least one device", page.text)

    def test_the_day_on_which_it_was_read(self):
        self.assertIn('value="2026-10-29"', self.url_open(self.url).text, "Today, unless changed.")
        for wrong, words in (
            ("2026-10-01", "counts from 10/27/2026"),
            ("2026-10-30", "counts from 10/27/2026"),
            ("0001-01-01", "counts from 10/27/2026"),
            ("yesterday", "Enter the day"),
        ):
            with self.subTest(wrong):
                page = self._post({self.first_one: "6000"}, day=wrong)
                self.assertIn(words, page.text)
                self.assertIn('value="6000"', page.text)
                self.assertEqual(self.first_one.state, "waiting")
        page = self._post({self.first_one: "6000", self.second_one: "1700"}, day="2026-10-28")
        self.assertIn("Thank you, we have all readings", page.text)
        # Noon in Poland, as in files that tell a day only.
        moments = [fields.Datetime.to_datetime("2026-10-28 11:00:00")] * 2
        self.assertEqual(self.requests_.set_id.mapped("date"), moments)
        self.assertEqual(self.first_one.date_done, fields.Datetime.now())

    def test_no_day_before_the_device_came(self):
        self.env["service.device.placement"].create(
            {
                "device_id": self.device.id,
                "date_start": "2026-10-28 14:00:00",
                "kind": "customer",
                "customer_id": self.customer.id,
            }
        )
        page = self._post({self.first_one: "6000"}, day="2026-10-27")
        self.assertIn("counts from 10/28/2026", page.text)
        self._post({self.first_one: "6000"}, day="2026-10-28")
        self.assertEqual(self.first_one.set_id.date, self.device.placement_id.date_start)

    def test_a_suspect_value_is_kept_and_thanked_for(self):
        page = self._post({self.first_one: "10", self.second_one: "1700"})
        self.assertIn("It differs from what we expected", page.text)
        self.assertEqual(self.first_one.set_id.reading_ids.verdict, "suspect")

    def test_all_billed_counters_of_a_device(self):
        self.first_one.meter_ids |= self.device.meter_ids
        colour = self.device.meter_ids - self.first_one.meter_ids[:1]
        mono = self.first_one.meter_ids - colour
        page = self.url_open(self.url, data={f"meter_{mono.id}": "6000"})
        self.assertIn("Enter this counter, too", page.text)
        self.assertIn('value="6000"', page.text)
        self.assertEqual(self.first_one.state, "waiting")

    def test_photos_lose_their_secrets_and_only_photos_come_in(self):
        exif = Image.Exif()
        exif[0x013B] = "Jan Tajny"
        self._post(
            {self.first_one: "6000"},
            {self.first_one: ("a.jpg", photo(exif=exif), "image/jpeg")},
        )
        kept = self.first_one.set_id.photo_ids
        self.assertEqual(kept.mimetype, "image/jpeg")
        self.assertEqual(kept.res_model, "service.meter.reading.set")
        self.assertNotIn(b"Jan Tajny", kept.raw)
        page = self._post(
            {self.second_one: "1700"},
            {self.second_one: ("a.jpg", b"<script>alert(1)</script>", "image/jpeg")},
        )
        self.assertIn("is not a photo we can open", page.text)
        self.assertIn('value="1700"', page.text)
        self.assertEqual(self.second_one.state, "waiting")

    def test_links_that_are_over(self):
        foreign = self.url_open("/service/readings/" + "x" * 43)
        self.assertEqual(foreign.status_code, 404)
        self.assertIn("This link is not valid", foreign.text)
        self._link().date_end = fields.Datetime.subtract(fields.Datetime.now(), days=1)
        page = self._post({self.first_one: "6000"})
        self.assertEqual(page.status_code, 410)
        self.assertIn("This link has expired", page.text)
        self.assertEqual(self.first_one.state, "waiting")
        self.assertIn("/renew", page.text)
        mails = self.env["mail.mail"].search([])
        self._link()._renew()
        mail = self.env["mail.mail"].search([]) - mails
        self.assertEqual(mail.recipient_ids, self.person)
        self.assertEqual(mail.model, "service.reading.request")
        self._link().date_end = fields.Datetime.add(fields.Datetime.now(), days=1)
        self._link().action_revoke()
        self.assertIn("no longer valid", self.url_open(self.url).text)

    def test_who_lost_the_role_gives_nothing(self):
        role = self.person.service_person_membership_ids
        role.write({"date_from": "2026-01-01", "date_to": "2026-10-28"})
        page = self._post({self.first_one: "6000"})
        self.assertNotIn("SN-1", page.text)
        self.assertEqual(self.first_one.state, "waiting")
        # Of two devices, only the one that is still in scope.
        elsewhere = self.site.copy({"name": "Magazyn"})
        self.second_one.location_id = elsewhere
        role.write(
            {"date_to": False, "scope": "locations", "location_ids": [Command.set(self.site.ids)]}
        )
        page = self.url_open(self.url).text
        self.assertIn("SN-1", page)
        self.assertNotIn("SN-2", page)

    def test_a_device_that_went_to_somebody_else(self):
        self.env["service.device.placement"].create(
            {
                "device_id": self.device.id,
                "date_start": fields.Datetime.now(),
                "kind": "customer",
                "customer_id": self.stranger.id,
            }
        )
        page = self.url_open(self.url).text
        self.assertNotIn("SN-1", page)
        self.assertIn("SN-2", page)

    def test_another_person_with_a_login_is_judged_by_the_own_roles(self):
        other = self._person("user", customer=self.stranger, login="foreign")
        other.password = "foreign_person"
        self.authenticate("foreign", "foreign_person")
        page = self._post({self.first_one: "6000"})
        self.assertNotIn("SN-1", page.text)
        self.assertEqual(self.first_one.state, "waiting")

    def test_the_link_opens_nothing_else(self):
        token = self.url.rsplit("/", 1)[1]
        file = self.env["ir.attachment"].create(
            {
                "name": "secret.txt",
                "raw": b"secret",
                "res_model": "res.partner",
                "res_id": self.person.id,
            }
        )
        self.person.message_post(
            body="Hello", subtype_xmlid="mail.mt_comment", attachment_ids=file.ids
        )
        answer = self.url_open(f"/web/content/{file.id}?access_token={token}")
        self.assertNotIn("secret", answer.text)
        answer = self.url_open(f"/service/l/{token}", allow_redirects=False)
        self.assertTrue(answer.headers["Location"].endswith(self.url))

    def test_pictures_of_the_asked_models_only(self):
        self.model.reading_image = self.env.ref("base.user_admin").image_1920 or False
        picture = self.url_open(f"{self.url}/picture/{self.model.id}/reading_image")
        expected = 200 if self.model.reading_image else 404
        self.assertEqual(picture.status_code, expected)
        other = self.model.copy({"name": "Other"})
        answer = self.url_open(f"{self.url}/picture/{other.id}/reading_image")
        self.assertEqual(answer.status_code, 404)

    @mute_logger("odoo.http")
    def test_the_route_is_limited(self):
        self.limit.return_value = False
        self.assertEqual(self.url_open(self.url).status_code, 429)
