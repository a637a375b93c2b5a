from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Command


class ServiceDeviceModel(models.Model):
    """A model says which counters its devices have."""

    _inherit = "service.device.model"

    meter_line_ids = fields.One2many(
        "service.device.model.meter",
        "model_id",
        string="Meters",
        copy=True,
        help="Each device of this model gets these meters.",
    )
    meter_type_ids = fields.Many2many(
        "service.meter.type",
        string="Meter Types",
        compute="_compute_meter_type_ids",
        inverse="_inverse_meter_type_ids",
        search="_search_meter_type_ids",
    )

    @api.depends("meter_line_ids.type_id")
    def _compute_meter_type_ids(self):
        for model in self:
            model.meter_type_ids = model.meter_line_ids.type_id

    def _inverse_meter_type_ids(self):
        """Counters that stay keep what is known of them."""
        for model in self:
            lines, types = model.meter_line_ids, model.meter_type_ids
            gone = lines.filtered(lambda line, types=types: line.type_id not in types)
            model.meter_line_ids = [
                *(Command.unlink(line.id) for line in gone),
                *(Command.create({"type_id": new.id}) for new in types - lines.type_id),
            ]

    def _search_meter_type_ids(self, operator, value):
        return [("meter_line_ids.type_id", operator, value)]

    def _give_meters(self):
        """Give the devices of these models the meters that they lack."""
        devices = self.env["service.device"].with_context(active_test=False)
        devices.search([("model_id", "in", self.ids)])._create_missing_meters()

    def _compute_meters_anew(self):
        """What counters count has changed: what is computed from them changes with it.

        Of two lines that are changed together, only the second one makes sense of both.
        """
        sensible = self.filtered(lambda model: model._is_sensible())
        meters = self.env["service.meter"].with_context(active_test=False)
        # Superuser: computed readings follow, whoever of the managers says how a model counts.
        meters.sudo().search(
            [("device_id.model_id", "in", sensible.ids), ("kind", "=", "computed")]
        )._derive()

    def _is_sensible(self):
        try:
            self._check_computed_meters()
        except ValidationError:
            return False
        return True
