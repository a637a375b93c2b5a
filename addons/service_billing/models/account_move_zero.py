from collections import defaultdict

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from .service_correction import TAKEN_OUT

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
#: What a line that takes a correction back says as the correction does.
ALIKE = ("name", "price_unit", "discount", "service_date_from", "service_date_to")


class AccountMove(models.Model):
    """Corrections to zero: the document went to the wrong buyer, and is billed again."""

    _inherit = "account.move"

    service_credited_by_hand = fields.Boolean(
        "Credited by Hand",
        compute="_compute_service_credited_by_hand",
        help="What it gives back stays billed: it is not charged again.",
    )

    @api.depends("reversed_entry_id", "service_corrected_id")
    def _compute_service_credited_by_hand(self):
        for move in self:
            move.service_credited_by_hand = (
                move.move_type == "out_refund"
                and move.reversed_entry_id.service_from_charges
                and not move.service_corrected_id
            )

    def _correct_to_zero(self, reason, partner=None):
        """Take back what is left of the document and open what it billed again (`trade.md` 9 a).

        The pages keep their place in the ledger; what bills them are new charges, for the right
        payer, as they were corrected before.

        :param str reason: stands on the correction
        :param partner: who is to be billed instead; the same as before when not given
        :return: the posted credit note
        :raise UserError: it is no posted document of billing, or something stands in the way
        """
        self.ensure_one()
        if self.state != "posted" or self.move_type != "out_invoice":
            raise UserError(
                self.env._("Only a posted invoice can be corrected to zero. Delete a draft.")
            )
        corrections = self._get_differences()
        refund = self._reverse_moves(
            [
                {
                    "invoice_origin": self.name,
                    # A correction follows today's issuer.
                    "journal_id": self.company_id._get_service_journal().id,
                    "invoice_date": False,
                    # What is taken back counts for VAT when the correction is issued.
                    "taxable_supply_date": False,
                    "service_corrected_id": self.id,
                    "service_correction_kind": "zero",
                    "service_correction_reason": reason,
                }
            ]
        )
        refund._leave_out(self, corrections)
        refund.action_post()
        # Superuser: only billing ties and unties charges; the user was allowed to credit.
        self.sudo().service_charge_ids._reopen(partner)
        return refund

    def _get_differences(self):
        """The posted documents that have corrected this one in part.

        :raise UserError: a draft of one, a credit note made by hand, a correction to zero
        """
        moves = self.reversal_move_ids | self.search([("service_corrected_id", "=", self.id)])
        moves = moves.filtered(lambda move: move.state != "cancel")
        done = moves.filtered(
            lambda move: (
                move.state == "posted" and move.service_correction_kind in ("quantity", "price")
            )
        )
        if moves - done:
            raise UserError(
                self.env._(
                    "%(document)s has %(corrections)s already, which stands in the way: post or "
                    "delete a draft first. After a correction to zero or beside a credit note "
                    "made by hand nothing more is taken back by the program.",
                    document=self.display_name,
                    corrections=", ".join((moves - done).mapped("display_name")),
                )
            )
        return done

    def _leave_out(self, document, corrections):
        """Let this draft, the reverse of a document, not take back what corrections have taken
        back already; what they have added it takes back, too.

        :raise UserError: when nothing is left
        """
        if not corrections:
            return
        self.invoice_line_ids = [
            Command.create(line._prepare_left_out())
            for line in corrections.invoice_line_ids
            if line.display_type == "product"
        ]
        if self.currency_id.compare_amounts(self.amount_untaxed, 0) <= 0:
            raise UserError(
                self.env._(
                    "Nothing is left of %(document)s: corrections have given all of it back.",
                    document=document.display_name,
                )
            )
        # Tax is rounded on each document: what is left of it is less or more by a grosz.
        left = defaultdict(float)
        for line in (document | corrections | self).line_ids.filtered("tax_line_id"):
            left[line.tax_line_id] += line.amount_currency
        self.line_ids = [
            Command.update(lines[0].id, {"amount_currency": lines[0].amount_currency - left[tax]})
            for tax, lines in self.line_ids.filtered("tax_line_id").grouped("tax_line_id").items()
            if not self.currency_id.is_zero(left[tax])
        ]

    def button_draft(self):
        """Refuse to undo what later documents are built on.

        :raise UserError: for a correction to zero, and for what was corrected
        """
        for move in self:
            if move.service_correction_kind == "zero":
                raise UserError(
                    self.env._(
                        "What %(document)s took back is billed again, so it stays. Bill its "
                        "charges from the list of what is to be billed.",
                        document=move.display_name,
                    )
                )
            others = self.search([("service_corrected_id", "=", move.id)], limit=1)
            if others and move.state == "posted":
                raise UserError(
                    self.env._(
                        "%(document)s was corrected by %(correction)s and is not changed any more. "
                        "Make a further correction.",
                        document=move.display_name,
                        correction=others.display_name,
                    )
                )
        return super().button_draft()


class AccountMoveLine(models.Model):
    """Lines of corrections that a correction to zero leaves out."""

    _inherit = "account.move.line"

    def _prepare_left_out(self):
        """Values of a line on the credit note to zero that balances this line of a correction."""
        # A credit note counts what it gives back.
        sign = 1 if self.move_id.move_type == "out_invoice" else -1
        return {name: self[name] for name in ALIKE} | {
            "quantity": sign * self.quantity,
            "product_id": self.product_id.id,
            "product_uom_id": self.product_uom_id.id,
            "account_id": self.account_id.id,
            "tax_ids": [Command.set(self.tax_ids.ids)],
            "analytic_distribution": self.analytic_distribution,
        }


class ServiceCharge(models.Model):
    """What is billed again."""

    _inherit = "service.charge"

    def _reopen(self, partner=None):
        """Charge the same anew, as these were corrected to zero; the ledger follows, and so do
        their corrections.

        :param partner: who is billed; as before when not given
        :return: the new charges
        """
        made = self.correction_ids.filtered(lambda each: each.state == "made")
        differences = made.new_charge_id - self
        billed = differences.filtered(lambda charge: charge.state == "billed")
        anew = (self | billed)._charge_anew(partner)
        for charge, again in anew.items():
            charge.consumption_ids.charge_id = again
            again.corrected_charge_id = anew.get(charge.corrected_charge_id) or (
                charge.corrected_charge_id
            )
        for charge in differences - billed:
            # On no document yet: it comes on the same as what it corrects.
            charge.corrected_charge_id = anew[charge.corrected_charge_id]
            charge.partner_id = charge.corrected_charge_id.partner_id
        # Superuser: what is proposed and made is written by the program only.
        for correction in made | made.search([("new_charge_id", "in", self.ids)]):
            correction.write(
                {
                    "charge_id": anew.get(correction.charge_id, correction.charge_id).id,
                    "new_charge_id": anew.get(
                        correction.new_charge_id, correction.new_charge_id
                    ).id,
                }
            )
        (self | billed).is_reopened = True
        # What was proposed of them is proposed of what is billed instead.
        open_ones = self.correction_ids.filtered(lambda each: each.state == "proposed")
        for correction in open_ones.filtered(lambda each: each.kind in TAKEN_OUT):
            # The ledger has given these pages back, whoever is billed.
            correction.charge_id = anew[correction.charge_id]
            open_ones -= correction
        open_ones._outdate()
        open_ones.meter_id._propose_pages()
        return self.browse().union(*anew.values())

    def _charge_anew(self, partner):
        """Charges like these: ``{charge: the new one}``."""
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
        return dict(zip(self, self._take(vals_list).sudo(), strict=True))
