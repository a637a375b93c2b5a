from datetime import datetime, timedelta
from typing import Any, NamedTuple

from odoo import fields, models

from ..tools.work_time import WorkTime
from .service_contract_defaults import from_type


class ServiceTimes(NamedTuple):
    """Until when somebody has to react and the device has to work again; empty: not agreed."""

    response: datetime | None
    repair: datetime | None
    calendar: Any
    """The working hours in which the time runs."""


class ServiceContractDefaults(models.AbstractModel):
    """How fast faults are looked after."""

    _inherit = "service.contract.defaults"

    response_hours = fields.Float(
        "Response Time",
        help="Working hours from the request until somebody looks after it; 0: not agreed.",
    )
    repair_hours = fields.Float(
        "Repair Time",
        help="Working hours from the request until the device works again; 0: not agreed.",
    )
    hours_calendar_id = fields.Many2one(
        "resource.calendar",
        "Service Hours",
        ondelete="restrict",
        help="The hours in which response and repair times run; empty: the company's.",
    )

    _times_positive = models.Constraint(
        # What is no number at all is above everything.
        "CHECK(COALESCE(response_hours, 0) BETWEEN 0 AND 100000 "
        "AND COALESCE(repair_hours, 0) BETWEEN 0 AND 100000)",
        "Response and repair times cannot be negative. Enter zero where none is agreed.",
    )


class ServiceContract(models.Model):
    """A contract's own response and repair times."""

    _inherit = "service.contract"

    response_hours = fields.Float(**from_type("response_hours"))
    repair_hours = fields.Float(**from_type("repair_hours"))
    hours_calendar_id = fields.Many2one(**from_type("hours_calendar_id"))

    def _service_times(self, moment):
        """Until when a request has to be responded to and settled under this contract.

        :param datetime moment: when the request came, in UTC
        :rtype: ServiceTimes
        """
        self.ensure_one()
        calendar = self._get_hours_calendar()
        work_time = WorkTime(calendar, moment)

        def after(hours):
            return work_time.after(moment, timedelta(hours=hours)) if hours else None

        return ServiceTimes(after(self.response_hours), after(self.repair_hours), calendar)

    def _get_hours_calendar(self):
        """The hours in which response and repair times run."""
        self.ensure_one()
        return self.hours_calendar_id or self.company_id.resource_calendar_id

    def _times_in_words(self):
        """The agreed times for a card, for example: response 8 h, repair 24 h."""
        self.ensure_one()
        texts = []
        if self.response_hours:
            texts.append(self.env._("response %s h", f"{self.response_hours:g}"))
        if self.repair_hours:
            texts.append(self.env._("repair %s h", f"{self.repair_hours:g}"))
        return ", ".join(texts)
