from odoo import fields, models
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
        if self.reversal_move_ids.filtered(lambda move: move.state != "cancel"):
            raise UserError(
                self.env._(
                    "%s has a correction already. Cancel that one first, or correct the rest.",
                    self.display_name,
                )
            )
        company = self.company_id
        refund = self._reverse_moves(
            [
                {
                    "ref": reason,
                    # A correction follows today's issuer.
                    "journal_id": company._get_service_journal().id,
                    "invoice_date": False,
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
        for charge, again in zip(self, new, strict=True):
            charge.consumption_ids.charge_id = again
        self.is_reopened = True
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
        }
        if self._get_net_value() < 0:
            vals |= {"move_type": "out_refund", "reversed_entry_id": corrected.id}
            for _command, _id, line in vals["invoice_line_ids"]:
                # A credit note counts what it gives back.
                name = "quantity" if line["quantity"] < 0 else "price_unit"
                line[name] = -line[name]
        return vals

    def _is_billable_value(self, value):
        # EXTENDS: a correction may give back.
        return super()._is_billable_value(value) or bool(value and self.corrected_charge_id)


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
