from odoo import api, models

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
