"""Labels of devices as PDF (sheets and single-label printers) and as ZPL.

Drawn, not rendered from HTML: a label must meet its place on the sheet to the tenth of a
millimetre, whatever PDF program the server has.
"""

import io
from functools import cache
from typing import NamedTuple

import qrcode
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from odoo.tools.misc import file_path

A4 = (210, 297)
ZPL_DOTS_PER_MM = 8  # 203 dpi, what label printers have
SMALLEST_TYPE = 4.5  # points; below, nobody reads it
REGULAR, BOLD = "ServiceLabel", "ServiceLabel-Bold"


class Paper(NamedTuple):
    """A sheet or roll of labels; all in millimetres."""

    size: tuple
    columns: int
    rows: int
    width: float
    height: float
    left: float = 0
    top: float = 0
    gap: float = 0

    @property
    def count(self):
        """How many labels are on one page."""
        return self.columns * self.rows


PAPERS = {
    "a4_70x37": Paper(A4, 3, 8, 70, 37, top=0.5),
    "a4_99x38": Paper(A4, 2, 7, 99.1, 38.1, left=4.65, top=15.15, gap=2.5),
    "a4_105x57": Paper(A4, 2, 5, 105, 57, top=6),
    "a4_52x30": Paper(A4, 4, 10, 52.5, 29.7),
    "a4_48x25": Paper(A4, 4, 10, 48.5, 25.4, left=8, top=21.5),
    "roll_62x29": Paper((62, 29), 1, 1, 62, 29),
    "roll_50x30": Paper((50, 30), 1, 1, 50, 30),
}


class Label(NamedTuple):
    """What stands on one label; no QR code where ``url`` is empty."""

    url: str
    title: str
    lines: tuple


@cache
def _register_fonts():
    """Register fonts that know Polish letters; they come with the web client."""
    for name, file in ((REGULAR, "Lato-Reg-webfont"), (BOLD, "Lato-Bol-webfont")):
        path = file_path(f"web/static/fonts/lato/{file}.ttf")
        pdfmetrics.registerFont(TTFont(name, path))


def make_qr_matrix(text):
    """The modules of a QR code without border; correction M, for labels get scratched."""
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=0)
    code.add_data(text)
    code.make(fit=True)
    return code.get_matrix()


def make_pdf(labels, paper, skip=0):
    """Draw the labels.

    :param labels: list of `Label`
    :param Paper paper: one of `PAPERS`
    :param int skip: places of the first sheet that are used up already
    :return: bytes of the PDF
    """
    _register_fonts()
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=(paper.size[0] * mm, paper.size[1] * mm))
    for position, label in enumerate(labels, start=skip):
        place = position % paper.count
        if position > skip and place == 0:
            canvas.showPage()
        row, column = divmod(place, paper.columns)
        left = paper.left + column * (paper.width + paper.gap)
        bottom = paper.size[1] - paper.top - (row + 1) * paper.height
        _draw_label(canvas, label, left * mm, bottom * mm, paper.width * mm, paper.height * mm)
    canvas.save()
    return stream.getvalue()


def _draw_label(canvas, label, left, bottom, width, height):
    # Printers cannot print to the very edge of a sheet.
    pad = min(3.5 * mm, height * 0.1)
    side = min(height - 2 * pad, width * 0.44)
    text_left = left + pad
    if label.url:
        _draw_qr(canvas, label.url, left + pad, bottom + (height - side) / 2, side)
        text_left += side + 2 * mm
    room = left + width - pad - text_left
    top = bottom + (height + side) / 2
    base = min(11, side / mm * 0.4)
    baseline = top - base
    _draw_line(canvas, BOLD, base * 1.15, label.title, text_left, baseline, room)
    for line in label.lines:
        baseline -= base * 1.05
        _draw_line(canvas, REGULAR, base * 0.78, line, text_left, baseline, room)


def _draw_line(canvas, font, size, text, left, baseline, room):
    """One line of text, smaller where it would not fit, cut where it would be unreadable."""
    while size > SMALLEST_TYPE and pdfmetrics.stringWidth(text, font, size) > room:
        size -= 0.25
    while len(text) > 1 and pdfmetrics.stringWidth(text, font, size) > room:
        text = text[:-2].rstrip() + "…"
    canvas.setFont(font, size)
    canvas.drawString(left, baseline, text)


def _draw_qr(canvas, text, left, bottom, side):
    matrix = make_qr_matrix(text)
    module = side / len(matrix)
    path = canvas.beginPath()
    for row, cells in enumerate(matrix):
        for column, dark in enumerate(cells):
            if dark:
                path.rect(
                    left + column * module, bottom + side - (row + 1) * module, module, module
                )
    canvas.drawPath(path, stroke=0, fill=1)


def make_zpl(labels, paper):
    """The labels in the language of label printers (ZPL II, UTF-8, 203 dpi).

    :param labels: list of `Label`
    :param Paper paper: a roll of `PAPERS`
    """
    return "\n".join(_make_zpl_label(label, paper) for label in labels) + "\n"


def _make_zpl_label(label, paper):
    # Printers count whole dots.
    width, height = (round(side * ZPL_DOTS_PER_MM) for side in paper.size)
    parts = ["^XA", "^CI28", f"^PW{width}", f"^LL{height}"]
    left = pad = 2 * ZPL_DOTS_PER_MM
    if label.url:
        side = height - 2 * pad
        scale = max(2, min(10, side // (len(make_qr_matrix(label.url)) + 2)))
        parts.append(f"^FO{pad},{pad}^BQN,2,{scale}^FH_^FDMA,{_escape_zpl(label.url)}^FS")
        left += scale * len(make_qr_matrix(label.url)) + pad
    top = pad
    for size, text in ((32, label.title), *((22, line) for line in label.lines)):
        parts.append(f"^FO{left},{top}^A0N,{size},{size}^FH_^FD{_escape_zpl(text)}^FS")
        # As above: whole dots.
        top += round(size * 1.3)
    return "\n".join((*parts, "^XZ"))


def _escape_zpl(text):
    """Text in which nothing is a command: what could be is written as a hexadecimal byte."""
    return "".join(f"_{ord(char):02X}" if char in "^~_\\" else char for char in text)
