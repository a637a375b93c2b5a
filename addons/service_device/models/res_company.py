from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    service_customer_devices_location_id = fields.Many2one(
        "stock.location",
        string="Location of Devices at Customers",
        ondelete="restrict",
        check_company=True,
        help="Our own devices that stand at customers stay our stock and lie here. The location is"
        " outside every warehouse, so no order for goods ever reserves them.",
    )

    # EXTENDS 'stock'
    def _create_per_company_locations(self):
        super()._create_per_company_locations()
        self._create_service_customer_devices_location()

    def _create_service_customer_devices_location(self):
        """Create the valued location of our devices at customers where a company has none.

        It has no parent: below a warehouse's view location, sale orders would reserve the devices.
        """
        companies = self.filtered(lambda company: not company.service_customer_devices_location_id)
        for company in companies:
            translated = self.with_context(lang=company.partner_id.lang or self.env.lang)
            company.service_customer_devices_location_id = self.env["stock.location"].create(
                {
                    "name": translated.env._("Devices at customers"),
                    "usage": "internal",
                    "company_id": company.id,
                    "location_id": False,
                }
            )
