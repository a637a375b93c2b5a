from odoo import api, fields, models


class ServiceMeterInput(models.AbstractModel):
    """One counter in a form; a counter that was not read stays empty."""

    _name = "service.meter.input"
    _description = "Counter in a Form"

    meter_id = fields.Many2one("service.meter", required=True, readonly=True, ondelete="cascade")
    previous = fields.Text(compute="_compute_previous", help="What it showed last, and when.")
    # Text, so that zero is a reading, and what is no number is answered in words.
    value = fields.Char("Reading")

    @api.depends("meter_id")
    def _compute_previous(self):
        for line in self:
            line.previous = line.meter_id._last_in_words()

    def _values(self):
        """``{meter: text}`` of the counters that were read."""
        return {line.meter_id: line.value for line in self if line.value}
