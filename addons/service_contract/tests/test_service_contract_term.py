from datetime import date, timedelta

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import UserError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.service_contract.models.service_contract_terms import ServiceContract
from odoo.addons.service_contract.tools.term import next_term_end, notice_end

from .common import ServiceContractCommon


@tagged("post_install", "-at_install")
class TestServiceContractTerm(ServiceContractCommon):
    def _contract(self, **vals):
        """A lease of 2027, put in force on its first day unless told otherwise."""
        return self._create_contract(
            self.lease_type, activate=False, **{"date_start": "2027-01-01", **vals}
        )

    def test_an_end_in_the_past_typed_in_a_form_is_not_lost(self):
        contract = self._create_contract(self.service_type, renewal="none")
        with Form(contract) as form:
            form.term_end = self.today - timedelta(days=10)
            self.assertEqual(form.state, "active", "not yet")
        self.assertEqual(
            (contract.state, contract.date_end), ("ended", self.today - timedelta(days=10))
        )

    def test_notice_ends_as_the_civil_code_counts(self):
        for given, length, unit, rule, last in (
            ("2027-01-15", 14, "day", "exact", "2027-01-29"),
            ("2027-01-15", 1, "month", "exact", "2027-02-15"),
            ("2027-01-31", 1, "month", "exact", "2027-02-28"),
            ("2028-01-31", 1, "month", "exact", "2028-02-29"),
            ("2027-01-15", 1, "month", "month", "2027-02-28"),
            ("2027-01-31", 1, "month", "month", "2027-02-28"),
            ("2027-02-01", 1, "month", "month", "2027-03-31"),
            ("2027-01-15", 3, "month", "quarter", "2027-06-30"),
            ("2027-12-31", 0, "month", "month", "2027-12-31"),
            ("2027-11-30", 3, "month", "month", "2028-02-29"),
        ):
            end = notice_end(date.fromisoformat(given), length, unit, rule)
            self.assertEqual(end.isoformat(), last, (given, length, unit, rule))

    def test_further_terms_follow_without_a_gap(self):
        for term_end, months, day, end in (
            ("2027-02-28", 12, "2027-02-28", "2027-02-28"),
            ("2027-02-28", 12, "2027-03-01", "2028-02-29"),
            ("2028-02-29", 12, "2028-03-01", "2029-02-28"),
            ("2027-01-31", 1, "2027-03-01", "2027-03-31"),
            ("2027-03-15", 6, "2028-10-01", "2029-03-15"),
        ):
            days = (date.fromisoformat(term_end), months, date.fromisoformat(day))
            self.assertEqual(next_term_end(*days).isoformat(), end, days)

    def test_the_state_follows_the_dates(self):
        """The day before, the first and the last day, and the day after of each way to end."""
        over = {"2026-12-31": "future", "2027-01-01": "active", "2027-06-30": "active"}
        for case, vals, kind, expected in (
            ("until terminated", {}, None, {**over, "2035-01-01": "active"}),
            ("ends", {"date_end": "2027-06-30"}, None, {**over, "2027-07-01": "ended"}),
            ("goes on", {"term_end": "2027-06-30"}, None, {**over, "2027-07-01": "active"}),
            (
                "notice",
                {},
                "notice",
                {"2027-02-01": "active", "2027-03-01": "notice", "2027-07-01": "terminated"},
            ),
            ("agreed", {}, "agreement", {**over, "2027-07-01": "terminated"}),
        ):
            with freeze_time("2026-12-01"):
                contract = self._contract(**vals)
                self.assertEqual(contract.state, "draft")
                contract.action_activate()
            for day, state in expected.items():
                with freeze_time(day):
                    if kind and day >= "2027-03-01" and not contract.termination_kind:
                        contract._terminate(kind, date(2027, 6, 30), by="customer")
                    contract._follow_dates()
                    self.assertEqual(contract.state, state, (case, day))

    def test_a_fixed_term_is_followed_by_another(self):
        with freeze_time("2026-12-01"):
            contract = self._contract(term_end="2027-02-28", renewal="fixed", renewal_months=12)
            contract.action_activate()
        self.assertFalse(contract.date_end, "Without notice it does not end.")
        for day, term_end in (("2027-02-28", date(2027, 2, 28)), ("2027-03-01", date(2028, 2, 29))):
            with freeze_time(day):
                contract._follow_dates()
                self.assertEqual(contract.term_end, term_end)
                self.assertEqual(contract.state, "active")
        with freeze_time("2027-12-01"):
            contract._terminate("not_renewed", contract.term_end, by="own")
        with freeze_time("2028-03-01"):
            contract._follow_dates()
            self.assertRecordValues(
                contract, [{"state": "terminated", "term_end": date(2028, 2, 29)}]
            )

    def test_the_day_is_that_of_the_company(self):
        """Half past midnight in Poland is still the day before for UTC, and for New York."""
        self.company.partner_id.tz = "Europe/Warsaw"
        with freeze_time("2027-01-15"):
            ending = self._contract(date_end="2027-06-30")
            going = self._contract(term_end="2027-06-30", renewal="fixed", renewal_months=12)
            july = {"indexation_method": "percent", "indexation_percent": 3}
            due = self._contract(indexation_month="7", **july)
            (ending | going | due).action_activate()
        with freeze_time("2027-06-30 22:30"):
            self.env["service.contract"].with_context(tz=False)._cron_service_contract_day()
            self.assertEqual(ending.state, "ended")
            self.assertEqual(going.term_end, date(2028, 6, 30))
            self.assertTrue(due.is_indexation_due)
            self.company.partner_id.tz = "America/New_York"
            self.env["service.contract"]._cron_service_contract_day()
            self.assertEqual(ending.state, "active")
            self.assertEqual(ending.attention, "expiring", "It ends today.")
            due.invalidate_recordset(["is_indexation_due"])
            self.assertFalse(due.is_indexation_due)

    def test_stays_of_devices_follow_their_contract(self):
        with freeze_time("2026-12-01"):
            contract = self._create_contract(
                self.lease_type, self.own_device, date_start="2027-01-01", date_end="2027-06-30"
            )
        stay = contract.device_ids
        for day, state, on_it in (
            ("2026-12-31", "future", False),
            ("2027-01-01", "active", True),
            ("2027-06-30", "active", True),
            ("2027-07-01", "ended", False),
        ):
            with freeze_time(day):
                contract._follow_dates()
                self.assertEqual(stay.state, state, day)
                on = self.own_device._get_contract(date.fromisoformat(day))
                self.assertEqual(bool(on), on_it, day)
        event = self.env["service.device.event"].search(
            [("device_id", "=", self.own_device.id), ("kind", "=", "contract")]
        )
        self.assertEqual(len(event), 1, "The future is no history.")

    def test_notice_is_recorded_and_taken_back(self):
        contract = self._create_contract(self.lease_type, self.own_device)
        later = contract.device_ids.create(
            {
                "contract_id": contract.id,
                "device_id": self._create_device("SN-LATER", owner="own").id,
                "date_start": self.today + timedelta(days=300),
            }
        )
        wizard = Form(
            self.env["service.contract.terminate"].with_context(
                **contract.action_terminate()["context"]
            )
        )
        wizard.date = self.today
        wizard.reason = "Zmiana siedziby"
        until = contract._notice_end(self.today)
        self.assertEqual(wizard.until, until)
        wizard.save().action_terminate()
        self.assertFalse(later.exists())
        self.assertRecordValues(
            contract,
            [
                {
                    "state": "notice",
                    "date_end": until,
                    "termination_by": "customer",
                    "termination_date": self.today,
                    "termination_user_id": self.env.uid,
                }
            ],
        )
        with self.assertRaisesRegex(UserError, "was terminated and ends on"):
            contract.date_end = self.today
        contract.action_take_back_termination()
        self.assertRecordValues(
            contract, [{"state": "active", "date_end": False, "termination_reason": False}]
        )
        self.assertEqual(self.own_device._get_contract(until + timedelta(days=1)), contract)

    def test_notice_never_prolongs_a_fixed_term(self):
        end = self.today + timedelta(days=20)
        contract = self._create_contract(self.lease_type, date_end=end)
        self.assertEqual(contract._notice_end(self.today), end)
        with self._refused("ends on .* anyway"), self.env.cr.savepoint():
            contract._terminate("notice", end + timedelta(days=1), by="customer")
        contract._terminate("notice", end, by="customer")
        self.assertRecordValues(contract, [{"state": "notice", "date_end": end}])

    def test_a_termination_is_checked_whatever_writes_it(self):
        """What the dialog refuses, a manager's program is refused, too."""
        manager = new_test_user(
            self.env, "ending_manager", groups="service_customer.group_service_manager"
        )
        until, before = self.today + timedelta(days=30), self.today - timedelta(days=500)
        whole = {
            "termination_kind": "notice",
            "termination_date": self.today,
            "termination_until": until,
        }
        draft = self._create_contract(self.lease_type, activate=False).with_user(manager)
        fixed = self._create_contract(self.lease_type, date_end=self.today + timedelta(days=20))
        going = self._create_contract(self.lease_type).with_user(manager)
        over = self._create_contract(self.lease_type)
        self._end(over)
        for contract, vals, message in (
            (draft, whole, "is “Draft”"),
            (over.with_user(manager), {"termination_reason": "Other"}, "is “Terminated”"),
            (fixed.with_user(manager), whole, "ends on .* anyway"),
            (going, whole | {"termination_until": before}, "begins on .* and cannot end"),
            (going, whole | {"termination_date": until + timedelta(days=1)}, "Notice given on"),
            (going, whole | {"termination_kind": "assignment"}, "not been handed over"),
            (going, {"termination_kind": "notice"}, "is not complete"),
            (going, {"termination_reason": "Too dear"}, "is not complete"),
        ):
            with self.subTest(message), self._refused(message), self.env.cr.savepoint():
                contract.write(vals)
        with self._refused("was never in force"), self.env.cr.savepoint():
            self._contract(date_start=self.today, **whole)
        going.write(whole | {"termination_user_id": self.env.ref("base.user_admin").id})
        self.assertRecordValues(
            going, [{"state": "notice", "date_end": until, "termination_user_id": manager.id}]
        )

    def test_what_was_billed_stays_within_the_contract(self):
        contract = self._create_contract(self.lease_type)
        self.patch(ServiceContract, "_open_from", lambda contract: self.today)
        for change in (
            lambda: self._end(contract, 2),
            lambda: contract.write({"date_end": self.today - timedelta(days=2)}),
            lambda: contract.write({"date_start": self.today - timedelta(days=50)}),
        ):
            with self._refused("has been billed until"), self.env.cr.savepoint():
                change()
        self._end(contract, 1)
        self.assertEqual(contract.state, "terminated")

    @mute_logger("odoo.sql_db")
    def test_terms_that_cannot_be_are_refused(self):
        for vals, constraint in (
            ({"date_end": "2026-12-31"}, "dates_order"),
            ({"term_end": "2026-12-31", "renewal": "open"}, "term_order"),
            ({"renewal": "fixed", "renewal_months": 0}, "renewal_months_positive"),
            ({"notice_length": -1}, "notice_length_positive"),
        ):
            with self.assertRaisesRegex(IntegrityError, constraint), self.env.cr.savepoint():
                self._contract(**vals).flush_recordset()

    def test_a_contract_takes_the_usual_terms_of_its_type(self):
        """One law for terms, indexation and cycles: the type's while open, then the contract's."""
        usual = {"renewal": "fixed", "renewal_months": 24, "indexation_has_floor": False}
        self.lease_type.write({**usual, "notice_length": 2, "base_months": 3})
        contract = self._contract(notice_length=6)
        imported = self._contract(decision="concluded")
        self.assertRecordValues(contract, [{**usual, "notice_length": 6}])
        self.assertRecordValues(imported, [{**usual, "notice_length": 2}])
        self.assertEqual((contract | imported).group_ids.mapped("base_months"), [3, 3])
        self.service_type.write({"renewal_months": 6, "base_months": 1})
        contract.type_id = self.service_type
        self.assertEqual(contract.renewal_months, 6)
        self.assertTrue(contract.indexation_has_floor)
        self.assertEqual(contract.group_ids.base_months, 1)
        contract.action_activate()
        self.service_type.write({"renewal_months": 36, "base_months": 12})
        self.assertEqual(contract.renewal_months, 6)
        self.assertEqual(contract.group_ids.base_months, 1)
