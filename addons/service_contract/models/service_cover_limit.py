from dataclasses import replace
from datetime import timedelta

from odoo import api, models
from odoo.tools import float_compare, format_date

from odoo.addons.service_meter.tools.rows import claim

from ..tools.cover import Answer, Share
from ..tools.limit import Use, limit_period

ONE_DAY = timedelta(days=1)


class ServiceContract(models.Model):
    """How much of its limits a contract has consumed."""

    _inherit = "service.contract"

    @api.model
    def _used(self, uses):
        """How much was consumed of each limit: 0 until billing knows.

        :param uses: ``tools.limit.Use`` values
        :return: ``{use: quantity or net value}``, in a constant number of queries
        """
        return dict.fromkeys(uses, 0.0)

    def _claim_limits(self):
        """Before limits of these contracts are consumed: nobody else does at the same time.

        :raise odoo.exceptions.LockError: somebody else is settling under one of them right now
        """
        limited = self.filtered(
            lambda contract: "limit" in contract.type_id.coverage_ids.mapped("mode")
        )
        claim(limited)


class ServiceCover(models.AbstractModel):
    """What a contract covers only up to so much in a period."""

    _inherit = "service.cover"

    def _limited(self, limited, cases):
        """Answer questions about items with a limit, consuming it in the order of the questions.

        :param dict limited: ``{index: Question}``
        :param dict cases: ``{index: (contract, coverage)}``
        :return: ``{index: Answer}``
        """
        if not limited:
            return {}
        prices = self._prices(limited, cases)
        payers = self._payers(limited, cases)
        uses = {index: self._use(limited[index], *cases[index]) for index in limited}
        used = self.env["service.contract"]._used(set(uses.values()))
        answers = {}
        for index in sorted(limited):
            use, question, price = uses[index], limited[index], prices[index]
            wanted = self._measure(question, use, price)
            left = max(use.coverage.limit_value - used[use], 0.0)
            taken = min(wanted, left)
            used[use] += taken
            answers[index] = self._limit_answer(
                question, use, price, payers[index], (wanted, taken, used[use])
            )
        return answers

    def _use(self, question, contract, coverage):
        """Against which limit a question counts."""
        device = question.device if coverage.limit_level == "device" else question.device.browse()
        period = limit_period(contract.date_start, question.date, coverage.limit_period)
        return Use(contract, coverage, device, *period)

    def _measure(self, question, use, price):
        """How much a question asks of the limit: a quantity in the product's unit, or a value in
        the contract's currency, whatever the customer pays in."""
        if use.coverage.limit_unit == "amount":
            value = question.quantity * price.price_unit
            currency = use.contract.currency_id
            return currency.round(self._convert(question, value, price.currency, currency))
        unit = question.product.uom_id
        if not question.uom or not unit or question.uom == unit:
            return question.quantity
        return question.uom._compute_quantity(question.quantity, unit, round=False)

    def _limit_answer(self, question, use, price, payer, measure):
        """The answer to one question with a limit.

        :param measure: (asked for, taken from the limit, used with it)
        """
        wanted, taken, used = measure
        reason = self._limit_reason(question, use, (taken, used), price)
        answer = Answer(False, [], reason, "contract", use.contract, use.coverage, taken)
        own = Share("own", question.company.partner_id, question.quantity, 0.0, price.currency)
        customer = Share("customer", payer, question.quantity, price.price_unit, price.currency)
        if float_compare(taken, wanted, precision_digits=6) >= 0:
            return replace(answer, covered=True, shares=[own])
        if not taken:
            return replace(answer, shares=[customer], rule="limit")
        part = question.quantity * taken / wanted
        unit = question.uom or question.product.uom_id
        if use.coverage.limit_unit == "amount" or (
            unit and float_compare(part, unit.round(part), precision_digits=6)
        ):
            # A piece is not divided, nor is such a part of the unit written down: rounded, it would
            # cost something else. The customer pays what of its value the limit leaves.
            rest = price.price_unit * (wanted - taken) / wanted
            return replace(answer, shares=[replace(customer, price_unit=rest)])
        return replace(
            answer,
            shares=[
                replace(own, quantity=part),
                replace(customer, quantity=question.quantity - part),
            ],
        )

    def _limit_reason(self, question, use, measure, price):
        """How much of the limit is used, until when it lasts, and what the rest costs.

        :param measure: (taken from the limit, used with it)
        """
        taken, used = measure
        texts = [
            self.env._(
                "contract %(contract)s, %(type)s: %(item)s covered up to a limit",
                contract=use.contract.name,
                type=self._type_label(use.contract),
                item=self._item_label(question),
            ),
            self._limit_state(use, used),
        ]
        if use.coverage.limit_period != "contract":
            last_day = format_date(self.env, use.stop - ONE_DAY)
            texts.append(self.env._("period until %s", last_day))
        if not taken:
            texts.append(self._source_text(price.source, use.contract))
        return ", ".join(texts)

    def _limit_state(self, use, used):
        """For example: 3 of 10 used."""
        limit, currency = use.coverage.limit_value, use.contract.currency_id
        if use.coverage.limit_unit == "amount":
            return self.env._(
                "%(used)s of %(limit)s used",
                used=currency.format(used),
                limit=currency.format(limit),
            )
        return self.env._("%(used)s of %(limit)s used", used=f"{used:g}", limit=f"{limit:g}")
