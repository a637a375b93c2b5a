from collections import defaultdict
from dataclasses import replace
from datetime import date as Date

from odoo import api, models
from odoo.tools import ormcache

from ..tools.cover import Answer, Question, Share

#: What of a contract is asked for while deciding.
CONTRACT_FIELDS = (
    "name",
    "type_id",
    "customer_id",
    "date_start",
    "date_end",
    "currency_id",
    "invoice_partner_id",
    "insurer_id",
    "pricelist_id",
)


class ServiceCover(models.AbstractModel):
    """Decides who pays for what, and why: the one place in which cover is decided.

    Deciders are asked in order; each answers those questions that are its own and leaves the
    rest to the next. Upper addons fill ``_decide_complaint`` and extend ``_decide_warranty``.
    """

    _name = "service.cover"
    _description = "Cover"

    @api.private
    def resolve(self, questions):
        """Answer questions about who pays; writes nothing.

        :param questions: iterable of ``tools.cover.Question``
        :return: list of ``tools.cover.Answer``, one for each question in its order; reasons are
            in the language of the environment
        """
        # Superuser: the answer must not depend on who asks. A technician or a person of the
        # customer sees the answer, not the prices and contracts from which it follows.
        system = self.sudo()
        undecided = dict(enumerate(system._as_system(list(questions))))
        answers = {}
        for name in self._deciders():
            decided = getattr(system, name)(undecided) if undecided else {}
            answers.update(decided)
            for index in decided:
                del undecided[index]
        return [self._as_user(answers[index]) for index in sorted(answers)]

    @api.model
    def _deciders(self):
        """Names of the deciding methods, in the order in which they are asked.

        Each takes ``{index: Question}`` of what is still undecided and returns
        ``{index: Answer}`` of what it decides, in a constant number of queries.
        """
        return [
            "_decide_fault",
            "_decide_complaint",
            "_decide_warranty",
            "_decide_contract",
            "_decide_customer_price",
            "_decide_general_price",
        ]

    # ------------------------------------------------------------------ deciders

    def _decide_fault(self, undecided):
        """What the customer broke is paid by the customer or an insurer, unless it is forgiven."""
        faults = {index: question for index, question in undecided.items() if question.fault}
        cases = self._cases(faults)
        payable = {
            index: question
            for index, question in faults.items()
            if cases[index][1].fault_rule != "covered"
        }
        return {
            index: self._insured(answer, *cases[index])
            for index, answer in self._payable(payable, cases, "fault").items()
        }

    def _insured(self, answer, contract, coverage):
        """The answer about the customer's fault, paid by the device's insurer if there is one."""
        insurer = coverage.fault_rule == "insurer" and contract.insurer_id
        if not insurer:
            return answer
        shares = [replace(share, payer="insurer", partner=insurer) for share in answer.shares]
        reason = self.env._("%(reason)s, paid by the insurer", reason=answer.reason)
        return replace(answer, shares=shares, reason=reason)

    def _decide_complaint(self, undecided):
        """A complaint about our own earlier repair: decided where repairs are known."""
        return {}

    def _decide_contract(self, undecided):
        """The contract in force for the device on the day of performance."""
        cases = self._cases(undecided)
        bound = {index: question for index, question in undecided.items() if cases[index][0]}
        by_mode = defaultdict(dict)
        for index, question in bound.items():
            by_mode[cases[index][1].mode][index] = question
        covered, reasons = {}, {}
        for index, question in by_mode.pop("full", {}).items():
            contract = cases[index][0]
            key = (contract.id, question.item_kind)
            if key not in reasons:
                reasons[key] = self._covered_reason(question, contract)
            covered[index] = self._covered(question, *cases[index], reasons[key])
        limited = self._limited(by_mode.pop("limit", {}), cases)
        payable = {index: bound[index] for rest in by_mode.values() for index in rest}
        answers = covered | limited | self._payable(payable, cases, "contract")
        return self._leased(answers, bound, cases)

    def _decide_customer_price(self, undecided):
        """No contract: the customer's own price list, where it names the product."""
        prices = self._prices(undecided, {})
        own = {
            index: question
            for index, question in undecided.items()
            if prices[index].source == "customer"
        }
        return self._payable(own, {}, "customer_price", prices)

    def _decide_general_price(self, undecided):
        """Everything else costs what the product costs."""
        return self._payable(undecided, {}, "general_price")

    # ------------------------------------------------------------------ facts

    def _cases(self, undecided):
        """The contract and the coverage row of each question.

        :return: ``{index: (contract, coverage)}``, either possibly empty
        """
        stays = self._stays(undecided)
        none, no_row = self.env["service.contract"], self.env["service.coverage"]
        cases, narrowed = {}, {}
        for index, question in undecided.items():
            day, kind = question.date, question.item_kind
            for first, stop, contract, matrix in stays.get(question.device.id, ()):
                if first <= day < stop:
                    cases[index] = (contract, matrix.get(kind, no_row))
                    if kind in matrix["narrowed"]:
                        narrowed[index] = question
                    break
            else:
                cases[index] = (none, no_row)
        kinds = self._consumable_kinds(narrowed.values())
        for index, question in narrowed.items():
            contract, row = cases[index]
            cases[index] = (contract, row._find(question.product, kinds[self._listed(question)]))
        return cases

    def _stays(self, undecided):
        """When the devices of questions are on which contract, and what that covers.

        :return: ``{device id: [(first day, first day no longer, contract, matrix)]}``, a matrix as
            ``_matrices`` gives it
        """
        devices = self.env["service.device"].union(
            *(question.device for question in undecided.values())
        )
        days = [question.date for question in undecided.values()]
        found = self.env["service.contract.device"]._in_force_also_of_options(
            devices, min(days, default=Date.min), max(days, default=Date.max)
        )
        contracts = self.env["service.contract.device"].union(*found.values()).contract_id
        contracts.fetch(CONTRACT_FIELDS)
        matrices = self._matrices(contracts.type_id)
        return {
            device.id: [
                (
                    stay.date_start,
                    stay._stop(),
                    stay.contract_id,
                    matrices[stay.contract_id.type_id],
                )
                for stay in stays
            ]
            for device, stays in found.items()
        }

    def _matrices(self, types):
        """What contract types cover.

        :return: ``{type: {item kind: rows}}``; under ``narrowed`` the kinds whose row depends on
            the product
        """
        matrices = {contract_type: {"narrowed": set()} for contract_type in types}
        rows = self.env["service.coverage"].search_fetch([("type_id", "in", types.ids)])
        for (contract_type, kind), same in rows.grouped(lambda r: (r.type_id, r.item_kind)).items():
            matrices[contract_type][kind] = same
            if any(row.category_id or row.consumable_kind for row in same):
                matrices[contract_type]["narrowed"].add(kind)
        return matrices

    def _listed(self, question):
        """Under what a device's model may list the product of a question."""
        return (question.device.model_id if question.device else None), question.product

    def _consumable_kinds(self, questions):
        """As which kinds of consumable the devices' models list the products asked about.

        :return: ``{(model, product): {kind}}``; under no model all kinds of a product
        """
        kinds = defaultdict(set)
        if not questions:
            return kinds
        products = self.env["product.product"].union(*(question.product for question in questions))
        for listed in self.env["service.device.consumable"].search_fetch(
            [("product_id", "in", products.ids)], ["model_id", "product_id", "kind"]
        ):
            kinds[listed.model_id, listed.product_id].add(listed.kind)
            kinds[None, listed.product_id].add(listed.kind)
        return kinds

    # ------------------------------------------------------------------ answers

    def _covered(self, question, contract, coverage, reason=None):
        """The customer pays nothing: it is ours to bear."""
        currency = question.currency or contract.currency_id
        own = Share("own", question.company.partner_id, question.quantity, 0.0, currency)
        reason = reason or self._covered_reason(question, contract)
        return Answer(True, [own], reason, "contract", contract)

    def _covered_reason(self, question, contract):
        """The sentence that explains why the customer pays nothing."""
        return self.env._(
            "contract %(contract)s, %(type)s: %(item)s covered",
            contract=contract.name,
            type=self._type_label(contract),
            item=self._item_label(question),
        )

    def _payable(self, undecided, cases, rule, prices=None):
        """The customer pays what the contract's, the customer's or the general prices say.

        :param dict cases: ``{index: (contract, coverage)}``; empty without contracts
        :param str rule: the deciding rule
        :param dict prices: what ``_prices`` said of these questions, when it was asked already
        """
        none = (self.env["service.contract"], self.env["service.coverage"])
        prices = prices or self._prices(undecided, cases)
        payers = self._payers(undecided, cases)
        answers, reasons = {}, {}
        for index, question in undecided.items():
            contract, coverage = cases.get(index, none)
            price = prices[index]
            percent = coverage.percent if rule == "contract" and coverage.mode == "percent" else 0.0
            key = (contract.id, question.item_kind, price.source, percent)
            if key not in reasons:
                reasons[key] = self._reason(question, rule, contract, price.source, percent)
            share = Share(
                "customer",
                payers[index],
                question.quantity,
                price.price_unit,
                price.currency,
                discount=percent,
            )
            answers[index] = Answer(percent == 100.0, [share], reasons[key], rule, contract)
        return answers

    def _reason(self, question, rule, contract, source, percent):
        """The sentence that explains why the customer pays, and by which prices."""
        source_text = self._source_text(source, contract)
        if rule == "fault":
            return self.env._("customer's fault: %(price)s", price=source_text)
        if not contract:
            return self.env._("no contract: %(price)s", price=source_text)
        item = self._item_label(question)
        if percent:
            return self.env._(
                "contract %(contract)s, %(type)s: %(item)s covered in %(percent)s %%, %(price)s",
                contract=contract.name,
                type=self._type_label(contract),
                item=item,
                percent=f"{percent:g}",
                price=source_text,
            )
        return self.env._(
            "contract %(contract)s, %(type)s: %(item)s not covered, %(price)s",
            contract=contract.name,
            type=self._type_label(contract),
            item=item,
            price=source_text,
        )

    def _source_text(self, source, contract):
        """Where the price comes from, in words."""
        if source == "contract":
            return self.env._("price from contract %(contract)s", contract=contract.name)
        if source == "customer":
            return self.env._("price from the customer's price list")
        return self.env._("general price")

    def _type_label(self, contract):
        """The name of the contract's type, as it stands in a sentence."""
        name = contract.type_id.name
        # “POS” and the like keep their capitals.
        return name if name[1:2].isupper() else name[:1].lower() + name[1:]

    def _item_label(self, question):
        """The name of the kind of item, as it stands in a sentence."""
        return self._item_labels().get(question.item_kind, question.item_kind)

    @api.model
    @ormcache("self.env.lang")
    def _item_labels(self):
        """Names of the kinds of items in lower case."""
        field = self.env["service.coverage"]._fields["item_kind"]
        return {kind: label.lower() for kind, label in field._description_selection(self.env)}

    # ------------------------------------------------------------------ environments

    def _as_system(self, questions):
        """The questions with their records in this environment, to be read all together."""
        records = {}
        for name, model in QUESTION_MODELS.items():
            asked = {record.id for question in questions if (record := getattr(question, name))}
            found = self.env[model].browse(asked)
            records[name] = {record.id: record for record in found} | {False: found.browse()}

        def known(name, record):
            return records[name][bool(record) and record.id]

        return [
            Question(
                company=known("company", question.company),
                customer=known("customer", question.customer),
                location=known("location", question.location),
                device=known("device", question.device),
                date=question.date,
                item_kind=question.item_kind,
                product=known("product", question.product),
                quantity=question.quantity,
                uom=known("uom", question.uom),
                fault=question.fault,
                currency=known("currency", question.currency),
            )
            for question in questions
        ]

    def _as_user(self, answer):
        """The answer with its records in the environment of the one who asked."""
        return Answer(
            answer.covered,
            [
                Share(
                    share.payer,
                    share.partner.with_env(self.env),
                    share.quantity,
                    share.price_unit,
                    share.currency.with_env(self.env),
                    share.discount,
                )
                for share in answer.shares
            ],
            answer.reason,
            answer.rule,
            answer.contract.with_env(self.env),
            answer.coverage,
            answer.used,
        )


QUESTION_MODELS = {
    "company": "res.company",
    "customer": "res.partner",
    "location": "res.partner",
    "device": "service.device",
    "product": "product.product",
    "uom": "uom.uom",
    "currency": "res.currency",
}
