from collections import defaultdict

from markupsafe import Markup

from odoo import models
from odoo.fields import Domain
from odoo.tools import format_date


class ServiceMembership(models.Model):
    """Every change of roles is told on the customer's chatter, in the name of who made it."""

    _inherit = "service.membership"

    def _get_change_title(self, vals):
        """Title of the log of a change."""
        if "active" in vals:
            return self.env._("Switched on") if vals["active"] else self.env._("Switched off")
        return self.env._("Role changed")

    def _scope_label(self):
        """Words for what the row opens; upper addons answer for their kinds of scope."""
        self.ensure_one()
        if self.scope == "locations":
            return ", ".join(self.location_ids.mapped("service_location_path"))
        return dict(self._fields["scope"]._description_selection(self.env))[self.scope]

    def _log_on_customer(self, title):
        """Log the rows on their customers' chatter, without notifying anybody."""
        roles = dict(self._fields["role"]._description_selection(self.env))
        lines = defaultdict(list)
        for membership in self:
            line = "{} – {}, {}, {} – {}".format(
                membership.contact_id.display_name,
                roles[membership.role],
                membership._scope_label(),
                format_date(self.env, membership.date_from),
                format_date(self.env, membership.date_to) or "…",
            )
            lines[membership.customer_id].append(line)
        customers = self.env["res.partner"].union(*lines)
        customers._message_log_batch(
            {
                customer.id: Markup("<p>%s</p><ul>%s</ul>")
                % (title, Markup().join(Markup("<li>%s</li>") % line for line in lines[customer]))
                for customer in customers
            }
        )

    def _get_decided_customers(self):
        """Those customers of decision makers among these rows that have one in force today.

        :return: superuser res.partner
        """
        deciding = self.filtered(lambda membership: membership.role == "decision")
        return self._keep_decided(deciding.customer_id)

    def _keep_decided(self, customers):
        """:return: superuser res.partner: those of the customers with a decision maker today"""
        domain = Domain("customer_id", "in", customers.ids) & Domain("role", "=", "decision")
        # sudo: whether anybody decides is a fact about the customer, whoever changes a role.
        return self.sudo().search(domain & self._get_live_domain()).customer_id

    def _warn_without_decision_maker(self, decided):
        """Tell staff, and the customer's chatter, when the last decision maker has gone.

        Not refused: a company may be closing, or the next person not be known yet.

        :param decided: superuser res.partner, customers that had a decision maker before
        """
        bare = decided - self._keep_decided(decided)
        if not bare:
            return
        warning = self.env._(
            "Nobody decides now at %s: offers and paid work wait there, and nobody manages its"
            " people. Give somebody the role of decision maker.",
            ", ".join(bare.mapped("name")),
        )
        bare._message_log_batch(dict.fromkeys(bare.ids, warning))
        if self.env.user._is_internal():
            self.env.user._bus_send(
                "simple_notification", {"type": "warning", "sticky": True, "message": warning}
            )
