import csv
import io
from unittest.mock import patch

import openpyxl

from odoo.tests import HttpCase, tagged

from ..tools.annex import to_csv, to_xlsx
from .common_period import day
from .test_billing_document import BillingDocumentCommon


@tagged("post_install", "-at_install")
class TestBillingAnnex(BillingDocumentCommon):
    """The statement of readings explains every grosz of its document."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.site.service_cost_centre = "MPK-7"
        cls.device, cls.quiet = cls._make_device("SN-A"), cls._make_device("SN-B")
        cls._take(cls.device, {"1-1": 1000, "1-31": 2501})
        cls._take(cls.quiet, {"1-1": 50, "1-31": 90})
        cls.contract = cls._contract(
            [{"price_unit": 0.0333, "included_pages": 100, "tiers": {1001: 0.0285}}],
            {cls.device: "1-1", cls.quiet: "1-1"},
        )

    def _move(self):
        return self._bill(self.contract, "2-1").move_ids

    def test_readings_and_calculation(self):
        move = self._move()
        annex = move._annex()
        self.assertEqual([each.serial for each in annex.readings], ["SN-A", "SN-B"])
        reading = annex.readings[0]
        self.assertEqual((reading.start.value, reading.end.value), (1000, 2501))
        self.assertEqual((reading.start.day, reading.end.day), (day("1-1"), day("1-31")))
        self.assertEqual((reading.pages, reading.tests), (1501, 0))
        self.assertEqual(reading.end.how, "By a Reading")
        self.assertEqual(reading.cost_centre, "MPK-7")
        # 100 included, 900 × 0.0333 = 29.97, 501 × 0.0285 = 14.2785
        [line] = annex.lines
        [unit] = line.units
        self.assertEqual([row["value"] for row in unit.rows], [0, 29.97, 14.2785])
        self.assertEqual([row["quantity"] for row in unit.rows], [100, 900, 501])
        self.assertEqual((unit.amount, line.amount), (44.25, 44.25))
        self.assertEqual(annex.total, move.amount_untaxed)

    def test_what_is_free_is_told_once(self):
        """The pages in the fee of the other device are on the same paper, and never again."""
        move = self._move()
        [free] = move._annex().free
        self.assertEqual([unit.pages for unit in free.units], [40])
        self.assertIn("included", free.units[0].reason)
        self._take(self.device, {"2-28": 4000})
        self._take(self.quiet, {"2-28": 95})
        later = self._bill(self.contract, "3-1").move_ids
        self.assertEqual([line.units[0].pages for line in later._annex().free], [5])

    def test_by_days_and_test_prints(self):
        """A change of prices cuts by days; technician's prints are told apart."""
        self._rates(self.contract, "1-16", [{"price_unit": 0.06}])
        test_prints = type(self.env["service.meter.test"])
        meter = self.device.meter_ids.filtered(lambda meter: meter.type_id == self.mono_type)

        def tests(self, meters, ends):
            return {} if meter.id in ends else {meter.id: [(meter.reading_ids[:1].date, 20)]}

        with patch.object(test_prints, "_waiting", tests):
            move = self._move()
        first, second = [each for each in move._annex().readings if each.serial == "SN-A"]
        self.assertEqual((first.end.value, first.end.day), (1751, day("1-16")))
        self.assertEqual((first.end.how, second.start.how), ("By Days", "By Days"))
        self.assertEqual(first.pages + second.pages + first.tests + second.tests, 1501)
        self.assertEqual(first.tests + second.tests, 20)
        self.assertEqual(round(move._annex().total, 2), move.amount_untaxed)

    def test_lines_are_shared_to_the_grosz(self):
        """33 × 0.0285 is 0.9405 for each of three devices, 2.82 in all."""
        devices = [self._make_device(f"SN-{number}") for number in range(3)]
        for device in devices:
            self._take(device, {"1-1": 0, "1-31": 33})
        contract = self._contract([{"price_unit": 0.0285}], dict.fromkeys(devices, "1-1"))
        [line] = self._bill(contract, "2-1").move_ids._annex().lines
        self.assertEqual(line.amount, 2.82)
        self.assertEqual(round(sum(unit.amount for unit in line.units), 2), 2.82)

    def test_spreadsheets_add_up(self):
        move = self._move()
        table = list(csv.reader(io.StringIO(move._annex_csv().decode("utf-8-sig")), delimiter=";"))
        net, pages = table[0].index("Net"), table[0].index("Pages")
        self.assertEqual(
            round(sum(float(row[net]) for row in table[1:] if row[net]), 2), move.amount_untaxed
        )
        self.assertEqual(sum(int(row[pages]) for row in table[1:] if row[pages]), 1541)
        book = openpyxl.load_workbook(io.BytesIO(move._annex_xlsx()))
        sheet = book["Calculation"]
        heads = [cell.value for cell in sheet[1]]
        values = [row[heads.index("Net")] or 0 for row in sheet.iter_rows(2, values_only=True)]
        self.assertEqual(round(sum(values), 2), move.amount_untaxed)
        self.assertEqual(book["Readings"].max_row, 3)

    def test_no_formulas(self):
        table = [["Place"], ["=HYPERLINK(1)"], [-1.5], ["+48"]]
        self.assertEqual(
            to_csv(table, ",").decode("utf-8-sig").split(),
            ["Place", "'=HYPERLINK(1)", "-1,5", "'+48"],
        )
        sheet = openpyxl.load_workbook(io.BytesIO(to_xlsx({"S": table}))).active
        self.assertEqual([cell.data_type for cell in sheet["A"]], ["s", "s", "n", "s"])

    def test_paper_in_the_customer_s_language(self):
        self.env["res.lang"]._activate_lang("pl_PL")
        self.customer.lang = "pl_PL"
        move = self._move()
        html, _type = self.env["ir.actions.report"]._render_qweb_html(
            "service_billing.report_annex", move.ids
        )
        html = html.decode()
        for word in ("Zestawienie odczytów", "SN-A", "MPK-7", move.name, "44,25"):
            self.assertIn(word, html)

    def test_statement_of_what_is_given_back(self):
        device = self._make_device("SN-Z")
        self._take(device, {"1-1": 0, "1-15": 500, "1-31": 1000})
        contract = self._contract([{"price_unit": 0.05}], {device: "1-1"})
        move = self._bill(contract, "2-1").move_ids
        device.meter_ids.filtered("last_reading_id").last_reading_id._decide("rejected", "typo")
        contract.charge_ids.correction_ids.action_make()
        refund = contract.charge_ids.correction_ids.new_move_id
        self.assertEqual(refund._annex().total, refund.amount_untaxed_signed)
        html, _type = self.env["ir.actions.report"]._render_qweb_html(
            "service_billing.report_annex", refund.ids
        )
        html = html.decode()
        for word in (move.name, "Corrected Document", "To be returned", "-\ufeff25.00"):
            self.assertIn(word, html)
        self.assertNotIn("agreed period", html)


