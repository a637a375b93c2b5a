from datetime import timedelta

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
        # A move by hand, without a placement.
        quant = lot.quant_ids.filtered(lambda quant: quant.quantity > 0)
        quant.move_quants(location_dest_id=self.stock)

        events = self._events(device)
        self.assertEqual(device.event_count, len(events))
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
