import io
from datetime import timedelta

from openpyxl import load_workbook

from odoo import fields
from odoo.tests import tagged

from .common import ServicePortalCommon


@tagged("post_install", "-at_install")
class TestPortalHistory(ServicePortalCommon):
    """A customer's person reads, chooses and downloads the history of an own device."""

    def setUp(self):
        super().setUp()
        self.now = fields.Datetime.now()
        self.order = self._create_order()
        self.device_a.message_post(body="Only for staff", message_type="comment")
        self.url = f"/my/devices/{self.device_a.id}/history"

    def _page(self, query=""):
        response = self.url_open(self.url + query)
        self.assertEqual(response.status_code, 200)
        return response

    def test_page_tells_what_customers_may_know(self):
        self._login(self.user)
        page = self._page().text
        self.assertIn(self.order.name, page)
        self.assertIn("Installed", page)
        self.assertNotIn("Only for staff", page)
        self.assertIn(f'href="{self.url}"', self.url_open(f"/my/devices/{self.device_a.id}").text)

    def test_chosen_by_kind_and_time(self):
        self._login(self.user)
        tomorrow = fields.Date.to_string(self.now + timedelta(days=2))
        for query, order, installed in (
            ("?kind=order", True, False),
            ("?kind=placement", False, True),
            (f"?date_from={tomorrow}", False, False),
            (f"?date_to={tomorrow}", True, True),
            ("?kind=nonsense&date_from=yesterday", True, True),
        ):
            with self.subTest(query):
                events = self._page(query).text.partition("o_service_timeline")[2]
                self.assertEqual(self.order.name in events, order)
                self.assertEqual("Installed" in events, installed)

    def test_what_no_calendar_or_database_knows_chooses_nothing(self):
        self._login(self.user)
        for day in ("9999-12-31", "0001-01-01"):
            for query in (f"?date_from={day}", f"?date_to={day}", f"?date_to={day}&file=xlsx"):
                with self.subTest(query):
                    self._page(query)
        for url in ("/my/devices", "/my/service", "/my/service/new"):
            with self.subTest(url):
                self.assertEqual(self.url_open(f"{url}?search=%00A").status_code, 200)

    def test_long_history_is_paged(self):
        for _number in range(35):
            self._create_order()
        self._login(self.user)
        self.assertIn(f"{self.url}/page/2", self._page().text)
        self.assertIn("Installed", self.url_open(f"{self.url}/page/2").text)

    def test_spreadsheet(self):
        self._login(self.user)
        response = self._page("?file=xlsx&kind=order")
        rows = list(load_workbook(io.BytesIO(response.content)).active.values)
        self.assertEqual(len(rows), 2)
        self.assertEqual(len(rows[0]), 5, "who of our people entered it is not told")
        self.assertIn(self.order.name, rows[1][3])
        self.assertIn(self.device_a.name, response.headers["Content-Disposition"])

    def test_pdf(self):
        """Its text; the PDF program itself is tried where protocols are printed."""
        self._login(self.user)
        response = self._page("?file=pdf")
        self.assertEqual(response.headers["Content-Type"], "application/pdf")
        text = response.content.decode(errors="replace")
        if not text.startswith("%PDF"):  # in tests core answers with the page to be printed
            self.assertIn(self.order.name, text)
            self.assertNotIn("Only for staff", text)

    def test_strangers_find_nothing(self):
        for person in (self.other, self.accounting):
            self._login(person)
            for query in ("", "?file=pdf", "?file=xlsx"):
                with self.subTest(person=person.login, query=query):
                    self.assertEqual(self.url_open(self.url + query).status_code, 404)
