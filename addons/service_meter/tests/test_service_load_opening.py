from datetime import date

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.service_customer.tests.load_mixin import LoadMixin

from .common import ServiceMeterCommon

HEAD = [
    "Serial number",
    "Manufacturer",
    "Model",
    "Category",
    "Customer",
    "Installed on",
    "Billed up to (day)",
    "Billed up to: Mono",
    "Billed up to: Colour",
]


@tagged("post_install", "-at_install")
class TestServiceLoadOpening(LoadMixin, ServiceMeterCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.ref = "TC"
        cls.loader = cls.users["manager"]

    def devices(self, *lines):
        return self.book(Devices=[HEAD, *lines])

    def meters(self, serial):
        device = self.env["service.device"].search([("serial", "=", serial)])
        return {meter.type_id.code: meter for meter in device.meter_ids}

    def test_devices_bring_the_readings_up_to_which_they_are_billed(self):
        total = self.env.ref("service_meter.meter_type_total")
        total_a4 = self.env.ref("service_meter.meter_type_total_a4")
        self.model.meter_type_ids = [Command.link(total.id), Command.link(total_a4.id)]
        head = [*HEAD, "Billed up to: Total"]
        line = ["S1", "", "T100", "", "TC", "01.03.2024", "31.10.2026", "12 345,00", "800", "13145"]
        self.load(self.book(Devices=[head, line]))
        meters = self.meters("S1")
        opening = meters["mono"].opening_reading_id
        self.assertRecordValues(
            opening,
            [
                {
                    "value": 12345,
                    "life_value": 12345,
                    "source": "import",
                    "verdict": "accepted",
                    "customer_id": self.customer.id,
                }
            ],
        )
        self.assertEqual(opening.date.date(), date(2026, 10, 31))
        # Until there is a ledger, this is what is billed of the meter.
        self.assertEqual(meters["mono"]._get_billed_lives(), {meters["mono"]: 12345})
        self.assertEqual(meters["colour"].opening_reading_id.value, 800)
        self.assertEqual(meters["colour"].opening_reading_id.set_id, opening.set_id)
        # A computed counter begins where those it is made of begin.
        self.assertEqual(meters["total_a4"].opening_reading_id.set_id, opening.set_id)

    def test_without_a_day_of_installation_it_was_there_when_it_was_read(self):
        self.load(self.devices(["S1", "", "T100", "", "TC", "", "2026-10-31", "100", ""]))
        meter = self.meters("S1")["mono"]
        self.assertEqual(meter.opening_reading_id.customer_id, self.customer)
        self.assertFalse(self.meters("S1")["colour"].opening_reading_id)

    def test_each_error_is_at_its_cell(self):
        self.model.meter_line_ids[0].digits = 5
        self.model.meter_line_ids[1].unlink()
        load = self.check(
            self.devices(
                ["S1", "", "T100", "", "TC", "", "", "12a", ""],
                ["S2", "", "T100", "", "TC", "", "", "123456789012", ""],
                ["S3", "", "T100", "", "TC", "", "", "123456", ""],
                ["S4", "", "T100", "", "TC", "", "", "", "5"],
                ["S5", "", "T100", "", "TC", "2026-03-01", "2026-02-01", "5", ""],
            )
        )
        found = {(row.title, column) for row in load.row_ids for column in row.errors or {}}
        self.assertEqual(
            found,
            {
                ("S1", "counter.mono"),
                ("S2", "counter.mono"),
                ("S3", "counter.mono"),
                ("S4", "counter.colour"),
                ("S5", "date_billed"),
            },
        )

    def test_second_run_takes_no_reading_again_and_a_new_state_takes_over(self):
        line = ["S1", "", "T100", "", "TC", "2024-03-01", "2026-09-30", "100", "10"]
        self.load(self.devices(line))
        self.assertEqual(self.check(self.devices(line)).row_ids.state, "unchanged")
        other = line[:3] + ["Copiers"] + line[4:]
        self.assertEqual(self.check(self.devices(other)).row_ids.state, "unchanged")
        later = line[:6] + ["2026-10-31", "150", "10"]
        load = self.load(self.devices(later))
        self.assertEqual(load.row_ids.state, "loaded")
        meter = self.meters("S1")["mono"]
        self.assertEqual((meter.opening_reading_id.value, len(meter.reading_ids)), (150, 2))

    def test_proposed_model_gets_the_counters_that_are_filled_in(self):
        load = self.check(self.devices(["S1", "Newmaker", "N1", "Copiers", "TC", "", "", "7", ""]))
        self.assertEqual(load.model_ids.meter_type_ids, self.mono_type)
        load.model_ids.action_create_model()
        load.action_load()
        self.run_cron()
        self.assertEqual(self.meters("S1")["mono"].opening_reading_id.value, 7)

    def test_where_billing_begins_is_not_written_by_hand(self):
        with self.assertRaises(UserError):
            self.mono.with_user(self.users["manager"]).opening_reading_id = False

    def test_queries_do_not_grow_with_rows(self):
        def count(size, mark):
            lines = [
                [f"{mark}{i}", "", "T100", "", "TC", "2024-03-01", "2026-10-31", "100", "10"]
                for i in range(size)
            ]
            load = self.check(self.devices(*lines))
            load.action_load()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            load.sudo()._load_batch()
            self.env.flush_all()
            self.assertEqual(load.loaded_count, size)
            return self.env.cr.sql_log_count - before

        count(3, "warm")
        # Core inserts and updates by the hundred, and there are two counters.
        self.assertLessEqual(count(400, "many"), count(20, "few") + 4 * 12)
