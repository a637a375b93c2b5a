from odoo import api, fields, models
from odoo.exceptions import LockError, UserError
from odoo.fields import Command
from odoo.tools import groupby


class ServiceCharge(models.Model):
    """From charges to draft invoices or settlements."""

    _inherit = "service.charge"

    def action_bill(self):
        """Button: bill the chosen charges and open the drafts.

        :raise UserError: when none of them is to be billed
        """
        moves = self._bill()
        if not moves:
            raise UserError(
                self.env._(
                    "None of the chosen charges can be billed: they are covered, on an invoice "
                    "already, or come to nothing or less for their month. Choose charges in the "
                    "state “To Bill” with a sum above zero; give money back with a credit note."
                )
            )
        return moves._get_records_action(name=self.env._("Drafts"))

    def action_open_source(self):
        """Open the record that this charge comes from."""
        self.ensure_one()
        if not self.res_model or not self.res_id:
            raise UserError(
                self.env._(
                    "This charge was entered by hand: it has no source. Look at its reason instead."
                )
            )
        return self.env[self.res_model].browse(self.res_id)._get_records_action()

    def action_open_move(self):
        """Open the invoice or settlement of this charge."""
        return self.move_id._get_records_action()

    @api.model
    def _count_by(self, field_name, records):
        """How many charges each of ``records`` has: ``{record: count}``, for its smart button."""
        domain = [(field_name, "in", records.ids)]
        return dict(self._read_group(domain, [field_name], ["__count"]))

    @api.model
    def _get_charges_action(self, field_name, record):
        """Window action on the charges of a record; a new charge starts with it and its customer.

        :param str field_name: the field of a charge that leads to ``record``
        """
        record.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_billing.service_charge_action"
        )
        context = {}
        if field_name != "move_id":
            context[f"default_{field_name}"] = record.id
        if "customer_id" in record:
            context["default_customer_id"] = record.customer_id.id
        return action | {"domain": [(field_name, "=", record.id)], "context": context}

    def _bill(self, day=None):
        """Make draft documents of those charges that are to be billed; others are left alone.

        One document for each company, payer, customer, currency and month of performance (the VAT
        of a month may not slip into another). Equal positions become one line. The document is an
        invoice, or a settlement in its own journal when another program issues the invoices. What
        comes to zero or less waits: there are no such invoices.

        :param date day: of a run: amounts below the company's minimum wait for the next month, and
            what no person is to look at will be posted at once: it gets its date, so that posting
            need not compute it all again
        :return: the new draft ``account.move`` records
        :raise UserError: when somebody else is billing one of the charges at this moment
        """
        charges = self._lock_to_bill()
        groups = charges.grouped(lambda charge: charge._get_bill_group())
        groups = charges._join_small(groups, day) if day else groups.values()
        groups = [group for group in groups if group._is_billable_value(group._get_net_value())]
        positions = [group._get_positions() for group in groups]
        vals_list = [
            group._prepare_move_vals(lines) for group, lines in zip(groups, positions, strict=True)
        ]
        if day:
            today = fields.Date.context_today(self)
            for group, vals in zip(groups, vals_list, strict=True):
                if group._is_issued_by_itself():
                    vals["invoice_date"] = today
        self._spare_analytic(vals_list)
        self._put_into_journals(vals_list)
        moves = self.env["account.move"].create(vals_list)
        moves._set_default_service_taxes()
        for move, lines in zip(moves, positions, strict=True):
            move_lines = move.invoice_line_ids.sorted("sequence")
            for line_charges, move_line in zip(lines, move_lines, strict=True):
                # Superuser: people may not tie a charge to an invoice line, only billing may.
                line_charges.sudo().move_line_id = move_line
        charges._explain_free(dict(zip(moves, groups, strict=True)))
        return moves

    def _put_into_journals(self, vals_list):
        """Each document is in the journal of its company; that is looked up once for all."""
        for company, in_company in groupby(vals_list, lambda vals: vals["company_id"]):
            journal = self.env["res.company"].browse(company)._get_service_journal()
            for vals in in_company:
                vals["journal_id"] = journal.id

    def _spare_analytic(self, vals_list):
        """Where nothing is distributed to analytic accounts, nobody has to look for each line."""
        # Superuser: whoever bills need not read how costs are distributed.
        if not self.env["account.analytic.distribution.model"].sudo().search_count([], limit=1):
            for vals in vals_list:
                for _command, _id, line in vals["invoice_line_ids"]:
                    line["analytic_distribution"] = False

    def _lock_to_bill(self):
        """The charges of ``self`` that are to be billed, their rows locked until the end."""
        charges = self.filtered(lambda charge: charge.state == "to_bill")
        try:
            # Superuser: locking is not a right of its own, the documents are made as the user.
            charges.sudo().lock_for_update()
        except LockError as error:
            raise UserError(
                self.env._(
                    "Somebody else is billing some of these charges right now. Wait a moment, "
                    "then look at the list again."
                )
            ) from error
        return charges.sorted(lambda charge: (charge.date, charge.id))

    def _get_bill_group(self):
        """What charges on one document have in common."""
        self.ensure_one()
        month = (self.date.year, self.date.month)
        return self.company_id, self.partner_id, self.customer_id, self.currency_id, month

    def _get_positions(self):
        """The lines of one document: a list of recordsets that share product, price and wording."""
        return list(self.grouped(lambda charge: charge._position()).values())

    def _get_net_value(self):
        """What a document of these charges comes to: the sum of its lines, rounded one by one."""
        return sum(position._round_values() for position in self._get_positions())

    def _is_billable_value(self, value):
        """Whether a document of such a net value may be made: none of zero or less."""
        return value > 0

    def _prepare_move_vals(self, positions):
        """Values of the draft for the charges ``self`` of one group, ``positions`` its lines.

        The date of issue stays open: it is the day of posting. The date of supply, which decides
        the VAT period, is the last day of performance.
        """
        company, partner, _customer, currency = self[0]._get_bill_group()[:4]
        return {
            "move_type": "out_invoice",
            "company_id": company.id,
            "partner_id": partner.id,
            "currency_id": currency.id,
            "taxable_supply_date": max(self.mapped("date")),
            "invoice_origin": ", ".join(self.contract_id.mapped("name")) or False,
            "service_from_charges": True,
            "invoice_line_ids": [
                Command.create({**charges._prepare_move_line_vals(), "sequence": index * 10})
                for index, charges in enumerate(positions, start=1)
            ],
            # What the program makes is from the company, also its e-mail.
            **({"invoice_user_id": False} if self.env.user._is_superuser() else {}),
            **self._prepare_document_vals(),
        }

    def _prepare_move_line_vals(self):
        """Values of one invoice line for the charges ``self`` of one position.

        Account and taxes are left to the product and the fiscal position of the partner.
        """
        charge, quantity = self[0], sum(self.mapped("quantity"))
        first, last = charge._days()
        one_price = not charge._is_sum()
        value = charge._round_value(quantity) if one_price else self._round_values()
        vals = {
            "name": charge.name,
            "product_id": charge.product_id.id,
            "quantity": quantity if one_price else 1,
            "product_uom_id": charge.uom_id.id,
            "price_unit": charge.price_unit if one_price else value,
            "discount": charge.discount,
            "service_date_from": first,
            "service_date_to": last,
            # Odoo computes the rest when all lines are there, and writes what differs line by line.
            # What it most likely comes to is given, so that there is nothing left to write.
            "tax_tag_ids": [Command.set(charge._usual_tax_tags().ids)],
        }
        if charge.currency_id == charge.company_id.currency_id:
            vals |= {"amount_currency": -value, "balance": -value}
        return vals

    def _usual_tax_tags(self):
        """Tags of the tax report by the taxes of the product; a fiscal position may change them."""
        # Superuser: whoever bills need not read taxes.
        product = self.product_id.sudo()
        taxes = product.taxes_id._filter_taxes_by_company(self.company_id).flatten_taxes_hierarchy()
        due = taxes.filtered(lambda tax: tax.tax_exigibility == "on_invoice")
        return product.account_tag_ids | due.get_tax_tags(is_refund=False, repartition_type="base")

    def _is_issued_by_itself(self):
        """Whether no person is to look at a draft of these charges before it is posted."""
        # Superuser: whoever bills need not read contracts.
        return all(contract.billing_mode != "manual" for contract in self.sudo().contract_id)
