from odoo import api, models
from odoo.exceptions import AccessError, LockError, UserError
from odoo.fields import Command, Domain
from odoo.tools import email_normalize

from .service_membership import ROLES

#: Invitations that the decision makers of one customer may send in an hour.
INVITATIONS = 20
#: What has no place in a name: the invitation carries it to an address that a stranger chose.
NAME_LIMIT = 80
NOT_IN_NAMES = frozenset("@/<>:\\")


class ServiceMembership(models.Model):
    """What a decision maker may do with the roles of people of the own customer.

    Customer people have no rights on memberships. These methods judge the current user and then
    act as superuser: never above the own scope and time, never on oneself, never at another
    customer. Every act is logged on the customer in the name of who did it.
    """

    _inherit = "service.membership"

    # --- who manages what ---

    @api.model
    def _get_own_decisions(self, customer=None):
        """The current user's rows as a decision maker in force today.

        :param customer: res.partner; without it, of all customers
        :return: superuser service.membership, empty for staff
        """
        user = self.env.user
        # sudo: customer people have no access to memberships; these are about themselves only.
        memberships = self.sudo()
        if not user._is_service_person():
            return memberships.browse()
        domain = user._service_live_domain(["decision"])
        if customer is not None:
            domain &= Domain("customer_id", "=", customer.id)
        return memberships.search(domain)

    def _get_managed(self, decisions):
        """:return: all roles at the decision makers' customers, those switched off too"""
        everything = decisions.with_context(active_test=False)
        return everything.search(
            [("customer_id", "in", decisions.customer_id.ids)], order="customer_id, contact_id, id"
        )

    def _is_within(self, decisions):
        """Tell whether this row opens nothing that the decision makers' rows don't.

        Upper addons answer for their kinds of scope.

        :param decisions: service.membership of the same customer
        :rtype: bool
        """
        self.ensure_one()
        if "all" in decisions.mapped("scope"):
            return True
        # Only who decides for the whole customer appoints its accounting contacts.
        return (
            self.scope == "locations"
            and self.role != "accounting"
            and self.scope_location_ids <= decisions.scope_location_ids
        )

    def _is_manageable(self, decisions):
        """Tell whether the current user, with these rows, may change this one."""
        decisions = decisions.filtered(lambda one: one.customer_id == self.customer_id)
        return (
            bool(decisions)
            and self.contact_id != self.env.user.partner_id
            and self._is_within(decisions)
        )

    @api.model
    def _lock_decisions(self, customer):
        """Keep the current user's own right until the end of the transaction.

        Two decision makers who switch each other off at once would both succeed otherwise.

        :return: superuser service.membership
        :raise AccessError: the user does not decide at the customer
        """
        decisions = self._get_own_decisions(customer)
        if not decisions:
            raise AccessError(self.env._("Only a decision maker manages the company's people."))
        try:
            decisions.lock_for_update(allow_referencing=True)
        except LockError:
            raise UserError(
                self.env._("Somebody else is changing access right now. Try again in a moment.")
            )
        return decisions

    def _check_manageable(self, decisions):
        """:raise UserError: the current user may not change one of these rows, or make it so"""
        for membership in self:
            if membership.contact_id == self.env.user.partner_id:
                raise UserError(
                    self.env._(
                        "You can't change your own access. Ask another decision maker of your"
                        " company, or the service."
                    )
                )
            if not membership._is_manageable(decisions):
                raise UserError(
                    self.env._(
                        "This reaches further than your own access. Choose among your own"
                        " locations and devices, or ask the service."
                    )
                )

    # --- choices ---

    @api.model
    def _scope_choices(self, decisions):
        """What these rows allow to choose from, for each kind of scope; upper addons add theirs.

        :return: dict ``{kind of scope: records}``, nothing to list for the whole customer
        """
        domain = Domain("type", "=", "location") & Domain(
            "commercial_partner_id", "in", decisions.customer_id.ids
        )
        choices = {}
        if "all" in decisions.mapped("scope"):
            choices["all"] = self.env["res.partner"]
        else:
            domain &= Domain("id", "in", decisions.scope_location_ids.ids)
        # sudo: the decision maker's rows say what may be chosen, whatever else the person may open.
        partners = self.env["res.partner"].sudo()
        choices["locations"] = partners.search(domain, order="service_location_path, id")
        return choices

    @api.model
    def _prepare_scope_vals(self, scope, ids):
        """Values of a row with this kind of scope and these records; upper addons add theirs."""
        locations = ids if scope == "locations" else []
        return {"scope": scope, "location_ids": [Command.set(locations)]}

    # --- acts ---

    @api.model
    def _portal_give(self, customer, contact, role, scope, ids):
        """Give a person of the customer a role; a row that is there already is used again.

        :param contact: superuser res.partner
        :param ids: of the records that a scope lists
        :return: superuser service.membership
        :raise UserError: a sentence why not
        """
        decisions = self._lock_decisions(customer)
        until = decisions.mapped("date_to")
        vals = self._prepare_portal_vals(role, scope, ids) | {
            "active": True,
            "date_to": all(until) and max(until),
        }
        everything = decisions.with_context(active_test=False)
        found = everything.search(
            [
                ("contact_id", "=", contact.id),
                ("customer_id", "=", customer.id),
                ("role", "=", role),
            ]
        )
        found._check_manageable(decisions)
        if found:
            found.write(vals)
        else:
            found = found.create(vals | {"contact_id": contact.id, "customer_id": customer.id})
        found._check_manageable(decisions)
        return found

    def _portal_change(self, role, scope, ids):
        """Change role and scope of one row."""
        decisions = self._lock_decisions(self.customer_id)
        self._check_manageable(decisions)
        vals = self._prepare_portal_vals(role, scope, ids)
        twin = self._get_managed(decisions).filtered(
            lambda row: row.contact_id == self.contact_id and row.role == role and row != self
        )
        if twin:
            raise UserError(
                self.env._(
                    "%(name)s has this role already. Change that one, and take this one away.",
                    name=self.contact_id.name,
                )
            )
        self.write(vals)
        self._check_manageable(decisions)

    def _portal_take_away(self):
        """Take these roles away for good."""
        self._check_manageable(self._lock_decisions(self.customer_id))
        self.unlink()

    def _portal_switch(self, active):
        """Switch these roles of one person off, or on again with a new invitation if needed."""
        self._check_manageable(self._lock_decisions(self.customer_id))
        self.filtered(lambda row: row.active != active).write({"active": active})
        if active:
            self._portal_invite()

    def _portal_invite(self, again=False):
        """Give the person of these rows access to the panel, with an invitation by e-mail.

        Who has an account already gets none: the role counts with the next request.

        :param bool again: also invite who has not answered the first invitation
        """
        self._check_manageable(self._lock_decisions(self.customer_id))
        contact, state = self.contact_id, self[:1].portal_state
        if state == "active" or (state == "invited" and not again):
            return
        email = email_normalize(contact.email)
        if not email:
            raise UserError(
                self.env._(
                    "%(name)s has no valid e-mail address. Ask the service to enter one.",
                    name=contact.name,
                )
            )
        self._find_own_contact(self.customer_id, email)
        self._take_invitation(self.customer_id)
        contact._service_invite()

    @api.model
    def _take_invitation(self, customer):
        """:raise UserError: the customer has sent too many invitations in the last hour"""
        limits = self.env["service.rate.limit"]
        if not limits._take("service.invitation", f"customer {customer.id}", INVITATIONS, 3600):
            raise UserError(
                self.env._(
                    "Your company has sent %(count)s invitations within an hour. Go on in an hour.",
                    count=INVITATIONS,
                )
            )

    @api.model
    def _prepare_portal_vals(self, role, scope, ids):
        """:raise UserError: role or scope is none of those there are, or nothing is chosen"""
        scopes = dict(self._fields["scope"]._description_selection(self.env))
        if role not in ROLES:
            raise UserError(self.env._("Choose a role."))
        if scope not in scopes or (scope != "all" and not ids):
            raise UserError(self.env._("Choose what the person may see: at least one entry."))
        return {"role": role, **self._prepare_scope_vals(scope, ids)}

    # --- finding or making the person ---

    @api.model
    def _portal_find_person(self, customer, name, email):
        """Find the customer's person with this e-mail address, or create one.

        What is known about other customers' people and staff is never told.

        :return: superuser res.partner
        :raise UserError: a sentence what is wrong with name or address
        """
        self._lock_decisions(customer)
        name, email = self._check_person(name, email)
        contact = self._find_own_contact(customer, email)
        if contact and contact.name.casefold() != name.casefold():
            raise UserError(
                self.env._(
                    "%(email)s is the address of %(name)s. If you mean this person, enter that"
                    " name; everybody else needs an e-mail address of their own.",
                    email=email,
                    name=contact.name,
                )
            )
        return contact or contact.create(
            {
                "name": name,
                "email": email,
                "type": "contact",
                "parent_id": customer.id,
                "company_id": customer.company_id.id,
                "lang": self.env.lang,
            }
        )

    @api.model
    def _check_person(self, name, email):
        """:return: tuple of name and address, tidied"""
        name = " ".join((name or "").replace("\0", "").split())
        email = (email or "").replace("\0", "")
        if not name:
            raise UserError(self.env._("Enter the person's first and last name."))
        if len(name) > NAME_LIMIT or NOT_IN_NAMES & set(name):
            raise UserError(self.env._("Enter only the first and last name, without addresses."))
        address = email_normalize(email)
        # Core takes an address out of a sentence; an invitation must not go to half of it.
        if not address or address != email.strip().lower():
            raise UserError(
                self.env._(
                    "“%s” is not an e-mail address. Write it like anna@company.pl.", email or ""
                )
            )
        return name, address

    @api.model
    def _find_own_contact(self, customer, email):
        """:return: superuser res.partner of the customer's person with the address, or nobody"""
        # sudo: addresses are compared with everybody's, but only the own people's are ever named.
        partners = self.env["res.partner"].sudo()
        own = Domain("id", "child_of", customer.id) | Domain(
            "service_person_membership_ids.customer_id", "=", customer.id
        )
        person = Domain("is_company", "=", False) & Domain("type", "!=", "location")
        contacts = partners.search(own & person & Domain("email_normalized", "=", email))
        users = partners.env["res.users"].with_context(active_test=False)
        users = users.search(
            Domain("login", "=", email) | Domain("partner_id.email_normalized", "=", email)
        )
        if len(contacts) > 1:
            raise UserError(
                self.env._(
                    "Several of your people have the address %(email)s: %(names)s. Each needs an"
                    " address of their own; ask the service to correct it.",
                    email=email,
                    names=", ".join(contacts.mapped("name")),
                )
            )
        if users - users.filtered(lambda user: user.share and user.partner_id == contacts):
            raise UserError(
                self.env._(
                    "The address %(email)s can't be invited here. Use another address of the"
                    " person, or ask the service to give access.",
                    email=email,
                )
            )
        return contacts
