import tempfile
from pathlib import Path
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.base.models import ir_actions_report as core

from ..tools import engine
from .common import TEMPLATE, WeasyprintCommon

LONG = "<p t-foreach='range(150)' t-as='line'>wiersz <t t-out='line' /></p>"
OURS = "odoo.addons.report_weasyprint.models.ir_actions_report"


@tagged("post_install", "-at_install")
class TestReport(WeasyprintCommon):
    """All that core does around a PDF, with the other engine."""

    def setUp(self):
        super().setUp()
        # Nothing here may depend on the program of core.
        missing = core.WkhtmlInfo("install", False, "absent", "", False, "absent", None)
        self.startPatcher(patch.object(core, "_wkhtml", lambda: missing))

    def test_one_record(self):
        """One record is one PDF with its Polish letters."""
        (page,) = self.texts(self.print_pdf())
        for words in ("Zażółć gęślą jaźń", "Do: Jan Łoś", "strona 1 z 1"):
            self.assertIn(words, page)

    def test_several_records_in_one_file(self):
        """Several records are one file in their order; each counts its own pages."""
        self.set_template(f"<t t-if=\"o.name == 'Ewa Żuk'\">{LONG}</t>")
        order = self.partners[2] + self.partners[1] + self.partners[0]
        pages = self.texts(self.print_pdf(order))
        self.assertGreater(len(pages), 3)
        self.assertIn("Iga Ćma", pages[0])
        self.assertIn("strona 1 z 1", pages[0])
        long = len(pages) - 2
        for number in range(1, long + 1):
            self.assertIn("Pismo Ewa Żuk", pages[number])
            self.assertIn(f"strona {number} z {long}", pages[number])
        self.assertIn("Jan Łoś", pages[-1])

    def test_record_twice(self):
        """A record that is named twice is printed twice."""
        partner = self.partners[0]
        content, _kind = self.report._render_qweb_pdf(self.report.id, [partner.id, partner.id])
        pages = self.texts(content)
        self.assertEqual(len(pages), 2)
        self.assertTrue(all("Jan Łoś" in page for page in pages))

    def test_language_of_the_document(self):
        """The words of the paper and the PDF's language follow the record, not the user."""
        self.partners[1].lang = "en_US"
        polish, english = (self.print_pdf(partner) for partner in self.partners[:2])
        self.assertIn("strona 1 z 1", self.texts(polish)[0])
        self.assertIn("page 1 of 1", self.texts(english)[0])
        self.assertEqual(self.open_pdf(polish).trailer["/Root"]["/Lang"], "pl-PL")
        self.assertEqual(self.open_pdf(english).trailer["/Root"]["/Lang"], "en-US")

    def test_same_bytes(self):
        """The same document gives the same file, so that it can be frozen and hashed."""
        self.set_template(LONG)
        self.env.company.logo = self.env.company._get_logo()
        for records in (self.partners[:1], self.partners):
            self.assertEqual(self.print_pdf(records), self.print_pdf(records))

    def test_metadata(self):
        """Title by the printed name, author, no dates; extended by one method."""
        self.report.print_report_name = "'Pismo %s' % object.name"
        told = self.open_pdf(self.print_pdf()).metadata
        self.assertEqual(told.title, "Pismo Jan Łoś")
        self.assertEqual(told.author, self.env.company.name)
        self.assertRegex(told.producer, "^WeasyPrint")
        self.assertFalse(told.creation_date)

        original = type(self.report)._get_pdf_metadata

        def extended(report, record):
            return {**original(report, record), "subject": record.name, "producer": "Drukarnia"}

        with patch.object(type(self.report), "_get_pdf_metadata", extended):
            told = self.open_pdf(self.print_pdf()).metadata
        self.assertEqual((told.subject, told.producer), ("Jan Łoś", "Drukarnia"))

    def test_standards(self):
        """A PDF for archives and one for screen readers, by one option."""
        self.report.pdf_variant = "pdf/a-3b"
        archive = self.open_pdf(self.print_pdf())
        self.assertIn(b'pdfaid:part="3"', archive.trailer["/Root"]["/Metadata"].get_data())
        self.assertIn("/OutputIntents", archive.trailer["/Root"])
        self.assertEqual(self.print_pdf(), self.print_pdf())
        self.report.pdf_variant = "pdf/ua-1"
        accessible = self.open_pdf(self.print_pdf()).trailer["/Root"]
        self.assertIn(b'pdfuaid:part="1"', accessible["/Metadata"].get_data())
        self.assertIn("/StructTreeRoot", accessible)

    def test_paper_format(self):
        """The company's paper decides the size; a format of the report its margins, too."""
        box = self.open_pdf(self.print_pdf()).pages[0].mediabox
        self.assertAlmostEqual(float(box.width), 595.28, delta=0.1)
        self.report.paperformat_id = self.env["report.paperformat"].create(
            {
                **{"name": "A5", "format": "A5", "orientation": "Landscape"},
                **{f"margin_{side}": 40 for side in ("top", "bottom", "left", "right")},
            }
        )
        page = self.open_pdf(self.print_pdf()).pages[0]
        self.assertAlmostEqual(float(page.mediabox.width), 595.28, delta=0.1)
        self.assertAlmostEqual(float(page.mediabox.height), 419.53, delta=0.1)
        self.assertIn("Zażółć gęślą jaźń", self.texts(self.print_pdf())[0])

    # ------------------------------------------------------------------
    # Attachments
    # ------------------------------------------------------------------

    def _attachments(self):
        return self.env["ir.attachment"].search(
            [("res_model", "=", "res.partner"), ("res_id", "in", self.partners.ids)]
        )

    def test_attachment_is_kept_and_used_again(self):
        """Each record keeps its own PDF; the stored one is printed the next time."""
        self.report.write({"attachment": "object.name + '.pdf'", "attachment_use": True})
        first = self.print_pdf(self.partners[:1])
        self.assertEqual(self._attachments().raw, first)
        self.partners[0].comment = "<p>nowe zdanie</p>"
        self.assertEqual(self.print_pdf(self.partners[:1]), first)

        pages = self.texts(self.print_pdf(self.partners))
        self.assertEqual(len(pages), 3)
        self.assertNotIn("nowe zdanie", pages[0])
        stored = {file.res_id: self.texts(file.raw) for file in self._attachments()}
        self.assertEqual(stored, {p.id: [t] for p, t in zip(self.partners, pages, strict=True)})

    def test_attachment_without_reuse(self):
        """A report that is kept but not used again is printed anew and kept once."""
        self.report.attachment = "object.name + '.pdf'"
        self.print_pdf()
        self.partners[0].comment = "<p>nowe zdanie</p>"
        self.assertIn("nowe zdanie", self.texts(self.print_pdf())[0])
        self.assertEqual(len(self._attachments()), 1)

    def test_stored_picture(self):
        """A picture in the place of the PDF comes as a page, as with core."""
        self.report.write({"attachment": "object.name + '.pdf'", "attachment_use": True})
        picture = self.env.company._get_logo()
        self.env["ir.attachment"].create(
            {
                **{"name": "Jan Łoś.pdf", "datas": picture, "mimetype": "image/png"},
                **{"res_model": "res.partner", "res_id": self.partners[0].id},
            }
        )
        self.assertEqual(len(self.open_pdf(self.print_pdf(self.partners)).pages), 3)

    def test_whose_document(self):
        """A template that does not tell whose its documents are cannot be kept, only printed."""
        self.set_template(template=TEMPLATE.replace("letter_document", "nobody"))
        arch = "<t t-name='test_report_weasyprint.nobody'><div class='article'>bez</div></t>"
        self.env["ir.ui.view"].create(
            {"type": "qweb", "name": "n", "key": "test_report_weasyprint.nobody", "arch": arch}
        )
        self.assertEqual(self.texts(self.print_pdf(self.partners)), ["bez"] * 3)
        self.report.attachment = "object.name + '.pdf'"
        with self.assertRaisesRegex(UserError, "“Test Letter” cannot be kept with its records"):
            self.print_pdf(self.partners)
        self.assertFalse(self._attachments())

    # ------------------------------------------------------------------
    # Errors
    # ------------------------------------------------------------------

    @mute_logger(OURS)
    def test_error_in_a_template(self):
        """The sentence names the report, and no file of the good records is kept."""
        self.report.attachment = "object.name + '.pdf'"
        self.set_template("<t t-if=\"o.name == 'Iga Ćma'\" t-out='o.no_such_field' />")
        with self.assertRaisesRegex(UserError, "“Test Letter” was not printed: its template .*no_"):
            self.print_pdf(self.partners)
        self.assertFalse(self._attachments())
        self.set_template("<t t-call='test_report_weasyprint.absent' />")
        with self.assertRaisesRegex(UserError, "“Test Letter” was not printed"):
            self.print_pdf()

    def test_user_errors_stay(self):
        """A sentence that a template's record has for the user is not wrapped into another."""
        self.set_template("<t t-out='o._get_placeholder_filename(1)' />")

        def refuse(_records, _field):
            raise UserError("Only on Mondays.")  # pylint: disable=translation-required

        with (
            patch.object(type(self.partners), "_get_placeholder_filename", refuse),
            self.assertRaises(UserError) as e,
        ):
            self.print_pdf()
        self.assertEqual(str(e.exception), "Only on Mondays.")

    @mute_logger(OURS)
    def test_missing_library(self):
        """Where WeasyPrint or Pango is missing, a sentence says so and what to do."""
        said = "not installed on the server .*libpango.*README"
        with (
            patch.dict(engine.ENVIRONMENT, PYTHONPATH=self._no_library()),
            self.assertRaisesRegex(UserError, said),
        ):
            self.print_pdf()

    def _no_library(self):
        """A folder with a WeasyPrint that finds no Pango."""
        folder = self.enterContext(tempfile.TemporaryDirectory())
        Path(folder, "weasyprint.py").write_text(
            "raise OSError('cannot load library libpango-1.0')"
        )
        return folder

    @mute_logger(OURS)
    def test_limits(self):
        """A document that takes too long or too much is given up, with a sentence."""
        parameters = self.env["ir.config_parameter"].sudo()
        self.set_template("<t t-foreach='range(30000)' t-as='line'><p>abc</p></t>")
        parameters.set_param("report_weasyprint.seconds", "2")
        with self.assertRaisesRegex(UserError, "took longer than 2 seconds"):
            self.print_pdf()
        parameters.set_param("report_weasyprint.seconds", "sto")
        parameters.set_param("report_weasyprint.megabytes", "260")
        with self.assertRaisesRegex(UserError, "more memory than 260 MB"):
            self.print_pdf()

    # ------------------------------------------------------------------
    # Core's own reports
    # ------------------------------------------------------------------

    def test_core_keeps_its_engine(self):
        """Reports stay with wkhtmltopdf until somebody chooses; its absence is told as before."""
        report = self.env.ref("web.action_report_internalpreview")
        self.assertEqual(report.pdf_engine, "wkhtmltopdf")
        with self.assertRaisesRegex(UserError, "Wkhtmltopdf"):
            self.print_pdf(self.env.company, report)

    def test_core_layout(self):
        """A report that was drawn for wkhtmltopdf prints, with its header and footer."""
        report = self.env.ref("web.action_report_internalpreview")
        report.pdf_engine = "weasyprint"
        (page,) = self.texts(self.print_pdf(self.env.company, report))
        self.assertIn("1 / 1", page)
        self.assertIn("Serwis Żbik", page)

    def test_client_knows_the_engine(self):
        """The action tells the engine; where an action does not, the client may ask."""
        self.assertEqual(
            self.report.report_action(self.partners, config=False)["pdf_engine"], "weasyprint"
        )
        self.assertIn("pdf_engine", self.report._get_readable_fields())
        engine = self.env["ir.actions.report"].get_pdf_engine
        self.assertEqual(engine("test_report_weasyprint.letter"), "weasyprint")
        self.assertEqual(engine("no.such_report"), "wkhtmltopdf")
