from odoo.exceptions import AccessError, MissingError
from odoo.http import content_disposition, request, route

from odoo.addons.account_payment.controllers.portal import PortalAccount

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class ServicePortalAccount(PortalAccount):
    """Invoices in the portal: only what is fiscally complete."""

    def _document_check_access(self, model_name, document_id, access_token=None):
        # EXTENDS 'portal': a link with its token opens no more than the list shows.
        document_sudo = super()._document_check_access(model_name, document_id, access_token)
        if (
            model_name == "account.move"
            and not document_sudo.service_fiscally_complete
            and not request.env.user._is_internal()
        ):
            raise AccessError(request.env._("This document is not ready yet. Try again later."))
        return document_sudo

    def _get_overdue_invoices_domain(self, partner_id=None):
        # EXTENDS 'account': whether a settlement is paid is not known here, so it is never late.
        domain = super()._get_overdue_invoices_domain(partner_id)
        if not partner_id:
            # Core means invoices in the person's own name.
            domain = self._service_everywhere(domain)
        return [
            *domain,
            ("service_fiscally_complete", "=", True),
            ("service_is_settlement", "=", False),
        ]

    @route()
    def portal_my_overdue_invoices(self, **kwargs):
        # EXTENDS 'account_payment', which answers with an error page.
        if self._is_overdue_mixed():
            return request.redirect("/my/invoices?filterby=overdue_invoices")
        return super().portal_my_overdue_invoices(**kwargs)

    @route(
        [
            "/my/invoices/<int:invoice_id>/settlement",
            "/my/invoices/<int:invoice_id>/settlement/<string:kind>",
        ],
        type="http",
        auth="public",
        website=True,
    )
    def portal_my_invoice_settlement(self, invoice_id, kind=None, access_token=None, **kwargs):
        """The statement of readings of a document: as a page, as PDF or for spreadsheets.

        :param str kind: ``pdf``, ``csv`` or ``xlsx``; without it, the page
        """
        try:
            invoice = self._document_check_access("account.move", invoice_id, access_token)
        except (AccessError, MissingError):
            return request.redirect("/my")
        if not kind:
            values = self._invoice_get_page_view_values(invoice, access_token, **kwargs)
            values |= {"annex": invoice._annex(), "o": invoice}
            return request.render("service_billing.portal_invoice_settlement", values)
        files = {
            "pdf": ("application/pdf", self._get_annex_pdf),
            "csv": ("text/csv; charset=utf-8", lambda move: move._annex_csv()),
            "xlsx": (XLSX, lambda move: move._annex_xlsx()),
        }
        if kind not in files:
            return request.not_found()
        mimetype, make = files[kind]
        content, name = make(invoice), invoice._get_annex_filename(kind)
        headers = [
            ("Content-Type", mimetype),
            ("Content-Length", len(content)),
            ("Content-Disposition", content_disposition(name)),
        ]
        return request.make_response(content, headers)

    @staticmethod
    def _get_annex_pdf(invoice):
        # sudo: who may open the document was checked above.
        report = request.env["ir.actions.report"].sudo()
        return report._render_qweb_pdf("service_billing.report_annex", invoice.ids)[0]
