import io
from datetime import datetime, timedelta

from openpyxl import load_workbook

from odoo import fields
from odoo.tests import tagged

from .common import ServiceDeviceCommon


@tagged("post_install", "-at_install")
class TestServiceDeviceHistory(ServiceDeviceCommon):
    def _events(self, device):
        return device.env["service.device.event"].search([("device_id", "=", device.id)])

    def test_every_event_is_on_the_history(self):
        """What happens to a device in this addon: receipt, placement, message, stock move."""
        lot = self._receive("SN1")
        device = lot.service_device_id
        device.message_post(body="Cleaned", message_type="comment")
        self._place(device, -1 / 1440)
        # A count tells nothing of the device, so no placement stands for it.
        self._count(lot, self.at_customers, 0)

        events = self._events(device)
        self.assertEqual(
            sorted(events.mapped("kind")), ["message", "placement", "placement", "stock"]
        )
        message = events.filtered(lambda event: event.kind == "message")
        self.assertIn("Cleaned", message.summary)
        self.assertEqual(message.audience, "staff")
        newest = events.filtered(lambda event: event.kind == "placement")[0]
        self.assertRecordValues(
            newest,
            [
                {
                    "id": device.placement_id.id * 16 + 1,
                    "device_id": device.id,
                    "audience": "customer",
                    "customer_id": self.customer.id,
                    "location_id": self.site.id,
                    "company_id": self.company.id,
                    "res_model": "service.device.placement",
                    "res_id": device.placement_id.id,
                }
            ],
        )
        self.assertIn("Main Site", newest.summary)

    def test_newest_first(self):
        device = self._create_device("A1")
        for days_ago in (20, 5, 10):
            self._place(device, days_ago)
        dates = self._events(device).mapped("date")
        self.assertEqual(dates, sorted(dates, reverse=True))

    def test_event_opens_its_source(self):
        device = self._create_device("A1")
        action = self._events(device).action_open_source()
        self.assertEqual(action["res_model"], "service.device.placement")
        self.assertEqual(action["res_id"], device.placement_id.id)

    def test_summary_speaks_the_readers_language(self):
        self.env["res.lang"]._activate_lang("pl_PL")
        placement = self.env["service.device.placement"]
        field = self.env["ir.model.fields.selection"].search(
            [
                ("field_id.model", "=", placement._name),
                ("field_id.name", "=", "status"),
                ("value", "=", "installed"),
            ]
        )
        field.with_context(lang="pl_PL").name = "Zainstalowane"
        device = self._create_device("A1", customer_id=self.customer.id)
        event = self._events(device.with_context(lang="pl_PL"))
        self.assertEqual(event.summary, "Zainstalowane: Test Customer")

    def test_history_reads_what_is_not_flushed_yet(self):
        device = self._create_device("A1")
        self.assertEqual(len(self._events(device)), 1)
        self._place(device, 1)
        events = self._events(device)
        self.assertEqual(len(events), 2)
        self.assertGreater(events[0].date, self.now - timedelta(days=2))

    # --- long histories, PDF and spreadsheet ---

    def _message(self, device, count):
        self.env["mail.message"].create(
            [
                {
                    "model": device._name,
                    "res_id": device.id,
                    "message_type": "comment",
                    "body": f"<p>Message {number}</p>",
                    "date": self.now - timedelta(hours=number),
                }
                for number in range(count)
            ]
        )
        self.env.flush_all()
        self.env.invalidate_all()

    def _first_page(self, device):
        specification = {
            "date": {},
            "device_id": {"fields": {"display_name": {}}},
            "kind": {},
            "summary": {},
            "customer_id": {"fields": {"display_name": {}}},
            "location_id": {"fields": {"display_name": {}}},
            "user_id": {"fields": {"display_name": {}}},
            "audience": {},
        }
        events = self.env["service.device.event"].with_user(self.users["technician"])
        return events.web_search_read([("device_id", "=", device.id)], specification, limit=80)

    def test_first_page_needs_ten_queries_whatever_the_length(self):
        device = self._create_device("LONG", customer_id=self.customer.id)
        for count in (100, 400):
            self._message(device, count)
            self._first_page(device)
            self.env.invalidate_all()
            with self.subTest(count), self.assertQueryCount(7):
                page = self._first_page(device)
            self.assertEqual(len(page["records"]), 80)
        self.assertEqual(page["length"], 501)

    def _print(self, device, user="technician", **vals):
        wizard = self.env["service.device.history.print"].with_user(self.users[user])
        return wizard.create({"device_ids": device.ids} | vals)

    def test_spreadsheet(self):
        device = self._create_device("SHEET", customer_id=self.customer.id)
        device.message_post(body="=1+1", message_type="comment")
        book = load_workbook(io.BytesIO(self._print(device)._make_xlsx()))
        rows = list(book.active.values)
        self.assertEqual(len(rows), 3)
        self.assertEqual(rows[0][0], "Date")
        self.assertEqual({row[2] for row in rows[1:]}, {"Message", "Placement"})
        # What looks like a formula stays what somebody wrote.
        cell = next(cell for row in book.active for cell in row if cell.value == "=1+1")
        self.assertEqual(cell.data_type, "s")

    def test_chosen_by_kind_and_time(self):
        device = self._create_device("CHOICE", customer_id=self.customer.id)
        self._message(device, 48)
        day = fields.Date.to_date(self.now)
        for vals, count in (
            ({}, 49),
            ({"kind": "placement"}, 1),
            ({"kind": "message", "date_to": day - timedelta(days=300)}, 0),
            ({"date_to": day - timedelta(days=300)}, 1),
            ({"date_from": day - timedelta(days=3)}, 48),
        ):
            with self.subTest(vals):
                events = self._print(device, **vals)._get_events()
                self.assertEqual(len(events.get(device, [])), count)

    def test_days_are_the_readers(self):
        """An event late in the evening in Warsaw is of that day, whatever day it is in UTC."""
        device = self._create_device("ZONE")
        moment = datetime(2026, 3, 10, 23, 30)
        self._message(device, 1)
        self.env["mail.message"].search(
            [("model", "=", device._name), ("res_id", "=", device.id)], limit=1
        ).date = moment
        self.env.flush_all()
        wizard = self._print(device, date_from="2026-03-11", date_to="2026-03-11")
        wizard = wizard.with_context(tz="Europe/Warsaw")
        self.assertEqual(len(wizard._get_events().get(device, [])), 1)

    def test_pdf(self):
        device = self._create_device("PDF", customer_id=self.customer.id)
        device.message_post(body="Cleaned", message_type="comment")
        wizard = self._print(device, kind="message")
        action = wizard.action_print()
        html = self.env["ir.actions.report"].with_user(self.users["technician"])
        html, _type = html._render_qweb_html(
            action["report_name"], device.ids, data=action.get("data")
        )
        text = html.decode()
        self.assertIn("Cleaned", text)
        self.assertNotIn("Installed: Test Customer", text)

    def test_pdf_without_the_dialog(self):
        """Printed straight from the device it is the whole history, in the reader's numbers."""
        device = self._create_device("STRAIGHT", customer_id=self.customer.id)
        device.message_post(body="Cleaned", message_type="comment")
        report = self.env["ir.actions.report"].with_user(self.users["technician"])
        html, _type = report._render_qweb_html("service_device.action_report_history", device.ids)
        for part in ("Cleaned", "Installed: Test Customer"):
            self.assertIn(part, html.decode())
