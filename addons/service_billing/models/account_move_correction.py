from odoo import Command, api, fields, models

#: Why a document is corrected, as the e-invoice wants to know it.
CORRECTION_KINDS = [
    ("zero", "To Zero"),
    ("quantity", "Quantity"),
    ("price", "Price or Text"),
]


class AccountMove(models.Model):
    """Corrections: they name what they correct, and why."""

    _inherit = "account.move"

    service_corrected_id = fields.Many2one(
        "account.move",
        "Corrects",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The document whose difference this one bills.",
    )
    service_correction_kind = fields.Selection(CORRECTION_KINDS, "Kind of Correction", copy=False)
    service_correction_reason = fields.Char("Reason of Correction", copy=False)

    @api.depends("service_corrected_id")
    def _compute_invoice_currency_rate(self):
        # EXTENDS 'account': what is taken back or added counts at the rate of what it corrects.
        super()._compute_invoice_currency_rate()
        for move in self.filtered("service_corrected_id"):
            if move.currency_id == move.service_corrected_id.currency_id:
                move.invoice_currency_rate = move.service_corrected_id.invoice_currency_rate

    @api.depends("service_corrected_id")
    def _compute_type_name(self):
        # EXTENDS 'account': in Polish a credit note has the name that the law gives it.
        super()._compute_type_name()
        for move in self.filtered(lambda each: not each.service_is_settlement):
            if move.move_type == "out_refund":
                move.type_name = self.env._("Credit Note")
            elif move.service_corrected_id:
                move.type_name = self.env._("Correcting Invoice")

    def _get_mail_template(self):
        # EXTENDS 'account': core's would ask to pay, or call it a credit note.
        if self and all(move._is_correcting_invoice() for move in self):
            return self.env.ref("service_billing.mail_template_correction")
        return super()._get_mail_template()

    def _is_correcting_invoice(self):
        """Whether it corrects a document of billing, and is no settlement."""
        return bool(self._get_corrected_document()) and not self.service_is_settlement

    def _get_corrected_document(self):
        """The document of billing that this one corrects, also by hand; none for other ones."""
        self.ensure_one()
        by_hand = self.reversed_entry_id if self.service_credited_by_hand else self.browse()
        return self.service_corrected_id or by_hand

    def _get_supply_date(self):
        """The day of supply, which decides the VAT period."""
        return self.taxable_supply_date or self.invoice_date


class ServiceCharge(models.Model):
    """What corrects something."""

    _inherit = "service.charge"

    corrected_charge_id = fields.Many2one(
        "service.charge",
        "Corrects",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        help="The charge whose difference it bills.",
    )

    def _get_bill_group(self):
        # EXTENDS: what corrects one document is on a document of its own.
        # Superuser: as for the other terms of a document.
        corrected = self.sudo().corrected_charge_id.move_id
        return (*super()._get_bill_group(), corrected, corrected and self._get_vat_date())

    def _get_vat_date(self):
        """The day that decides for which period a correction counts for VAT; False: that of issue.

        What is given back counts when the correction is issued; what is added, when its cause
        arose: with the corrected document, unless it came later (art. 29a, 13 and 17).
        """
        # Superuser: as above.
        charge = self.sudo()
        if charge.amount < 0:
            return False
        correction = charge.env["service.correction"].browse(charge.res_id)
        return correction.cause_date or charge.corrected_charge_id.move_id._get_supply_date()

    def _prepare_move_vals(self, positions):
        # EXTENDS: below zero it is a credit note, of what it corrects.
        vals = super()._prepare_move_vals(positions)
        # Superuser: as above.
        corrected = self.sudo().corrected_charge_id.move_id
        if not corrected:
            return vals
        kinds = set(self.env["service.correction"].browse(self.mapped("res_id")).mapped("kind"))
        vals |= {
            "service_corrected_id": corrected.id,
            "service_correction_kind": "price" if kinds == {"price"} else "quantity",
            "service_correction_reason": "; ".join(dict.fromkeys(self.mapped("reason"))),
            "invoice_origin": corrected.name,
            "taxable_supply_date": self[0]._get_vat_date(),
        }
        if self._get_net_value() < 0:
            vals |= {"move_type": "out_refund", "reversed_entry_id": corrected.id}
            for _command, _id, line in vals["invoice_line_ids"]:
                # A credit note counts what it gives back.
                name = "quantity" if line["quantity"] < 0 else "price_unit"
                line[name] = -line[name]
        return vals

    def _prepare_move_line_vals(self):
        # EXTENDS: the tax is the one that was billed, whatever the product has today.
        vals = super()._prepare_move_line_vals()
        # Superuser: as above.
        corrected = self.sudo().corrected_charge_id.move_line_id
        if corrected:
            vals.pop("tax_tag_ids", None)
            vals["tax_ids"] = [Command.set(corrected.tax_ids.ids)]
        return vals

    def _is_billable_value(self, value):
        # EXTENDS: a correction of what is on a document may give back.
        # Superuser: as above.
        return super()._is_billable_value(value) or bool(
            value and self.sudo().corrected_charge_id.move_id
        )
