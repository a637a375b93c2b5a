from datetime import datetime

from freezegun import freeze_time

from odoo import Command
from odoo.tests import TransactionCase


@freeze_time("2026-06-15 12:00:00")
class TestPublicHolidays(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env["res.company"].create(
            {"name": "Serwis", "country_id": cls.env.ref("base.pl").id}
        )
        cls.calendar = cls._create_calendar()

    @classmethod
    def _create_calendar(cls, **vals):
        days = [
            {"name": str(day), "dayofweek": str(day), "hour_from": 8, "hour_to": 16}
            for day in range(5)
        ]
        return cls.env["resource.calendar"].create(
            {
                "name": "8-16",
                "company_id": cls.company.id,
                "tz": "Europe/Warsaw",
                "attendance_ids": [Command.clear(), *(Command.create(day) for day in days)],
                **vals,
            }
        )

    def _days(self, calendar, year):
        """First moments of the days off of a year."""
        leaves = calendar.leave_ids.sorted("date_from").filtered(
            lambda leave: leave.date_to.year == year
        )
        return [f"{leave.date_from:%m-%d %H}" for leave in leaves]

    def test_the_days_of_a_year(self):
        self.assertEqual(
            self._days(self.calendar, 2026),
            [
                *("12-31 23", "01-05 23"),
                # Easter, 5 April, after the clocks have changed on 29 March.
                *("04-04 22", "04-05 22", "04-30 22", "05-02 22", "05-23 22", "06-03 22"),
                *("08-14 22", "10-31 23", "11-10 23", "12-23 23", "12-24 23", "12-25 23"),
            ],
        )
        last = self.calendar.leave_ids.sorted("date_from")[-1]
        self.assertEqual(last.name, "Boże Narodzenie (drugi dzień)")
        self.assertEqual(last.date_to, datetime(2027, 12, 26, 22, 59, 59))
        # Christmas Eve of 2026 is a Thursday: work goes on on Monday, the 28th.
        due = self.calendar.plan_hours(9, datetime(2026, 12, 23, 14, 0), compute_leaves=True)
        self.assertEqual(due, datetime(2026, 12, 28, 15, 0))

    def test_every_year_is_entered_once(self):
        leaves = self.calendar.leave_ids
        leaves.filtered(lambda leave: leave.name == "Święto Państwowe")[-1].unlink()
        self.env["resource.calendar"]._cron_l10n_pl_holidays()
        self.assertEqual(len(self.calendar.leave_ids), len(leaves) - 1)
        self.assertFalse(self._days(self.calendar, 2028))
        with freeze_time("2027-01-01 12:00:00"):
            self.env["resource.calendar"]._cron_l10n_pl_holidays()
            self.env["resource.calendar"]._cron_l10n_pl_holidays()
        self.assertEqual(len(self._days(self.calendar, 2028)), 14)

    def test_the_companys_own_days_off_stay(self):
        own = self.env["resource.calendar.leaves"].create(
            {
                "name": "Zamknięte",
                "calendar_id": self.calendar.id,
                "date_from": "2028-12-22 07:00:00",
                "date_to": "2029-01-01 15:00:00",
            }
        )
        meeting = own.copy({"date_from": "2028-11-10 23:00:00", "date_to": "2028-11-11 08:00:00"})
        half = own.copy({"date_from": "2028-05-01 06:00:00", "date_to": "2028-05-01 08:00:00"})
        with freeze_time("2027-01-01 12:00:00"):
            self.env["resource.calendar"]._cron_l10n_pl_holidays()
        self.assertTrue(own.exists())
        self.assertEqual(own.name, "Zamknięte")
        found = self._days(self.calendar, 2028)
        self.assertNotIn("12-24 23", found)
        # Two hours off are no day off: the holiday is entered beside them.
        self.assertIn("04-30 22", found)
        # A Saturday: nobody works then, and the day off is known.
        self.assertEqual(found.count("11-10 23"), 1)
        self.assertTrue((meeting | half).exists())

    def test_only_polish_companies_and_until_switched_off(self):
        german = self.env["res.company"].create(
            {"name": "Dienst", "country_id": self.env.ref("base.de").id}
        )
        self.assertFalse(german.resource_calendar_id.leave_ids)
        german.country_id = self.env.ref("base.pl")
        self.assertEqual(len(german.resource_calendar_id.leave_ids), 42)
        self.calendar.l10n_pl_holidays = False
        self.assertFalse(self._days(self.calendar, 2027))
        self.env["resource.calendar"]._cron_l10n_pl_holidays()
        self.assertFalse(self._days(self.calendar, 2027))
        self.assertIn("06-03 22", self._days(self.calendar, 2026))
        self.calendar.l10n_pl_holidays = True
        self.assertEqual(len(self._days(self.calendar, 2027)), 14)
        self.assertEqual(len(self._days(self.calendar, 2026)), 14)

    def test_a_day_begins_where_the_hours_are(self):
        self.calendar.tz = "Atlantic/Azores"
        self.assertIn("12-24 01", self._days(self.calendar, 2026))
        self.assertEqual(len(self._days(self.calendar, 2026)), 14)

    def test_new_hours_start_with_the_days_off_of_the_usual_ones(self):
        usual = self.company.resource_calendar_id
        self.assertEqual(len(usual.leave_ids), 42)
        second = self._create_calendar(tz=usual.tz)
        self.assertEqual(second.leave_ids.mapped("date_from"), usual.leave_ids.mapped("date_from"))
        self.assertEqual(second.copy().leave_ids.mapped("name"), second.leave_ids.mapped("name"))
