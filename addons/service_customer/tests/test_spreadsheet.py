import datetime
import io

import openpyxl
import xlsxwriter
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from odoo.tests import BaseCase, tagged

from ..tools import spreadsheet

DAY = datetime.datetime(2026, 3, 31)
RICH = CellRichText("Wro", TextBlock(InlineFont(b=True), "cław"))
LINES = (
    ["Nazwa", RICH, " Łódź \n", "", "=1+1", "#N/A"],
    [],
    [None, 1.5, 3.0, -7, True, DAY, DAY.replace(hour=9), DAY.time(), None, "last"],
)


@tagged("post_install", "-at_install")
class TestSpreadsheet(BaseCase):
    """Cells are read as openpyxl itself reads them: of each kind, with gaps between."""

    def assertSameTexts(self, data):
        (sheet,) = spreadsheet.read(data)
        book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
        rows = enumerate(book.active.iter_rows(values_only=True), start=1)
        wanted = {
            number: [spreadsheet.as_text(value) for value in values[: spreadsheet.MAX_COLUMNS]]
            for number, values in rows
        }
        self.assertEqual([number for number, _texts in sheet.rows], [1, 3])
        for number, texts in sheet.rows:
            texts += [""] * (len(wanted[number]) - len(texts))
            self.assertEqual(texts, wanted[number])

    def test_texts_within_cells(self):
        """As programs write them, with and without format."""
        book, file = openpyxl.Workbook(), io.BytesIO()
        for line in LINES:
            book.active.append(line)
        book.active.cell(5, spreadsheet.MAX_COLUMNS + 1, "too far to the right")
        book.save(file)
        self.assertSameTexts(file.getvalue())

    def test_texts_apart_from_cells(self):
        """As Excel writes them."""
        file = io.BytesIO()
        with xlsxwriter.Workbook(file, {"default_date_format": "yyyy-mm-dd"}) as book:
            sheet = book.add_worksheet()
            for number, line in enumerate(LINES):
                sheet.write_row(number, 0, [str(cell) if cell is RICH else cell for cell in line])
        self.assertSameTexts(file.getvalue())
