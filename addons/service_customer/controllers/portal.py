from odoo.http import request

from odoo.addons.portal.controllers import portal


class CustomerPortal(portal.CustomerPortal):
    """One place where a document opened in the portal is judged by the person's roles."""

    def _document_check_access(self, model_name, document_id, access_token=None):
        """EXTENDS portal: for a logged-in customer person a valid token is not enough.

        A link with its token may reach somebody without the role (a mention, a forwarded mail);
        the record must also pass the person's own record rules. Without a login a link opens
        reading only: who accepts, declines, signs or pays must be known.

        :raise AccessError: the person's roles don't open the record, or the link doesn't allow this
        """
        if access_token and self._is_link_writing(model_name):
            access_token = None
        document_sudo = super()._document_check_access(model_name, document_id, access_token)
        if request.env.user._is_service_person():
            request.env[model_name].browse(document_sudo.id).check_access("read")
        return document_sudo

    def _is_link_writing(self, model_name):
        """:return: whether somebody without a login does more than read, on a document of ours"""
        documents = request.env[model_name]
        return (
            request.httprequest.method not in ("GET", "HEAD")
            and request.env.user._is_public()
            and not getattr(documents, "_service_link_writes", True)
        )
