from decimal import Decimal

from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.connector_subiekt.tools.sales_document import SalesDocument, SalesLine, amount

EXEMPT = Decimal(-1)


class AccountMove(models.Model):
    _inherit = "account.move"

    subiekt_exchange_id = fields.Many2one(
        "subiekt.exchange",
        string="Exchange with Subiekt",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )

    def _is_fiscally_complete(self):
        # EXTENDS 'service_billing': the customer gets a settlement with the number of its invoice.
        complete = super()._is_fiscally_complete()
        return complete and (not self.service_is_settlement or self.service_issue_state == "issued")

    def _post(self, soft=True):
        # EXTENDS 'service_billing': a posted settlement leaves for Subiekt in the same transaction.
        posted = super()._post(soft=soft)
        for move in posted.filtered(
            lambda m: m.service_is_settlement and m.service_issue_state == "not_issued"
        ):
            move._hand_over_to_subiekt()
        return posted

    def _hand_over_to_subiekt(self):
        """Send one settlement to the company's Subiekt, once; corrections go there by hand."""
        self.ensure_one()
        # Superuser: who posts a settlement need not manage the connection.
        backend = self.env["subiekt.backend"].sudo()._for_company(self.company_id)
        if not backend:
            return
        if self.move_type != "out_invoice":
            self.message_post(
                body=self.env._(
                    "Make this correction in Subiekt by hand and enter its number here."
                )
            )
            return
        self.subiekt_exchange_id = backend._export_sales_document(
            self._prepare_sales_document(backend)
        )
        self.service_issue_state = "waiting"

    def _prepare_sales_document(self, backend):
        """The settlement in the words of the connector; its key is the settlement itself."""
        lines = self.invoice_line_ids.filtered(lambda line: line.display_type == "product")
        return SalesDocument(
            key=f"service.settlement/{self.id}",
            partner=self.partner_id,
            issue_date=self.invoice_date,
            sale_date=self.taxable_supply_date or self.invoice_date,
            payment_due=self.invoice_date_due or self.invoice_date,
            lines=[self._prepare_sales_line(line, backend) for line in lines],
            total_net=amount(self.amount_untaxed),
            total_vat=amount(self.amount_tax),
            total_gross=amount(self.amount_total),
            currency=self.currency_id.name,
            order_number=self.ref or "",
            notes=self.name,
            res_model=self._name,
            res_id=self.id,
        )

    def _prepare_sales_line(self, line, backend):
        """One line for Subiekt, whose money has four decimals.

        Where quantity times price, so rounded, would not give the value (finer prices, prices with
        VAT inside), the line goes as one service, with the arithmetic in its name.
        """
        values = {
            "vat_percent": self._get_vat_percent(line),
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

    def _get_vat_percent(self, line):
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
        exempt = not taxes.amount and "zw" in (taxes.invoice_label or taxes.name).lower().split()
        return EXEMPT if exempt else amount(taxes.amount)

    def _receive_subiekt_number(self, exchange):
        """Subiekt has issued the invoice: keep its number, tell the followers of the settlement.

        :param exchange: the matched ``subiekt.exchange``; Subiekt's total is the one that counts
        """
        self.ensure_one()
        self.write(
            {
                "service_external_number": exchange.external_number,
                "service_external_date": exchange.external_date,
            }
        )
        body = self.env._("Subiekt has issued the invoice %s.", exchange.external_number)
        if not self.currency_id.is_zero(exchange.amount_difference):
            body += " " + self.env._(
                "Its total differs from the settlement by %s; the invoice counts.",
                self.currency_id.format(exchange.amount_difference),
            )
        self.message_post(body=body)

    def button_draft(self):
        # EXTENDS 'service_billing'
        for move in self:
            if move.subiekt_exchange_id:
                raise UserError(
                    self.env._(
                        "The settlement %s has been handed over to Subiekt and stays as it is. "
                        "Make a correction instead.",
                        move.name,
                    )
                )
        return super().button_draft()

    def action_open_subiekt_exchange(self):
        """Open what has been exchanged with Subiekt about this settlement."""
        self.ensure_one()
        return self.subiekt_exchange_id._get_records_action()
