from odoo.fields import Domain
from odoo.http import content_disposition, request, route

from odoo.addons.service_contract.models.service_contract_template import LETTERS
from odoo.addons.service_contract.tools.signed_file import MAX_BYTES

from .portal import ServicePortal

DOCUMENT = "service.contract.document"
AWAITING_DOMAIN = Domain("state", "=", "issued") & Domain("kind", "not in", LETTERS)
#: Nor does what was sent and is being checked wait for the customer.
AWAITING_DOMAIN &= Domain("received_on", "=", False)


class ServiceContractPortal(ServicePortal):
    """Contracts, annexes and letters: read, signed or refused by those who decide."""

    def _prepare_home_portal_values(self, counters):
        # EXTENDS 'portal'
        values = super()._prepare_home_portal_values(counters)
        if "service_document_count" in counters:
            values["service_document_count"] = self._count(DOCUMENT)
        return values

    @route()
    def home(self, **kw):
        # EXTENDS 'portal'
        response = super().home(**kw)
        documents = request.env[DOCUMENT]
        if documents.has_access("read"):
            # sudo to show: they were found under the person's own rights.
            awaiting = documents.search(AWAITING_DOMAIN).sudo()
            response.qcontext["service_awaiting_documents"] = awaiting
        return response

    @route(
        ["/my/contracts", "/my/contracts/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def portal_my_contracts(self, page=1, **kw):
        """List the contract documents that the user may see, the newest first."""
        documents, paging = self._get_page(
            DOCUMENT, Domain.TRUE, "date desc, id desc", page, "/my/contracts"
        )
        return request.render(
            "service_portal.portal_my_contracts",
            {
                **self._prepare_portal_layout_values(),
                **self._prepare_service_values(),
                "page_name": "service_contracts",
                # sudo to show: they were found under the user's own rights.
                "documents": documents.sudo(),
                **paging,
            },
        )

    @route(
        "/my/contracts/<int:document_id>",
        type="http",
        auth="public",
        website=True,
        service_limit=(60, 60),
    )
    def portal_my_contract(self, document_id, access_token=None, done=None, **kw):
        """Show a document; with a personal link to read also without a login."""
        document_sudo = self._service_record(DOCUMENT, document_id, access_token)
        return self._render_contract(document_sudo, access_token, done)

    @route(
        "/my/contracts/<int:document_id>/pdf",
        type="http",
        auth="public",
        website=True,
        service_limit=(60, 60),
    )
    def portal_my_contract_pdf(self, document_id, access_token=None, **kw):
        """Download the document: signed, or as it was issued."""
        document_sudo = self._service_record(DOCUMENT, document_id, access_token)
        content, mimetype = document_sudo._file_to_give()
        name = document_sudo._file_name(mimetype)
        return request.make_response(
            content,
            [("Content-Type", mimetype), ("Content-Disposition", content_disposition(name))],
        )

    @route("/my/contracts/<int:document_id>/sign", type="jsonrpc", auth="user", website=True)
    def portal_contract_sign(self, document_id, name=None, signature=None, **kw):
        """Sign a document by a drawn signature.

        :return: dict as core's signature form expects it
        """
        document_sudo = self._document_to_sign(document_id)
        error = self._try(
            lambda: document_sudo._sign_drawn(
                name, signature, request.env.user.partner_id, request.httprequest.remote_addr
            )
        )
        if error:
            return {"error": error}
        url = f"/my/contracts/{document_id}?done=signed"
        return {"force_refresh": True, "redirect_url": url}

    @route(
        "/my/contracts/<int:document_id>/refuse",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def portal_contract_refuse(self, document_id, reason="", **post):
        """Refuse to sign a document, saying why."""
        document_sudo = self._document_to_sign(document_id)
        error = self._try(
            lambda: document_sudo._refuse_in_panel(reason, request.env.user.partner_id)
        )
        if error:
            return self._render_contract(document_sudo, None, None, error)
        return request.redirect(f"/my/contracts/{document_id}?done=refused")

    @route(
        "/my/contracts/<int:document_id>/upload",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
        service_limit=(20, 60),
    )
    def portal_contract_upload(self, document_id, signed_by="", **post):
        """Send the scan of the signed document, or its PDF with an electronic signature."""
        document_sudo = self._document_to_sign(document_id)
        file = request.httprequest.files.get("file")
        # A byte too many is enough to refuse it.
        data, name = (file.read(MAX_BYTES + 1), file.filename) if file else (b"", "")
        person = request.env.user.partner_id
        error = self._try(lambda: document_sudo._receive(data, name, signed_by, person))
        if error:
            return self._render_contract(document_sudo, None, None, error, signed_by=signed_by)
        return request.redirect(f"/my/contracts/{document_id}?done=sent")

    def _document_to_sign(self, document_id):
        """Find a document for an act of the customer.

        :return: superuser record
        :raise HTTPException: as for reading; also for our staff, who read it but sign for nobody
        """
        if not request.env.user._is_portal():
            raise request.not_found()
        return self._service_record(DOCUMENT, document_id)

    def _render_contract(self, document_sudo, access_token, done, error=None, signed_by=""):
        values = {
            **self._prepare_portal_layout_values(),
            **self._prepare_service_values(),
            "page_name": "service_contract",
            "document": document_sudo,
            "query": f"?access_token={access_token}" if access_token else "",
            # A link opens reading only: who signs has to be known.
            "may_sign": request.env.user._is_portal() and document_sudo._awaits_signature(),
            "must_log_in": request.env.user._is_public() and document_sudo._awaits_signature(),
            "person": request.env.user.partner_id,
            "done": done,
            "error": error,
            "signed_by": signed_by,
        }
        values = self._get_page_view_values(
            document_sudo, access_token, values, "my_contracts_history", False
        )
        return request.render("service_portal.portal_my_contract", values)
