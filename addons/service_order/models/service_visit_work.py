from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class ServiceVisit(models.Model):
    """What happens on a visit: start, readings, finish."""

    _inherit = "service.visit"

    @api.model
    def _next_on_device(self, device, user):
        """Find the visit for which a technician stands before a device.

        :param device: `service.device`
        :param user: who stands there
        :return: the user's own visit on the device: the one under way, else the next planned
        """
        # sudo: only the user's own visits are looked for.
        visits = self.sudo().search(
            [
                ("device_id", "=", device.id),
                "|",
                ("technician_id.user_id", "=", user.id),
                ("helper_ids.user_id", "=", user.id),
                ("state", "in", ("planned", "in_progress")),
            ],
            order="date_start, id",
        )
        return visits.sorted(lambda visit: visit.state == "planned")[:1].sudo(False)

    def _check_may_work(self):
        """Only the visit's technicians and dispatchers report progress.

        :raise AccessError: naming whose visit it is
        """
        self.check_access("write")
        if self.env.su or self.env.user.has_group("service_customer.group_service_dispatcher"):
            return
        for visit in self:
            if self.env.user not in visit._get_users():
                raise AccessError(
                    self.env._(
                        "This is a visit of %(technician)s. Ask the dispatcher to give it to you.",
                        technician=visit.technician_id.name,
                    )
                )

    def _check_state(self, *states):
        """Refuse a step that does not follow from the visit's state."""
        labels = dict(self._fields["state"]._description_selection(self.env))
        for visit in self:
            if visit.state not in states:
                raise UserError(
                    self.env._(
                        "The visit %(visit)s is already in the state: %(state)s.",
                        visit=visit.display_name,
                        state=labels[visit.state],
                    )
                )

    def action_start(self):
        """The technician begins."""
        self._check_may_work()
        self._check_state("planned")
        # sudo: technicians can't write a visit's state; this step is the way to.
        self.sudo().write({"state": "in_progress", "started_on": fields.Datetime.now()})
        self.order_id._move_to_kind("working")

    def action_finish(self):
        """The visit is over: time becomes labour, planned parts are used, the order moves on.

        Nothing that has happened is refused here; a missing signature only sends the order to
        acceptance instead of settlement. Parts that are still awaited are left to the next visit.
        """
        self._check_may_work()
        self._check_state("planned", "in_progress")
        now = fields.Datetime.now()
        for visit in self:
            vals = {"state": "done", "finished_on": now}
            if not visit.work_minutes and visit.started_on:
                # round(): whole minutes of time, no money.
                minutes = round((now - visit.started_on).total_seconds() / 60)
                vals["work_minutes"] = max(0, minutes - visit.pause_minutes)
            visit._add_labour(vals.get("work_minutes") or visit.work_minutes)
            visit._add_travel()
            drafts = visit.line_ids.filtered(lambda line: line.state == "draft")
            drafts.filtered(lambda line: not line.is_waiting).action_use()
            # sudo: technicians can't write a visit's state; this step is the way to.
            visit.sudo().write(vals)
        self._close()
        self.order_id._after_visit()

    def _close(self):
        """What visits that have just ended are closed with, before their orders move on."""

    def action_cancel(self):
        """Call visits off; an order without another visit goes back to be planned."""
        self._check_may_work()
        self._check_state("planned", "in_progress")
        # sudo: technicians can't write a visit's state; this step is the way to.
        self.sudo().write({"state": "cancelled"})
        for order in self.order_id:
            if not order.sudo().next_visit_id and order.stage_kind in ("planned", "working"):
                order._move_to_kind("accepted")

    def _add_labour(self, minutes):
        """A visit with recorded time gets its labour line, unless the technician entered one.

        :param int minutes: work time
        """
        self.ensure_one()
        if not minutes or "labour" in self.line_ids.mapped("kind"):
            return
        hour = self.env.ref("uom.product_uom_hour")
        self.env["service.order.line"].create(
            {
                "order_id": self.order_id.id,
                "visit_id": self.id,
                "kind": "labour",
                "uom_id": hour.id,
                **self._count_labour(minutes),
            }
        )

    def action_take_readings(self):
        """Open the form in which the technician enters the meters."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Meter Readings"),
            "res_model": "service.meter.entry",
            "view_mode": "form",
            "target": "new",
            "context": {"default_device_id": self.device_id.id, "default_visit_id": self.id},
        }

    def action_open_order(self):
        """Open the visit's order."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "service.order",
            "res_id": self.order_id.id,
            "view_mode": "form",
        }

    def action_open_map(self):
        """Show the way to the customer in the device's map."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"https://www.openstreetmap.org/search?query={self.address or ''}",
            "target": "new",
        }
