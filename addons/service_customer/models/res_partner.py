from odoo import api, fields, models

from .service_membership import ROLES

STAFF = "base.group_user"


class ResPartner(models.Model):
    """A customer with locations, region and people; see also ``res_partner_location``."""

    _inherit = "res.partner"

    service_region_id = fields.Many2one(
        "service.region",
        string="Region",
        compute="_compute_service_region_id",
        store=True,
        recursive=True,
        index="btree_not_null",
        ondelete="set null",
        groups=STAFF,
        help="Region of the postal code; a location without one has the region of what it lies in.",
    )
    service_calendar_id = fields.Many2one(
        "resource.calendar",
        string="Opening Hours",
        ondelete="set null",
        index="btree_not_null",
        # Not check_company: calendars belong to a company, most customers are shared by all.
        groups=STAFF,
        help="When a technician may come.",
    )
    service_access_notes = fields.Text(
        string="Access",
        groups=STAFF,
        help="How to get in and whom to ask for. Shown to staff only.",
    )
    service_parking_notes = fields.Text(
        string="Parking",
        groups=STAFF,
        help="Where to leave the car and how to unload. Shown to staff only.",
    )
    service_contact_id = fields.Many2one(
        "res.partner",
        string="Contact on Site",
        ondelete="set null",
        index="btree_not_null",
        check_company=True,
        domain="[('is_company', '=', False), ('type', '!=', 'location')]",
        groups=STAFF,
    )
    service_invoice_partner_id = fields.Many2one(
        "res.partner",
        string="Invoice Recipient",
        ondelete="set null",
        index="btree_not_null",
        check_company=True,
        domain="[('type', '!=', 'location')]",
        groups=STAFF,
        help="Who gets the invoices for this place, when it is not the customer.",
    )
    service_membership_ids = fields.One2many(
        "service.membership", "customer_id", string="People and Roles", groups=STAFF
    )
    service_person_membership_ids = fields.One2many(
        "service.membership", "contact_id", string="Roles at Customers", groups=STAFF
    )
    service_counting_membership_ids = fields.Many2many(
        "service.membership",
        string="Roles Switched On",
        compute="_compute_service_counting_membership_ids",
        compute_sudo=True,
        groups=fields.NO_ACCESS,
    )
    service_membership_count = fields.Integer(
        string="Number of Roles", compute="_compute_service_membership_count", groups=STAFF
    )
    service_scope_membership_ids = fields.Many2many(
        "service.membership",
        "service_membership_scope_rel",
        "location_id",
        "membership_id",
        string="Roles Covering the Location",
        readonly=True,
        copy=False,
        groups=STAFF,
    )
    service_has_membership = fields.Boolean(
        string="Customer Person",
        readonly=True,
        copy=False,
        groups=STAFF,
        help="Has or had a role at a customer: from then on only roles say what the person sees.",
    )

    service_has_people = fields.Boolean(
        string="With Roles",
        readonly=True,
        copy=False,
        groups=STAFF,
        help="Somebody has or had a role at this customer: from then on only roles and personal"
        " links open its documents.",
    )

    @api.depends("zip", "country_id", "type", "parent_id.service_region_id")
    def _compute_service_region_id(self):
        Region = self.env["service.region"]
        for country, partners in self.grouped("country_id").items():
            regions = Region._find_regions(
                {zip_ for zip_ in partners.mapped("zip") if zip_}, country
            )
            for partner in partners:
                if partner.type == "location" and not partner.zip:
                    partner.service_region_id = partner.parent_id.service_region_id
                else:
                    partner.service_region_id = regions.get(partner.zip, Region)

    @api.depends("service_person_membership_ids.active")
    def _compute_service_counting_membership_ids(self):
        """Each request of a customer person asks for these: one query with all that rules need."""
        Membership = self.env["service.membership"]
        rows = Membership.search_fetch(
            [("contact_id", "in", self.ids), ("active", "=", True)],
            ["contact_id", "customer_id", "role", "scope", "active", "date_from", "date_to"],
            order="id",
        )
        people = rows.grouped("contact_id")
        for partner in self:
            partner.service_counting_membership_ids = people.get(partner._origin, Membership)

    @api.depends("service_membership_ids")
    def _compute_service_membership_count(self):
        counts = dict(
            self.env["service.membership"]._read_group(
                [("customer_id", "in", self.ids)], ["customer_id"], ["__count"]
            )
        )
        for partner in self:
            partner.service_membership_count = counts.get(partner._origin, 0)

    @api.model
    def _service_refresh_regions(self, countries):
        """Look up the regions of the addresses in these countries again, ranges have changed.

        :param countries: res.country
        """
        # A change of a region reaches every address, also those of other companies.
        partners = (
            self.sudo()
            .with_context(active_test=False)
            .search([("country_id", "in", countries.ids + [False]), ("zip", "!=", False)])
        )
        partners.modified(["zip"])

    def _service_live_memberships(self, roles=ROLES):
        """The rows of this person in force today; asked again in one transaction, no query.

        :param roles: technical names of roles that count
        :return: superuser service.membership, what they list with archived records
        """
        # Customer people have no access to memberships; rules judge them by their own ones.
        rows = self.sudo().with_context(active_test=False).service_counting_membership_ids
        return rows.filtered(lambda row: row.role in roles and row.is_live)

    def _service_mark_membership(self):
        """Remember that these people are judged by memberships from now on."""
        # Who may give roles need not be allowed to write on the contact.
        fresh = self.sudo().filtered(lambda partner: not partner.service_has_membership)
        if fresh:
            fresh.service_has_membership = True
            # Rule domains are cached per user and this flag decides which one applies.
            self.env.registry.clear_cache()

    def _service_mark_people(self):
        """Remember that roles decide at these customers from now on."""
        # Who may give roles need not be allowed to write on the customer.
        self.sudo().filtered(lambda partner: not partner.service_has_people).write(
            {"service_has_people": True}
        )

    def action_open_service_memberships(self):
        """Open the people and roles of the customer."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_customer.service_membership_action"
        )
        return dict(
            action,
            domain=[("customer_id", "=", self.commercial_partner_id.id)],
            context={"default_customer_id": self.commercial_partner_id.id},
        )
