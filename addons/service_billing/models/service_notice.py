from odoo import api, fields, models


class ServiceNotice(models.Model):
    """Invoices reach the accounting contact, whatever else is switched off."""

    _inherit = "service.notice"

    kind = fields.Selection(
        selection_add=[("invoice", "Invoices"), ("reading", "Readings to be given")],
        ondelete={"invoice": "cascade", "reading": "cascade"},
    )

    @api.model
    def _mandatory_kinds(self):
        # EXTENDS 'service_customer'
        return super()._mandatory_kinds() | {"invoice"}

    @api.model
    def _kinds_for(self, roles):
        # EXTENDS 'service_customer'
        own = ["invoice"] if "accounting" in roles else []
        own += ["reading"] if roles & {"decision", "user"} else []
        return own + super()._kinds_for(roles)

    @api.model
    def _channels_for(self, kind):
        # EXTENDS 'service_customer': who hears nothing at all is billed by an estimate.
        channels = super()._channels_for(kind)
        if kind == "reading":
            channels.pop("none")
        return channels

    @api.model
    def _why_no_less(self, kind):
        # EXTENDS 'service_customer'
        if kind == "reading":
            return self.env._("It always reaches you: without a reading, pages may be estimated.")
        return super()._why_no_less(kind)


class AccountMove(models.Model):
    """All that is written about an invoice is about the invoice."""

    _inherit = "account.move"
    _service_notice = "invoice"

    def _service_notice_kind(self, message, msg_vals):
        # EXTENDS 'service_customer': core sends invoices as a person's message.
        return self._service_notice if self else ""


class ServiceReadingRequest(models.Model):
    """Whoever is asked for readings hears of it as chosen; where the panel can't show it, by
    e-mail. What waits stays on the panel's first page in any case."""

    _inherit = "service.reading.request"

    def _get_channel(self, partner):
        """:return: how a person hears that these readings are asked"""
        # sudo: whether somebody has an account is shown to nobody.
        user = partner.sudo().user_ids.filtered("share")[:1]
        # with_user: what the person finds in the panel.
        seen = user and self.with_user(user).sudo(False)._filtered_access("read")
        if not seen or len(seen) < len(self):
            return "email"
        return (
            self.env["service.notice"]._channels_of(partner.ids, "reading").get(partner.id, "both")
        )

    def _list_in_panel(self, template):
        """Put the asking into the list of the panel of whoever is asked.

        :param template: mail.template whose subject says it
        """
        self.ensure_one()
        subject = template._render_field("subject", self.ids, compute_lang=True)[self.id]
        # sudo: telling people is the purpose, whoever lets it run.
        message = (
            self.env["mail.message"]
            .sudo()
            .create(
                {
                    "subject": subject,
                    "model": self._name,
                    "res_id": self.id,
                    "author_id": self.company_id.partner_id.id,
                    "message_type": "user_notification",
                    "subtype_id": self.env.ref("mail.mt_note").id,
                }
            )
        )
        self.env["mail.notification"].sudo().create(  # sudo: as above
            {
                "author_id": message.author_id.id,
                "mail_message_id": message.id,
                "notification_status": "sent",
                "notification_type": "inbox",
                "res_partner_id": self.partner_id.id,
                "service_listed": True,
            }
        )
