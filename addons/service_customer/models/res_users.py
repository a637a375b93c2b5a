from odoo import models
from odoo.fields import Domain

from .service_membership import ROLES


class ResUsers(models.Model):
    """What customer people may see: one set of helpers, used by the record rules of every addon.

    A *customer person* is a portal user whose contact has, or ever had, a membership. Only
    memberships judge such a person, so losing the last role never opens what core would show.
    The domains join ``service.membership`` rows instead of carrying lists of ids: rule domains are
    cached per user, and a role taken away must count with the next request.
    """

    _inherit = "res.users"

    def _is_service_person(self):
        """Tell whether memberships decide what this user sees.

        :rtype: bool
        """
        self.ensure_one()
        # The flag is for staff only; here it is a fact about the user, not shown to anybody.
        user = self.sudo()
        return user.share and user.partner_id.service_has_membership

    def _service_live_domain(self, roles=ROLES, scope=None):
        """Domain on ``service.membership``: the rows of this user in force today.

        :param roles: technical names of roles that count
        :param scope: a kind of scope, for example ``"locations"``, or nothing for all kinds
        :rtype: Domain
        """
        self.ensure_one()
        domain = (
            Domain("contact_id", "=", self.partner_id.id)
            & Domain("role", "in", list(roles))
            & self.env["service.membership"]._get_live_domain()
        )
        return domain & Domain("scope", "=", scope) if scope else domain

    def _service_scopes(self, roles, customer, location=None, **paths):
        """Domains of what memberships open, one for each kind of scope.

        The one place where a kind of scope says what it opens: upper addons extend it with theirs.

        :param roles: technical names of roles that count
        :param customer: path of the field with the customer on the model asked for, or ``"id"``
        :param location: path of the field with the location; without it locations open nothing
        :param paths: paths of fields with what else a scope may list
        :return: list of Domain; a record is opened when it is in any of them
        """
        # "any!": the person's own rights on partners and memberships must not cut the joins.
        by_customer = Domain(
            "service_membership_ids", "any!", self._service_live_domain(roles, "all")
        )
        domains = [Domain(customer, "any!", by_customer)]
        if location:
            by_location = Domain(
                "service_scope_membership_ids",
                "any!",
                self._service_live_domain(roles, "locations"),
            )
            domains.append(Domain(location, "any!", by_location))
        return domains

    def _service_grant(self, customer, location=None, roles=ROLES, **paths):
        """Domain of the records that memberships of this user open.

        Unlike :meth:`_service_narrow` it opens nothing to a user without memberships, so it is
        the one for *permissive* rules (those with groups).

        :param customer: path of the field with the customer on the ruled model, or ``"id"``
        :param location: path of the field with the location; without it only people whose scope is
            the whole customer see the records
        :param roles: technical names of roles that may see them
        :param paths: see :meth:`_service_scopes`
        :return: list domain
        """
        self.ensure_one()
        if not self._is_service_person():
            return [(0, "=", 1)]
        # Operators such as "any!" are refused in plain lists, hence the Domain object.
        return [Domain.OR(self._service_scopes(roles, customer, location, **paths))]

    def _service_narrow(self, customer, location=None, roles=ROLES, **paths):
        """Domain for the *global* record rule of a model with customers' documents.

        In the rule: ``user._service_narrow('customer_id', 'location_id', roles=('decision',))``.
        Everything passes for staff and for portal users who never had a membership (core's own
        rules hold for them); it must therefore never be used in a rule with groups.

        :param customer: path of the field with the customer on the ruled model
        :param location: path of the field with the location, if the model has one
        :param roles: technical names of roles that may see the records
        :param paths: see :meth:`_service_scopes`
        :return: list domain
        """
        self.ensure_one()
        if not self._is_service_person():
            return [(1, "=", 1)]
        return self._service_grant(customer, location, roles, **paths)

    def _service_narrow_partners(self):
        """Domain for the global rule of ``res.partner``: the own contact and company, customers
        with their people, and the locations in scope.

        :return: list domain
        """
        self.ensure_one()
        if not self._is_service_person():
            return [(1, "=", 1)]
        own = (self.partner_id | self.partner_id.commercial_partner_id).ids
        live = Domain("service_membership_ids", "any!", self._service_live_domain())
        people = Domain("type", "!=", "location") & Domain("commercial_partner_id", "any!", live)
        locations = Domain("type", "=", "location") & Domain.AND(
            [self._service_grant("commercial_partner_id", "id")]
        )
        narrowed = Domain("id", "in", own) | people | locations
        if self._service_has_own_company():
            # All of it lies at the person's customers. Said once outside of the alternatives, this
            # lets the database begin with these few customers instead of testing every contact.
            person = Domain("contact_id", "=", self.partner_id.id) & Domain("active", "=", True)
            mine = Domain("service_membership_ids", "any!", person)
            narrowed &= Domain("commercial_partner_id", "any!", mine)
        return [narrowed]

    def _service_has_own_company(self):
        """Tell whether one of this person's customers is the company the person belongs to.

        Rule domains with the answer are cached: memberships that go clear the cache.
        """
        partner = self.partner_id
        # Customer people have no access to memberships; the answer is about themselves only.
        memberships = self.env["service.membership"].sudo()
        return bool(
            memberships.search_count(
                [
                    ("contact_id", "=", partner.id),
                    ("customer_id", "=", partner.commercial_partner_id.id),
                ],
                limit=1,
            )
        )

    def _service_roles(self, customer):
        """Roles of this user at a customer, in force today.

        :param customer: res.partner
        :return: set of technical names, empty for staff
        """
        self.ensure_one()
        if not self._is_service_person():
            return set()
        # Customer people have no access to memberships; the answer is about themselves only.
        memberships = self.env["service.membership"].sudo()
        return set(
            memberships.search(
                self._service_live_domain() & Domain("customer_id", "=", customer.id)
            ).mapped("role")
        )
