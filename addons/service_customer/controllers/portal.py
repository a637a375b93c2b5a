from werkzeug.exceptions import abort

from odoo.exceptions import AccessError
from odoo.http import request

from odoo.addons.portal.controllers import portal

from .link import PAGE_HEADERS

READING = ("GET", "HEAD")


class CustomerPortal(portal.CustomerPortal):
    """One place where a document opened in the portal is judged by the person's roles."""

    def _document_check_access(self, model_name, document_id, access_token=None):
        """EXTENDS portal: for a logged-in customer person a valid token is not enough.

        A link with its token may reach somebody without the role (a mention, a forwarded mail);
        the record must also pass the person's own record rules. Without a login a link opens
        reading only: who accepts, declines, signs or pays must be known. Where roles decide, a
        visitor needs a personal link: core's token may be that of somebody who lost the role.

        :raise AccessError: the person's roles don't open the record, or the link doesn't allow this
        :raise HTTPException: the visitor's link is over, and there is a page that says so
        """
        if access_token and self._is_link_writing(model_name):
            access_token = None
        user, document = request.env.user, request.env[model_name].browse(document_id)
        link = request.env["service.link"]._find(access_token)
        core_token = self._service_judge_token(document, access_token)
        try:
            document_sudo = super()._document_check_access(model_name, document_id, core_token)
        except AccessError:
            if link and not core_token and user._is_public():
                abort(request.redirect(f"/service/l/{access_token}", 303))
            raise
        if link and core_token:
            return self._show_by_link(document_sudo, link, access_token)
        if user._is_service_person():
            document.check_access("read")
        return document_sudo

    def _service_everywhere(self, domain):
        """What core lists of the own company, of a customer person's customers all.

        :param list domain: core's, with a condition on ``partner_id``
        :return: list domain; the record rules open what the roles do, at whichever customer
        """
        if not request.env.user._is_service_person():
            return domain
        return [leaf for leaf in domain if leaf[0] != "partner_id"]

    def _service_judge_token(self, document, token):
        """What core may compare with its own token of a document.

        :param token: what came with the request
        :return: core's token for a personal link in force, the given one where core judges, or None
        """
        person = request.env.user._is_service_person()
        link = request.env["service.link"]._find(token)
        if link and request.httprequest.method in READING and not person and link._opens(document):
            # sudo: the link stands for core's token.
            return document.sudo()._portal_ensure_token()
        return None if link or person or self._is_token_shut(document) else token

    def _is_link_writing(self, model_name):
        """:return: whether somebody without a login does more than read, on a document of ours"""
        documents = request.env[model_name]
        return (
            request.httprequest.method not in READING
            and request.env.user._is_public()
            and not getattr(documents, "_service_link_writes", True)
        )

    def _is_token_shut(self, document):
        """:return: whether core's token of the document opens nothing to this visitor"""
        return (
            request.env.user._is_public()
            and not getattr(document, "_service_link_writes", True)
            # sudo: only the customer of the document is looked at.
            and document.sudo().exists()._service_has_roles()
        )

    def _show_by_link(self, document_sudo, link, token):
        """:return: the document, with the link's token in place of the lasting one"""
        link._log_use()
        request.future_response.headers.update(PAGE_HEADERS)
        shown = (document_sudo._name, document_sudo.id, token)
        return document_sudo.with_context(service_link=shown)
