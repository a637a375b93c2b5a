from odoo import fields, models
from odoo.fields import Command


class ServiceLoadModel(models.Model):
    """A proposed model has the counters that the file knows of its devices."""

    _inherit = "service.load.model"

    meter_type_ids = fields.Many2many(
        "service.meter.type",
        "service_load_model_meter_rel",
        "proposal_id",
        "type_id",
        string="Meters",
    )

    def _prepare_model_vals(self):
        # EXTENDS service_device
        lines = [Command.create({"type_id": meter_type.id}) for meter_type in self.meter_type_ids]
        return {**super()._prepare_model_vals(), "meter_line_ids": lines}
