from datetime import date
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .reading_common import ReadingRequestCommon


@tagged("post_install", "-at_install")
class TestReadingRequest(ReadingRequestCommon):
    def test_one_request_per_device_and_day_in_its_window(self):
        self.assertFalse(self._due("2026-10-28"), "Three days before is not yet.")
        request = self._due()
        self.assertRecordValues(
            request,
            [
                {
                    "device_id": self.device.id,
                    "date_due": date(2026, 11, 1),
                    "date_from": date(2026, 10, 27),
                    "date_to": date(2026, 11, 8),
                    "date_remind": False,
                    "date_call": date(2026, 10, 29),
                    "state": "waiting",
                    "amount": 50.0,
                    "customer_id": self.customer.id,
                    "location_id": self.site.id,
                }
            ],
        )
        self.assertEqual(request.meter_ids.type_id, self.mono, "Colour costs nothing here.")
        self.assertEqual(self._due("2026-10-30"), request)

    def test_a_scheduler_that_was_down_asks_late_but_not_too_late(self):
        self.assertTrue(self._due("2026-11-08"))
        self.assertFalse(self._due("2026-11-09") - self._due("2026-11-08"))

    def test_the_own_day_and_the_end_of_a_stay_are_edges_too(self):
        self.stay.billing_day = 15
        self.assertFalse(self._due("2026-10-29"))
        self.assertEqual(self._due("2026-11-12").date_due, date(2026, 11, 15))
        leaving = self._device("SN-2")
        leaving.contract_device_ids.date_end = "2026-11-20"
        found = self._due("2026-11-17").filtered(lambda one: one.device_id == leaving)
        self.assertEqual(found.date_due, date(2026, 11, 20), "The last pages are settled then.")
        joined = self._device("SN-3")
        joined.contract_device_ids.date_start = "2026-11-01"
        found = self._due("2026-11-02").filtered(lambda one: one.device_id == joined)
        self.assertFalse(found, "On its first day a device settles nothing.")

    def test_no_request_where_pages_cost_nothing_or_are_read(self):
        free = self.contract.copy({"date_start": "2026-01-01"})
        free.rate_ids.line_ids.unlink()
        self._device("SN-2", contract=free)
        free.action_activate()
        self.requests._process_due(free, date(2026, 10, 29))
        self.assertFalse(self.requests.search([("contract_id", "=", free.id)]))
        self.device._take_readings({"mono": 900}, date="2026-10-26 20:00:00")
        self.assertEqual(len(self._due()), 1, "A day before the window does not count.")
        self._due().unlink()
        # In Poland that is the 27th already.
        self.device._take_readings({"mono": 1000}, date="2026-10-26 23:30:00")
        self.assertFalse(self._due())

    def test_computed_meters_ask_for_their_counters(self):
        total = self.env["service.meter.type"].create(
            {
                "name": "All",
                "code": "reading_all",
                "kind": "computed",
                "part_type_ids": [Command.set([self.mono.id, self.colour.id])],
            }
        )
        self.model.meter_type_ids += total
        rate = self.env["service.rate"].create(
            {
                "contract_id": self.contract.id,
                "date_from": "2026-10-30",
                "line_ids": [
                    Command.create({"kind": "pages", "price_unit": 0.05, "meter_type_id": total.id})
                ],
            }
        )
        self.assertTrue(rate)
        counters = self._due("2026-10-30").meter_ids.type_id
        self.assertEqual(counters, self.mono | self.colour)

    def test_the_nearest_person_is_asked(self):
        requests = self.requests
        self.assertFalse(requests._find_people(self.device)[self.device])
        self.customer.email = "biuro@odra.example"
        self.assertEqual(requests._find_people(self.device)[self.device], self.customer)
        boss = self._person("decision")
        boss.partner_id.email = "boss@odra.example"
        self.assertEqual(requests._find_people(self.device)[self.device], boss.partner_id)
        mute = self._asker("mute", email=False)
        self.assertTrue(mute)
        everywhere = self._asker("everywhere").partner_id
        self.assertEqual(requests._find_people(self.device)[self.device], everywhere)
        here = self._asker("here").partner_id
        here.service_person_membership_ids.write(
            {"scope": "locations", "location_ids": [Command.set(self.site.ids)]}
        )
        self.assertEqual(requests._find_people(self.device)[self.device], here)
        here.service_person_membership_ids.write(
            {"date_from": "2026-01-01", "date_to": "2026-10-28"}
        )
        self.assertEqual(requests._find_people(self.device)[self.device], everywhere)
        other = self._person("user", customer=self.stranger, login="foreign").partner_id
        other.email = "foreign@example.com"
        self.assertEqual(requests._find_people(self.device)[self.device], everywhere)

    def test_readings_of_any_door_answer(self):
        for source, value in (("technician", 1000), ("import", 2000), ("portal", 3000)):
            with self.subTest(source):
                request = self._due()
                self.device._take_readings({"colour": value}, source=source)
                self.assertEqual(request.state, "waiting", "That counter is not billed.")
                taken = self.device._take_readings({"mono": value}, source=source)
                self.assertRecordValues(request, [{"state": "done", "set_id": taken.id}])
                request.unlink()
                taken.reading_ids.filtered(lambda one: one.type_id == self.mono).action_reject()

    def test_a_suspect_reading_answers_and_a_rejected_one_is_missing_again(self):
        self.device._take_readings({"mono": 5000}, date="2026-09-30 08:00:00")
        request = self._due()
        taken = self.device._take_readings({"mono": 10}, source="portal")
        self.assertEqual(taken.reading_ids.verdict, "suspect")
        self.assertEqual(request.state, "done")
        self.assertTrue(request._is_suspect())
        taken.reading_ids.action_reject()
        self.assertRecordValues(
            request, [{"state": "to_call", "reason": "rejected", "set_id": False}]
        )

    def test_two_counters_may_be_read_one_after_the_other(self):
        self.env["service.rate"].create(
            {
                "contract_id": self.contract.id,
                "date_from": "2026-10-30",
                "line_ids": [
                    Command.create({"kind": "pages", "price_unit": 0.05, "meter_type_id": kind.id})
                    for kind in (self.mono, self.colour)
                ],
            }
        )
        request = self._due("2026-10-30")
        self.device._take_readings({"mono": 1000})
        self.assertEqual(request.state, "waiting")
        self.device._take_readings({"colour": 100})
        self.assertEqual(request.state, "done")

    def test_a_device_that_left_is_asked_no_more(self):
        request = self._due()
        self.stay.date_end = "2026-10-31"
        self.requests._process_obsolete()
        self.assertEqual(request.state, "cancelled")

    def test_one_bad_device_stops_no_other(self):
        second = self._device("SN-2")
        prices = type(self.stay)._page_prices

        def broken(stays, day):
            if second.contract_device_ids in stays:
                raise ZeroDivisionError("rates are broken")
            return prices(stays, day)

        with patch.object(type(self.stay), "_page_prices", broken):
            self.assertEqual(self._due().device_id, self.device)
            self._due()
        self.assertIn("rates are broken", second.message_ids[0].body)
        self.assertEqual(len(second.activity_ids), 1, "Told once, not every morning.")
        self.assertEqual(self._due().device_id, self.device | second)

    def test_the_policy_of_the_type_is_the_contracts(self):
        lease = self.env.ref("service_contract.type_lease")
        lease.write({"reading_asked": "nobody", "reading_ask_days": 1})
        contract = self.env["service.contract"].create(
            {"type_id": lease.id, "customer_id": self.customer.id}
        )
        self.assertRecordValues(contract, [{"reading_asked": "nobody", "reading_ask_days": 1}])
        self.assertEqual(self.contract.reading_asked, "customer", "What was agreed stays.")
        contract.reading_ask_days = 0
        self.assertEqual(contract.reading_ask_days, 0)

    def test_queries_do_not_grow_with_devices(self):
        counts = []
        for number in (10, 200):
            contract = self._many(number)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.requests._process_due(contract, date(2026, 10, 29))
            found = self.requests.search([("contract_id", "=", contract.id)])
            sets = self.env["service.meter.reading.set"]
            middle = self.cr.sql_log_count
            given = {one: {one.meter_ids: "100"} for one in found}
            self.assertFalse(found._give(given, {}, "link", self.customer))
            self.assertEqual(set(found.mapped("state")), {"done"})
            self.assertEqual(len(sets.search([("device_id", "in", found.device_id.ids)])), number)
            counts.append((middle - before, self.cr.sql_log_count - middle))
        (make_few, give_few), (make_many, give_many) = counts
        self.assertLessEqual(make_many, make_few + 3, counts)
        self.assertLessEqual(give_many, give_few + 5, counts)

    @mute_logger("odoo.sql_db")
    def test_what_the_database_keeps(self):
        request = self._due()
        with self.assertRaises(IntegrityError), self.cr.savepoint():
            request.copy()
        with self.assertRaises(IntegrityError), self.cr.savepoint():
            self.contract.reading_ask_days = 9
            self.env.flush_all()


