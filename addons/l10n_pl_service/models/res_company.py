from odoo import models


class ResCompany(models.Model):
    _inherit = "res.company"

    def write(self, vals):
        """A company that becomes Polish gets the Polish holidays."""
        result = super().write(vals)
        if "country_id" in vals:
            # sudo: who describes the company need not administer working hours.
            self.sudo().resource_calendar_ids._l10n_pl_enter_holidays()
        return result
