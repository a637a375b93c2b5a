from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.zip_code import normalise_zip


class ServiceRegion(models.Model):
    """Part of the country that is served together, given by ranges of postal codes.

    Ranges of all regions never overlap, so an address belongs to one region at most.
    """

    _name = "service.region"
    _description = "Service Region"
    _order = "sequence, name, id"
    _rec_names_search = ["name", "code"]

    name = fields.Char(required=True, translate=True)
    code = fields.Char(help="Short name, shown where space is scarce.")
    sequence = fields.Integer(default=10)
    color = fields.Integer()
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        index=True,
        ondelete="cascade",
        help="Only this company uses the region. Empty: all companies.",
    )
    zip_ids = fields.One2many(
        "service.region.zip", "region_id", string="Postal Code Ranges", copy=False
    )
    partner_ids = fields.One2many("res.partner", "service_region_id", string="Addresses")
    partner_count = fields.Integer(string="Number of Addresses", compute="_compute_partner_count")

    _code_company_uniq = models.UniqueIndex(
        "(code, COALESCE(company_id, 0)) WHERE code IS NOT NULL AND code != ''",
        "Another region has this code already. Choose a different code.",
    )

    @api.depends("partner_ids")
    def _compute_partner_count(self):
        counts = dict(
            self.env["res.partner"]._read_group(
                [("service_region_id", "in", self.ids)], ["service_region_id"], ["__count"]
            )
        )
        for region in self:
            region.partner_count = counts.get(region._origin, 0)

    def action_open_partners(self):
        """Open the customers and locations of the region."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Addresses of %s", self.name),
            "res_model": "res.partner",
            "view_mode": "list,form",
            "domain": [("service_region_id", "=", self.id)],
        }

    @api.model
    def _find_regions(self, zips, country=None):
        """Find the regions of many postal codes with one query.

        :param zips: iterable of postal codes as typed
        :param country: res.country of the codes; without it ranges of every country are looked at
        :return: dict ``{postal code as given: service.region}``; codes without a region are absent
        """
        wanted = {code: normalise_zip(code, country.code if country else None) for code in zips}
        codes = list({code for code in wanted.values() if code})
        if not codes:
            return {}
        ranges = self.env["service.region.zip"]
        ranges.flush_model()
        self.flush_model(["active"])
        found = dict(
            self.env.execute_query(
                SQL(
                    """
                    SELECT code.zip, range.region_id
                      FROM unnest(%(codes)s) AS code(zip)
                      JOIN service_region_zip AS range
                        ON range.zip_from COLLATE "C" <= code.zip
                       AND range.zip_to COLLATE "C" >= code.zip
                      JOIN service_region AS region ON region.id = range.region_id
                     WHERE region.active AND %(country)s
                    """,
                    codes=codes,
                    country=SQL("range.country_id = %s", country.id) if country else SQL("TRUE"),
                )
            )
        )
        return {
            code: self.browse(found[normal]) for code, normal in wanted.items() if normal in found
        }

    def write(self, vals):
        """EXTENDS base: an archived region leaves its addresses."""
        result = super().write(vals)
        if "active" in vals:
            self.env["res.partner"]._service_refresh_regions(self.zip_ids.country_id)
        return result

    def unlink(self):
        """EXTENDS base: addresses of a deleted region look for another one."""
        countries = self.zip_ids.country_id
        result = super().unlink()
        self.env["res.partner"]._service_refresh_regions(countries)
        return result
