from odoo import Command, fields, models
from odoo.exceptions import UserError

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

    def _correct_to_zero(self, reason, partner=None):
        """Take the whole document back and open what it billed again (`trade.md` 9 a).

        The pages keep their place in the ledger; what bills them are new charges, for the right
        payer.

        :param str reason: stands on the correction
        :param partner: who is to be billed instead; the same as before when not given
        :return: the posted credit note
        :raise UserError: it is no posted document of billing, or was corrected already
        """
        self.ensure_one()
        if self.state != "posted" or self.move_type != "out_invoice":
            raise UserError(
                self.env._("Only a posted invoice can be corrected to zero. Delete a draft.")
            )
        self._check_not_corrected()
        company = self.company_id
        refund = self._reverse_moves(
            [
                {
                    "ref": reason,
                    # A correction follows today's issuer.
                    "journal_id": company._get_service_journal().id,
                    "invoice_date": False,
                    "taxable_supply_date": self._get_supply_date(),
                    "service_corrected_id": self.id,
                    "service_correction_kind": "zero",
                    "service_correction_reason": reason,
                }
            ]
        )
        refund.action_post()
        # Superuser: only billing ties and unties charges; the user was allowed to credit.
        self.sudo().service_charge_ids._reopen(partner)
        return refund

    def _get_supply_date(self):
        """The day of supply, which decides the VAT period and the currency rate: a correction has
        that of what it corrects."""
        return self.taxable_supply_date or self.invoice_date

    def _check_not_corrected(self):
        """Refuse to take back what a correction has taken back or raised already.

        :raise UserError: names the correction
        """
        # Superuser: whoever credits need not see charges.
        mine = self.sudo()
        made = mine.service_charge_ids.correction_ids.filtered(lambda each: each.state == "made")
        elsewhere = made.new_charge_id.filtered(
            lambda charge: charge.state != "covered" and charge.move_id != mine
        )
        moves = mine.reversal_move_ids | mine.search([("service_corrected_id", "=", self.id)])
        moves = moves.filtered(lambda move: move.state != "cancel")
        if moves or elsewhere:
            names = moves.mapped("display_name")
            names += (elsewhere - moves.service_charge_ids).mapped("name")
            raise UserError(
                self.env._(
                    "%(document)s has a correction already: %(corrections)s. Correct the rest, or "
                    "cancel the correction and mark its charge as covered first.",
                    document=self.display_name,
                    corrections=", ".join(names),
                )
            )


class ServiceCharge(models.Model):
    """What is billed again, and what corrects something."""

    _inherit = "service.charge"

    corrected_charge_id = fields.Many2one(
        "service.charge",
        "Corrects",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        help="The charge whose difference it bills.",
    )

    def _reopen(self, partner=None):
        """Charge the same anew, as these were corrected to zero; the ledger follows.

        :param partner: who is billed; as before when not given
        :return: the new charges
        """
        names = [
            name
            for name, field in self._fields.items()
            if field.store and field.column_type and name not in ANEW
        ]
        vals_list = []
        for charge in self:
            number = self.search_count([("key", "=like", f"{charge.key}/again-%")]) + 1
            vals = {
                name: charge[name].id if charge._fields[name].relational else charge[name]
                for name in names
            }
            if partner:
                vals["partner_id"] = partner.id
            vals_list.append(vals | {"key": f"{charge.key}/again-{number}"})
        # Superuser: nobody else moves the ledger from one charge to another.
        new = self._take(vals_list).sudo()
        anew = dict(zip(self, new, strict=True))
        for charge, again in anew.items():
            charge.consumption_ids.charge_id = again
            again.corrected_charge_id = anew.get(charge.corrected_charge_id) or (
                charge.corrected_charge_id
            )
        self.is_reopened = True
        # What was proposed of them is proposed of what is billed instead.
        open_ones = self.correction_ids.filtered(lambda each: each.state == "proposed")
        open_ones._outdate()
        open_ones.meter_id._propose_pages()
        return new

    def _get_bill_group(self):
        # EXTENDS: what corrects one document is on a document of its own.
        # Superuser: as for the other terms of a document.
        return (*super()._get_bill_group(), self.sudo().corrected_charge_id.move_id)

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
            "taxable_supply_date": corrected._get_supply_date(),
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


#: What a charge that is billed anew does not take over.
ANEW = frozenset(models.MAGIC_COLUMNS) | {
    "key",
    "move_line_id",
    "move_id",
    "state",
    "amount",
    "is_reopened",
    "billing_line_id",
}
