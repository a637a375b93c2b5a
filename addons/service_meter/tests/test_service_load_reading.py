import base64
import io
from datetime import datetime, timedelta

import openpyxl

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from odoo.addons.service_customer.tests.load_mixin import LoadMixin

from .common import ServiceMeterCommon

HEAD = ["Device", "Serial No.", "Last seen", "B/W", "Color"]


@tagged("post_install", "-at_install")
class TestServiceLoadReading(LoadMixin, ServiceMeterCommon):
    purpose = "reading"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.loader = cls.users["dispatcher"]
        cls.loader.tz = "Europe/Warsaw"
        cls.other = cls._create_device("SN-OTHER", inventory_number="INV-7")

    def export(self, *lines, head=HEAD):
        return self.book(Export=[[*head], *map(list, lines)])

    def understood(self, data, **targets):
        """Upload a file and say what its columns mean: {target: header}."""
        load = self.upload(data)
        load.action_check()
        for column in load.column_ids:
            column.target = next(
                (t for t, header in targets.items() if header == column.header), column.target
            )
        if load.state == "draft":
            load.action_check()
        return load

    def errors(self, load):
        return {(row.title, column) for row in load.row_ids for column in row.errors or {}}

    def readings(self, device):
        return device.meter_ids.reading_ids.sorted("id")

    def finish(self, load):
        load.action_load()
        self.run_cron()
        return load

    # ------------------------------------------------------------ columns

    def test_columns_are_guessed_asked_and_kept_by_name(self):
        data = self.export(["Printer 1", "SN-METER", "2026-11-02 08:00", "1 500,00", "70"])
        load = self.upload(data, filename="kmbs_2026-11.xlsx")
        load.action_check()
        self.assertEqual(load.state, "draft")
        self.assertFalse(load.row_ids)
        self.assertEqual(
            load.column_ids.mapped("target"),
            [False, "serial", "date", "counter.mono", "counter.colour"],
        )
        self.assertEqual(load.column_ids[3].samples, "1 500,00")
        self.assertEqual(load.profile_name, "kmbs")
        load.profile_name = "Monitoring"
        load.action_check()
        self.assertEqual((load.state, load.new_count), ("checked", 1))
        self.assertEqual(load.profile_id.name, "Monitoring")
        self.assertIn("Device", load.note)
        # The next file with the same headers, whatever stands above them, is read at once.
        title = ["Report of November", "", "", "", ""]
        later = self.book(Export=[title, HEAD, ["P", "SN-METER", "2026-11-20", "1600", "75"]])
        again = self.check(later)
        self.assertEqual((again.state, again.profile_name), ("checked", "Monitoring"))
        self.assertEqual(self.env["service.load.profile"].search_count([]), 1)

    def test_columns_can_be_told_otherwise_and_replace_what_was_kept(self):
        data = self.export(["x", "SN-METER", "2026-11-02", "1", "2"])
        self.understood(data)
        load = self.check(data)
        column = load.column_ids.filtered(lambda column: column.header == "Color")
        load.action_ask_columns()
        self.assertEqual((load.state, load.row_count), ("draft", 0))
        column.target = False
        load.action_check()
        self.assertNotIn("counter.colour", load.row_ids.values)
        self.assertEqual(self.env["service.load.profile"].search([]).targets[4], "")

    def test_what_is_missing_among_the_columns_is_said(self):
        data = self.export(["x", "y", "z"], head=["Alfa", "Beta", "Gamma"])
        load = self.upload(data)
        load.action_check()
        for targets, sentence in (
            ({}, "which column has the serial number"),
            ({"Alfa": "serial"}, "what the counters showed"),
            ({"Alfa": "serial", "Beta": "value"}, "belong together"),
            ({"Alfa": "serial", "Beta": "serial", "Gamma": "counter.mono"}, "Several columns mean"),
        ):
            for column in load.column_ids:
                column.target = targets.get(column.header, False)
            with self.assertRaisesRegex(UserError, sentence), self.env.cr.savepoint():
                load.action_check()

    def test_another_file_is_asked_for_anew(self):
        load = self.upload(self.export(["x", "SN-METER", "2026-11-02", "1", "2"]))
        load.action_check()
        other = self.export(["SN-METER", "5"], head=["S/N", "Total mono"])
        load.file = base64.b64encode(other)
        load.action_check()
        self.assertEqual(load.column_ids.mapped("header"), ["S/N", "Total mono"])

    # ------------------------------------------------------------ rows

    def test_each_error_is_at_its_cell_and_the_others_are_taken(self):
        twin = self.model.copy({"name": "T200"})
        self._create_device("SN-OTHER", model_id=twin.id)
        self.mono_type.flush_recordset()
        ahead = fields.Datetime.to_string(datetime.now() + timedelta(days=3))
        load = self.understood(
            self.export(
                ["", "SN-NONE", "2026-11-02", "5", ""],
                ["", "SN-METER", ahead, "5", ""],
                ["", "sn-meter", "2026-11-02", "12a", ""],
                ["", "SN-METER ", "2026-11-02", "", "123456789012"],
                ["", "SN-OTHER", "2026-11-02", "5", ""],
                ["", "", "2026-11-02", "5", ""],
                ["", "SN-METER", "2026-11-02", "", ""],
                ["", "SN-METER", "31.02.2026", "-5", ""],
                ["", "SN-METER", "2026-11-03", "1500", "70"],
            )
        )
        self.assertEqual(
            self.errors(load),
            {
                ("SN-NONE", "serial"),
                ("SN-METER", "date"),
                ("sn-meter", "counter.mono"),
                ("SN-METER", "counter.colour"),
                ("SN-OTHER", "serial"),
                (False, "serial"),
                ("SN-METER", ""),
                ("SN-METER", "counter.mono"),
            },
        )
        ambiguous = load.row_ids.filtered(lambda row: row.title == "SN-OTHER")
        self.assertIn("T200", ambiguous.errors["serial"])
        self.finish(load)
        self.assertEqual((load.loaded_count, load.refused_count), (1, 8))
        self.assertRecordValues(
            self.readings(self.device),
            [
                {"value": 1500, "source": "import", "verdict": "accepted"},
                {"value": 70, "source": "import", "verdict": "accepted"},
            ],
        )

    def test_inventory_number_or_model_tell_the_same_serial_apart(self):
        twin = self.model.copy({"name": "T200"})
        second = self._create_device("SN-OTHER", model_id=twin.id, inventory_number="INV-8")
        head = ["Serial number", "Inventory number", "Model", "Read on", "Mono"]
        load = self.check(
            self.export(
                ["SN-OTHER", "INV-8", "", "2026-11-02", "1"],
                ["SN-OTHER", "", "t100", "2026-11-02", "2"],
                ["", "INV-8", "", "2026-11-05", "3"],
                head=head,
            )
        )
        self.assertEqual(load.state, "checked", "our own headers need no look")
        self.finish(load)
        self.assertEqual(self.readings(second).mapped("value"), [1, 3])
        self.assertEqual(self.readings(self.other).mapped("value"), [2])

    def test_a_row_for_each_counter_makes_one_set_a_device_and_moment(self):
        head = ["SN", "When", "Licznik", "Stan"]
        lines = [
            ["SN-METER", "30.10.2026 14:05", "Mono", "1.234"],
            ["SN-OTHER", "30.10.2026 14:05", "mono", "7"],
            ["SN-METER", "30.10.2026 14:05", "Black", "99"],
            ["SN-METER", "30.10.2026 14:05", "Color total", "70"],
            ["SN-METER", "30.10.2026 14:05", "Staples", "70"],
        ]
        load = self.understood(self.export(*lines, head=head), date="When")
        self.assertEqual(self.errors(load), {("SN-METER", "meter")})
        from odoo.addons.service_customer.models import service_load_run

        self.patch(service_load_run, "BATCH", 2)
        self.finish(load)
        sets = self.readings(self.device).set_id
        # A second value of one counter is another reading; it is lower and waits.
        self.assertEqual([len(taken.reading_ids) for taken in sets], [2, 1])
        self.assertEqual(sets[0].date, datetime(2026, 10, 30, 13, 5))
        self.assertEqual(load.suspect_count, 1)
        self.assertEqual(load.action_open_suspects()["domain"][0], ("verdict", "=", "suspect"))

    def test_lower_reading_is_stored_to_be_explained(self):
        self._read(2000, 10)
        day = fields.Date.to_string(fields.Date.today() - timedelta(days=2))
        load = self.finish(self.understood(self.export(["", "SN-METER", day, "1500", ""])))
        self.assertEqual((load.row_ids.state, load.suspect_count), ("loaded", 1))
        last = self.readings(self.device)[-1]
        self.assertEqual((last.verdict, last.suspicion), ("suspect", "lower"))
        found = self.env["service.meter.reading"].search(load.action_open_suspects()["domain"])
        self.assertEqual(found, last)

    def test_same_reading_again_is_silent_and_second_file_doubles_nothing(self):
        line = ["", "SN-METER", "2026-11-02 10:00", "1500", "70"]
        data = self.export(line, line)
        load = self.finish(self.understood(data))
        self.assertEqual((load.loaded_count, load.refused_count), (2, 0))
        self.assertEqual(len(self.readings(self.device)), 2)
        again = self.check(data)
        self.assertEqual(set(again.row_ids.mapped("state")), {"unchanged"})
        near = self.check(self.export(["y", "SN-METER", "2026-11-02 16:00", "1500", "70"]))
        self.assertEqual(near.row_ids.state, "unchanged")
        month = self.finish(self.check(self.export(["", "SN-METER", "2026-11-20", "1500", "70"])))
        self.assertEqual(month.row_ids.state, "loaded", "a month without pages is a reading")
        self.assertEqual(len(self.readings(self.device)), 4)

    def test_file_without_dates_is_of_the_moment_that_is_said(self):
        load = self.upload(self.export(["SN-METER", "1500"], head=["Serial number", "Mono"]))
        load.reading_date = "2026-10-31 11:00:00"
        load.action_check()
        self.assertEqual(load.row_ids.values["date"], "2026-10-31 12:00:00")
        self.finish(load)
        self.assertEqual(self.readings(self.device).date, datetime(2026, 10, 31, 11))

    def test_excel_dates_and_numbers(self):
        book = openpyxl.Workbook()
        for line in (
            ["Serial number", "Read on", "Mono", "Colour"],
            ["SN-METER", datetime(2026, 10, 30, 14, 5), 1500.0, 70],
            ["SN-OTHER", datetime(2026, 10, 30), 7, None],
        ):
            book.active.append(line)
        file = io.BytesIO()
        book.save(file)
        self.finish(self.check(file.getvalue()))
        self.assertEqual(
            self.readings(self.device).mapped("date"), [datetime(2026, 10, 30, 13, 5)] * 2
        )
        # Of a day only, noon is meant.
        self.assertEqual(self.readings(self.other).date, datetime(2026, 10, 30, 11))

    def test_csv_of_polish_excel(self):
        text = (
            "Nr seryjny;Data odczytu;Czarno-białe;Kolor\r\nSN-METER;30.10.2026;1\xa0500,00;70\r\n"
        )
        load = self.understood(text.encode("cp1250"))
        self.finish(load)
        self.assertEqual(self.readings(self.device).mapped("value"), [1500, 70])

    def test_refused_rows_come_back_with_reasons_and_can_be_corrected(self):
        load = self.understood(self.export(["", "SN-WRONG", "2026-11-02", "1500", "70"]))
        book = openpyxl.load_workbook(io.BytesIO(base64.b64decode(load.refused_file)))
        sheet = book.active
        head = [cell.value for cell in sheet[1]]
        self.assertEqual(head, ["Serial number", "Read on", "Mono", "Colour", "Reason"])
        self.assertEqual(sheet.cell(2, 5).value, "Serial number: No device has this serial number.")
        sheet["A2"].value = "SN-METER"
        file = io.BytesIO()
        book.save(file)
        again = self.finish(self.check(file.getvalue()))
        self.assertEqual((again.state, again.loaded_count), ("done", 1))

    def test_row_that_fails_when_it_is_written_fails_alone(self):
        load = self.understood(
            self.export(
                ["", "SN-METER", "2026-11-02", "1500", "70"],
                ["", "SN-OTHER", "2026-11-02", "7", ""],
            )
        )
        load.action_load()
        take = type(self.env["service.meter.reading.set"])._take

        def failing(self, requests):
            if any(request["device"].serial == "SN-OTHER" for request in requests):
                raise UserError("not this one")  # pylint: disable=translation-required
            return take(self, requests)

        self.patch(type(self.env["service.meter.reading.set"]), "_take", failing)
        self.run_cron()
        self.assertEqual((load.loaded_count, load.refused_count), (1, 1))

    def test_queries_do_not_grow_with_rows(self):
        devices = self.env["service.device"].create(
            [
                {"serial": f"Q{i}", "model_id": self.model.id, "date_placed": "2024-01-01 08:00:00"}
                for i in range(1000)
            ]
        )
        self.assertEqual(len(devices.meter_ids), 2000)

        def count(size, day):
            lines = [["", f"Q{i}", day, str(100 + i), "10"] for i in range(size)]
            load = self.understood(self.export(*lines))
            load.action_load()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            load.sudo()._load_batch()
            self.env.flush_all()
            self.assertEqual(load.loaded_count, size)
            return self.env.cr.sql_log_count - before

        from odoo.addons.service_customer.models import service_load_run

        self.patch(service_load_run, "BATCH", 2000)
        count(3, "2026-08-30")
        # Core inserts and updates by the hundred.
        few = count(20, "2026-09-30")
        self.assertLessEqual(count(1000, "2026-10-30"), few + 10 * 5)

    # ------------------------------------------------------------ programs, rights, companies

    def test_programs_load_files_by_one_method(self):
        Load = self.env["service.load"].with_user(self.loader)
        data = base64.b64encode(self.export(["", "SN-METER", "2026-11-02", "1500", "70"]))
        with self.assertRaisesRegex(UserError, "not known yet"), self.env.cr.savepoint():
            Load.load_readings(data, "x.xlsx")
        names = {"Serial No.": "serial", "Last seen": "date", "B/W": "counter.mono"}
        load = Load.load_readings(data, "x.xlsx", names)
        self.run_cron()
        self.assertEqual((load.state, load.loaded_count), ("done", 1))
        self.assertEqual(self.readings(self.device).mapped("value"), [1500])
        self.assertFalse(self.env["service.load.profile"].search_count([]))

    def test_technicians_import_nothing(self):
        with self.assertRaises(AccessError):
            self.upload(b"x", self.users["technician"])

    def test_companies_know_their_own_devices_and_columns(self):
        company = self.env["res.company"].create({"name": "Other"})
        stranger = new_test_user(
            self.env,
            "reading_stranger",
            groups="service_customer.group_service_dispatcher",
            company_id=company.id,
            company_ids=company.ids,
        )
        data = self.export(["", "SN-METER", "2026-11-02", "1500", "70"])
        self.understood(data)
        load = self.upload(data, stranger)
        load.action_check()
        self.assertEqual(load.state, "draft", "columns are kept by company")
        load.action_check()
        self.assertEqual(self.errors(load), {("SN-METER", "serial")})

    def test_old_rows_are_forgotten_and_their_readings_known_all_the_same(self):
        data = self.export(["", "SN-METER", "2026-11-02", "1500", "70"])
        load = self.finish(self.understood(data))
        self.env.flush_all()
        self.env.cr.execute("UPDATE service_load_row SET create_date = '2020-01-01'")
        self.env.invalidate_all()
        self.env["service.load"]._gc_reading_rows()
        self.assertFalse(load.row_ids)
        self.assertEqual(self.check(data).row_ids.state, "unchanged")
