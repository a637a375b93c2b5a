from odoo import api, models


class ServiceCharge(models.Model):
    """What a leasing company pays is invoiced to the one that owns the device."""

    _inherit = "service.charge"

    @api.depends("payer", "device_id")
    def _compute_partner_id(self):
        # EXTENDS 'service_billing'
        super()._compute_partner_id()
        for charge in self:
            charge.partner_id = charge._get_lessor() or charge.partner_id

    def _get_lessor(self):
        """The leasing company that pays this charge, if one does and is known."""
        lessor = self.device_id.lessor_id
        return lessor if self.payer == "lessor" else lessor.browse()

    def _prepare_taken_vals(self, vals):
        # EXTENDS 'service_billing'
        if vals.get("payer") == "lessor" and not vals.get("partner_id") and vals.get("device_id"):
            lessor = self.env["service.device"].browse(vals["device_id"]).lessor_id
            vals = {**vals, "partner_id": lessor.id}
        return super()._prepare_taken_vals(vals)
