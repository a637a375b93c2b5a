import base64
import io
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from unittest import skipUnless

from PIL import Image

from odoo.exceptions import UserError
from odoo.tests import HttpCase, new_test_user, tagged

from ..tools.labels import PAPERS, Label, make_pdf, make_zpl
from .common import ServiceDeviceCommon

try:
    import zxingcpp
except ImportError:
    zxingcpp = None

DPI = 300
can_read = skipUnless(
    zxingcpp and shutil.which("pdftoppm"), "reading a printed label needs zxing-cpp and poppler"
)


def render(pdf):
    """The pages of a PDF as pictures."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "label.pdf"
        path.write_bytes(pdf)
        subprocess.run(
            ["pdftoppm", "-r", str(DPI), "-gray", path, Path(folder) / "page"], check=True
        )
        return [
            Image.open(io.BytesIO(page.read_bytes())) for page in sorted(Path(folder).glob("*.pgm"))
        ]


@tagged("post_install", "-at_install")
class TestServiceDeviceLabel(ServiceDeviceCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.phone = "+48 71 555 01 00"
        cls.device = cls._create_device(
            "LABELSERIAL4711", customer_id=cls.customer.id, location_id=cls.site.id
        )

    def _print(self, user="warehouse", **vals):
        """Print by the dialog, as the browser does; returns what is downloaded."""
        wizard = self.env["service.device.label.print"].with_user(self.users[user])
        wizard = wizard.create({"device_ids": self.device.ids} | vals)
        action = wizard.action_print()
        self.authenticate(f"device_{user}", f"device_{user}")
        response = self.url_open(action["url"])
        self.assertEqual(response.status_code, 200)
        return response.content

    @can_read
    def test_printed_code_leads_each_role_where_it_should(self):
        """Printed to PDF, rendered, decoded from the picture and followed."""
        page = render(self._print(paper="a4_70x37"))[0]
        codes = zxingcpp.read_barcodes(page)
        self.assertEqual([code.text for code in codes], [self.device.qr_url])
        path = re.sub(r"^https?://[^/]+", "", codes[0].text)

        new_test_user(self.env, "label_outsider", groups="base.group_user")
        for login in ("device_technician", "device_dispatcher", "device_warehouse"):
            with self.subTest(login):
                self.authenticate(login, login)
                response = self.url_open(path, allow_redirects=False)
                self.assertEqual(response.status_code, 303)
        for login in (None, "label_outsider"):
            with self.subTest(login):
                self.authenticate(login, login)
                response = self.url_open(path, allow_redirects=False)
                self.assertEqual(response.status_code, 200)
                self.assertIn("4711", response.text)
                self.assertNotIn("LABELSERIAL", response.text)
        self.device.action_revoke_qr()
        self.assertEqual(self.url_open(path).status_code, 404)

    @can_read
    def test_every_paper_can_be_read(self):
        labels = [
            Label(f"https://service.example.com/service/d/{n:032d}", f"U0000{n}", ("Ąę", "S/N 1"))
            for n in range(3)
        ]
        for name, paper in PAPERS.items():
            with self.subTest(name):
                pages = render(make_pdf(labels, paper))
                self.assertEqual(len(pages), 1 if paper.count > 1 else 3)
                self.assertEqual(
                    [round(side / DPI * 25.4) for side in pages[0].size], list(paper.size)
                )
                found = {code.text for page in pages for code in zxingcpp.read_barcodes(page)}
                self.assertEqual(found, {label.url for label in labels})

    @can_read
    def test_labels_lie_where_the_sheet_has_them(self):
        """The second row of the sheet, for the first three labels are gone; and the next page."""
        label = Label("https://service.example.com/x", "U1", ())
        page = render(make_pdf([label], PAPERS["a4_70x37"], skip=3))[0]
        position = zxingcpp.read_barcodes(page)[0].position.top_left
        self.assertLess(position.x / DPI * 25.4, 10)
        self.assertTrue(37 < position.y / DPI * 25.4 < 47)
        self.assertEqual(len(render(make_pdf([label] * 2, PAPERS["a4_70x37"], skip=23))), 2)

    def test_pdf_names_the_device(self):
        from pypdf import PdfReader

        text = PdfReader(io.BytesIO(self._print(paper="roll_62x29"))).pages[0].extract_text()
        for part in (self.device.name, "Testmaker T100", "S/N LABELSERIAL4711", "555 01 00"):
            self.assertIn(part, text)

    def test_zpl(self):
        text = self._print(paper="roll_50x30", file_format="zpl").decode()
        self.assertTrue(text.startswith("^XA") and text.rstrip().endswith("^XZ"))
        self.assertIn("^PW400", text)
        url = self.device.qr_url.replace("_", "_5F")
        self.assertIn(f"^FDMA,{url}^FS", text)
        self.assertIn("S/N LABELSERIAL4711", text)

    def test_text_is_no_command_of_the_printer(self):
        text = make_zpl([Label("", "A^XZ~JA_", ())], PAPERS["roll_50x30"])
        self.assertIn("A_5EXZ_7EJA_5F", text)
        self.assertEqual(text.count("^XZ"), 1)
        self.assertNotIn("^BQ", text)

    def test_what_cannot_be_printed_is_said(self):
        with self.assertRaisesRegex(UserError, "label printer"):
            self._print(paper="a4_70x37", file_format="zpl")
        for skip in (-1, 24):
            with self.subTest(skip), self.assertRaisesRegex(UserError, "24 labels"):
                self._print(paper="a4_70x37", skip=skip)

    def test_what_others_print_is_theirs(self):
        wizard = self.env["service.device.label.print"].with_user(self.users["warehouse"])
        wizard = wizard.create({"device_ids": self.device.ids})
        url = wizard.action_print()["url"]
        self.assertTrue(base64.b64decode(wizard.file).startswith(b"%PDF"))
        self.authenticate("device_dispatcher", "device_dispatcher")
        self.assertNotEqual(self.url_open(url).content[:4], b"%PDF")
