import base64
import io
import time
import zipfile

import openpyxl

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..tools import spreadsheet
from ..tools.load_entry import CellError
from .common import ServiceCustomerCommon
from .load_mixin import LoadMixin

CUSTOMERS = [
    ["Customer name", "Symbol", "Tax number", "Postal code", "City", "E-mail"],
    ["Alfa S.A.", "ALFA", "898-315-07-23", "50-066", "Wrocław", "biuro@alfa.example"],
    ["Beta", "", "8972018463", "59220", "Legnica", ""],
    ["Gamma", "GAM", "8972018464", "5x-220", "Opole", "gamma"],
]
LOCATIONS = [
    ["Customer", "Lies in", "Location name", "Symbol", "Kind of location", "City"],
    ["ALFA", "Branch / Hall 1", "Office", "", "room", ""],
    ["ALFA", "Branch", "Hall 1", "", "Building", ""],
    ["Alfa S.A.", "", "Branch", "ALFA-1", "", "Oława"],
    ["8972018463", "", "Shop", "", "", ""],
    ["ALFA", "Nowhere", "Lost", "", "", ""],
    ["GAM", "", "Lost too", "", "", ""],
]
PEOPLE = [
    ["Customer", "First and last name", "E-mail", "Roles", "Only at locations", "Until"],
    ["ALFA", "Jan Gęś", "jan@alfa.example", "Decision maker, User", "", "31.12.2030"],
    ["Beta", "Jan Gęś", "jan@alfa.example", "user", "", ""],
    ["ALFA", "Ewa Lis", "ewa@alfa.example", "user", "Branch / Hall 1; ALFA-1", ""],
    ["ALFA", "Zły Adres", "ewa@alfa.example", "boss", "", ""],
]
TITLES = ("Customers", "Locations", "People")


