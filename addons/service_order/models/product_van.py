from odoo import api, fields, models


class ProductProduct(models.Model):
    """What of a product the one who looks at it has in the own van."""

    _inherit = "product.product"

    service_van_quantity = fields.Float(
        "In My Van",
        compute="_compute_service_van_quantity",
        digits="Product Unit",
        groups="base.group_user",
        help="What lies in the van of the technician who looks.",
    )

    @api.depends_context("uid")
    def _compute_service_van_quantity(self):
        technicians = self.env["service.technician"]
        if technicians.has_access("read"):  # else the user is of no service, and has no van
            technicians = technicians.search([("user_id", "=", self.env.uid)])
        vans = technicians.van_location_id
        # sudo: technicians have no right on stock; it is the own van that is counted.
        found = (
            self.env["stock.quant"]
            .sudo()
            ._read_group(
                [("product_id", "in", self.ids), ("location_id", "child_of", vans.ids)],
                ["product_id"],
                ["quantity:sum"],
            )
        )
        quantities = {product.id: quantity for product, quantity in found}
        for product in self:
            product.service_van_quantity = quantities.get(product.id, 0.0)
