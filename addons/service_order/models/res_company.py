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
    service_keep_photo_months = fields.Integer(
        string="Months to Keep Photos",
        help="Photos of closed requests and finished visits are deleted after this time; 0 keeps"
        " them.",
    )
    service_keep_signature_months = fields.Integer(
        string="Months to Keep Signatures",
        help="Pictures of customers' signatures, and protocols with them, are deleted after this "
        "time; 0 keeps them.",
    )

    _service_keep_months_natural = models.Constraint(
        "CHECK(service_keep_photo_months >= 0 AND service_keep_signature_months >= 0)",
        "The months to keep photos or signatures can't be negative. Enter 0 to keep them for good.",
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
        """Make the location that covered parts are used up in, where it is missing; take back the
        one that stayed when the addon was uninstalled."""
        companies = self.filtered(lambda company: not company.service_consumption_location_id)

        def name_in(lang):
            return self.with_context(lang=lang).env._("Service consumption")

        left = companies._find_left_locations("inventory", name_in)
        # sudo: companies are made by administrators who need not be warehouse managers.
        for company in companies.sudo():
            company.service_consumption_location_id = left.get(company) or company.env[
                "stock.location"
            ].create(
                {
                    "name": name_in(company._get_service_lang()),
                    "usage": "inventory",
                    "company_id": company.id,
                }
            )
