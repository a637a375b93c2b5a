import base64
import re
from datetime import timedelta

from odoo import Command, fields
from odoo.tests import new_test_user, tagged

from ..tools.usage import monthly_bars
from .common import ServicePortalCommon, make_photo


@tagged("post_install", "-at_install")
class TestPortalPages(ServicePortalCommon):
    def _page(self, url):
        response = self.url_open(url)
        self.assertEqual(response.status_code, 200)
        return response.text

    def test_home_shows_open_requests_first(self):
        order = self._create_order()
        self._login(self.user)
        home = self._page("/my")
        self.assertIn("/my/service/new", home)
        self.assertIn(order.name, home)
        self.assertIn(order.customer_stage_name, home)

    def test_work_done_is_closed_for_the_customer(self):
        """What waits for settlement only is no open request: a new fault is a new one."""
        order = self._create_order()
        order._move_to_kind("to_settle")
        self.assertEqual(order.stage_kind, "to_settle")
        self._login(self.user)
        self.assertNotIn(order.name, self._page("/my"))
        self.assertNotIn("Report another fault", self._page(f"/my/devices/{self.device_a.id}"))
        self.assertIn(order.name, self._page("/my/service?filterby=closed"))
        self.assertNotIn("o_service_step_current", self._page(f"/my/service/{order.id}"))

    def test_picture_of_the_model(self):
        self.device_a.model_id.image_1920 = base64.b64encode(make_photo("PNG", (200, 200)))
        url = f"/web/image/service.device/{self.device_a.id}/image_128"
        self._login(self.user)
        self.assertIn(url, self._page("/my/devices"))
        own = self.url_open(url)
        self.assertEqual(own.headers["Content-Type"], "image/png")
        self._login(self.other)
        self.assertNotEqual(self.url_open(url).content, own.content)

    def test_home_cards_are_whole(self):
        """Names of our values must not collide with those of core's templates."""
        self._login(self.user)
        home = self._page("/my")
        self.assertNotIn("&lt;function", home)
        self.assertNotIn(
            "/my/invoices?filterby=invoices", home, "leads to nothing without the role"
        )
        self._login(self.accounting)
        self.assertIn("/my/invoices?filterby=invoices", self._page("/my"))

    def test_what_waits_for_the_customer_stands_first(self):
        awaiting = self._create_order()
        awaiting._move_to_kind("to_accept")
        newer = [self._create_order(self.device_b) for _i in range(4)]
        self._login(self.user)
        home = self._page("/my")
        self.assertLess(home.index(awaiting.name), home.index(newer[-1].name))
        self.assertNotIn(newer[0].name, home)
        self.assertIn("Is everything all right?", self._page(f"/my/service/{awaiting.id}"))
        self.assertNotIn("Is everything all right?", self._page(f"/my/service/{newer[0].id}"))

    def test_lists_of_who_looks_after_nothing(self):
        """An empty list of somebody without access does not say that everything works."""
        self._create_order()
        self._login(self.accounting)
        page = self._page("/my/service")
        self.assertNotIn("everything works", page)
        self.assertIn("that you look after", page)

    def test_home_without_requests(self):
        self._login(self.user)
        home = self._page("/my")
        self.assertIn("o_service_call", home)
        self.assertNotIn("o_service_row_title", home)

    def test_search_finds_each_word(self):
        self._login(self.user)
        for words, found, missed in (
            ("aaa", "SER-AAA", "SER-BBB"),
            ("bizhub bbb", "SER-BBB", "SER-AAA"),
            (self.device_a.name, "SER-AAA", "SER-BBB"),
        ):
            with self.subTest(words):
                page = self._page(f"/my/devices?search={words}")
                self.assertIn(found, page)
                self.assertNotIn(missed, page)
        self.assertIn("o_service_empty", self._page("/my/devices?search=nothing-like-this"))

    def test_device_without_contract(self):
        self._login(self.user)
        page = self._page(f"/my/devices/{self.device_a.id}")
        self.assertIn("This device has no contract", page)
        self.assertNotIn("o_service_notice", page)

    def test_device_shows_open_order(self):
        order = self._create_order()
        self._login(self.user)
        page = self._page(f"/my/devices/{self.device_a.id}")
        self.assertIn(f"/my/service/{order.id}", page)
        self.assertIn("Report another fault", page)
        self.assertNotIn(order.name, self._page(f"/my/devices/{self.device_b.id}"))

    def test_cover_in_words(self):
        self._cover_device("service_contract.type_all_in")
        self._login(self.user)
        page = self._page(f"/my/devices/{self.device_a.id}")
        self.assertIn("Damage caused by the user is payable", page)
        self.assertNotIn(self.contract.name, page, "the contract itself is for decision makers")
        self._login(self.decision)
        self.assertIn(self.contract.name, self._page(f"/my/devices/{self.device_a.id}"))

    def _cover_device(self, type_xmlid):
        self.contract = self.env["service.contract"].create(
            {
                "customer_id": self.customer.id,
                "type_id": self.env.ref(type_xmlid).id,
                "date_start": fields.Date.today() - timedelta(days=30),
                "device_ids": [
                    (
                        0,
                        0,
                        {
                            "device_id": self.device_a.id,
                            "date_start": fields.Date.today() - timedelta(days=30),
                        },
                    )
                ],
            }
        )
        self.contract.action_activate()

    def test_meters_with_units(self):
        self.device_a.model_id.meter_type_ids = self.env["service.meter.type"].search([], limit=1)
        meter = self.env["service.meter"].search([("device_id", "=", self.device_a.id)], limit=1)
        meter = meter or self.env["service.meter"].create(
            {"device_id": self.device_a.id, "type_id": self.device_a.model_id.meter_type_ids.id}
        )
        self.device_a._take_readings({meter: 12345})
        self._login(self.user)
        page = self._page(f"/my/devices/{self.device_a.id}")
        self.assertRegex(page, r"12.?345")
        self.assertIn(meter.type_id.unit, page)

    def test_a_meter_shows_what_its_counter_shows_and_a_graph_of_its_use(self):
        mono = self.env.ref("service_meter.meter_type_mono")
        self.device_a.model_id.meter_type_ids = mono
        self.env["service.device.placement"].create(
            {
                "device_id": self.device_a.id,
                "date_start": fields.Datetime.now() - timedelta(days=200),
                "kind": "customer",
                "customer_id": self.customer.id,
                "location_id": self.site_a.id,
            }
        )
        for value, days in ((81_000, 120), (84_000, 80), (86_000, 40)):
            date = fields.Datetime.now() - timedelta(days=days)
            self.device_a._take_readings({"mono": value}, date=date)
        self.device_a._take_readings({"mono": 707}).reading_ids.action_reset()
        self._login(self.local)
        page = self._page(f"/my/devices/{self.device_a.id}")
        # After a reset the counter begins anew; the pages of its life are the service's affair.
        self.assertIn("<strong>707</strong>", page)
        self.assertIn("o_service_bars_scale", page)
        self.assertRegex(page, "Pages per month: .*3,000")
        self.assertIn("up to 3,000", page)

    def _create_visit(self, order):
        technician = self.env["service.technician"].create(
            {"user_id": new_test_user(self.env, "p_tech", "base.group_user", name="Adam Tech").id}
        )
        return self.env["service.visit"].create(
            {
                "order_id": order.id,
                "technician_id": technician.id,
                "date_start": fields.Datetime.now() + timedelta(days=1),
            }
        )

    def test_photos_of_a_visit(self):
        """The customer sees what the technician photographed when the visit is done; no files."""
        order = self._create_order()
        visit = self._create_visit(order)
        photo, note = self.env["ir.attachment"].create(
            [
                {"name": "roller.jpg", "raw": make_photo()},
                {"name": "codes.html", "raw": b"<b>staff</b>", "mimetype": "text/html"},
            ]
        )
        visit.photo_ids = photo | note
        self._login(self.user)
        self.assertNotIn("/web/image/", self._page(f"/my/service/{order.id}"))
        visit.state = "done"
        page = self._page(f"/my/service/{order.id}")
        shown = re.search(rf"/web/image/{photo.id}\?access_token=[\w-]+", page).group()
        self.assertEqual(self.url_open(shown).headers["Content-Type"], "image/jpeg")
        self.assertNotIn(f"/web/image/{note.id}", page)
        for user in (self.other, self.accounting):
            self._login(user)
            self.assertEqual(self.url_open(f"/web/content/{photo.id}").status_code, 404)

    def test_protocol_of_a_visit(self):
        """The customer downloads exactly what was sent."""
        order = self._create_order()
        visit = self._create_visit(order)
        self._login(self.user)
        draft = self.url_open(f"/report/html/service_order.report_visit/{visit.id}")
        self.assertIn("once the visit is finished", draft.text)
        visit.action_finish()
        page = self._page(f"/my/service/{order.id}")
        url = re.search(rf"/my/service/{order.id}/protocol/\d+", page).group()
        response = self.url_open(url)
        self.assertEqual(response.headers["Content-Type"], "application/pdf")
        self.assertEqual(response.content, base64.b64decode(visit.protocol_ids.pdf))
        self._login(self.other)
        self.assertEqual(self.url_open(url).status_code, 404)

    def test_order_page_tells_stage_and_visit(self):
        order = self._create_order()
        self._create_visit(order)
        order.further_device_ids = [
            Command.create({"device_id": self.device_b.id, "note": "Squeaks"})
        ]
        self._login(self.local)
        page = self._page(f"/my/service/{order.id}")
        self.assertIn("SER-BBB", page)
        self.assertIn("Squeaks", page)
        self.assertIn(f'href="/my/devices/{self.device_a.id}"', page)
        self.assertNotIn(f'href="/my/devices/{self.device_b.id}"', page)
        self._login(self.user)
        page = self._page(f"/my/service/{order.id}")
        self.assertIn(f'href="/my/devices/{self.device_b.id}"', page)
        self.assertIn("Adam Tech", page)
        self.assertIn(order.customer_stage_name, page)
        self.assertIn("o_service_step_current", page)
        self.assertIn('data-allow_composer="1"', page)

    def test_order_page_tells_what_the_contract_promises(self):
        order = self._create_order()
        self._login(self.user)
        self.assertNotIn("Agreed in the contract", self._page(f"/my/service/{order.id}"))
        self.env["service.order.clock"].create(
            [{"order_id": order.id, "kind": kind, "hours": 8} for kind in ("response", "repair")]
        )
        event = {"order_id": order.id, "date": order.date_reported}
        self.env["service.order.clock.event"].create({**event, "kind": "start"})
        page = self._page(f"/my/service/{order.id}")
        self.assertIn("Agreed in the contract", page)
        self.assertRegex(page, r"response by\s*<time")
        order._move_to_kind("waiting_customer")
        self.assertIn("repair time paused", self._page(f"/my/service/{order.id}"))

    def test_cancelled_order_has_no_progress(self):
        order = self._create_order()
        order.action_cancel()
        self._login(self.user)
        page = self._page(f"/my/service/{order.id}")
        self.assertNotIn("o_service_steps", page)
        self.assertIn("has been cancelled", page)
        self.assertNotIn(order.name, self._page("/my/service"))
        self.assertIn(order.name, self._page("/my/service?filterby=closed"))

    def test_conversation(self):
        """A person writes on the own request, staff notes stay with the staff."""
        order = self._create_order()
        order.message_post(body="note for colleagues", subtype_xmlid="mail.mt_note")
        order.message_post(body="answer for you", subtype_xmlid="mail.mt_comment")
        self._login(self.user)
        self.make_jsonrpc_request(
            "/mail/message/post",
            {
                "thread_model": "service.order",
                "thread_id": order.id,
                "post_data": {"body": "when will you come", "message_type": "comment"},
            },
        )
        self.assertIn("when will you come", order.message_ids[0].body)
        self.assertEqual(order.message_ids[0].author_id, self.user.partner_id)
        fetched = self.make_jsonrpc_request(
            "/mail/thread/messages", {"thread_model": "service.order", "thread_id": order.id}
        )
        bodies = str(fetched)
        self.assertIn("answer for you", bodies)
        self.assertNotIn("note for colleagues", bodies)

    def test_monthly_bars(self):
        day = fields.Date.to_date
        pages = {day("2026-01-01"): 100, day("2026-03-01"): 400}
        bars = monthly_bars(pages, day("2026-03-15"), months=4)
        self.assertEqual([bar.pages for bar in bars], [0, 100, 0, 400])
        self.assertEqual([bar.height for bar in bars], [3, 25, 3, 100])
        self.assertEqual(monthly_bars({day("2026-01-01"): 9}, day("2026-03-15")), [])
