import base64
import io
from datetime import UTC, datetime, time, timedelta

import xlsxwriter
from pytz import timezone

from odoo import fields, models
from odoo.fields import Domain

# Widths of the columns, in characters.
XLSX_WIDTHS = (18, 36, 16, 70, 30, 24)


class ServiceDeviceHistoryPrint(models.TransientModel):
    """The history of devices as PDF or spreadsheet, of one kind and time if wanted."""

    _name = "service.device.history.print"
    _description = "Print Device History"

    device_ids = fields.Many2many("service.device", string="Devices", required=True)
    date_from = fields.Date(string="From")
    date_to = fields.Date(string="To")
    kind = fields.Selection(
        # Through the field's description, which translates.
        selection=lambda self: (
            self.env["service.device.event"]._fields["kind"]._description_selection(self.env)
        ),
        help="Only events of this kind; empty: all.",
    )
    file_format = fields.Selection(
        [("pdf", "PDF"), ("xlsx", "Spreadsheet (XLSX)")], required=True, default="pdf"
    )
    file = fields.Binary(readonly=True, attachment=False)

    def action_print(self):
        """Download the history."""
        self.ensure_one()
        if self.file_format == "pdf":
            report = self.env.ref("service_device.action_report_history")
            return report.report_action(self.device_ids, data=self._get_report_data())
        self.file = base64.b64encode(self._make_xlsx())
        name = self.env._("device-history")
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/file/{name}.xlsx?download=true",
            "target": "download",
        }

    def _get_report_data(self):
        """What the PDF needs to find the same events: plain values, they travel in an address."""
        return {"wizard_id": self.id, "device_ids": self.device_ids.ids}

    def _get_events(self):
        """The chosen events that the user may read, newest first, grouped by device.

        :return: ``{device: service.device.event}``
        """
        return self.env["service.device.event"].search(self._get_domain()).grouped("device_id")

    def _get_domain(self):
        """The domain of the chosen events."""
        domain = Domain("device_id", "in", self.device_ids._origin.ids)
        if self.kind:
            domain &= Domain("kind", "=", self.kind)
        if self.date_from:
            domain &= Domain("date", ">=", self._begin_of(self.date_from))
        if self.date_to:
            domain &= Domain("date", "<", self._begin_of(self.date_to + timedelta(days=1)))
        return domain

    def _begin_of(self, day):
        """The moment in UTC at which a day begins for the reader."""
        zone = timezone(self.env.context.get("tz") or self.env.user.tz or "UTC")
        local = zone.localize(datetime.combine(day, time()))
        return local.astimezone(UTC).replace(tzinfo=None)

    def _make_xlsx(self):
        """:return: bytes of a workbook with one sheet, a row for each event"""
        stream = io.BytesIO()
        # Summaries are what people typed: never a formula, never a link.
        options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        with xlsxwriter.Workbook(stream, options) as book:
            sheet = book.add_worksheet()
            headings = self._get_headings()
            sheet.write_row(0, 0, headings, book.add_format({"bold": True}))
            for column, width in enumerate(XLSX_WIDTHS[: len(headings)]):
                sheet.set_column(column, column, width)
            moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
            row = 0
            for row, (date, *texts) in enumerate(self._get_rows(), start=1):  # noqa: B007
                sheet.write_datetime(row, 0, date, moment)
                for column, text in enumerate(texts, start=1):
                    sheet.write_string(row, column, text or "")
            sheet.freeze_panes(1, 0)
            sheet.autofilter(0, 0, row, len(headings) - 1)
        return stream.getvalue()

    def _get_rows(self):
        """Each event as a row: local time without zone, then texts."""
        events = self.env["service.device.event"]
        labels = dict(events._fields["kind"]._description_selection(self.env))
        for device, device_events in self._get_events().items():
            # sudo to show: they were found under the reader's own rights.
            for event in device_events.sudo():
                local = fields.Datetime.context_timestamp(self, event.date)
                yield (
                    local.replace(tzinfo=None),
                    device.display_name,
                    labels.get(event.kind),
                    event.summary,
                    event.customer_id.display_name,
                    *([event.user_id.display_name] if self._names_staff() else []),
                )

    def _names_staff(self):
        """Customers are told what happened, not who of our people entered it."""
        return self.env.user._is_internal()

    def _get_headings(self):
        headings = [
            self.env._("Date"),
            self.env._("Device"),
            self.env._("Kind"),
            self.env._("What Happened"),
            self.env._("Customer"),
        ]
        return [*headings, self.env._("By")] if self._names_staff() else headings
