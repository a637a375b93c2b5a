from odoo.http import request

from odoo.addons.portal.controllers import portal


class CustomerPortal(portal.CustomerPortal):
    """One place where a document opened in the portal is judged by the person's roles."""

    def _document_check_access(self, model_name, document_id, access_token=None):
        """EXTENDS portal: for a logged-in customer person a valid token is not enough.

        A link with its token may reach somebody without the role (a mention, a forwarded mail);
        the record must also pass the person's own record rules.

        :raise AccessError: the person's roles don't open the record
        """
        document_sudo = super()._document_check_access(model_name, document_id, access_token)
        if request.env.user._is_service_person():
            request.env[model_name].browse(document_sudo.id).check_access("read")
        return document_sudo
