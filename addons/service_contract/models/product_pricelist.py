from odoo import fields, models


class ProductPricelist(models.Model):
    """Prices many questions without asking the database for each."""

    _inherit = "product.pricelist"

    service_contract_ids = fields.One2many(
        "service.contract",
        "pricelist_id",
        string="Contracts",
        groups="base.group_user",
        help="The contracts whose prices these are; record rules of customer people join them.",
    )

    def _get_applicable_rules(self, products, date, *, service_price_book=None, **kwargs):
        # EXTENDS product
        if service_price_book is None or not self:
            return super()._get_applicable_rules(products, date, **kwargs)
        return service_price_book.rules(self, products, date)
