from odoo import models
from odoo.exceptions import UserError

from ..tools.sales_document import SalesDocument, SalesLine, amount, price


class AccountMove(models.Model):
    """A customer invoice in the words of the connector."""

    _inherit = "account.move"

    def _prepare_subiekt_document(self, backend, key):
        """This posted document as a ``SalesDocument`` for Subiekt.

        :param backend: the ``subiekt.backend`` that will get it
        :param str key: what makes it the same document when it is sent again
        :raise UserError: a line has no VAT rate, or several
        """
        lines = self.invoice_line_ids.filtered(lambda line: line.display_type == "product")
        return SalesDocument(
            key=key,
            partner=self.partner_id,
            issue_date=self.invoice_date,
            sale_date=self.taxable_supply_date or self.invoice_date,
            payment_due=self.invoice_date_due or self.invoice_date,
            lines=[self._prepare_subiekt_line(line, backend) for line in lines],
            total_net=amount(self.amount_untaxed),
            total_vat=amount(self.amount_tax),
            total_gross=amount(self.amount_total),
            currency=self.currency_id.name,
            order_number=self.ref or "",
            notes=self.name,
            res_model=self._name,
            res_id=self.id,
        )

    def _prepare_subiekt_line(self, line, backend):
        """One line for Subiekt, its price as fine as it is: the file says what it cannot carry."""
        return SalesLine(
            name=line.name,
            qty=amount(line.quantity),
            price_net=price(line.price_unit),
            discount_percent=amount(line.discount),
            product_code=line.product_id.default_code or "",
            unit=backend._unit_symbol(line.product_uom_id) if line.product_uom_id else "szt.",
            vat_percent=self._get_subiekt_vat(line, backend),
            value_net=amount(line.price_subtotal),
            value_vat=amount(line.price_total - line.price_subtotal),
            value_gross=amount(line.price_total),
        )

    def _get_subiekt_vat(self, line, backend):
        """The one VAT rate of a line as a ``Decimal``; -1 means exempt.

        :raise UserError: names the line when it has no rate or several
        """
        taxes = line.tax_ids
        if len(taxes) != 1 or taxes.amount_type != "percent":
            raise UserError(
                self.env._(
                    "The line “%(line)s” of %(document)s needs exactly one VAT rate in percent for "
                    "Subiekt. Choose its tax, then post again.",
                    line=line.name,
                    document=self.name,
                )
            )
        return backend._get_vat_percent(taxes)
