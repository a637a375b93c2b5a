from odoo import Command, fields, models

from odoo.addons.service_contract.tools.cover import Question

# What the cover is asked about for each kind of line.
COVER_ITEMS = {
    "labour": "labour",
    "travel": "travel",
    "part": "part",
    "consumable": "consumable",
    "fee": "maintenance",
}


class ServiceOrderLine(models.Model):
    """Who pays for a line, and the charge that says so."""

    _inherit = "service.order.line"

    def _get_performance_date(self):
        """The day of performance in the company's time zone.

        The visit's, else the day on which the line was marked as used, else today: what was done in
        October and settled in November belongs to October, its cover and its VAT.

        :return: date
        """
        self.ensure_one()
        visit = self.visit_id
        moment = visit.finished_on or visit.date_start or self.used_on or fields.Datetime.now()
        zone = self.company_id._get_service_tz()
        return fields.Datetime.context_timestamp(self.with_context(tz=zone), moment).date()

    def _prepare_question(self):
        """The question to the cover about this line.

        :return: `Question`
        """
        self.ensure_one()
        order = self.order_id
        return Question(
            company=order.company_id,
            customer=order.customer_id,
            location=order.location_id,
            device=order.device_id,
            date=self._get_performance_date(),
            item_kind=COVER_ITEMS[self.kind],
            product=self.product_id,
            quantity=self.quantity,
            uom=self.uom_id,
            fault=self.customer_fault,
            currency=self.currency_id,
        )

    def _ask_cover(self):
        """Ask the cover about all lines at once.

        :return: {line: `Answer`}
        """
        # sudo: the answer must not depend on who asks; technicians see neither contracts nor
        # price lists.
        lines = self.sudo()
        answers = lines.env["service.cover"].resolve([line._prepare_question() for line in lines])
        return dict(zip(self, answers, strict=True))

    def _decide_cover(self):
        """Write what the cover says on lines that nobody has overruled.

        :return: {line: `Answer`} of these lines
        """
        lines = self.filtered(lambda line: line.state != "settled" and not line.override_reason)
        answers = lines._ask_cover()
        for line, answer in answers.items():
            # sudo: the price is the cover's decision; the user may only enter what was done.
            line.sudo().write(line._prepare_cover_vals(answer))
        for line in self.filtered("override_reason"):
            line.sudo().write({"reason": line.override_reason, "rule": "manual"})
        return answers

    def _prepare_cover_vals(self, answer):
        """The answer as the line shows it: the customer's price, and why.

        :param answer: `Answer` of the cover
        :return: dict of values; a line that several pay for shows the customer's average price
        """
        self.ensure_one()
        shares = [share for share in answer.shares if share.payer == "customer"]
        vals = {
            "covered": answer.covered,
            "reason": answer.reason,
            "rule": answer.rule,
            "price_unit": 0.0,
            "discount": 0.0,
        }
        if len(shares) == 1 and self.uom_id.compare(shares[0].quantity, self.quantity) == 0:
            vals |= {"price_unit": shares[0].price_unit, "discount": shares[0].discount}
        elif shares and self.quantity:
            total = sum(s.quantity * s.price_unit * (1 - s.discount / 100) for s in shares)
            vals["price_unit"] = total / self.quantity
        return vals

    def _log_override(self, before):
        """Whoever overrules the cover leaves a trace on the order.

        :param dict before: what each line cost until now
        """
        for line in self:
            text = self.env._(
                "%(line)s: price decided by hand. Reason: %(reason)s",
                line=line.name,
                reason=line.override_reason,
            )
            line._log_amount(text, before.get(line, 0.0))

    def _log_amount(self, text, before):
        """Write into the order's log; the amounts are there for those who may see prices.

        :param str text: what has happened
        :param float before: what was payable until now
        """
        # sudo: whoever reads the log sees the amounts by the right to their field.
        line, name = self.sudo(), "amount"
        values = line.env["mail.tracking.value"]._create_tracking_values(
            before, line.amount, name, line.fields_get([name])[name], line
        )
        line.order_id._message_log(body=text, tracking_value_ids=[Command.create(values)])

    def _settle(self):
        """Ask the cover a last time and make the charges, each exactly once."""
        answers = self._decide_cover()
        self._correct_stock_target()
        vals_list, keys = [], {}
        for line in self:
            charges = line._prepare_charge_vals_list(answers.get(line))
            keys[line] = len(vals_list)
            vals_list += charges
        charges = self.env["service.charge"]._take(vals_list)
        for line in self:
            line.write({"charge_id": charges[keys[line]].id, "state": "settled"})

    def _prepare_charge_vals_list(self, answer):
        """Values of the charges of one line: one for each who pays a share.

        :param answer: `Answer` of the cover; None when a manager decided by hand
        :return: list of dicts, the first is the line's own charge
        """
        self.ensure_one()
        if not answer:
            return [self._prepare_charge_vals()]
        vals_list = []
        for number, share in enumerate(answer.shares, start=1):
            vals = self._prepare_charge_vals() | {
                "contract_id": answer.contract.id,
                "payer": share.payer,
                "quantity": share.quantity,
                "price_unit": share.price_unit,
                "discount": share.discount,
                "currency_id": share.currency.id,
            }
            if share.partner:
                vals["partner_id"] = share.partner.id
            if number > 1:
                vals["key"] += f"/{number}"
            elif answer.coverage:
                vals |= {"coverage_id": answer.coverage.id, "coverage_used": answer.used}
            vals_list.append(vals)
        return vals_list

    def _prepare_charge_vals(self):
        """Values of the charge that a line as it stands would become."""
        self.ensure_one()
        order = self.order_id
        return {
            "key": f"service.order.line/{self.id}",
            "service_order_id": order.id,
            "company_id": order.company_id.id,
            "customer_id": order.customer_id.id,
            "location_id": order.location_id.id,
            "device_id": order.device_id.id,
            "contract_id": order.contract_id.id,
            "date": self._get_performance_date(),
            "kind": self.kind,
            "product_id": self.product_id.id,
            "name": self.name,
            "quantity": self.quantity,
            "uom_id": self.uom_id.id,
            "price_unit": self.price_unit,
            "discount": self.discount,
            "currency_id": self.currency_id.id,
            "payer": "own" if self.covered else "customer",
            "covered": self.covered,
            "reason": self.reason,
            "rule": self.rule,
            "res_model": self._name,
            "res_id": self.id,
        }
