from odoo import api, fields, models
from odoo.exceptions import UserError


class ServiceLoad(models.Model):
    """Devices in the first load, and the models of theirs that nobody has confirmed yet."""

    _inherit = "service.load"

    model_ids = fields.One2many("service.load.model", "load_id", string="Models to Confirm")
    open_model_count = fields.Integer(compute="_compute_open_model_count")

    @api.depends("model_ids.model_id")
    def _compute_open_model_count(self):
        for load in self:
            load.open_model_count = len(load.model_ids.filtered(lambda model: not model.model_id))

    @api.model
    def _get_kinds(self):
        # EXTENDS service_customer
        return [*super()._get_kinds(), "service.load.device"]

    def action_create_models(self):
        """Create all proposed models that nobody has decided on, and look at the rows again."""
        self.ensure_one()
        proposals = self.model_ids.filtered(lambda model: not model.model_id)
        if not proposals:
            raise UserError(self.env._("Every model of this file is confirmed already."))
        proposals.action_create_model()
        return True

    def _recheck(self):
        """Look at the rows again after the models are confirmed, unless loading has begun."""
        self.ensure_one()
        if self.state == "checked" and self.has_access("write") and not self.open_model_count:
            self._check_file()
