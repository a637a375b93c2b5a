from odoo import api, models
from odoo.fields import Command, Domain

BATCH = 100


class ResUsers(models.Model):
    """Accounts of customer people whose roles have all been taken away or have ended."""

    _inherit = "res.users"

    @api.model
    def _get_service_idle_domain(self):
        """Domain of active accounts of customer people without a role in force or to come."""
        unended = self.env["service.membership"]._get_unended_domain()
        return (
            Domain("active", "=", True)
            & Domain("share", "=", True)
            & Domain("partner_id.service_has_membership", "=", True)
            & ~Domain("partner_id.service_person_membership_ids", "any", unended)
        )

    def _service_close(self):
        """Archive these accounts as core does when it revokes portal access.

        Sessions end with their next request. API keys and invitations under way are void, so that
        giving access again later brings none of them back.
        """
        if not self:
            return
        # Who may take roles away need not be allowed to write users.
        users = self.sudo()
        users.partner_id.signup_type = False
        users.api_key_ids.unlink()
        users.write(
            {
                "active": False,
                "group_ids": [
                    Command.unlink(self.env.ref("base.group_portal").id),
                    Command.link(self.env.ref("base.group_public").id),
                ],
            }
        )
        note = self.env._("Access to the customer panel is closed: no role is left.")
        users.partner_id._message_log_batch(dict.fromkeys(users.partner_id.ids, note))

    @api.model
    def _cron_service_close_access(self):
        """Close the accounts of people whose last role has ended."""
        domain = self._get_service_idle_domain()
        remaining = self.search_count(domain)
        self.env["ir.cron"]._commit_progress(remaining=remaining)
        while users := self.search(domain, limit=BATCH):
            users._service_close()
            if not self.env["ir.cron"]._commit_progress(len(users)):
                break
