from odoo import api, fields, models
from odoo.tools import plaintext2html

ACTIVITY = "service_billing.activity_sending"
#: How often a document that could not be sent is tried again, once an hour.
TRIES = 3


class AccountMove(models.Model):
    """Documents of a run leave the house by themselves, each once."""

    _inherit = "account.move"

    service_sending = fields.Selection(
        [("queued", "To Be Sent"), ("sent", "Sent"), ("failed", "Not Sent")],
        string="Sent by Itself",
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups="base.group_user",
    )
    service_sending_tries = fields.Integer(
        "Tries to Send", readonly=True, copy=False, groups="base.group_user"
    )

    def _send_by_themselves(self):
        """Queue those documents for core's sending in the background that nobody has to look at."""
        moves = self.filtered(lambda move: move._leaves_by_itself())
        moves._queue_sending()

    def _leaves_by_itself(self):
        """Whether this document is to be sent and has not been queued yet."""
        self.ensure_one()
        if self.service_sending or self.state != "posted" or not self._is_fiscally_complete():
            return False
        # Superuser: whoever bills need not read contracts.
        contracts = self.sudo().service_charge_ids.contract_id
        return bool(contracts) and set(contracts.mapped("billing_mode")) == {"send"}

    def _queue_sending(self):
        """Hand documents over to core's cron."""
        if not self:
            return
        user = self.env.user
        self.write(
            {
                "service_sending": "queued",
                "sending_data": {
                    "author_user_id": user.id,
                    "author_partner_id": user.partner_id.id,
                },
            }
        )
        self.env.ref("account.ir_cron_account_move_send")._trigger()

    @api.model
    def _retry_sending(self):
        """Try again what could not be sent an hour ago: the document, or only its e-mail."""
        failed = self.search(
            [("service_sending", "=", "failed"), ("service_sending_tries", "<", TRIES)]
        )
        # Superuser: e-mails are no record of accounting's.
        mails = (
            self.env["mail.mail"]
            .sudo()
            .search(
                [
                    ("model", "=", self._name),
                    ("res_id", "in", failed.ids),
                    ("state", "=", "exception"),
                ]
            )
            .filtered(lambda mail: mail._has_document())
        )
        posted = self.browse(mails.mapped("res_id"))
        for move in posted:
            move.service_sending_tries += 1
        # Who got the e-mail does not get it again: only the ones that failed are sent.
        mails.mark_outgoing()
        (failed - posted).filtered(lambda move: not move.is_move_sent)._queue_sending()

    def _in_company_language(self):
        """For what the staff is told by a scheduled job, which has a language of its own."""
        return self.with_context(lang=self.company_id._get_service_lang())

    def _sending_done(self):
        """The document has left."""
        self.write({"service_sending": "sent"})
        self.activity_unlink([ACTIVITY])

    def _sending_failed(self, reason):
        """Remember that a document could not be sent, and tell somebody in accounting once."""
        for move in self:
            move.write(
                {
                    "service_sending": "failed",
                    "service_sending_tries": move.service_sending_tries + 1,
                    "sending_data": False,
                }
            )
            user = move._get_accounting_user()
            if user and not move.activity_search([ACTIVITY]):
                move.activity_schedule(ACTIVITY, note=plaintext2html(reason), user_id=user.id)

    def _with_failed_letters(self):
        """Those of these documents of which an e-mail to somebody has not left yet."""
        notices = self.env["mail.notification"].search(
            [
                ("mail_message_id.model", "=", self._name),
                ("mail_message_id.res_id", "in", self.ids),
                ("mail_message_id.message_type", "=", "comment"),
                ("notification_status", "=", "exception"),
            ]
        )
        return self & self.browse(notices.mail_message_id.mapped("res_id"))

    def _get_accounting_user(self):
        """Who is told: the contract's person if in accounting, else who does the accounting."""
        self.ensure_one()
        # Superuser: whoever sends need not read users and contracts.
        contracts = self.sudo().service_charge_ids.contract_id
        role = "service_customer.group_service_accounting"
        named = contracts.user_id.filtered(lambda user: user.active and user.has_group(role))
        return named[:1] or contracts[:1]._accountant()

    def _get_accounting_contacts(self):
        """The customer's accounting contacts who may open this document and have an address."""
        self.ensure_one()
        if not (self.service_from_charges or self.reversed_entry_id.service_from_charges):
            return self.env["res.partner"]
        # Superuser: whoever sends need not read roles.
        roles = self.env["service.membership"].sudo()
        people = roles.search(
            roles._get_live_domain()
            & fields.Domain("customer_id", "=", self.commercial_partner_id.id)
            & fields.Domain("role", "=", "accounting")
        ).contact_id
        people = people.filtered(lambda person: person.email and self._service_opens_to(person))
        return people.sudo(False)


class MailMail(models.Model):
    """An e-mail with a document that did not leave is told to accounting."""

    _inherit = "mail.mail"

    def _postprocess_sent_message(
        self, success_pids, success_emails, failure_reason=False, failure_type=None
    ):
        # EXTENDS 'mail'
        ids = {mail.res_id for mail in self if mail._has_document()}
        result = super()._postprocess_sent_message(
            success_pids,
            success_emails,
            failure_reason=failure_reason,
            failure_type=failure_type,
        )
        # Superuser: the outbox has no rights in accounting.
        moves = self.env["account.move"].sudo().browse(ids).exists()
        moves = moves.filtered("service_sending")
        if failure_type:
            for move in moves.filtered(lambda move: move.service_sending != "failed"):
                told = move._in_company_language()
                reason = told.env._(
                    "The e-mail with %(documents)s did not leave: %(reason)s. It is tried again; "
                    "if the address is wrong, correct it and send the document again.",
                    documents=move.name,
                    reason=failure_reason or failure_type,
                )
                told._sending_failed(reason)
        else:
            failed = moves.filtered(lambda move: move.service_sending == "failed")
            (failed - failed._with_failed_letters())._sending_done()
        return result

    def _has_document(self):
        """Whether a document leaves with this e-mail, not only a word about it."""
        self.ensure_one()
        message = self.mail_message_id
        letter = message.message_type == "comment" and message.attachment_ids
        return bool(self.model == "account.move" and self.res_id and letter)
