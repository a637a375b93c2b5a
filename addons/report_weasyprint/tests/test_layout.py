from odoo.tests import tagged

from .common import WeasyprintCommon

ROWS = """
<table class="lines">
    <thead><tr><th>Lp.</th><th>Urządzenie</th><th class="number">Wartość</th></tr></thead>
    <tbody><tr t-foreach="range(120)" t-as="row">
        <td t-out="row" /><td>Drukarka</td><td class="number">1,00</td>
    </tr></tbody>
    <tfoot><tr><td colspan="2">Razem</td><td class="number">120,00</td></tr></tfoot>
</table>
<div class="signatures">
    <div class="signature"><div class="mark" /><div class="caption">Zleceniodawca</div></div>
    <div class="signature"><div class="mark" /><div class="caption">Wykonawca</div></div>
</div>
"""


@tagged("post_install", "-at_install")
class TestLayout(WeasyprintCommon):
    """The company's paper."""

    def test_running_parts_and_table(self):
        """Each page has the head, the company, its number and the head of the table."""
        self.set_template(ROWS)
        self.env.company.write({"vat": "PL1234563218", "website": "https://zbik.example"})
        pages = self.texts(self.print_pdf())
        self.assertGreater(len(pages), 2)
        for number, page in enumerate(pages, start=1):
            self.assertIn("Pismo Jan Łoś", page)
            self.assertIn("Serwis Żbik sp. z o.o.", page)
            self.assertIn("+48 71 000 00 00", page)
            self.assertIn("PL1234563218", page)
            self.assertIn(f"strona {number} z {len(pages)}", page)
        rows = [page for page in pages if "Drukarka" in page]
        self.assertTrue(all("Lp." in page for page in rows))
        self.assertEqual(sum("Razem" in page for page in pages), 1)
        self.assertTrue(any("Zleceniodawca" in page and "Wykonawca" in page for page in pages))

    def test_breaks(self):
        """An annex stands on paper of its own, and so does what is told to."""
        self.set_template(
            "<p>umowa</p><div class='annex'>załącznik</div><p class='page-break-before'>dalej</p>"
        )
        umowa, annex, rest = self.texts(self.print_pdf())
        self.assertIn("umowa", umowa)
        self.assertIn("załącznik", annex)
        self.assertIn("dalej", rest)

    def test_logo(self):
        """The logo is on the page; without one the company's name is."""
        self.env.company.logo = self.env.company._get_logo()
        self.assertEqual(self.images(self.print_pdf()), 1)
        self.env.company.logo = False
        self.assertEqual(self.images(self.print_pdf()), 0)

    def test_fonts(self):
        """Only the fonts that the set-up installs, and all of them embedded."""
        self.set_template("<p><b>ĄĆĘŁŃÓŚŹŻ</b> ąćęłńóśźż</p>")
        page = self.open_pdf(self.print_pdf()).pages[0]
        fonts = [font.get_object() for font in page["/Resources"]["/Font"].values()]
        names = {font["/BaseFont"].split("+")[-1] for font in fonts}
        self.assertTrue(names)
        self.assertTrue(all(name.startswith("DejaVu") for name in names), names)

    def test_branch_prints_as_sender(self):
        """A record of another company has that company's paper."""
        other = self.env["res.company"].create({"name": "Filia Ćma"})
        self.env.user.company_ids |= other
        self.partners[0].company_id = other
        page = self.texts(self.print_pdf())[0]
        self.assertIn("Filia Ćma", page)
        self.assertNotIn("Żbik", page)
        self.assertEqual(self.open_pdf(self.print_pdf()).metadata.author, "Filia Ćma")
