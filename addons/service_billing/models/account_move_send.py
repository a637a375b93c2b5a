import logging

from odoo import api, models
from odoo.exceptions import UserError

from odoo.addons.service_meter.tools.repeat import alone

_logger = logging.getLogger(__name__)

# A settlement travels as a plain PDF: no e-invoice, no network that carries invoices.
SETTLEMENT_METHODS = {"email", "manual"}


class AccountMoveSend(models.AbstractModel):
    _inherit = "account.move.send"

    @api.model
    def _get_move_constraints(self, move):
        # EXTENDS 'account'
        constraints = super()._get_move_constraints(move)
        if move.state == "posted" and not move._is_fiscally_complete():
            constraints["service_incomplete"] = self.env._(
                "The number of the invoice for %s has not come back from the program that issues "
                "it. Wait for it, then send the document.",
                move.name,
            )
        return constraints

    @api.model
    def _get_default_extra_edis(self, move):
        # EXTENDS 'account'
        return set() if move.service_is_settlement else super()._get_default_extra_edis(move)

    @api.model
    def _get_default_invoice_edi_format(self, move, **kwargs):
        # EXTENDS 'account'
        if move.service_is_settlement:
            return False
        return super()._get_default_invoice_edi_format(move, **kwargs)

    @api.model
    def _get_default_sending_methods(self, move):
        # EXTENDS 'account'
        methods = super()._get_default_sending_methods(move)
        if not move.service_is_settlement:
            return methods
        return (methods & SETTLEMENT_METHODS) or {"email"}

    @api.model
    def _get_default_sending_settings(self, move, from_cron=False, **custom_settings):
        # EXTENDS 'account': whatever was ticked, nobody else issues an invoice from a settlement.
        settings = super()._get_default_sending_settings(
            move, from_cron=from_cron, **custom_settings
        )
        if move.service_is_settlement:
            methods = set(settings["sending_methods"]) & SETTLEMENT_METHODS
            settings.update(extra_edis=set(), invoice_edi_format=False, sending_methods=methods)
        return settings

    # ------------------------------------------------------------------ documents of a run

    @api.model
    def _get_default_mail_partner_ids(self, move, mail_template, mail_lang):
        # EXTENDS 'account': the customer's accounting contacts, else the recipient.
        people = move._get_accounting_contacts()
        return people or super()._get_default_mail_partner_ids(move, mail_template, mail_lang)

    @api.model
    def _send_mails(self, moves_data):
        # EXTENDS 'account', where the recipient follows each document from its posting on.
        for move in moves_data:
            people = move._get_accounting_contacts()
            if people and move.partner_id not in people:
                move.message_unsubscribe(move.partner_id.ids)
        return super()._send_mails(moves_data)

    @api.model
    def _get_default_mail_attachments_widget(self, move, mail_template, **kwargs):
        # EXTENDS 'account': the statement of readings beside the document.
        found = super()._get_default_mail_attachments_widget(move, mail_template, **kwargs)
        if not move._has_annex():
            return found
        name = move._get_annex_filename("pdf")
        return found + [
            {
                "id": f"placeholder_{name}",
                "name": name,
                "mimetype": "application/pdf",
                "placeholder": True,
                "dynamic_report": "service_billing.report_annex",
            }
        ]

    @api.model
    def _generate_and_send_invoices(self, moves, from_cron=False, **kwargs):
        # EXTENDS 'account': documents of a run are sent one by one, so that one fails alone.
        mine = moves.filtered(lambda move: from_cron and move.service_sending == "queued")
        attachments = self.env["ir.attachment"]
        for move in mine:
            told = move._in_company_language()
            send = super(AccountMoveSend, self.with_env(told.env))._generate_and_send_invoices
            attachments += self.with_env(told.env)._send_alone(told, send)
        if mine and self._can_commit():
            # What has been sent stays sent, whatever happens to the others.
            self.env["ir.cron"]._commit_progress()
        if others := moves - mine:
            attachments += super()._generate_and_send_invoices(
                others, from_cron=from_cron, **kwargs
            )
        return attachments

    @api.model
    def _send_alone(self, move, send):
        """Send one document of a run; what goes wrong is told to accounting.

        :param send: core's method
        :return: its files
        """

        def failed(error):
            _logger.warning("document %s could not be sent", move.name, exc_info=error)
            move._sending_failed(str(error.args[0] if error.args else error))

        files = self.env["ir.attachment"]
        with alone(self.env, failed):
            self._check_has_reader(move)
            files = send(move, from_cron=True)
            if move.service_sending == "queued":
                move._sending_done()
        return files

    @api.model
    def _check_has_reader(self, move):
        """Core sends nothing, and says nothing, when nobody has an address."""
        template = self._get_default_mail_template_id(move)
        lang = self._get_default_mail_lang(move, template)
        if not self._get_default_mail_partner_ids(move, template, lang):
            raise UserError(
                self.env._(
                    "Nobody gets %(document)s: %(customer)s has no accounting contact with an "
                    "e-mail address, and the recipient has none either. Enter one, then send the "
                    "document.",
                    document=move.name,
                    customer=move.partner_id.display_name,
                )
            )

    @api.model
    def _hook_if_errors(self, moves_data, allow_raising=True):
        # EXTENDS 'account': what could not be made (an e-invoice refused) is told, too.
        super()._hook_if_errors(moves_data, allow_raising=allow_raising)
        for move, move_data in moves_data.items():
            if move.service_sending == "queued" and move_data.get("error"):
                move._sending_failed(self._format_error_text(move_data["error"]))
