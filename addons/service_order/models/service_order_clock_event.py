from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_datetime

KINDS = [
    ("start", "Beginning"),
    ("pause", "Pause"),
    ("resume", "Resumption"),
    ("response", "Response"),
    ("stop", "End of the Repair"),
    ("cancel", "Calling Off"),
]


class ServiceClockReason(models.Model):
    """A predefined reason for which promised times do not run."""

    _name = "service.clock.reason"
    _description = "Reason of a Pause"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)


class ServiceOrderClockEvent(models.Model):
    """What starts, pauses, resumes or ends the promised times of an order.

    The program writes them down as the order moves. A service manager corrects them; then the
    times follow, and the order's log says what was changed.
    """

    _name = "service.order.clock.event"
    _description = "Event of Contract Times"
    _order = "date, id"
    _rec_name = "kind"

    order_id = fields.Many2one("service.order", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="order_id.company_id", store=True)
    kind = fields.Selection(KINDS, "What", required=True, default="pause")
    date = fields.Datetime("When", required=True, default=fields.Datetime.now)
    reason_id = fields.Many2one("service.clock.reason", "Why", ondelete="restrict")
    by_stage = fields.Boolean(
        "By the Stage", readonly=True, help="The stage paused the times and lets them go on."
    )

    _reason_named = models.Constraint(
        "CHECK(kind != 'pause' OR reason_id IS NOT NULL)", "Choose the reason of the pause."
    )

    @api.constrains("date")
    def _check_date(self):
        soon = fields.Datetime.now() + timedelta(minutes=5)
        if any(event.date > soon for event in self if event.kind != "start"):
            raise ValidationError(
                self.env._("Enter what has happened: the moment lies in the future.")
            )

    def _has_field_access(self, field, operation):
        # Dispatchers pause and resume now; only managers say when something else happened.
        if not super()._has_field_access(field, operation):
            return False
        if operation == "read" or self._may_correct():
            return True
        return field.name in ("order_id", "kind", "reason_id")

    def _may_correct(self):
        return self.env.su or self.env.user.has_group("service_customer.group_service_manager")

    @api.model_create_multi
    def create(self, vals_list):
        """Events that a person enters are in the log of the order."""
        if not self._may_correct():
            self._check_going(vals_list)
        events = super().create(vals_list)
        if not self.env.su:
            if not self._may_correct() and not set(events.mapped("kind")) <= {"pause", "resume"}:
                raise UserError(self.env._("Only a service manager enters this by hand."))
            for event in events:
                text = self.env._("Contract times, entered: %s", event._in_words())
                event.order_id._message_log(body=text)
        return events

    def _check_going(self, vals_list):
        """Times that have ended have their verdict: to open them again is a correction."""
        orders = self.env["service.order"].browse({vals.get("order_id") for vals in vals_list})
        for order in orders.filtered("clock_ids"):
            if all(clock.date_stop for clock in order.clock_ids):
                raise UserError(self.env._("Only a service manager enters this by hand."))

    def write(self, vals):
        """A correction says what it corrects."""
        old = {event: event._in_words() for event in self}
        result = super().write(vals)
        for event in self:
            if (new := event._in_words()) != old[event]:
                text = self.env._(
                    "Contract times, corrected: %(old)s → %(new)s", old=old[event], new=new
                )
                event.order_id._message_log(body=text)
        return result

    def unlink(self):
        """What is deleted can be read in the order's log."""
        for event in self:
            text = self.env._("Contract times, deleted: %s", event._in_words())
            event.order_id._message_log(body=text)
        return super().unlink()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_start(self):
        if "start" in self.mapped("kind"):
            raise UserError(
                self.env._("The times have to begin: correct the beginning instead of deleting it.")
            )

    def _in_words(self):
        """The event in one line, for example: Pause, 12.03.2026 10:00 (Waiting for parts)."""
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        zone = self.company_id._get_service_tz()
        moment = format_datetime(self.env, self.date, tz=zone, dt_format="short")
        text = f"{kinds[self.kind]}, {moment}"
        return f"{text} ({self.reason_id.name})" if self.reason_id else text
