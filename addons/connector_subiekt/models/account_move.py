from decimal import Decimal

from odoo import models
from odoo.exceptions import UserError

from ..tools.sales_document import SalesDocument, SalesLine, amount


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
        """One line for Subiekt, whose money has four decimals.

        Where quantity times price, so rounded, would not give the value (finer prices, prices with
        VAT inside), the line goes as one service, with the arithmetic in its name.
        """
        values = {
            "vat_percent": self._get_subiekt_vat(line, backend),
            "value_net": amount(line.price_subtotal),
            "value_vat": amount(line.price_total - line.price_subtotal),
            "value_gross": amount(line.price_total),
        }
        quantity, price, discount = map(amount, (line.quantity, line.price_unit, line.discount))
        exact = amount(self.currency_id.round(float(quantity * price * (1 - discount / 100))))
        if price == Decimal(str(line.price_unit)) and exact == values["value_net"]:
            return SalesLine(
                name=line.name,
                qty=quantity,
                price_net=price,
                discount_percent=discount,
                product_code=line.product_id.default_code or "",
                unit=backend._unit_symbol(line.product_uom_id) if line.product_uom_id else "szt.",
                **values,
            )
        return SalesLine(
            name=f"{line.name} ({line.quantity:g} × {line.price_unit:f})",
            qty=amount(1),
            price_net=values["value_net"],
            unit="usł.",
            **values,
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
