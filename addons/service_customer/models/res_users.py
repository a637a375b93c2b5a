from odoo import api, models
from odoo.fields import Domain

from ..tools.live_domain import LiveDomain
from .service_membership import ROLES


class ResUsers(models.Model):
    """What customer people may see: one set of helpers, used by the record rules of every addon.

    A *customer person* is a portal user whose contact has, or ever had, a membership. Only
    memberships judge such a person, so losing the last role never opens what core would show.
    The domains look up the ``service.membership`` rows whenever they are used instead of carrying
    lists of ids: rule domains are cached per user, and a role taken away counts with the next
    request.
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

    @api.model
    def _service_as_user(self, contact):
        """The account a contact would have: rules judge people before they get one, and after.

        :return: res.users record in memory, for the domains of rules only
        """
        return self.new({"partner_id": contact.id, "share": True})

    def _service_live_domain(self, roles=ROLES, scope=None):
        """Domain on ``service.membership``: the rows of this user in force today.

        :param roles: technical names of roles that count
        :param scope: a kind of scope, for example ``"locations"``, or nothing for all kinds
        :rtype: Domain
        """
        self.ensure_one()
        domain = (
            Domain("contact_id", "=", self.partner_id._origin.id)
            & Domain("role", "in", list(roles))
            & self.env["service.membership"]._get_live_domain()
        )
        return domain & Domain("scope", "=", scope) if scope else domain

    def _service_grant(self, customer, location=None, roles=ROLES, **paths):
        """Domain of the records that memberships of this user open.

        Unlike :meth:`_service_narrow` it opens nothing to a user without memberships, so it is
        the one for *permissive* rules (those with groups).

        :param customer: path of the field with the customer on the ruled model, or ``"id"``
        :param location: path of the field with the location; without it only people whose scope is
            the whole customer see the records
        :param roles: technical names of roles that may see them
        :param paths: see ``service.membership._scope_domains``
        :return: list domain
        """
        self.ensure_one()
        if not self._is_service_person():
            return [(0, "=", 1)]
        person = self.partner_id._origin.id

        def opened(env):
            memberships = env["res.partner"].browse(person)._service_live_memberships(roles)
            return Domain.OR(memberships._scope_domains(customer, location, **paths))

        return [LiveDomain(opened)]

    def _service_narrow(self, customer, location=None, roles=ROLES, **paths):
        """Domain for the *global* record rule of a model with customers' documents.

        In the rule: ``user._service_narrow('customer_id', 'location_id', roles=('decision',))``.
        Everything passes for staff and for portal users who never had a membership (core's own
        rules hold for them); it must therefore never be used in a rule with groups.

        :param customer: path of the field with the customer on the ruled model
        :param location: path of the field with the location, if the model has one
        :param roles: technical names of roles that may see the records
        :param paths: see ``service.membership._scope_domains``
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
        person = self.partner_id._origin.id
        own = Domain("id", "in", (self.partner_id | self.partner_id.commercial_partner_id).ids)

        def narrowed(env):
            memberships = env["res.partner"].browse(person)._service_live_memberships()
            customers = Domain("commercial_partner_id", "in", memberships.customer_id.ids)
            in_scope = memberships._scope_domains("commercial_partner_id", "id")
            return own | (customers & Domain("type", "!=", "location")) | Domain.OR(in_scope)

        return [LiveDomain(narrowed)]

    def _service_speaks_for_company(self):
        """Tell whether this user may change the own company's name and addresses in the panel.

        :return: True for users whom memberships don't judge, as in core; of customer people, for
            who decides for the whole of the company
        """
        self.ensure_one()
        if not self._is_service_person():
            return True
        company = self.partner_id.commercial_partner_id
        domain = self._service_live_domain(["decision"], "all")
        # Customer people have no access to memberships; the answer is about themselves only.
        memberships = self.env["service.membership"].sudo()
        return bool(
            memberships.search_count(domain & Domain("customer_id", "=", company.id), limit=1)
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
