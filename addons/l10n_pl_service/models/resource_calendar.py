from datetime import datetime, time, timedelta

import holidays
import pytz

from odoo import api, fields, models

#: Years before and after the present one whose holidays are entered: a request may be recorded
#: late, and what is promised today may fall into next year.
YEARS_BACK, YEARS_AHEAD = 1, 1


class ResourceCalendar(models.Model):
    """Working hours know the public holidays of Poland.

    Each year is entered once, as global leaves: what an administrator changes or deletes
    afterwards stays as it was left.
    """

    _inherit = "resource.calendar"

    l10n_pl_holidays = fields.Boolean(
        "Polish Public Holidays",
        default=True,
        help="Public holidays are no working time. Switch it off for service round the clock: "
        "the holidays still to come are taken out.",
    )
    l10n_pl_holidays_year = fields.Integer("Holidays Entered up to", readonly=True)
    l10n_pl_is_polish = fields.Boolean("Polish Company", compute="_compute_l10n_pl_is_polish")

    @api.depends("company_id.country_id")
    def _compute_l10n_pl_is_polish(self):
        for calendar in self:
            calendar.l10n_pl_is_polish = calendar.company_id.country_id.code == "PL"

    @api.model_create_multi
    def create(self, vals_list):
        """New working hours get the holidays at once."""
        calendars = super().create(vals_list)
        calendars._l10n_pl_enter_holidays()
        return calendars

    def write(self, vals):
        """Follow the switch, the time zone, and a move to a Polish company."""
        result = super().write(vals)
        if "tz" in vals or not vals.get("l10n_pl_holidays", True):
            self._l10n_pl_remove_holidays()
        if not vals.keys().isdisjoint({"l10n_pl_holidays", "tz", "company_id"}):
            self._l10n_pl_enter_holidays()
        return result

    def _l10n_pl_enter_holidays(self):
        """Enter the holidays of the years that are missing; to be repeated freely."""
        this_year = fields.Date.today().year
        last = this_year + YEARS_AHEAD
        values = []
        for calendar in self.filtered("l10n_pl_holidays").filtered("l10n_pl_is_polish"):
            first = max(calendar.l10n_pl_holidays_year + 1, this_year - YEARS_BACK)
            if first <= last:
                values += calendar._l10n_pl_missing_holidays(range(first, last + 1))
                calendar.l10n_pl_holidays_year = last
        self.env["resource.calendar.leaves"].create(values)

    def _l10n_pl_missing_holidays(self, years):
        """Values of the holidays of some years on which nobody has entered a day off yet."""
        self.ensure_one()
        zone = pytz.timezone(self.tz)
        days_off = self._l10n_pl_days_off(
            zone.localize(datetime(years[0], 1, 1)), zone.localize(datetime(years[-1] + 1, 1, 1))
        )
        found = holidays.country_holidays("PL", years=years, language="pl")

        def moment(day, hour):
            local = zone.localize(datetime.combine(day, hour))
            return local.astimezone(pytz.utc).replace(tzinfo=None)

        return [
            {
                "name": name,
                "calendar_id": self.id,
                "date_from": moment(day, time.min),
                "date_to": moment(day, time(23, 59, 59)),
                "l10n_pl_holiday": True,
            }
            for day, name in sorted(found.items())
            if day not in days_off
        ]

    def _l10n_pl_days_off(self, start, stop):
        """Days that are off for everybody already: a leave is entered and no work remains."""
        leaves = self._leave_intervals_batch(start, stop)[False]
        work = self._attendance_intervals_batch(start, stop)[False] - leaves
        days = {
            begin.date() + timedelta(days=number)
            for begin, end, _leave in leaves
            for number in range((end.date() - begin.date()).days + 1)
        }
        return days - {begin.date() for begin, _end, _attendance in work}

    def _l10n_pl_remove_holidays(self):
        """Take out the holidays still to come; those that have passed explain the past."""
        self.env["resource.calendar.leaves"].search(
            [
                ("calendar_id", "in", self.ids),
                ("l10n_pl_holiday", "=", True),
                ("date_from", ">", fields.Datetime.now()),
            ]
        ).unlink()
        self.l10n_pl_holidays_year = 0

    @api.model
    def _cron_l10n_pl_holidays(self):
        """Enter the next year's holidays when it comes near."""
        self.search(
            [
                ("company_id.partner_id.country_id.code", "=", "PL"),
                ("l10n_pl_holidays", "=", True),
                ("l10n_pl_holidays_year", "<", fields.Date.today().year + YEARS_AHEAD),
            ]
        )._l10n_pl_enter_holidays()
