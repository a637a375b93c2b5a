from odoo import models


class ResPartner(models.Model):
    """A company's addresses in the customer panel are changed by who decides for all of it."""

    _inherit = "res.partner"

    def _can_be_edited_by_current_customer(self, **kwargs):
        # EXTENDS 'portal', where each of a company's people changes all its addresses.
        return super()._can_be_edited_by_current_customer(**kwargs) and (
            self == self.env.user.partner_id or self.env.user._service_speaks_for_company()
        )
