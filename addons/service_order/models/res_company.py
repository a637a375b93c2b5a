from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    service_labour_product_id = fields.Many2one(
        "product.product",
        string="Labour",
        domain=[("type", "=", "service")],
        ondelete="set null",
        help="Product of labour lines; its price is the general price of an hour.",
    )
    service_travel_product_id = fields.Many2one(
        "product.product",
        string="Travel",
        domain=[("type", "=", "service")],
        ondelete="set null",
        help="Product of travel lines; its price is the general price of its unit.",
    )
    service_consumption_location_id = fields.Many2one(
        "stock.location",
        string="Service Consumption",
        domain=[("usage", "=", "inventory")],
        ondelete="restrict",
        help="Where covered parts go: used by us, not sold.",
    )

    def _get_service_product(self, kind):
        """The product of a labour or travel line.

        :param str kind: `labour` or `travel`
        :return: `product.product`, empty for any other kind
        """
        self.ensure_one()
        if kind not in ("labour", "travel"):
            return self.env["product.product"]
        return self[f"service_{kind}_product_id"] or self.env.ref(f"service_order.product_{kind}")

    def _create_per_company_locations(self):
        # EXTENDS 'stock'
        super()._create_per_company_locations()
        self._create_service_consumption_location()

    def _create_service_consumption_location(self):
        """Make the location that covered parts are used up in, where it is missing."""
        companies = self.filtered(lambda company: not company.service_consumption_location_id)
        # sudo: companies are made by administrators who need not be warehouse managers.
        locations = (
            self.env["stock.location"]
            .sudo()
            .create(
                [
                    {
                        "name": self.env._("Service consumption"),
                        "usage": "inventory",
                        "company_id": company.id,
                    }
                    for company in companies
                ]
            )
        )
        for company, location in zip(companies, locations, strict=True):
            # sudo: as above.
            company.sudo().service_consumption_location_id = location
