import io
import logging

from odoo import api, fields, models
from odoo.exceptions import MissingError, UserError
from odoo.tools.safe_eval import safe_eval, time

from ..tools.documents import split
from ..tools.engine import EngineError, write_pdfs

_logger = logging.getLogger(__name__)

# What one document may take; administrators change it by system parameters of these names.
LIMITS = {"report_weasyprint.seconds": 60, "report_weasyprint.megabytes": 1024}
MARGINS = ("top", "right", "bottom", "left")


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    pdf_engine = fields.Selection(
        [("wkhtmltopdf", "wkhtmltopdf"), ("weasyprint", "WeasyPrint")],
        string="PDF Engine",
        required=True,
        default="wkhtmltopdf",
        help="WeasyPrint takes headers, footers and page numbers from the template's style sheet. "
        "Templates that were drawn for wkhtmltopdf may look different with it.",
    )
    pdf_variant = fields.Selection(
        [("pdf/a-3b", "PDF/A-3b (archive)"), ("pdf/ua-1", "PDF/UA-1 (accessible)")],
        string="PDF Standard",
        help="A standard that the PDF follows, only with WeasyPrint and for one record a file: "
        "several documents merged into one file lose it.",
    )

    @api.model
    def get_pdf_engine(self, report_name):
        """Which engine prints a report; the web client asks when its action does not say."""
        return self._get_report_from_name(report_name).pdf_engine or "wkhtmltopdf"

    def _get_readable_fields(self):
        return super()._get_readable_fields() | {"pdf_engine"}

    def report_action(self, docids, data=None, config=True):
        action = super().report_action(docids, data=data, config=config)
        if action["type"] == self._name:
            action["pdf_engine"] = self.pdf_engine
        return action

    # ------------------------------------------------------------------
    # Printing
    # ------------------------------------------------------------------

    def _render_qweb_pdf_prepare_streams(self, report_ref, data, res_ids=None):
        report = self._get_report(report_ref)
        if report.pdf_engine != "weasyprint":
            return super()._render_qweb_pdf_prepare_streams(report_ref, data, res_ids=res_ids)
        repeated = len(res_ids or []) != len(set(res_ids or []))
        keeps = report.attachment and not repeated
        keeps = keeps and not self.env.context.get("report_pdf_no_attachment")
        streams = {}
        for record in self.env[report.model].browse(dict.fromkeys(res_ids or [])):
            attachment = report.retrieve_attachment(record) if keeps else None
            if attachment and report.attachment_use:
                # Core reads back what is stored, which may be a picture as well.
                streams |= super()._render_qweb_pdf_prepare_streams(
                    report_ref, data, res_ids=record.ids
                )
            else:
                streams[record.id] = {"stream": None, "attachment": attachment}
        missing = [record_id for record_id, stream in streams.items() if not stream["stream"]]
        if res_ids and not missing:
            return streams
        sheets = self._get_weasyprint_sheets(report, res_ids if repeated else missing, data)
        files = self._run_weasyprint(report, sheets)
        if repeated or not res_ids:
            return {False: self._get_whole(files)}
        return self._share_out(report, streams, missing, sheets, files, keeps)

    def _share_out(self, report, streams, missing, sheets, files, keeps):
        """Give each record its own file; all in one where the template does not tell whose it is.

        :raise UserError: the files are to be kept with their records
        """
        by_record = {}
        for sheet, pdf in zip(sheets, files, strict=True):
            by_record.setdefault(sheet.record_id, []).append(pdf)
        if len(missing) == 1:
            by_record = {missing[0]: files}
        if set(by_record) != set(missing):
            if keeps:
                raise UserError(
                    self.env._(
                        "“%(report)s” cannot be kept with its records, because its template does "
                        "not say whose each document is: set data-oe-model and data-oe-id on the "
                        "elements with the class article.",
                        report=report.name,
                    )
                )
            kept = {key: stream for key, stream in streams.items() if stream["stream"]}
            return {**kept, False: self._get_whole(files)}
        for record_id, pdfs in by_record.items():
            streams[record_id]["stream"] = self._get_whole(pdfs)["stream"]
        return streams

    @api.model
    def _get_whole(self, files):
        streams = [io.BytesIO(pdf) for pdf in files]
        stream = streams[0] if len(streams) == 1 else self._merge_pdfs(streams)
        return {"stream": stream, "attachment": None}

    @api.model
    def _get_weasyprint_sheets(self, report, res_ids, data):
        """The documents that the template gives for the records.

        :raise UserError: the template has an error
        """
        data = {"report_type": "pdf", "debug": False, **(data or {})}
        printing = self.with_context(debug=False)
        try:
            html = printing._render_qweb_html(report.id, res_ids, data=data)[0]
        except Exception as error:
            # Only errors of the template carry it; the database's own go on, to be retried. What a
            # record has to say to the user needs no other words; an absent template is missing.
            said = getattr(error, "qweb", None)
            speaks = isinstance(error, UserError) and not isinstance(error, MissingError)
            if not said or speaks:
                raise
            _logger.exception("The template of the report %s has an error", report.report_name)
            raise UserError(
                self.env._(
                    "“%(report)s” was not printed: its template %(template)s has an error "
                    "(%(error)s). Nothing was saved.",
                    report=report.name,
                    template=said.template or report.report_name,
                    error=said.error,
                )
            )
        if not html.strip():
            raise UserError(
                self.env._("“%s” was not printed: its template gives nothing.", report.name)
            )
        return split(html, report.model)

    @api.model
    def _run_weasyprint(self, report, sheets):
        """PDF files of the sheets, all or none.

        :raise UserError: the first document that fails
        """
        base_url = self.get_base_url()
        page, margins = self._get_page_css(report, sheets[0].root)
        documents = []
        for sheet in sheets:
            record = self.env[report.model].browse(sheet.record_id or [])
            language = sheet.language or self.env.lang
            metadata = report.with_context(lang=language)._get_pdf_metadata(
                record.with_context(lang=language)
            )
            options = {
                "base_url": base_url,
                "variant": report.pdf_variant or None,
                "producer": metadata.pop("producer", None),
            }
            documents.append((sheet.to_html(metadata, page, margins), options))
        seconds, megabytes = self._get_weasyprint_limits()
        fetch, left_out = self._get_fetcher(base_url)
        try:
            return write_pdfs(documents, fetch, seconds, megabytes)
        except EngineError as error:
            _logger.warning("Report %s: %s %s", report.report_name, error.kind, error.detail)
            raise UserError(self._get_engine_sentence(report, error, seconds, megabytes))
        finally:
            if left_out:
                said = "; ".join(f"{url:.200} ({reason})" for url, reason in left_out.items())
                _logger.warning("Report %s leaves out: %.2000s", report.report_name, said)

    @api.model
    def _get_engine_sentence(self, report, error, seconds, megabytes):
        if error.kind == "library":
            return self.env._(
                "“%(report)s” was not printed: WeasyPrint or a library that it needs is not "
                "installed on the server (%(detail)s). An administrator installs what the "
                "addon's README names.",
                report=report.name,
                detail=error.detail,
            )
        if error.kind == "time":
            return self.env._(
                "“%(report)s” was not printed: a document took longer than %(limit)s seconds. "
                "Shorten it, or raise the system parameter report_weasyprint.seconds.",
                report=report.name,
                limit=seconds,
            )
        if error.kind == "memory":
            return self.env._(
                "“%(report)s” was not printed: it needs more memory than %(limit)s MB. Print "
                "fewer records, or raise the system parameter report_weasyprint.megabytes.",
                report=report.name,
                limit=megabytes,
            )
        return self.env._(
            "“%(report)s” was not printed: WeasyPrint does not understand the document "
            "(%(detail)s).",
            report=report.name,
            detail=error.detail,
        )

    @api.model
    def _get_weasyprint_limits(self):
        # System parameters are for administrators only; everybody who prints keeps to them.
        parameters = self.env["ir.config_parameter"].sudo()
        values = ((parameters.get_param(key), default) for key, default in LIMITS.items())
        return [int(said) if (said or "").isdecimal() else default for said, default in values]

    # ------------------------------------------------------------------
    # What a document says of itself
    # ------------------------------------------------------------------

    def _get_pdf_metadata(self, record):
        """What a reader shows of the PDF; meant to be extended.

        There is no date in it, so that the same document gives the same bytes.

        :param record: the printed record in the language of its document, may be empty
        :return: dictionary with any of title, author, subject, keywords, creator and producer
        """
        self.ensure_one()
        title = self.name
        if record and self.print_report_name:
            title = safe_eval(self.print_report_name, {"object": record, "time": time})
        company = self.env.company
        if record and "company_id" in record:
            company = record.company_id[:1] or company
        return {"title": title, "author": company.display_name, "creator": "Odoo"}

    @api.model
    def _get_page_css(self, report, root):
        """Declarations of the page: those that templates may replace, and those that win.

        The paper's size is the report's or the company's; margins of a paper format that was chosen
        for this report win over the template's.
        """
        paper = report.get_paperformat()
        width, height = paper.print_page_width or 210, paper.print_page_height or 297
        landscape = self.env.context.get("landscape") or root.get("data-report-landscape")
        if landscape and width < height:
            width, height = height, width
        sizes = " ".join(f"{paper[f'margin_{side}']:g}mm" for side in MARGINS)
        margins = f"margin: {sizes};"
        page = f"size: {width:g}mm {height:g}mm; {margins}"
        return page, margins if report.paperformat_id else ""
