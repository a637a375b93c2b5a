from odoo import api, models

COST_FIELDS = frozenset({"standard_price", "avg_cost", "total_value", "seller_ids"})


class ServiceProductCost(models.AbstractModel):
    """What goods cost us, kept from technicians: in reading, searching, grouping and views."""

    _name = "service.product.cost"
    _description = "Cost of Goods"

    def _has_field_access(self, field, operation):
        # EXTENDS 'base'
        return super()._has_field_access(field, operation) and (
            self.env.su or field.name not in COST_FIELDS or self.env.user._service_sees_costs()
        )

    @api.model
    def _get_view_cache_key(self, view_id=None, view_type="form", **options):
        # EXTENDS 'base': see `_get_view`.
        key = super()._get_view_cache_key(view_id, view_type, **options)
        return (*key, self.env.user._service_sees_costs())

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        # EXTENDS 'base': the web client stumbles over a field that it may not know.
        arch, view = super()._get_view(view_id, view_type, **options)
        if not self.env.user._service_sees_costs():
            for name in COST_FIELDS:
                for node in arch.xpath(f"//field[@name='{name}'] | //label[@for='{name}']"):
                    node.getparent().remove(node)
        return arch, view


class ProductTemplate(models.Model):
    _name = "product.template"
    _inherit = ["product.template", "service.product.cost"]


class ProductProduct(models.Model):
    _name = "product.product"
    _inherit = ["product.product", "service.product.cost"]
