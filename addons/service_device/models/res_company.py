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
        It stays when the addon is uninstalled, as stock lies in it; installed again, the addon
        takes it back instead of creating a second one.
        """
        companies = self.filtered(lambda company: not company.service_customer_devices_location_id)

        def name_in(lang):
            return self.with_context(lang=lang).env._("Devices at customers")

        left = companies._find_left_locations("internal", name_in)
        for company in companies:
            company.service_customer_devices_location_id = left.get(company) or self.env[
                "stock.location"
            ].create(
                {
                    "name": name_in(company._get_service_lang()),
                    "usage": "internal",
                    "company_id": company.id,
                    "location_id": False,
                }
            )

    def _find_left_locations(self, usage, name_in):
        """Return {company: location} of what an earlier installation of an addon left: stock
        locations stay when it is uninstalled. They are known by their name and by having no parent.

        :param name_in: function that returns the name of the location in a language
        """
        languages = [code for code, _name in self.env["res.lang"].get_installed()]
        # sudo: companies are made by administrators who need not be warehouse managers.
        locations = (
            self.env["stock.location"]
            .sudo()
            .search(
                [
                    ("company_id", "in", self.ids),
                    ("usage", "=", usage),
                    ("location_id", "=", False),
                    ("name", "in", [name_in(code) for code in languages]),
                ],
                order="id desc",
            )
        )
        return {location.company_id: location for location in locations}
