from odoo import api, models


class ResourceCalendar(models.Model):
    """Promised times follow the hours in which they run."""

    _inherit = "resource.calendar"

    def write(self, vals):
        result = super().write(vals)
        if not vals.keys().isdisjoint({"attendance_ids", "tz", "two_weeks_calendar"}):
            self.env["service.order.clock"]._refresh(*self)
        return result


class ResourceCalendarLeaves(models.Model):
    """Promised times follow the days off."""

    _inherit = "resource.calendar.leaves"

    @api.model_create_multi
    def create(self, vals_list):
        leaves = super().create(vals_list)
        self.env["service.order.clock"]._refresh(*leaves._whose_hours())
        return leaves

    def write(self, vals):
        before = self._whose_hours()
        result = super().write(vals)
        self.env["service.order.clock"]._refresh(*before, *self._whose_hours())
        return result

    def unlink(self):
        before = self._whose_hours()
        result = super().unlink()
        self.env["service.order.clock"]._refresh(*before)
        return result

    def _whose_hours(self):
        """Working hours in which these are days off for everybody: a list of `resource.calendar`.

        An empty one among them stands for all of the company; days off of one person are left out.
        """
        return [leave.calendar_id for leave in self if not leave.resource_id]