@tagged("post_install", "-at_install")
class TestBillingAnnexPortal(BillingDocumentCommon, HttpCase):
    """Who sees the invoice sees its statement, nobody else, with or without the token."""

    def test_each_role(self):
        device = self._make_device("SN-P")
        self._take(device, {"1-1": 0, "1-31": 1000})
        contract = self._contract([{"price_unit": 0.05}], {device: "1-1"})
        move = self._bill(contract, "2-1").move_ids
        move._portal_ensure_token()
        people = {role: self._person(role) for role in ("decision", "user", "accounting")}
        people["stranger"] = self._person("accounting", self.stranger, "billing_person_stranger")
        page = f"/my/invoices/{move.id}/settlement"
        for role, person in people.items():
            person.password = "billing_person_password"
            self.authenticate(person.login, "billing_person_password")
            for way in ("", "/csv", "/xlsx"):
                for token in ("", f"?access_token={move.access_token}"):
                    with self.subTest(role=role, way=way, token=bool(token)):
                        answer = self.url_open(page + way + token, allow_redirects=False)
                        opened = answer.status_code == 200
                        self.assertEqual(opened, role == "accounting")
        self.authenticate(people["accounting"].login, "billing_person_password")
        self.assertIn("SN-P", self.url_open(page).text)
        self.assertIn(page, self.url_open(f"/my/invoices/{move.id}").text)
        self.assertEqual(self.url_open(f"{page}/doc").status_code, 404)
        answer = self.url_open(f"{page}/pdf")
        self.assertEqual(answer.headers["Content-Type"], "application/pdf")
        self.assertIn("SN-P", answer.text, "Tests print the page only")
