from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .common import ServiceMeterCommon


@tagged("post_install", "-at_install")
class TestServiceDeviceMove(ServiceMeterCommon):
    def _move(self, device, operation, **vals):
        wizard = self.env["service.device.move"].create(
            {"device_ids": device.ids, "operation": operation, **vals}
        )
        line = wizard.reading_line_ids.filtered(
            lambda line: line.meter_id.type_id == self.mono_type
        )
        return wizard, line

    def test_installing_takes_the_opening_readings(self):
        device = self._create_device("SN-NEW")
        wizard, line = self._move(
            device, "install", customer_id=self.customer.id, location_id=self.site.id
        )
        line.value = "12"
        wizard.action_apply()
        reading_set = device.meter_ids.reading_ids.set_id
        self.assertRecordValues(
            reading_set, [{"source": "installation", "customer_id": self.customer.id}]
        )
        self.assertEqual(reading_set.reading_ids.mapped("value"), [12])

    def test_a_closing_reading_belongs_to_the_customer_that_is_left(self):
        wizard, line = self._move(self.device, "take_back")
        line.value = "500"
        wizard.action_apply()
        self.assertEqual(self.device.status, "in_stock")
        self.assertEqual(self.mono.last_reading_id.customer_id, self.customer)

    def test_zero_is_a_reading_and_nothing_is_none(self):
        wizard, line = self._move(self.device, "take_back")
        line.value = "0"
        wizard.action_apply()
        self.assertEqual(self.mono.reading_ids.mapped("value"), [0])
        self.assertFalse(self.colour.reading_ids)

    def test_a_move_recorded_later_tells_whose_the_readings_were(self):
        reading = self._read(10, 20)
        self._place(
            self.device, 50, customer_id=self.other_customer.id, location_id=self.other_site.id
        )
        self.assertRecordValues(
            reading,
            [{"customer_id": self.other_customer.id, "location_id": self.other_site.id}],
        )

    def test_the_form_takes_readings_of_a_device(self):
        action = self.device.action_take_readings()
        form = Form(self.env[action["res_model"]].with_context(**action["context"]))
        with form.line_ids.edit(0) as line:
            line.value = "321"
        form.save().action_take()
        self.assertEqual(self.mono.counter_value, 321)
        self.assertFalse(self.colour.reading_ids)

    def test_no_move_before_what_was_read(self):
        self._read(100, 20)
        wizard, _line = self._move(self.device, "take_back", date=self._days_ago(30))
        self.assertIn("were read on", wizard.date_limit_note)
        with self.assertRaisesRegex(UserError, "were read on.*Choose a later date"):
            wizard.action_apply()
        wizard.date = self._days_ago(20)
        wizard.action_apply()
        self.assertEqual(self.device.status, "in_stock")

    def test_a_rejected_reading_stops_no_move(self):
        self._read(100, 20).action_reject()
        wizard, _line = self._move(self.device, "take_back", date=self._days_ago(30))
        wizard.action_apply()
        self.assertEqual(self.device.status, "in_stock")

    def test_the_protocol_tells_the_readings(self):
        self.device._take_readings({"mono": 90, "colour": 40}, date=self._days_ago(20))
        wizard, line = self._move(self.device, "take_back", with_protocol=True)
        line.value = "12345"
        wizard.action_apply()
        protocol = wizard.protocol_ids
        self.assertRecordValues(
            protocol._get_readings(),
            [
                {"meter_id": self.mono.id, "value": 12345},
                {"meter_id": self.colour.id, "value": 40},
            ],
        )
        report = self.env["ir.actions.report"]
        html, _kind = report._render_qweb_html(
            "service_device.action_report_protocol", protocol.ids
        )
        self.assertIn("12,345", html.decode())
        self.assertNotIn("……", html.decode())
        self.assertIn("took over the devices", html.decode())
        self.colour.reading_ids.action_reject()
        html, _kind = report._render_qweb_html(
            "service_device.action_report_protocol", protocol.ids
        )
        self.assertIn("……", html.decode(), "what nobody has read is written in by hand")

    def test_readings_are_there_before_the_protocol_is_printed(self):
        printed = []
        protocol_class = self.env.registry["service.device.protocol"]
        self.patch(protocol_class, "_attach_pdf", lambda self: printed.extend(self._get_readings()))
        wizard, line = self._move(self.device, "take_back", with_protocol=True)
        line.value = "777"
        wizard.action_apply()
        self.assertEqual([reading.value for reading in printed], [777])
