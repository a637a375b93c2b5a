import io

import pypdf

from odoo.tests.common import TransactionCase

TEMPLATE = """
<t t-name="test_report_weasyprint.letter">
    <t t-call="report_weasyprint.html_container">
        <t t-foreach="docs" t-as="doc">
            <t t-call="test_report_weasyprint.letter_document" t-lang="doc.lang" />
        </t>
    </t>
</t>
"""
DOCUMENT = """
<t t-name="test_report_weasyprint.letter_document">
    <t t-call="report_weasyprint.layout">
        <t t-set="o" t-value="doc.with_context(lang=doc.lang)" />
        <t t-set="document_title">Pismo <t t-out="o.name" /></t>
        <h1>Zażółć gęślą jaźń</h1>
        <p>Do: <t t-out="o.name" /></p>
        <t t-out="o.comment" />
        %s
    </t>
</t>
"""


class WeasyprintCommon(TransactionCase):
    """A report on partners, printed by WeasyPrint on the company's paper."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "force_report_rendering": True})
        if "pl_PL" not in dict(cls.env["res.lang"].get_installed()):
            cls.env["res.lang"]._activate_lang("pl_PL")
            cls.env["ir.module.module"]._load_module_terms(["report_weasyprint"], ["pl_PL"])
        company = cls.env.company
        company.write({"name": "Serwis Żbik sp. z o.o.", "phone": "+48 71 000 00 00"})
        cls.set_template()
        cls.report = cls.env["ir.actions.report"].create(
            {
                "name": "Test Letter",
                "model": "res.partner",
                "report_name": "test_report_weasyprint.letter",
                "report_type": "qweb-pdf",
                "pdf_engine": "weasyprint",
            }
        )
        cls.partners = cls.env["res.partner"].create(
            [{"name": name, "lang": "pl_PL"} for name in ("Jan Łoś", "Ewa Żuk", "Iga Ćma")]
        )

    @classmethod
    def set_template(cls, more="", template=TEMPLATE):
        """Make or replace the template; ``more`` goes into each document."""
        views = cls.env["ir.ui.view"]
        for key, arch in (("letter", template), ("letter_document", DOCUMENT % more)):
            key = f"test_report_weasyprint.{key}"
            if view := views.search([("key", "=", key)]):
                view.arch = arch
            else:
                views.create({"type": "qweb", "name": key, "key": key, "arch": arch})

    def print_pdf(self, records=None, report=None, **context):
        """The PDF of records (the first partner), as bytes."""
        records = self.partners[:1] if records is None else records
        report = report or self.report
        content, kind = report.with_context(**context)._render_qweb_pdf(report.id, records.ids)
        self.assertEqual(kind, "pdf")
        return content

    @staticmethod
    def open_pdf(content):
        """A PDF as pypdf's reader."""
        return pypdf.PdfReader(io.BytesIO(content))

    def texts(self, content):
        """The text of each page of a PDF, white space made even."""
        pages = self.open_pdf(content).pages
        return [" ".join(page.extract_text().split()) for page in pages]

    def images(self, content):
        """How many pictures the first page of a PDF has."""
        return len(self.open_pdf(content).pages[0].images)
