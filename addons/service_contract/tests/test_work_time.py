from datetime import datetime, timedelta

from odoo import Command
from odoo.tests import TransactionCase

from odoo.addons.service_contract.tools.work_time import WorkTime

WEEK = range(7)


class TestWorkTime(TransactionCase):
    def _calendar(self, hours, days=WEEK[:5], leaves=()):
        return self.env["resource.calendar"].create(
            {
                "name": "Hours",
                "tz": "Europe/Warsaw",
                "company_id": False,
                "attendance_ids": [
                    Command.clear(),
                    *(
                        Command.create(
                            {"name": "x", "dayofweek": str(day), "hour_from": begin, "hour_to": end}
                        )
                        for day in days
                        for begin, end in hours
                    ),
                ],
                "leave_ids": [
                    Command.create({"name": "Off", "date_from": begin, "date_to": end})
                    for begin, end in leaves
                ],
            }
        )

    def _check(self, calendar, start, hours, due):
        """So many hours after one moment it is another, and between them lie as many."""
        start, due, work = datetime(*start), datetime(*due), timedelta(hours=hours)
        work_time = WorkTime(calendar, start)
        self.assertEqual(work_time.after(start, work), due)
        self.assertEqual(work_time.between(start, due), work)

    def test_weekends_and_days_off(self):
        christmas = ("2026-12-23 23:00:00", "2026-12-26 22:59:59")
        easter = ("2027-03-28 22:00:00", "2027-03-29 21:59:59")
        office = self._calendar([(8, 16)], leaves=[christmas, easter])
        self._check(office, (2026, 11, 27, 14, 0), 2, (2026, 11, 30, 8, 0))
        self._check(office, (2026, 11, 28, 9, 30), 8, (2026, 11, 30, 15, 0))
        # From Wednesday, two hours before the day's end, over Christmas Eve to Monday.
        self._check(office, (2026, 12, 23, 13, 0), 2, (2026, 12, 23, 15, 0))
        self._check(office, (2026, 12, 23, 13, 0), 3, (2026, 12, 28, 8, 0))
        # From Friday over Easter, during which the clocks change, to Tuesday at eight.
        self._check(office, (2027, 3, 26, 14, 12, 34), 1, (2027, 3, 30, 6, 12, 34))
        self._check(office, (2026, 1, 5, 7, 0), 1500, (2026, 9, 23, 10, 0))

    def test_hours_are_those_that_pass_when_the_clocks_change(self):
        night = self._calendar([(0, 6)], days=WEEK)
        # 28 March 2027 has no time between two and three, 25 October 2026 has it twice.
        self._check(night, (2027, 3, 27, 23, 0), 5, (2027, 3, 28, 4, 0))
        self._check(night, (2027, 3, 27, 23, 0), 5.5, (2027, 3, 28, 22, 30))
        self._check(night, (2026, 10, 24, 22, 0), 7, (2026, 10, 25, 5, 0))
        self._check(night, (2026, 10, 24, 22, 0), 7.5, (2026, 10, 25, 23, 30))

    def test_round_the_clock(self):
        off = ("2026-10-31 23:00:00", "2026-11-01 22:59:59")
        always = self._calendar([(0, 24)], days=WEEK, leaves=[off])
        self._check(always, (2026, 10, 20, 10, 0), 48, (2026, 10, 22, 10, 0))
        self._check(always, (2026, 10, 24, 10, 0), 24, (2026, 10, 25, 10, 0))
        self._check(always, (2026, 10, 31, 22, 0), 2, (2026, 11, 2, 0, 0))
        nobodys = self.env["resource.calendar"]
        self._check(nobodys, (2026, 10, 31, 22, 7, 8), 24 * 365, (2027, 10, 31, 22, 7, 8))

    def test_a_calendar_is_read_once(self):
        office = self._calendar([(8, 16)])
        start = datetime(2026, 11, 27, 14, 0)
        work_time = WorkTime(office, start)
        work_time.after(start, timedelta(hours=100))
        with self.assertQueryCount(0):
            for hours in range(1, 100):
                work_time.after(start + timedelta(hours=hours), timedelta(hours=hours / 2))

    def test_where_nobody_works_nothing_is_ever_due(self):
        empty = self._calendar([(8, 16)], leaves=[("2026-01-01 00:00:00", "2040-01-01 00:00:00")])
        start = datetime(2026, 11, 27, 14, 0)
        self.assertIsNone(WorkTime(empty, start).after(start, timedelta(hours=1)))
