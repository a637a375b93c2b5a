from odoo import fields, models


class ServiceMeterEntry(models.TransientModel):
    """Who reads a counter after work on the device also says how much of it were test prints."""

    _inherit = "service.meter.entry"

    def action_take(self):
        """EXTENDS service_meter: keep the test prints, too."""
        result = super().action_take()
        # Superuser: whoever may take readings may say this of them; nobody changes it afterwards.
        self.sudo()._take_tests()
        return result

    def _take_tests(self):
        """Keep the test prints that were entered."""
        return self.env["service.meter.test"].create(
            [
                {
                    "meter_id": line.meter_id.id,
                    "date": self.date,
                    "pages": line.test_pages,
                    "note": self.note,
                }
                for line in self.line_ids
                if line.test_pages
            ]
        )


class ServiceMeterEntryLine(models.TransientModel):
    """Test prints of one counter."""

    _inherit = "service.meter.entry.line"

    test_pages = fields.Integer("Test Prints", help="They are not billed.")
