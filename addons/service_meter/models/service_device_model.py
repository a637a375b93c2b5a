from odoo import fields, models


class ServiceDeviceModel(models.Model):
    """A model says which counters its devices have."""

    _inherit = "service.device.model"

    meter_type_ids = fields.Many2many(
        "service.meter.type",
        string="Meters",
        help="Each device of this model gets these meters.",
    )

    def write(self, vals):
        """Give devices of the model the meters that it gained."""
        result = super().write(vals)
        if "meter_type_ids" in vals:
            devices = self.env["service.device"].with_context(active_test=False)
            devices.search([("model_id", "in", self.ids)])._create_missing_meters()
        return result
