from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.service_contract.tools.work_time import WorkTime

from ..tools.timeline import Timeline

KINDS = [("response", "Response"), ("repair", "Repair")]
STATES = [
    ("running", "Running"),
    ("warning", "Running Out"),
    ("breached", "Exceeded"),
    ("paused", "Paused"),
    ("met", "Kept"),
    ("void", "Without a Verdict"),
]


class ServiceOrderClock(models.Model):
    """A time promised for an order by its contract: until somebody responds, until it is repaired.

    What was promised is kept as it was when the order was reported. When the clock runs is told by
    the events of the order; everything here follows from them, so correcting one sets all right.
    """

    _name = "service.order.clock"
    _description = "Contract Time of an Order"
    _order = "order_id, kind DESC"
    _rec_name = "kind"

    order_id = fields.Many2one("service.order", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="order_id.company_id", store=True)
    kind = fields.Selection(KINDS, "Time", required=True)
    hours = fields.Float("Promised", required=True, help="Working hours.")
    calendar_id = fields.Many2one(
        "resource.calendar",
        "Service Hours",
        index="btree_not_null",
        ondelete="restrict",
        help="The hours in which the time runs.",
    )
    date_due = fields.Datetime(
        "Due",
        compute="_compute_times",
        store=True,
        help="Unknown while the time is paused.",
    )
    date_warn = fields.Datetime("Warning", compute="_compute_times", store=True)
    date_stop = fields.Datetime("Ended", compute="_compute_times", store=True)
    state = fields.Selection(STATES, compute="_compute_times", store=True)
    told = fields.Selection(
        [("warning", "Warned"), ("breached", "Exceeded")],
        compute="_compute_times",
        store=True,
        help="What the dispatcher was told about already.",
    )

    _order_kind_uniq = models.Constraint("UNIQUE(order_id, kind)", "This time runs already.")
    _hours_positive = models.Constraint("CHECK(hours > 0)", "A promised time is above zero.")
    _to_warn = models.Index("(date_warn) WHERE date_stop IS NULL AND told IS NULL")
    _to_breach = models.Index(
        "(date_due) WHERE date_stop IS NULL AND told IS DISTINCT FROM 'breached'"
    )

    @api.depends(
        "kind",
        "hours",
        "calendar_id",
        "order_id.clock_event_ids.kind",
        "order_id.clock_event_ids.date",
    )
    def _compute_times(self):
        now = fields.Datetime.now()
        for calendar, clocks in self.grouped("calendar_id").items():
            dates = clocks.order_id.clock_event_ids.mapped("date")
            work_time = WorkTime(calendar, min(filter(None, dates), default=now))
            for clock in clocks:
                clock._set_times(work_time, now)

    def _set_times(self, work_time, now):
        """What follows from the events of the order."""
        line = Timeline(self.order_id.clock_event_ids, self.kind)
        due = line.moment_after(timedelta(hours=self.hours), work_time)
        warn = line.moment_after(self._warning_after(), work_time)
        told = self.told
        if told == "breached" and not (due and due <= now):
            told = "warning"
        if told == "warning" and not (warn and warn <= now):
            told = False
        self.date_due, self.date_warn, self.date_stop, self.told = due, warn, line.stop, told
        self.state = line.state(due, warn, now)

    def _warning_after(self):
        """After how much work a warning is given; None: there is none."""
        company, promised = self.company_id, timedelta(hours=self.hours)
        warnings = []
        if company.service_clock_percent:
            warnings.append(promised * company.service_clock_percent / 100)
        if company.service_clock_hours:
            warnings.append(promised - timedelta(hours=company.service_clock_hours))
        return max(min(warnings), timedelta(minutes=1)) if warnings else None

    @api.model
    def _refresh(self, *calendars):
        """Working hours or days off have changed: what is promised for the open orders moves.

        :param calendars: `resource.calendar` records; an empty one stands for all
        """
        if not calendars:
            return
        domain = [("date_stop", "=", False)]
        if all(calendars):
            domain.append(("calendar_id", "in", [calendar.id for calendar in calendars]))
        # sudo: whoever keeps working hours need not see the orders.
        self.sudo().search(domain).modified(["calendar_id"])
