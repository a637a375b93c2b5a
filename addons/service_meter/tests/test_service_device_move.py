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
