from odoo import models


class ServiceRateLine(models.Model):
    _inherit = "service.rate.line"

    def _page_price(self):
        """About what one page costs: the first price, or its share of a prepaid block."""
        self.ensure_one()
        if self.block_pages:
            return self._amount(self.block_price) / self.block_pages
        return self._exact(self.price_unit)
