from odoo.exceptions import AccessError
from odoo.http import request, route

from odoo.addons.account_payment.controllers.portal import PortalAccount


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
