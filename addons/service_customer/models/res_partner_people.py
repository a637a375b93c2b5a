from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Domain


class ResPartner(models.Model):
    """People of customers: their accounts in the customer panel follow their roles."""

    _inherit = "res.partner"

    def action_service_invite(self):
        """Open Odoo's dialog that gives these people access to the customer panel.

        :raise UserError: none of them is a person
        """
        people = self.filtered(
            lambda partner: not partner.is_company and partner.type != "location"
        )
        if not people:
            raise UserError(self.env._("Choose people: a company or a location does not log in."))
        wizard = self.env["portal.wizard"].with_context(active_ids=people.ids)
        return wizard.action_open_wizard()

    def action_service_take_away(self):
        """Switch off all roles of these people and close their accounts."""
        self.env["service.membership"].search([("contact_id", "in", self.ids)]).action_archive()

    def _service_close_access(self):
        """Close the accounts of those of these people who have no role in force or to come."""
        # Who may take roles away need not be allowed to read users.
        users = self.env["res.users"].sudo()
        idle = Domain("partner_id", "in", self.ids) & users._get_service_idle_domain()
        users.search(idle)._service_close()

    def _service_invite(self):
        """Give these people access to the customer panel, with Odoo's invitation by e-mail.

        Who has not answered the invitation yet gets it again. The caller has judged whether the
        current user may do this.

        :raise UserError: an e-mail address is missing, or somebody else has it
        """
        # Decision makers have no right on users; core's dialog does what it does for staff.
        wizards = self.env["portal.wizard"].sudo()
        for person in self:
            row = wizards.create({"partner_ids": person.ids}).user_ids.filtered(
                lambda row, person=person: row.partner_id == person
            )
            if not row.is_portal:
                row.action_grant_access()
            elif not row.login_date:
                row.action_invite_again()
