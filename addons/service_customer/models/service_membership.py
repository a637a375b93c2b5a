from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Command, Domain

ROLES = ("decision", "user", "accounting")


class ServiceMembership(models.Model):
    """A contact's role at a customer: what the person may see and do in the customer panel.

    One row per contact, customer and role; it counts on the days from ``date_from`` to ``date_to``,
    both included, unless it is switched off (archived). The scope is the whole customer, or chosen
    locations with everything below them; upper addons add kinds of scope with the methods named
    ``_scope_*``. See also ``service_membership_manage``.
    """

    _name = "service.membership"
    _description = "Service Membership"
    _order = "customer_id, role, contact_id, id"
    _rec_names_search = ["contact_id", "customer_id"]

    contact_id = fields.Many2one(
        "res.partner",
        string="Person",
        required=True,
        index=True,
        ondelete="cascade",
        domain="[('is_company', '=', False), ('type', '!=', 'location')]",
    )
    customer_id = fields.Many2one(
        "res.partner",
        required=True,
        index=True,
        ondelete="cascade",
        domain="[('parent_id', '=', False), ('type', '!=', 'location')]",
    )
    role = fields.Selection(
        [
            ("decision", "Decision maker"),
            ("user", "User"),
            ("accounting", "Accounting contact"),
        ],
        required=True,
        default="user",
        help="Decision maker: devices, requests, contracts, offers; agrees to pay.\n"
        "User: devices and requests.\n"
        "Accounting contact: invoices and statements.",
    )
    scope = fields.Selection(
        [("all", "Whole customer"), ("locations", "Chosen locations")],
        required=True,
        default="all",
    )
    location_ids = fields.Many2many(
        "res.partner",
        "service_membership_location_rel",
        "membership_id",
        "location_id",
        string="Locations",
        domain="[('type', '=', 'location'), ('commercial_partner_id', '=', customer_id)]",
        help="The person sees these locations and everything below them.",
    )
    scope_location_ids = fields.Many2many(
        "res.partner",
        "service_membership_scope_rel",
        "membership_id",
        "location_id",
        string="Locations in Scope",
        compute="_compute_scope_location_ids",
        store=True,
        help="The chosen locations with all their descendants; what record rules read.",
    )
    date_from = fields.Date(
        string="Since", required=True, default=lambda self: fields.Date.context_today(self)
    )
    date_to = fields.Date(string="Until", help="Last day of the role. Empty: until further notice.")
    active = fields.Boolean(default=True, help="A role switched off does not count.")
    portal_state = fields.Selection(
        [("none", "No access"), ("invited", "Invited"), ("active", "Has access")],
        string="Customer Panel",
        compute="_compute_portal_state",
        help="Invited: has not logged in yet.",
    )
    is_live = fields.Boolean(
        string="In Force", compute="_compute_is_live", search="_search_is_live"
    )

    _contact_customer_role_uniq = models.Constraint(
        "UNIQUE(contact_id, customer_id, role)",
        "This person has this role at the customer already, perhaps ended or switched off. Change"
        " the existing row instead.",
    )
    _dates_order = models.Constraint(
        "CHECK(date_to IS NULL OR date_to >= date_from)",
        "A role can't end before it begins. Correct the dates.",
    )

    @api.depends("contact_id", "customer_id", "role")
    def _compute_display_name(self):
        roles = dict(self._fields["role"]._description_selection(self.env))
        for membership in self:
            membership.display_name = bool(membership.contact_id) and self.env._(
                "%(person)s – %(role)s (%(customer)s)",
                person=membership.contact_id.name or "",
                role=roles.get(membership.role, ""),
                customer=membership.customer_id.name or "",
            )

    @api.depends("scope", "location_ids")
    def _compute_scope_location_ids(self):
        limited = self.filtered(lambda membership: membership.scope == "locations")
        subtrees = limited.location_ids._get_service_subtrees()
        for membership in self:
            chosen = membership.location_ids if membership in limited else self.env["res.partner"]
            membership.scope_location_ids = self.env["res.partner"].union(
                *(subtrees[location._origin] for location in chosen)
            )

    @api.depends("active", "date_from", "date_to")
    @api.depends_context("tz")
    def _compute_is_live(self):
        for membership in self:
            membership.is_live = (
                membership.active and bool(membership.date_from) and membership._covers_today()
            )

    def _covers_today(self):
        """Tell whether the dates include the day that it is where the user is.

        No zone is more than a day away from the server's date. Only beside it the zone decides,
        and is asked for: finding it out may read the user's account and contact.
        """
        start, end = self.date_from, self.date_to or fields.Date.to_date("9999-12-31")
        if start < fields.Date.today() < end:
            return True
        return start <= fields.Date.context_today(self) <= end

    @api.depends("contact_id.user_ids.active", "contact_id.user_ids.login_date")
    def _compute_portal_state(self):
        for membership in self:
            # Whoever sees the role may know whether the person can log in, nothing more.
            users = membership.contact_id.sudo().user_ids.filtered("active")
            seen = "active" if any(users.mapped("login_date")) else "invited"
            membership.portal_state = seen if users else "none"

    def _search_is_live(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._get_live_domain()

    @api.model
    def _get_live_domain(self):
        """Domain of the rows in force today; the day is looked up whenever it is evaluated."""
        return Domain("date_from", "<=", "today") & self._get_unended_domain()

    @api.model
    def _get_unended_domain(self):
        """Domain of the rows in force today or to come."""
        return Domain("active", "=", True) & (
            Domain("date_to", "=", False) | Domain("date_to", ">=", "today")
        )

    @api.constrains("contact_id", "customer_id")
    def _check_partners(self):
        for membership in self:
            customer, contact = membership.customer_id, membership.contact_id
            if customer.type == "location" or customer.commercial_partner_id != customer:
                raise ValidationError(
                    self.env._(
                        "%s is not a customer. Choose the customer at the top, not a contact or a"
                        " location of it.",
                        customer.display_name,
                    )
                )
            if contact.is_company or contact.type == "location":
                raise ValidationError(
                    self.env._("%s is not a person. Choose a person.", contact.display_name)
                )

    @api.constrains("customer_id", "scope", "location_ids")
    def _check_locations(self):
        for membership in self.filtered("location_ids"):
            foreign = membership.location_ids.filtered(
                lambda location, customer=membership.customer_id: (
                    location.type != "location" or location.commercial_partner_id != customer
                )
            )
            if foreign:
                raise ValidationError(
                    self.env._(
                        "%(locations)s: not a location of %(customer)s. Choose locations of this"
                        " customer.",
                        locations=", ".join(foreign.mapped("display_name")),
                        customer=membership.customer_id.display_name,
                    )
                )

    @api.constrains("scope", "location_ids")
    def _check_scope(self):
        for membership in self:
            if membership.scope == "locations" and not membership.location_ids:
                raise ValidationError(
                    self.env._(
                        "Choose at least one location for %s, or give the whole customer.",
                        membership.contact_id.display_name,
                    )
                )

    @api.onchange("customer_id")
    def _onchange_customer_id(self):
        self.location_ids = self.location_ids.filtered(
            lambda location: location.commercial_partner_id == self.customer_id
        )

    @api.model_create_multi
    def create(self, vals_list):
        """EXTENDS base: settles the scope at once, marks the person, logs on the customer."""
        memberships = super().create(vals_list)
        memberships._settle_scope()
        memberships.contact_id._service_mark_membership()
        memberships.customer_id._service_mark_people()
        memberships._log_on_customer(self.env._("Role given"))
        return memberships

    def write(self, vals):
        """EXTENDS base: settles the scope at once, marks the person, logs on the customer."""
        decided = self._get_decided_customers()
        result = super().write(vals)
        self._settle_scope()
        if "contact_id" in vals:
            self.contact_id._service_mark_membership()
        if "customer_id" in vals:
            self.customer_id._service_mark_people()
        self._log_on_customer(self._get_change_title(vals))
        self._warn_without_decision_maker(decided)
        if vals.get("active") is False:
            self.contact_id._service_close_access()
        elif "date_to" in vals:
            # Rules count the dates at once; closing the account may take a minute.
            self.env.ref("service_customer.ir_cron_close_access")._trigger()
        return result

    def unlink(self):
        """EXTENDS base: logs on the customer, closes the account of who has no role any more."""
        decided, contacts = self._get_decided_customers(), self.contact_id
        self._log_on_customer(self.env._("Role taken away"))
        result = super().unlink()
        self._warn_without_decision_maker(decided)
        if not self.env.context.get("service_merging"):
            contacts._service_close_access()
        return result

    def action_invite(self):
        """Open Odoo's dialog that gives these people access to the customer panel."""
        return self.contact_id.action_service_invite()

    def _settle_scope(self):
        """Compute what is pending now: what is read from the location's side triggers nothing."""
        self.mapped("scope_location_ids")

    @api.model
    def _refresh_scopes(self, customers):
        """Recompute the scopes of memberships limited to locations of the customers.

        Called when a location is added, moved or merged; does nothing for other memberships.

        :param customers: res.partner
        """
        if not customers:
            return
        # Whoever moves a location moves what people see there, without a right on memberships.
        memberships = (
            self.sudo()
            .with_context(active_test=False)
            .search([("customer_id", "in", customers.ids), ("scope", "=", "locations")])
        )
        self.env.add_to_compute(self._fields["scope_location_ids"], memberships)
        memberships._settle_scope()

    def _scope_domains(self, customer, location=None, **paths):
        """Domains of what these rows open, one for each kind of scope.

        The one place where a kind of scope says what it opens: upper addons extend it with theirs.

        :param customer: path of the field with the customer on the model asked for, or ``"id"``
        :param location: path of the field with the location; without it locations open nothing
        :param paths: paths of fields with what else a scope may list
        :return: list of Domain; a record is opened when it is in any of them
        """
        whole = self.filtered(lambda row: row.scope == "all")
        domains = [Domain(customer, "in", whole.customer_id.ids)]
        if location:
            limited = self.filtered(lambda row: row.scope == "locations")
            domains.append(Domain(location, "in", limited.scope_location_ids.ids))
        return domains

    def _prepare_combined_vals(self):
        """Values of the one row that replaces these rows of one person, customer and role.

        Rows that have ended or are switched off add nothing to one in force or to come.
        """
        today = fields.Date.context_today(self)
        counting = self.filtered("active") or self
        unended = counting.filtered(lambda row: not row.date_to or row.date_to >= today)
        counting = unended or counting
        return {
            **counting._scope_combined_vals(),
            "active": any(counting.mapped("active")),
            "date_from": min(counting.mapped("date_from")),
            "date_to": all(counting.mapped("date_to")) and max(counting.mapped("date_to")),
        }

    def _scope_combined_vals(self):
        """Values of the scope that opens what these rows open together; upper addons extend it."""
        scopes = self.mapped("scope")
        scope = next((one for one in ("all", "locations") if one in scopes), scopes[0])
        locations = self.location_ids if scope != "all" else self.location_ids.browse()
        return {"scope": scope, "location_ids": [Command.set(locations.ids)]}
