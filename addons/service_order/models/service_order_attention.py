from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

#: How long a new request may wait before somebody accepts it.
ACCEPTED_WITHIN = timedelta(days=1)


class ServiceOrder(models.Model):
    """What a dispatcher should notice without opening anything."""

    _inherit = "service.order"

    is_late = fields.Boolean(
        "Late",
        compute="_compute_is_late",
        search="_search_is_late",
        help="New for more than a day, the planned visit should have begun, or a promised time is "
        "over.",
    )
    reporter_phone = fields.Char("Telephone", related="reporter_id.phone")

    @api.depends("stage_kind", "date_reported", "next_visit_date")
    def _compute_is_late(self):
        now = fields.Datetime.now()
        for order in self:
            if order.stage_kind == "new":
                order.is_late = order.date_reported and order.date_reported < now - ACCEPTED_WITHIN
            else:
                planned = order.stage_kind == "planned" and order.next_visit_date
                order.is_late = planned and planned < now

    def _search_is_late(self, operator, value):
        """Late orders; every other question is derived from this one by the ORM."""
        if operator != "in" or True not in value:
            return NotImplemented
        now = fields.Datetime.now()
        waiting = Domain("stage_kind", "=", "new") & Domain(
            "date_reported", "<", now - ACCEPTED_WITHIN
        )
        missed = Domain("stage_kind", "=", "planned") & Domain("next_visit_date", "<", now)
        return waiting | missed

    def action_view_duplicates(self):
        """Open what may be the same request: the order itself when there is only one."""
        self.ensure_one()
        orders = self.duplicate_ids
        action = {
            "type": "ir.actions.act_window",
            "name": self.env._("Other Open Orders"),
            "res_model": "service.order",
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", orders.ids)],
        }
        if len(orders) == 1:
            action |= {"views": [(False, "form")], "res_id": orders.id}
        return action
