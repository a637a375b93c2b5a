import re

from odoo import api, fields, models
from odoo.fields import Domain

INDENT = "\u2003\u2003"  # a browser draws ordinary spaces as one
#: What the context may ask a name to show besides.
DETAILS = (
    "formatted_display_name",
    "partner_show_db_id",
    "show_address",
    "show_email",
    "show_vat",
)
BETWEEN_WORDS = re.compile(r"[\s,/]+")


class ResPartner(models.Model):
    """A location is named with its path, and found by any part of it in any order."""

    _inherit = "res.partner"

    service_location_path = fields.Char(
        string="Path",
        compute="_compute_service_location_path",
        store=True,
        recursive=True,
        help="The location within its customer, for example “Site / Building / Floor 2”.",
    )

    service_location_tree = fields.Char(
        string="Location in the Tree",
        compute="_compute_service_location_tree",
        help="The name, indented by what the location lies in.",
    )

    @api.depends("type", "name", "parent_id.service_location_path")
    def _compute_service_location_path(self):
        for partner in self:
            if partner.type == "location":
                above = partner.parent_id.service_location_path
                name = partner.name or ""
                partner.service_location_path = f"{above} / {name}" if above else name
            else:
                partner.service_location_path = False

    @api.depends("service_location_path")
    def _compute_service_location_tree(self):
        for partner in self:
            above, depth = partner.parent_id, 0
            while above.type == "location":
                above, depth = above.parent_id, depth + 1
            name = partner.name or ""
            partner.service_location_tree = partner.type == "location" and INDENT * depth + name

    @api.depends("service_location_path")
    def _compute_complete_name(self):
        """EXTENDS base: a location is named with its whole path."""
        return super()._compute_complete_name()

    def _get_complete_name(self):
        """EXTENDS base: "Customer, Site / Floor 2"."""
        if self.type != "location":
            return super()._get_complete_name()
        path = self.service_location_path or self.name or ""
        customer = self._get_path_customer()
        return f"{customer.name}, {path}" if customer else path

    def _get_path_customer(self):
        """The customer named beside the path, empty where it goes without saying."""
        # As in core, the name of the parent belongs to the name, whoever reads it.
        customer = self.sudo().commercial_partner_id
        hidden = self.env.context.get("partner_display_name_hide_company")
        return self.browse() if hidden or customer == self else customer

    @api.depends("complete_name", "service_location_path")
    @api.depends_context("partner_display_name_hide_company")
    def _compute_display_name(self):
        """EXTENDS base: a drop-down shows the path first, then the customer in grey.

        Stored names are taken as they are; core puts each together anew, which lists feel.
        """
        super(ResPartner, self._take_stored_names())._compute_display_name()
        if not self.env.context.get("formatted_display_name"):
            return
        for location in self.filtered(lambda partner: partner.type == "location"):
            customer = location._get_path_customer()
            path = location.service_location_path or location.name or ""
            location.display_name = f"{path} \t --{customer.name}--" if customer else path

    def _take_stored_names(self):
        """Set the display names that are stored; the partners that remain."""
        context = self.env.context
        if any(context.get(detail) for detail in DETAILS):
            return self
        hidden = context.get("partner_display_name_hide_company")
        remaining = []
        for partner in self:
            if hidden:
                stored = partner.type == "location" and partner.service_location_path
            else:  # without a name, the user's word for the kind of address stands for it
                stored = partner.name and partner.complete_name
            if stored:
                partner.display_name = stored
            else:
                remaining.append(partner.id)
        return self.browse(remaining)

    @api.model
    def _search_display_name(self, operator, value):
        """EXTENDS base: "odra floor 2" finds "Odra, Site A / Building / Floor 2"."""
        domain = super()._search_display_name(operator, value)
        words = BETWEEN_WORDS.split(value.strip(" ,/")) if isinstance(value, str) else []
        if operator != "ilike" or len(words) < 2:
            return domain
        by_words = Domain.AND(Domain("complete_name", "ilike", word) for word in words)
        return Domain(domain) | (Domain("type", "=", "location") & by_words)
