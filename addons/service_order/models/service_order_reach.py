from odoo import api, fields, models
from odoo.fields import Domain

from .service_stage import CLOSED_KINDS

#: Roles of those who see orders.
ROLES = ("decision", "user")


class ServiceMembership(models.Model):
    """Whoever asked for something that has no place follows it, however small the own scope."""

    _inherit = "service.membership"

    def _scope_domains(self, customer, location=None, reporter=None, **paths):
        """EXTENDS service_customer: what the person reported for no place and no device.

        :param reporter: path of the field with who reported the record
        """
        domains = super()._scope_domains(customer, location=location, **paths)
        if reporter:
            limited = self.filtered(lambda row: row.scope != "all")
            own = Domain(reporter, "in", limited.contact_id.ids)
            own &= Domain(customer, "in", limited.customer_id.ids)
            nowhere = (path for path in (location, paths.get("device")) if path)
            domains.append(own & Domain.AND(Domain(path, "=", False) for path in nowhere))
        return domains


class ServiceOrder(models.Model):
    """Whom at the customer an order reaches: of what reaches nobody, the dispatcher knows."""

    _inherit = "service.order"

    is_unseen = fields.Boolean(
        "Nobody There Sees It",
        compute="_compute_is_unseen",
        search="_search_is_unseen",
        help="Roles say at this customer who sees what, and none of them reaches this order.",
    )
    unreached = fields.Char(
        compute="_compute_unreached",
        help="Why the customer hears nothing of this order, or not whoever reported it.",
    )

    @api.depends("customer_id", "location_id", "device_id", "reporter_id", "stage_kind")
    def _compute_is_unseen(self):
        domain = Domain("id", "in", self.ids) & self._get_unseen_domain(self.customer_id)
        unseen = self.search(domain) if self.ids else self
        for order in self:
            order.is_unseen = bool(order.ids) and order._origin in unseen

    def _search_is_unseen(self, operator, value):
        """Open orders that no role reaches; the ORM derives every other question from this."""
        if operator != "in" or True not in value:
            return NotImplemented
        return self._get_unseen_domain()

    @api.model
    def _get_unseen_domain(self, customers=None):
        """Domain of the open orders that nobody at the customer sees, though some have roles.

        :param customers: `res.partner`; all when empty
        """
        # sudo: that no role reaches an order tells nothing of the roles.
        rows = self.env["service.membership"].sudo().with_context(active_test=False)
        counting = rows._get_live_domain() & Domain("role", "in", ROLES)
        if customers:
            counting &= Domain("customer_id", "in", customers.ids)
        opened = rows.search(counting)._scope_domains(
            "customer_id", "location_id", device="device_id", reporter="reporter_id"
        )
        return (
            Domain("stage_kind", "not in", CLOSED_KINDS)
            & Domain("customer_id.service_has_people", "=", True)
            & ~Domain.OR(opened)
        )

    @api.depends("is_unseen", "reporter_id.email", "reporter_id.user_ids")
    def _compute_unreached(self):
        for order in self:
            closed = order.stage_kind in CLOSED_KINDS or not order._origin
            order.unreached = not closed and order._why_unreached()

    def _why_unreached(self):
        """:return: the sentence why nobody, or not the reporter, hears of this order; or False"""
        self.ensure_one()
        order = self._origin
        # sudo: facts about the person, for whoever works on the order.
        reporter = order.reporter_id.sudo()
        if order.is_unseen:
            return self.env._(
                "Nobody at %s sees this order in the customer panel: no role reaches it. Give it a "
                "place, or a person there a role.",
                order.customer_id.name,
            )
        if reporter and not order._service_opens_to(reporter):
            return self.env._(
                "%s reported this, but hears nothing of it: the person's roles don't reach this "
                "order.",
                reporter.name,
            )
        if reporter and not reporter.email:
            return self.env._(
                "%s reported this, but has no e-mail address: what is new has to be told by "
                "telephone.",
                reporter.name,
            )
        return False

    def _begin_stage(self):
        # EXTENDS 'service_order': an acceptance that no e-mail asks for, somebody asks for.
        result = super()._begin_stage()
        # sudo: whoever moves the order on need not see roles and tasks of others.
        asked = self.sudo().filtered(lambda order: order.stage_kind == "to_accept")
        # Accepted, rejected or settled all the same: nobody is to be asked any more.
        (self.sudo() - asked).activity_unlink(["service_order.mail_activity_type_acceptance"])
        for order in asked:
            why = order._why_unreached()
            if not order.reporter_id:
                why = self.env._("Nobody is named who reported it, so no e-mail has asked.")
            if why and order.stage_id.mail_template_id:
                order._put_on_desk(
                    "service_order.mail_activity_type_acceptance",
                    summary=self.env._("Ask by telephone whether the work is accepted"),
                    note=why,
                )
        return result
