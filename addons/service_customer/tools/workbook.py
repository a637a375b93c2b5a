"""Writing a workbook of rows that people fill in: an empty template, or rows to correct.

Every cell is written as text and marked as such, so that nothing in it is ever taken for a formula,
neither when the file is opened nor when the cell is edited; Excel leaves leading zeros alone, too.
"""

import io
from typing import NamedTuple

import openpyxl
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

HEAD = PatternFill("solid", fgColor="DDE5F0")
NEEDED = PatternFill("solid", fgColor="F6E3B4")
WRONG = PatternFill("solid", fgColor="F8CFCF")
FORMATTED_ROWS = 1000


class Head(NamedTuple):
    """A column: its header, what to know about it, whether it is needed, words to choose from."""

    label: str
    comment: str = ""
    required: bool = False
    choices: tuple = ()


class Page(NamedTuple):
    """A sheet: ``rows`` are lists of texts, ``wrong`` is {(index of row, column): sentence}."""

    title: str
    heads: list
    rows: list
    wrong: dict


def write(pages, author):
    """The workbook of these pages (`Page`), as bytes; ``author`` signs the comments."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for page in pages:
        _write_page(book.create_sheet(page.title[:31]), page, author)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _write_page(sheet, page, author):
    for number, head in enumerate(page.heads, start=1):
        _write_head(sheet, number, head, author)
    for index, texts in enumerate(page.rows):
        for column, text in enumerate(texts):
            cell = _write_text(sheet, index + 2, column + 1, text)
            if sentence := page.wrong.get((index, column)):
                cell.fill = WRONG
                cell.comment = _comment(sentence, author)
    sheet.freeze_panes = "A2"


def _write_head(sheet, number, head, author):
    cell = sheet.cell(1, number, head.label)
    cell.font = Font(bold=True)
    cell.fill = NEEDED if head.required else HEAD
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    if head.comment:
        cell.comment = _comment(head.comment, author)
    letter = get_column_letter(number)
    sheet.column_dimensions[letter].width = max(14, min(40, len(head.label) + 6))
    # A whole column of text: else Excel turns 01-234 into a date and drops leading zeros.
    sheet.column_dimensions[letter].number_format = "@"
    if head.choices:
        words = ",".join(head.choices)
        rule = DataValidation(type="list", formula1=f'"{words}"', showErrorMessage=False)
        rule.add(f"{letter}2:{letter}{FORMATTED_ROWS}")
        sheet.add_data_validation(rule)


def _write_text(sheet, row, column, text):
    cell = sheet.cell(row, column)
    cell.number_format = "@"
    if text:
        cell.value = text
        cell.data_type = "s"
        cell.quotePrefix = True
    return cell


def _comment(text, author):
    comment = Comment(text, author)
    comment.width, comment.height = 320, 120
    return comment
