from odoo import models
from odoo.exceptions import UserError


class AccountMove(models.Model):
    """What keeps a document and its charges the same to the grosz."""

    _inherit = "account.move"

    def _post(self, soft=True):
        # EXTENDS 'account'
        self._check_service_taxes()
        self._check_service_charges()
        return super()._post(soft=soft)

    def _rounds_lines(self):
        """Whether the value of each line is rounded before taxes: documents made from charges,
        settlements, and the corrections of both."""
        self.ensure_one()
        return self.is_sale_document(include_receipts=True) and (
            self.service_is_settlement
            or self.service_from_charges
            or self.reversed_entry_id.service_from_charges
        )

    def _prepare_product_base_line_for_taxes_computation(self, product_line):
        # EXTENDS 'account': where taxes are rounded on the whole document, Odoo sums the lines
        # unrounded, and the lines as printed may miss the net of the document by a grosz. Here
        # the net is the sum of the lines as printed, and the tax of each rate is on that sum.
        base_line = super()._prepare_product_base_line_for_taxes_computation(product_line)
        factor = base_line["quantity"] * (1 - base_line["discount"] / 100)
        if factor and self._rounds_lines():
            value = self.currency_id.round(base_line["price_unit"] * factor)
            base_line["price_unit"] = value / factor
        return base_line

    def _check_service_taxes(self):
        """A line that forgot its tax is not issued: what is exempt has a tax that says so."""
        for move in self.filtered(lambda m: m.service_from_charges and m.is_sale_document()):
            untaxed = move.invoice_line_ids.filtered(
                lambda line: line.display_type == "product" and not line.tax_ids
            )
            if untaxed and move.company_id.account_sale_tax_id:
                raise UserError(
                    self.env._(
                        "The line “%(line)s” of %(document)s has no tax. Choose its tax, also when "
                        "it is exempt, then post again.",
                        line=untaxed[0].name,
                        document=move.display_name,
                    )
                )

    def _check_service_charges(self):
        """A document says what its charges say: nobody could explain it otherwise."""
        # Superuser: whoever posts invoices need not see charges.
        for move in self.sudo().filtered(lambda m: m.move_type in ("out_invoice", "out_refund")):
            sign = 1 if move.move_type == "out_invoice" else -1
            for line in move.invoice_line_ids.filtered("service_charge_ids"):
                charges = line.service_charge_ids
                value = sign * sum(charges.mapped("amount"))
                same = (
                    charges.currency_id == move.currency_id
                    and charges.partner_id == move.partner_id
                    and not move.currency_id.compare_amounts(line.price_subtotal, value)
                )
                if not same:
                    raise UserError(
                        self.env._(
                            "The line “%(line)s” no longer says what its charges say: %(charges)s "
                            "net for %(partner)s. Delete this draft, correct the charges, then "
                            "bill them again.",
                            line=line.name,
                            charges=charges.currency_id[:1].format(value),
                            partner=charges.partner_id[:1].display_name,
                        )
                    )
