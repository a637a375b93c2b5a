from odoo import models


class SaleOrder(models.Model):
    """Sales of a customer: whoever signs or pays is known, a link without a login only reads."""

    _inherit = "sale.order"

    # What is written through a link would be signed by the customer.
    _service_link_writes = False
    # Who may read an offer may ask about it.
    _mail_post_access = "read"

    def _has_to_be_signed(self):
        # EXTENDS 'sale': the button in the portal.
        return not self.env.user._is_public() and super()._has_to_be_signed()
