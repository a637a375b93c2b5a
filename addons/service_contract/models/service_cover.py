from collections import defaultdict
from dataclasses import replace
from datetime import date as Date

from odoo import api, models

from ..tools.cover import Answer, Share


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
            undecided = {
                index: question for index, question in undecided.items() if index not in decided
            }
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
        covered = {
            index: self._covered(question, *cases[index])
            for index, question in by_mode.pop("full", {}).items()
        }
        limited = self._limited(by_mode.pop("limit", {}), cases)
        payable = {index: bound[index] for rest in by_mode.values() for index in rest}
        return covered | limited | self._payable(payable, cases, "contract")

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
        devices = self.env["service.device"].union(
            *(question.device for question in undecided.values() if question.device)
        )
        days = [question.date for question in undecided.values()]
        stays = self.env["service.contract.device"]._in_force(
            devices, min(days, default=Date.min), max(days, default=Date.max)
        )
        contracts = self.env["service.contract.device"].union(*stays.values()).contract_id
        matrix = self.env["service.coverage"].search([("type_id", "in", contracts.type_id.ids)])
        rows = matrix.grouped(lambda row: (row.type_id, row.item_kind))
        kinds = self._consumable_kinds(undecided.values())
        no_contract = self.env["service.contract"]
        no_row = self.env["service.coverage"]
        cases = {}
        for index, question in undecided.items():
            candidates = stays.get(question.device, ()) if question.device else ()
            contract = next(
                (stay.contract_id for stay in candidates if stay._covers(question.date)),
                no_contract,
            )
            row = rows.get((contract.type_id, question.item_kind), no_row)
            if len(row) > 1 or row.category_id or row.consumable_kind:
                row = row._find(question.product, kinds[self._listed(question)])
            cases[index] = (contract, row)
        return cases

    def _listed(self, question):
        """Under what a device's model may list the product of a question."""
        return (question.device.model_id if question.device else None), question.product

    def _consumable_kinds(self, questions):
        """As which kinds of consumable the devices' models list the products asked about.

        :return: ``{(model, product): {kind}}``; under no model all kinds of a product
        """
        products = self.env["product.product"].union(*(question.product for question in questions))
        kinds = defaultdict(set)
        for listed in self.env["service.device.consumable"].search_fetch(
            [("product_id", "in", products.ids)], ["model_id", "product_id", "kind"]
        ):
            kinds[listed.model_id, listed.product_id].add(listed.kind)
            kinds[None, listed.product_id].add(listed.kind)
        return kinds

    # ------------------------------------------------------------------ answers

    def _covered(self, question, contract, coverage):
        """The customer pays nothing: it is ours to bear."""
        currency = question.currency or contract.currency_id
        own = Share("own", question.company.partner_id, question.quantity, 0.0, currency)
        reason = self.env._(
            "contract %(contract)s, %(type)s: %(item)s covered",
            contract=contract.name,
            type=self._type_label(contract),
            item=self._item_label(question),
        )
        return Answer(True, [own], reason, "contract", contract)

    def _payable(self, undecided, cases, rule, prices=None):
        """The customer pays what the contract's, the customer's or the general prices say.

        :param dict cases: ``{index: (contract, coverage)}``; empty without contracts
        :param str rule: the deciding rule
        :param dict prices: what ``_prices`` said of these questions, when it was asked already
        """
        none = (self.env["service.contract"], self.env["service.coverage"])
        prices = prices or self._prices(undecided, cases)
        payers = self._payers(undecided, cases)
        answers = {}
        for index, question in undecided.items():
            contract, coverage = cases.get(index, none)
            price = prices[index]
            percent = coverage.percent if rule == "contract" and coverage.mode == "percent" else 0.0
            share = Share(
                "customer",
                payers[index],
                question.quantity,
                price.price_unit,
                price.currency,
                discount=percent,
            )
            reason = self._reason(question, rule, contract, price.source, percent)
            answers[index] = Answer(percent == 100.0, [share], reason, rule, contract)
        return answers

    def _payers(self, undecided, cases):
        """Who pays for the customer: the recipient of the contract, else of the place.

        :return: ``{index: res.partner}``
        """
        payers, places = {}, {}
        for index, question in undecided.items():
            contract = cases[index][0] if index in cases else None
            if contract and contract.invoice_partner_id:
                payers[index] = contract.invoice_partner_id
            else:
                places[index] = question.location or question.customer
        customers = self.env["res.partner"].union(*places.values()).commercial_partner_id
        # The recipient of each is looked for among its people and theirs: read them all at once.
        (customers | customers.child_ids).child_ids.fetch(["type"])
        recipients = {
            place: place and place._get_service_invoice_partner() for place in set(places.values())
        }
        return payers | {index: recipients[place] for index, place in places.items()}

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
        return name[:1].lower() + name[1:]

    def _item_label(self, question):
        """The name of the kind of item, as it stands in a sentence."""
        field = self.env["service.coverage"]._fields["item_kind"]
        labels = dict(field._description_selection(self.env))
        return labels.get(question.item_kind, question.item_kind).lower()

    # ------------------------------------------------------------------ environments

    def _as_system(self, questions):
        """The questions with their records in this environment, to be read all together."""
        records = {}
        for name, model in QUESTION_MODELS.items():
            ids = [(getattr(question, name) or self.env[model]).id for question in questions]
            prefetch = tuple({id_ for id_ in ids if id_})
            Model = self.env[model]
            records[name] = [Model.browse(id_ or ()).with_prefetch(prefetch) for id_ in ids]
        return [
            replace(question, **{name: found[index] for name, found in records.items()})
            for index, question in enumerate(questions)
        ]

    def _as_user(self, answer):
        """The answer with its records in the environment of the one who asked."""
        return replace(
            answer,
            contract=answer.contract.with_env(self.env),
            shares=[
                replace(
                    share,
                    partner=share.partner.with_env(self.env),
                    currency=share.currency.with_env(self.env),
                )
                for share in answer.shares
            ],
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
