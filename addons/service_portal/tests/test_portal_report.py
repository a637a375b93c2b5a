import io
import re

from PIL import Image

from odoo.tests import tagged

from odoo.addons.service_customer.tools.photo import MAX_BYTES, MAX_PHOTOS

from .common import ServicePortalCommon, make_exif, make_photo


@tagged("post_install", "-at_install")
class TestPortalReport(ServicePortalCommon):
    def setUp(self):
        super().setUp()
        self.url = f"/my/devices/{self.device_a.id}/report"

    def _orders(self):
        return self.env["service.order"].search([("customer_id", "=", self.customer.id)])

    def _assert_refused(self, response, sentence, kept=None):
        """The form comes back with the sentence and what was typed, and no order was made."""
        self.assertEqual(response.status_code, 200)
        self.assertIn(sentence, response.text)
        if kept:
            self.assertIn(kept, response.text, "nothing typed is lost")
        self.assertFalse(self._orders())

    def test_report_a_device(self):
        self._login(self.user)
        response = self._report(self.url, topic_id=self.topic.id, description="Tray 2 jams")
        order = self._orders()
        self.assertEqual(response.status_code, 303)
        self.assertIn(f"/my/service/{order.id}", response.headers["Location"])
        self.assertRecordValues(
            order,
            [
                {
                    "device_id": self.device_a.id,
                    "customer_id": self.customer.id,
                    "location_id": self.site_a.id,
                    "topic_id": self.topic.id,
                    "description": "Tray 2 jams",
                    "source": "portal",
                    "reporter_id": self.user.partner_id.id,
                    "stage_kind": "new",
                }
            ],
        )
        self.assertIn("o_service_success", self.url_open(response.headers["Location"]).text)

    def test_values_not_offered_are_not_taken(self):
        """Whatever a browser sends, customer, reporter and stage are not its to choose."""
        self._login(self.user)
        self._report(
            self.url,
            description="Tray 2 jams",
            customer_id=self.stranger.id,
            reporter_id=self.other.partner_id.id,
            device_id=self.device_other.id,
            priority="3",
            topic_id="999999999",
        )
        self.assertRecordValues(
            self._orders(),
            [
                {
                    "customer_id": self.customer.id,
                    "reporter_id": self.user.partner_id.id,
                    "device_id": self.device_a.id,
                    "priority": "0",
                    "topic_id": False,
                }
            ],
        )

    def test_topics_of_other_devices_are_not_offered(self):
        """A topic for categories, or below such a topic, is for devices of these alone."""
        mine, others = self.env["service.device.category"].create([{"name": "A"}, {"name": "B"}])
        deeper = self.env["service.device.category"].create({"name": "AA", "parent_id": mine.id})
        self.device_a.model_id.category_id = deeper
        above, topic = self.env["service.topic"].create(
            [
                {"name": "Terminals", "category_ids": others.ids},
                {"name": "Copiers", "category_ids": mine.ids},
            ]
        )
        below = self.env["service.topic"].create({"name": "Dead", "parent_id": above.id})
        offered = self.env["service.topic"]._search_for(self.device_a)
        self.assertIn(topic, offered)
        self.assertNotIn(below, offered)
        self.assertIn(below, self.env["service.topic"]._search_for(self.env["service.device"]))
        self._login(self.user)
        self._report(self.url, topic_id=below.id, description="Tray 2 jams")
        self.assertFalse(self._orders().topic_id)

    def test_nothing_said(self):
        self._login(self.user)
        self._assert_refused(self._report(self.url, description="  "), "Choose a subject")

    def test_too_long(self):
        self._login(self.user)
        self._assert_refused(self._report(self.url, description="x" * 4001), "is too long")

    def test_csrf(self):
        self._login(self.user)
        with self.assertLogs("odoo.http", "WARNING"):
            response = self._report(self.url, description="Tray 2 jams", csrf_token="wrong")
        self.assertEqual(response.status_code, 400)
        self.assertFalse(self._orders())

    def test_second_press_makes_no_second_request(self):
        self._login(self.user)
        first = self._report(self.url, description="Tray 2 jams")
        second = self._report(self.url, description="Tray 2 jams")
        self.assertEqual(first.headers["Location"], second.headers["Location"])
        self.assertEqual(len(self._orders()), 1)
        self._report(self.url, description="Another fault")
        self.assertEqual(len(self._orders()), 2)

    def test_open_request_is_shown_before(self):
        order = self._create_order()
        self._login(self.user)
        page = self.url_open(self.url).text
        self.assertIn("There is already an open request", page)
        self.assertIn(f"/my/service/{order.id}", page)
        other = self.url_open(f"/my/devices/{self.device_b.id}/report").text
        self.assertNotIn("There is already an open request", other)

    def test_self_help_is_offered(self):
        self._login(self.user)
        self.assertIn("Open the cover.", self.url_open(self.url).text)

    # Photos

    def test_photos_reach_the_request_without_exif(self):
        self._login(self.user)
        self._report(
            self.url,
            [("a.jpg", make_photo(exif=make_exif())), ("b.png", make_photo("PNG"))],
            description="See the photos",
        )
        order = self._orders()
        self.assertEqual(len(order.photo_ids), 2)
        self.assertEqual(set(order.photo_ids.mapped("mimetype")), {"image/jpeg"})
        for attachment in order.photo_ids:
            self.assertNotIn(b"Jan Tajny", attachment.raw)
            self.assertFalse(Image.open(io.BytesIO(attachment.raw)).getexif())
            self.assertEqual((attachment.res_model, attachment.res_id), ("service.order", order.id))
            self.assertFalse(attachment.public)
        page = self.url_open(f"/my/service/{order.id}").text
        shown = re.search(rf"/web/image/{order.photo_ids[0].id}\?access_token=[\w-]+", page).group()
        self.assertEqual(self.url_open(shown).headers["Content-Type"], "image/jpeg")

    def test_photo_is_not_for_strangers(self):
        self._login(self.user)
        self._report(self.url, [("a.jpg", make_photo())], description="See the photo")
        photo = self._orders().photo_ids
        for user in (self.other, self.accounting, self.former):
            with self.subTest(user.login):
                self._login(user)
                response = self.url_open(f"/web/content/{photo.id}", allow_redirects=False)
                self.assertEqual(response.status_code, 404)

    def test_kind_by_content(self):
        self._login(self.user)
        response = self._report(
            self.url, [("jam.jpg", b"<script>alert(1)</script>")], description="Tray 2 jams"
        )
        self._assert_refused(response, "is not a photo we can open", "Tray 2 jams")

    def test_iphone_format(self):
        self._login(self.user)
        photo = b"\0\0\0\x18ftypheic" + b"\0" * 64
        response = self._report(self.url, [("IMG_1.HEIC", photo)], description="Tray 2 jams")
        self._assert_refused(response, "Most Compatible", "Tray 2 jams")
        kinds = re.search(r'accept="([^"]+)"', response.text).group(1)
        self.assertNotIn("heic", kinds, "else iPhones would not convert")

    def test_file_name_is_escaped(self):
        self._login(self.user)
        response = self._report(self.url, [("<b>x</b>.jpg", b"no")], description="Tray 2 jams")
        self._assert_refused(response, "is not a photo we can open")
        self.assertNotIn("<b>x</b>", response.text)

    def test_too_big(self):
        self._login(self.user)
        response = self._report(
            self.url, [("big.jpg", make_photo() + b"0" * MAX_BYTES)], description="Tray 2 jams"
        )
        self._assert_refused(response, "is larger than 10 MB", "Tray 2 jams")

    def test_too_many(self):
        self._login(self.user)
        photos = [(f"{number}.jpg", make_photo()) for number in range(MAX_PHOTOS + 1)]
        response = self._report(self.url, photos, description="Tray 2 jams")
        self._assert_refused(response, "At most 5 photos", "Tray 2 jams")

    def test_form_in_the_browser(self):
        """Photos add up, can be taken out, and outlive an error; see the tour."""
        self.start_tour(self.url, "service_portal_report", login=self.user.login)
        self.assertRecordValues(self._orders(), [{"description": "Tray 2 jams"}])
        self.assertEqual(len(self._orders().photo_ids), 1)

    def test_logged_out_while_writing(self):
        """Nothing typed is lost: the person logs in beside the form and sends it; see the tour."""
        self.start_tour(self.url, "service_portal_logged_out", login=self.user.login)
        self.assertRecordValues(self._orders(), [{"description": "Tray 2 jams"}])

    # Without a device

    def test_only_device_is_chosen_at_once(self):
        self._login(self.local)
        response = self.url_open("/my/service/new", allow_redirects=False)
        self.assertEqual(response.status_code, 303)
        self.assertTrue(response.headers["Location"].endswith(self.url))

    def test_without_device(self):
        self._login(self.user)
        url = "/my/service/new/other"
        self._assert_refused(self._report(url, description="New office"), "Choose the place")
        self._report(url, description="New office", place=f"{self.customer.id}-{self.site_b.id}")
        self.assertRecordValues(
            self._orders(),
            [
                {
                    "customer_id": self.customer.id,
                    "location_id": self.site_b.id,
                    "device_id": False,
                    "description": "New office",
                }
            ],
        )

    def test_without_device_only_in_scope(self):
        self._login(self.local)
        url = "/my/service/new/other"
        for place in (
            f"{self.customer.id}-{self.site_b.id}",
            f"{self.customer.id}-0",
            f"{self.stranger.id}-{self.site_other.id}",
        ):
            with self.subTest(place):
                self._assert_refused(
                    self._report(url, description="x", place=place), "Choose the place"
                )
        self._report(url, description="x", place=f"{self.customer.id}-{self.site_a.id}")
        self.assertEqual(self._orders().location_id, self.site_a)