@tagged("post_install", "-at_install")
class TestReadingRequestStaff(ReadingRequestCommon):
    def test_staff_note_calls_and_change_nothing_else(self):
        self._asker()
        request = self._due()
        for role in ("dispatcher", "accounting", "manager", "administrator"):
            with self.subTest(role):
                own = request.with_user(self._staff(role))
                own.write({"note": "Back on Monday"})
                own.action_called()
                with self.assertRaises(UserError):
                    own.write({"state": "done"})
        self.assertTrue(request.date_called)
        self.assertEqual(request.phone, "+48 71 1")
        with self.assertRaises(AccessError):
            request.with_user(self._staff("technician")).action_called()

    def test_asked_again(self):
        self._asker()
        request = self._due()
        clerk = self._staff("accounting")
        mails = self.env["mail.mail"].search([])
        request.with_user(clerk).action_ask_again()
        mail = self.env["mail.mail"].search([]) - mails
        self.assertEqual(mail.recipient_ids, request.partner_id)
        request.partner_id.email = False
        with self.assertRaisesRegex(UserError, "call \\+48 71 1"):
            request.with_user(clerk).action_ask_again()
        request._mark_estimated()
        self.assertEqual(request.state, "estimated")
        with self.assertRaises(UserError):
            request.with_user(clerk).action_ask_again()

    def test_biggest_money_first_by_trend(self):
        self.device._take_readings({"mono": 1000}, date="2026-07-29 08:00:00")
        self.device._take_readings({"mono": 13_200}, date="2026-09-29 08:00:00")
        self.device.meter_ids.reading_ids.filtered(
            lambda one: one.verdict == "suspect"
        ).action_accept()
        self._device("SN-2")
        first, second = self._due().sorted("amount", reverse=True)
        self.assertEqual(first.device_id, self.device)
        self.assertEqual(second.amount, 50.0, "What is usual for the model.")
        # 12 200 pages in 62 days.
        self.assertAlmostEqual(first.amount, 12_200 / 62 * 365 / 12 * 0.05, 2)
