import psycopg2

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from .common_period import ServicePeriodCommon

#: Columns of a row that goes on where the one before it has ended.
NEXT = {
    "seq": "seq + 1",
    "prev_seq": "seq",
    "life_from": "life_to",
    "life_to": "life_to + 100",
    "date_from": "date_to",
    "date_to": "date_to + interval '1 day'",
    "kind": "'billable'",
    "stay_id": "stay_id",
}


@tagged("post_install", "-at_install")
class TestServiceConsumption(ServicePeriodCommon):
    """What the database keeps of the ledger, whoever writes to it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.device = cls._make_device("SN-1")
        cls._take(cls.device, {"1-1": 1000, "2-1": 1500, "3-1": 1700})
        cls.contract = cls._contract([{"price_unit": 0.05}], {cls.device: "1-1"})

    def _insert(self, **columns):
        """Insert a row behind the last one, some of its columns written otherwise."""
        values = NEXT | columns
        names = [*values, "how", "meter_id", "device_id", "company_id", "contract_id"]
        self.cr.execute(
            SQL(
                """
                INSERT INTO service_consumption (%s)
                SELECT %s, 'reading', meter_id, device_id, company_id, contract_id
                  FROM service_consumption WHERE meter_id = %s ORDER BY seq DESC LIMIT 1
                """,
                SQL(", ").join(map(SQL.identifier, names)),
                SQL(", ").join(SQL(value) for value in values.values()),
                self.device.meter_ids.filtered(lambda m: m.type_id == self.mono_type).id,
            )
        )

    def test_the_database_keeps_the_ledger(self):
        self._settle(self.contract, "2-1")
        refused = {
            "the same pages once more": {"seq": "seq", "prev_seq": "NULLIF(seq - 1, 0)"},
            "a gap in pages": {"life_from": "life_to + 1"},
            "pages that overlap": {"life_from": "life_to - 1"},
            "a gap in time": {"date_from": "date_to + interval '1 hour'"},
            "a row left out": {"seq": "seq + 2"},
            "a second first row": {"prev_seq": "NULL"},
            "a row before all others": {"seq": "0", "prev_seq": "NULL"},
            "fewer pages than none": {"life_to": "life_to - 1"},
            "more pages given back": {"kind": "'give_back'"},
            "an end before the beginning": {"date_to": "date_to - interval '1 day'"},
            "payable pages that nobody pays": {"stay_id": "NULL"},
            "pages outside a contract that somebody pays": {"kind": "'out'"},
        }
        for title, columns in refused.items():
            with (
                self.subTest(title),
                mute_logger("odoo.sql_db"),
                self.assertRaises(psycopg2.IntegrityError, msg=title),
                self.cr.savepoint(),
            ):
                self._insert(**columns)
        self._insert()
        self._insert(kind="'give_back'", life_to="life_to - 30")

    def test_what_a_row_refers_to_stays(self):
        row = self._settle(self.contract, "2-1").consumption_ids
        for table, record in (
            ("service_meter_reading", row.reading_id),
            ("service_contract_device", row.stay_id),
            ("service_charge", row.charge_id),
        ):
            with (
                self.subTest(table),
                mute_logger("odoo.sql_db"),
                self.assertRaises(psycopg2.IntegrityError),
                self.cr.savepoint(),
            ):
                self.cr.execute(
                    SQL("DELETE FROM %s WHERE id = %s", SQL.identifier(table), record.id)
                )

    def test_people_neither_change_nor_delete_rows(self):
        row = self._settle(self.contract, "2-1").consumption_ids
        with self.assertRaisesRegex(UserError, "never changed"):
            row.with_user(self.users["administrator"]).write({"charge_id": False})
        with self.assertRaisesRegex(UserError, "never changed"):
            row.sudo().write({"life_to": 5})
        with self.assertRaisesRegex(UserError, "never deleted"):
            row.unlink()

    def test_settling_again_finds_nothing_more(self):
        statement = self._statement(self.contract, "2-1")
        self.contract._settle([statement])
        again = self._statement(self.contract, "2-1")
        self.assertEqual((again.state, again.postings, again.due), ("nothing", [], []))
        # Who settles what somebody else has settled meanwhile is told to begin again.
        with self.assertRaises(psycopg2.errors.SerializationFailure), self.cr.savepoint():
            self.contract._settle([statement])
