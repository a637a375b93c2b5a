from odoo import api, fields, models
from odoo.fields import Domain

from .service_order_clock import STATES

#: Stage kinds in which the device works again.
REPAIRED = ("to_accept", "to_settle", "done")


class ServiceOrder(models.Model):
    """The times promised by the contract: they follow the order by themselves."""

    _inherit = "service.order"

    clock_ids = fields.One2many("service.order.clock", "order_id", "Contract Times")
    clock_event_ids = fields.One2many("service.order.clock.event", "order_id", "Course of Times")
    response_due = fields.Datetime(compute="_compute_clocks", store=True)
    response_state = fields.Selection(STATES, "Response", compute="_compute_clocks", store=True)
    repair_due = fields.Datetime(compute="_compute_clocks", store=True)
    repair_state = fields.Selection(STATES, "Repair", compute="_compute_clocks", store=True)
    clock_due = fields.Datetime(
        "Due",
        compute="_compute_clocks",
        store=True,
        index="btree_not_null",
        help="The next promise of the contract that is still to be kept.",
    )
    clock_state = fields.Selection(STATES, "Contract Time", compute="_compute_clocks", store=True)

    @api.depends("clock_ids.date_due", "clock_ids.date_stop", "clock_ids.state")
    def _compute_clocks(self):
        urgency = [state for state, _name in STATES]
        for order in self:
            for kind in ("response", "repair"):
                clock = order.clock_ids.filtered(lambda clock, kind=kind: clock.kind == kind)
                order[f"{kind}_due"] = clock.date_due
                order[f"{kind}_state"] = clock.state
            going = order.clock_ids.filtered(lambda clock: not clock.date_stop)
            following = going.filtered("date_due").sorted("date_due")[:1]
            order.clock_due = following.date_due
            order.clock_state = following.state or min(
                (going or order.clock_ids).mapped("state"), key=urgency.index, default=False
            )

    @api.depends("clock_due")
    def _compute_is_late(self):
        # EXTENDS: a promise of the contract was not kept.
        super()._compute_is_late()
        now = fields.Datetime.now()
        for order in self.filtered("clock_due"):
            order.is_late |= order.clock_due <= now

    def _search_is_late(self, operator, value):
        late = super()._search_is_late(operator, value)
        if late is NotImplemented:
            return late
        return late | Domain("clock_due", "<=", fields.Datetime.now())

    @api.model
    def _service_portal_fields(self):
        # EXTENDS 'service_customer': customers see what was promised to them.
        own = {"response_due", "response_state", "repair_due", "repair_state"}
        return super()._service_portal_fields() | own

    @api.model_create_multi
    def create(self, vals_list):
        """The promised times begin with the request."""
        orders = super().create(vals_list)
        orders._set_clocks()
        orders._follow_clocks()
        return orders

    def write(self, vals):
        """What decides about the contract or the beginning decides about the times."""
        result = super().write(vals)
        if not vals.keys().isdisjoint({"device_id", "topic_id", "date_reported"}):
            self._set_clocks()
        if "date_reported" in vals:
            # sudo: whoever corrects the order, its times begin then.
            starts = self.sudo().clock_event_ids.filtered(lambda event: event.kind == "start")
            for event in starts:
                event.date = event.order_id.date_reported
        return result

    def _after_stage_move(self):
        super()._after_stage_move()
        self._follow_clocks()

    def _relocate(self, stage):
        super()._relocate(stage)
        self._follow_clocks()

    def _set_clocks(self):
        """Give orders the times that their contracts promise; what is not promised goes."""
        clocks, starts = [], []
        # sudo: customers and technicians report, and see neither contracts nor clocks.
        for order in self.sudo():
            promised = order._get_promised_hours()
            known = order.clock_ids.grouped("kind")
            order.clock_ids.filtered(lambda clock, all_=promised: clock.kind not in all_).unlink()
            for kind, hours in promised.items():
                calendar = order.contract_id._get_hours_calendar()
                values = {"hours": hours, "calendar_id": calendar.id}
                if kind in known:
                    known[kind].write(values)
                else:
                    clocks.append({"order_id": order.id, "kind": kind, **values})
            if promised and not order.clock_event_ids:
                starts.append({"order_id": order.id, "kind": "start", "date": order.date_reported})
        self.env["service.order.clock.event"].sudo().create(starts)  # sudo: as above
        self.env["service.order.clock"].sudo().create(clocks)  # sudo: as above

    def _get_promised_hours(self):
        """Working hours that the contract promises for this order, by kind of time."""
        self.ensure_one()
        if self.topic_id and not self.topic_id.has_clocks:
            return {}
        contract = self.contract_id
        hours = {"response": contract.response_hours, "repair": contract.repair_hours}
        return {kind: value for kind, value in hours.items() if value}

    def _follow_clocks(self):
        """Write down what the stages that orders have reached mean for their times."""
        # sudo: whoever moves the order, the program keeps the times.
        orders = self.sudo().filtered("clock_ids")
        self._add_clock_events([vals for order in orders for vals in order._following_events()])

    def _following_events(self):
        """Values of the events that are due, now that the order is where it is."""
        self.ensure_one()
        events = self.clock_event_ids.sorted(lambda event: (event.date, event.id))
        kind, found = self.stage_kind, []
        if kind == "working" and "response" not in events.mapped("kind"):
            found.append({"kind": "response"})
        last = events.filtered(lambda event: event.kind != "response")[-1:]
        reason = self._get_pause_reason()
        if kind == "cancelled" or kind in REPAIRED:
            end = {"kind": "cancel" if kind == "cancelled" else "stop"}
            if self.date_done and self.date_done > last.date:
                end["date"] = self.date_done
            found += [end] if last.kind != end["kind"] else []
        elif reason:
            if last.kind != "pause" or (last.by_stage and last.reason_id != reason):
                found.append({"kind": "pause", "reason_id": reason.id, "by_stage": True})
        elif last.kind in ("stop", "cancel") or (last.kind == "pause" and last.by_stage):
            found.append({"kind": "resume", "by_stage": True})
        return [{"order_id": self.id, **vals} for vals in found]

    def _get_pause_reason(self):
        """Why the times do not run at the order's stage; empty where they do."""
        if self.stage_kind == "waiting_customer":
            return self.env.ref("service_order.clock_reason_customer")
        if self.stage_kind == "waiting_parts" and self.company_id.service_clock_parts:
            return self.env.ref("service_order.clock_reason_parts")
        return self.env["service.clock.reason"]

    def _note_response(self, moment):
        """Somebody has begun to look after these orders.

        :param datetime moment: when
        """
        # sudo: technicians respond, the program keeps the times.
        orders = self.sudo().filtered(
            lambda order: order.clock_ids and "response" not in order.clock_event_ids.mapped("kind")
        )
        self._add_clock_events(
            [{"order_id": order.id, "kind": "response", "date": moment} for order in orders]
        )

    def _add_clock_events(self, values):
        """Write events down; what they settle is taken off the dispatchers' desks."""
        events = self.env["service.order.clock.event"].sudo().create(values)  # sudo: as above
        calm = events.order_id.filtered(
            lambda order: not order.clock_due or order.clock_state == "running"
        )
        calm.activity_unlink(["service_order.mail_activity_type_clock"])

    def action_pause_clocks(self):
        """Ask for the reason, then pause the promised times."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Pause the Contract Times"),
            "res_model": "service.order.clock.event",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_order_id": self.id, "default_kind": "pause"},
        }

    def action_resume_clocks(self):
        """Let the promised times go on."""
        self.env["service.order.clock.event"].create(
            [{"order_id": order.id, "kind": "resume"} for order in self]
        )


class ServiceStage(models.Model):
    """What a stage means decides whether promised times run there."""

    _inherit = "service.stage"

    def write(self, vals):
        result = super().write(vals)
        if "kind" in vals:
            self.env["service.order"].search(
                [("stage_id", "in", self.ids), ("clock_ids", "!=", False)]
            )._follow_clocks()
        return result
