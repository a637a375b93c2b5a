from odoo import models
from odoo.exceptions import UserError


class PortalWizard(models.TransientModel):
    """Odoo's dialog for access to the portal, for several people at once."""

    _inherit = "portal.wizard"

    def action_service_invite_all(self):
        """Invite everybody in the dialog who has no access yet and a usable e-mail address.

        Of two people with one address only the first is invited; the dialog then shows it.

        :raise UserError: there is nobody to invite
        """
        invited = 0
        for row in self.user_ids:
            # Somebody invited a moment ago may have the same address.
            row.invalidate_recordset(["email_state"])
            if row.email_state == "ok" and not row.is_portal and not row.is_internal:
                row.action_grant_access()
                invited += 1
        if not invited:
            raise UserError(
                self.env._(
                    "There is nobody to invite: everybody has access, or the e-mail address is"
                    " missing or used by somebody else. Correct the addresses in the list."
                )
            )
        return self._action_open_modal()