@tagged("post_install", "-at_install")
class TestServiceLoad(LoadMixin, ServiceCustomerCommon):
    def setUp(self):
        super().setUp()
        self.loader = self.dispatcher

    def default_sheets(self):
        return dict(zip(TITLES, (CUSTOMERS, LOCATIONS, PEOPLE), strict=True))

    def named(self, name):
        return self.env["res.partner"].search([("name", "=", name)])

    def errors(self, load):
        return {(row.title, column) for row in load.row_ids for column in row.errors or {}}

    # ------------------------------------------------------------ preview

    def test_letter_in_a_polish_tax_number_is_wrong_at_its_cell(self):
        parse = self.env["service.load.customer"]._parse_vat
        for number in ("8961423757X", "896142375", "PL8961423758"):
            with self.subTest(number), self.assertRaises(CellError):
                parse(number, {"country_id": "PL"})
        for number in ("896-142-37-57", "PL8961423757", "DE136695976", "/"):
            parse(number, {"country_id": "PL"})

    def test_preview_says_each_error_at_its_cell_and_writes_nothing(self):
        before = self.env["res.partner"].search_count([])
        load = self.check(self.book())
        self.assertEqual(
            self.errors(load),
            {
                ("Gamma", "vat"),
                ("Gamma", "zip"),
                ("Gamma", "email"),
                ("Lost", "inside"),
                ("Lost too", "customer"),
                ("Zły Adres", "email"),
                ("Zły Adres", "roles"),
            },
        )
        self.assertRecordValues(load, [{"new_count": 9, "refused_count": 4, "state": "checked"}])
        gamma = load.row_ids.filtered(lambda row: row.title == "Gamma")
        self.assertEqual(gamma.number, 4)
        self.assertIn("Postal code", gamma.cells)
        self.assertIn("A Polish postal code has the shape 00-000.", gamma.cells)
        self.assertEqual(self.env["res.partner"].search_count([]), before)

    def test_preview_speaks_the_language_of_the_user(self):
        self.env["res.lang"]._activate_lang("pl_PL")
        self.dispatcher.lang = "pl_PL"
        kind = self.env["service.load.customer"].with_context(lang="pl_PL")
        head = [column.label for column in kind._get_columns()]
        self.assertIn("Kod pocztowy", head)
        load = self.env["service.load"].with_user(self.dispatcher).with_context(lang="pl_PL")
        data = self.book(Klienci=[head[:1] + ["Kod pocztowy"], ["Żuk", "x"]])
        load = load.create({"file": base64.b64encode(data)})
        load.action_check()
        self.assertEqual(load.row_ids.errors["zip"], "Polski kod pocztowy ma postać 00-000.")

    def test_cells_are_shown_as_text(self):
        load = self.check(self.book(Customers=[["Customer name", "E-mail"], ["<b>x</b>", "<i>"]]))
        self.assertIn("&lt;b&gt;x", load.row_ids.cells)
        self.assertNotIn("<i>", load.row_ids.cells)

    def test_same_row_twice_is_refused_once(self):
        data = self.book(Customers=[["Customer name", "Symbol"], ["A", "S1"], ["B", "s1"]])
        load = self.check(data)
        self.assertEqual(load.row_ids.mapped("state"), ["new", "refused"])

    def test_example_and_unknown_columns_are_left_out(self):
        load = self.env["service.load"].with_user(self.dispatcher).create({})
        template = base64.b64decode(load.template_file)
        sheets = spreadsheet.read(template)
        # Upper addons have sheets of their own behind these.
        self.assertEqual([sheet.title for sheet in sheets][:3], list(TITLES))
        with self.assertRefused("No rows were found"):
            self.check(template)
        load = self.check(b"Customer name;City;Shoe size\nA;B;42")
        self.assertIn("Shoe size", load.note)

    # ------------------------------------------------------------ loading

    def test_all_valid_rows_are_loaded_and_bad_ones_stop_nobody(self):
        load = self.load(self.book())
        self.assertRecordValues(load, [{"loaded_count": 9, "refused_count": 4, "state": "done"}])
        alfa, beta = self.named("Alfa S.A."), self.named("Beta")
        self.assertRecordValues(
            alfa + beta,
            [
                {"ref": "ALFA", "zip": "50-066", "is_company": True, "country_id": self.poland.id},
                {"ref": False, "zip": "59-220", "is_company": True, "country_id": self.poland.id},
            ],
        )
        office = self.named("Office").filtered(lambda p: p.commercial_partner_id == alfa)
        self.assertEqual(office.service_location_path, "Branch / Hall 1 / Office")
        self.assertEqual(office.service_location_kind, "room")
        jan, ewa = self.named("Jan Gęś"), self.named("Ewa Lis")
        self.assertEqual(len(jan), 1)
        roles = {(m.customer_id, m.role) for m in jan.service_person_membership_ids}
        self.assertEqual(roles, {(alfa, "decision"), (alfa, "user"), (beta, "user")})
        paths = ewa.service_person_membership_ids.location_ids.mapped("service_location_path")
        self.assertEqual(set(paths), {"Branch / Hall 1", "Branch"})

    def test_second_run_doubles_nothing_and_an_edited_row_updates(self):
        first = self.load(self.book())
        count = self.env["res.partner"].search_count([])
        again = self.check(self.book())
        self.assertRecordValues(again, [{"new_count": 0, "changed_count": 0, "unchanged_count": 9}])
        kept = ("kind", "position", "number", "title", "values", "res_model", "res_id")
        loaded, unchanged = (
            load.row_ids.filtered(lambda row: row.state in ("loaded", "unchanged"))
            for load in (first, again)
        )
        self.assertRecordValues(unchanged, [{name: row[name] for name in kept} for row in loaded])
        self.assertFalse(any(unchanged.mapped("digest")))
        self.assertEqual(unchanged.create_uid, self.loader)
        edited = [line[:] for line in CUSTOMERS]
        edited[1][0], edited[2][4] = "Alfa Nowa S.A.", "Lubin"
        del edited[3]
        load = self.check(self.book(Customers=edited))
        # Beta has no symbol: its tax number finds it, though the city is another.
        self.assertEqual(load.row_ids.mapped("state"), ["changed", "changed"])
        load.action_load()
        self.run_cron()
        self.assertEqual(self.env["res.partner"].search_count([]), count)
        self.assertEqual(self.named("Alfa Nowa S.A.").ref, "ALFA")
        self.assertEqual(self.named("Beta").city, "Lubin")

    def test_back_to_an_older_text_is_a_change(self):
        for city, state in (("A", "new"), ("B", "changed"), ("A", "changed")):
            data = f"Customer name;Symbol;City\nX;X1;{city}".encode()
            load = self.check(data)
            self.assertEqual(load.row_ids.state, state)
            load.action_load()
            self.run_cron()
        self.assertEqual(self.named("X").city, "A")

    def test_row_of_a_deleted_record_is_new(self):
        data = b"Customer name;City\nX;Y"
        self.load(data)
        self.named("X").unlink()
        self.assertEqual(self.load(data).row_ids.state, "loaded")
        self.assertTrue(self.named("X"))

    def test_matching_goes_by_symbol_then_tax_number_then_name_and_city(self):
        Partner = self.env["res.partner"]
        common = {"is_company": True, "country_id": self.poland.id}
        by_ref, by_vat, twin_a, _twin_b, by_name, _other = Partner.create(
            [
                {**common, "name": "R", "ref": "SYM"},
                {**common, "name": "V", "vat": "PL8972018463"},
                {**common, "name": "T1", "vat": "8983150723", "ref": "T-1"},
                {**common, "name": "T2", "vat": "8983150723", "ref": "T-2"},
                {**common, "name": "N", "city": "Opole"},
                {**common, "name": "N", "city": "Kielce"},
            ]
        )
        lines = [
            ["Customer name", "Symbol", "Tax number", "City"],
            ["renamed", "sym", "", ""],
            ["renamed", "", "897-201-84-63", ""],
            ["who", "T-1", "8983150723", ""],
            ["who", "", "8983150723", ""],
            ["N", "", "", "OPOLE"],
            ["N", "NEW", "", "Kielce"],
            ["T2", "T-3", "8983150723", ""],
        ]
        rows = self.check(self.book(Customers=lines)).row_ids
        empty = 0
        self.assertEqual(
            rows.mapped("res_id")[:5], [by_ref.id, by_vat.id, twin_a.id, empty, by_name.id]
        )
        self.assertIn("vat", rows[3].errors)
        # A customer with another symbol is another customer, though the tax number is the same.
        self.assertEqual((rows[6].state, rows[6].res_id), ("new", 0))

    def test_empty_cell_erases_nothing(self):
        self.load(b"Customer name;Symbol;City\nX;X1;Opole")
        self.load(b"Customer name;Symbol;City\nX2;X1;")
        self.assertEqual(self.named("X2").city, "Opole")

    def test_chosen_rows_only(self):
        load = self.check(self.book())
        load.row_ids.filtered(lambda row: row.title == "Beta").action_load()
        self.run_cron()
        self.assertTrue(self.named("Beta"))
        self.assertFalse(self.named("Alfa S.A."))

    def test_row_that_the_database_refuses_fails_alone(self):
        lines = [[f"C{i}", f"S{i}"] for i in range(9)]
        load = self.check(self.book(Customers=[["Customer name", "Symbol"], *lines]))
        create = type(self.env["res.partner"]).create

        def failing(self, vals_list):
            if any(vals.get("ref") == "S4" for vals in vals_list):
                raise UserError("S4 is not wanted")  # pylint: disable=translation-required
            return create(self, vals_list)

        load.action_load()
        self.patch(type(self.env["res.partner"]), "create", failing)
        self.run_cron()
        self.assertRecordValues(load, [{"loaded_count": 8, "refused_count": 1}])
        bad = load.row_ids.filtered(lambda row: row.state == "refused")
        self.assertEqual(bad.errors, {"": "S4 is not wanted"})

    def test_stopped_load_goes_on(self):
        lines = [[f"C{i}", f"S{i}"] for i in range(5)]
        load = self.check(self.book(Customers=[["Customer name", "Symbol"], *lines]))
        load.action_load()
        self.patch(self._module("service_load_run"), "BATCH", 2)
        self.assertEqual(load.sudo()._load_batch(), 2)
        self.assertEqual((load.loaded_count, load.chosen_count, load.progress), (2, 3, 40))
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            load.sudo()._load_batch()
            raise ZeroDivisionError  # killed before the batch was kept
        self.assertEqual(load.loaded_count, 2)
        self.run_cron()
        self.assertEqual((load.loaded_count, load.state), (5, "done"))
        self.assertEqual(len(self.env["res.partner"].search([("ref", "=like", "S_")])), 5)

    def _module(self, name):
        from .. import models

        return getattr(models, name)

    def test_queries_do_not_grow_with_rows(self):
        def count(size, symbol):
            lines = [[f"{symbol}{i}", f"{symbol}{i}", "50-066", "Opole"] for i in range(size)]
            head = ["Customer name", "Symbol", "Postal code", "City"]
            load = self.check(self.book(Customers=[head, *lines]))
            load.action_load()
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.assertEqual(load.sudo()._load_batch(), size)
            return self.env.cr.sql_log_count - before

        count(3, "warm")
        self.assertLessEqual(count(200, "many"), count(20, "few") + 6)

    # ------------------------------------------------------------ refused rows

    def test_refused_rows_come_back_with_reasons_and_can_be_corrected(self):
        load = self.load(self.book(Customers=[CUSTOMERS[0], CUSTOMERS[3]]) + b"")
        book = openpyxl.load_workbook(io.BytesIO(base64.b64decode(load.refused_file)))
        sheet = book["Customers"]
        head = [cell.value.rstrip(" *") for cell in sheet[1]]
        self.assertEqual(head[-1], "Reason")
        self.assertIn("Postal code: A Polish", sheet.cell(2, len(head)).value)
        for label, value in {"Tax number": "", "Postal code": "45-001", "E-mail": ""}.items():
            sheet.cell(2, head.index(label) + 1).value = value
        file = io.BytesIO()
        book.save(file)
        again = self.load(file.getvalue())
        self.assertEqual((again.loaded_count, again.note), (1, ""))
        self.assertEqual(self.named("Gamma").zip, "45-001")

    def test_formula_in_refused_rows_is_harmless(self):
        evil = '=HYPERLINK("http://evil.example";"x")'
        load = self.check(self.book(Customers=[["Customer name", "E-mail"], [evil, "nobody"]]))
        book = openpyxl.load_workbook(io.BytesIO(base64.b64decode(load.refused_file)))
        cell = book["Customers"]["A2"]
        self.assertEqual((cell.value, cell.data_type, cell.quotePrefix), (evil, "s", True))

    # ------------------------------------------------------------ files

    def test_csv_of_excel_is_read(self):
        for encoding in ("utf-8", "utf-8-sig", "cp1250", "utf-16"):
            for delimiter in ";,\t":
                text = f'Nazwa{delimiter}Miasto\n"Żuk{delimiter} S.A."{delimiter}Łódź\n'
                (sheet,) = spreadsheet.read(text.encode(encoding))
                self.assertEqual(sheet.rows[1][1], [f"Żuk{delimiter} S.A.", "Łódź"])

    def test_numbers_of_excel_are_read_as_typed(self):
        book = openpyxl.Workbook()
        for line in (["Customer name", "Tax number", "Postal code"], ["X", 8972018463, 950.0]):
            book.active.append(line)
        file = io.BytesIO()
        book.save(file)
        row = self.check(file.getvalue()).row_ids
        self.assertEqual((row.state, row.values["vat"]), ("new", "8972018463"))
        row.action_load()
        self.run_cron()
        self.assertEqual(self.named("X").zip, "00-950")

    def archive(self, text):
        """A workbook of nothing but one sheet's text."""
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xl/worksheets/sheet1.xml", text)
        return file.getvalue()

    def test_millions_of_cells_are_refused_at_once(self):
        """They are counted, not understood: that would take minutes."""
        wide = self.archive(b"<row>" + b"<c/>" * 3_000_000 + b"</row>")
        begun = time.process_time()
        with self.assertRefused("more than 16384 cells"):
            self.check(wide)
        self.assertLess(time.process_time() - begun, 5)

    def test_files_that_are_too_large_or_damaged_are_refused_in_words(self):
        small = spreadsheet.Limits(packed=2**20, unpacked=3 * 2**19, rows=5, cells=30, width=20)
        bomb = io.BytesIO()
        with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xl/worksheets/sheet1.xml", b" " * 2**21)
        entities = io.BytesIO()
        with zipfile.ZipFile(entities, "w") as archive:
            archive.writestr("xl/workbook.xml", b'<!DOCTYPE a [<!ENTITY b "b">]><a>&b;</a>')
        comment = "x" * 2000
        hidden = f"<?xml version='1.0'?><!--{comment}--><!DOCTYPE a [<!ENTITY b 'b'>]><a>&b;</a>"
        files = []
        for text in (hidden.encode(), hidden.encode("utf-16")):
            files.append(self.archive(text))
        for data, code in (
            (bomb.getvalue(), "bomb"),
            (entities.getvalue(), "bomb"),
            *((file, "bomb") for file in files),
            (self.archive(b"<row>" + b"<c/>" * 21 + b"</row>"), "wide"),
            (self.archive(b" " * (2**20 - 2) + b"<x:c r='A1'>" * 21), "wide"),
            (self.archive((b"<row r='1'>" + b"<c r='A1'/>" * 16 + b"</row>") * 2), "cells"),
            (b"\n" * 100, "rows"),
            (b"x" * (2**20 + 1), "big"),
            (b"a;b\n" * 7, "rows"),
            (b"PK\x03\x04 broken", "damaged"),
            (b"\xd0\xcf\x11\xe0 old", "old"),
            (b"\0\1\2\x81", "encoding"),
        ):
            with self.assertRaises(spreadsheet.SpreadsheetError) as caught:
                spreadsheet.read(data, small)
            self.assertEqual(caught.exception.code, code)
        with self.assertRefused("The file is damaged"):
            self.check(b"PK\x03\x04 broken")

    # ------------------------------------------------------------ rights

    def test_only_dispatchers_load_and_nobody_loads_as_another(self):
        with self.assertRaises(AccessError):
            self.check(self.book(), self.technician)
        load = self.check(self.book(), self.manager)
        other = load.with_user(self.dispatcher)
        self.assertTrue(other.row_ids.mapped("title"))
        for attempt in (
            lambda: other.action_load(),
            lambda: other.row_ids[:1].action_load(),
            lambda: other.write({"file": False}),
            lambda: load.row_ids[:1].write({"values": {}}),
        ):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                attempt()

    def test_rows_are_written_with_the_rights_of_the_loader(self):
        load = self.check(b"Customer name;City\nX;Y")
        load.action_load()
        self.dispatcher.group_ids = self.env.ref("base.group_user")
        self.run_cron()
        self.assertFalse(self.named("X"))
        self.assertEqual(load.sudo().row_ids.state, "refused")

    def test_companies_do_not_see_each_others_loads(self):
        company = self.env["res.company"].create({"name": "Other"})
        stranger = new_test_user(
            self.env,
            "service_stranger",
            groups="service_customer.group_service_dispatcher",
            company_id=company.id,
            company_ids=company.ids,
        )
        load = self.load(b"Customer name;City\nX;Y")
        self.assertFalse(
            self.env["service.load"].with_user(stranger).search([("id", "=", load.id)])
        )
        self.named("X").company_id = self.env.company
        again = self.load(b"Customer name;City\nX;Y", stranger)
        self.assertEqual((again.loaded_count, len(self.named("X"))), (1, 2))
