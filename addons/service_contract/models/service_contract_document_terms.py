from babel.units import format_unit

from odoo import api, models
from odoo.tools import formatLang
from odoo.tools.misc import babel_locale_parse

from ..tools.words import amount_in_words


class ServiceContractDocument(models.Model):
    """What was agreed about time, notice and value, in words, and the conditions of clauses."""

    _inherit = "service.contract.document"

    @api.model
    def _placeholders_terms(self):
        contract = "contract_id"
        return {
            "contract.notice": (
                self.env._("Contract: notice period"),
                lambda doc: doc._notice_in_words(),
            ),
            "contract.renewal": (
                self.env._("Contract: length of a further term"),
                lambda doc: doc._period(doc[contract].renewal_months, "month"),
            ),
            "contract.ceiling": (
                self.env._("Contract: its value"),
                lambda doc: doc._ceiling_in_words(),
            ),
            "contract.ceiling.words": (
                self.env._("Contract: its value in words"),
                lambda doc: doc._in_words(doc[contract].ceiling_amount),
            ),
            "contract.indexation": (
                self.env._("Contract: how prices are raised each year"),
                lambda doc: doc._indexation_in_words(),
            ),
            "contract.order": (
                self.env._("Contract: the customer's order number"),
                lambda doc: doc[contract].purchase_order,
            ),
            **self._placeholders_times(),
            **self._placeholders_end(),
        }

    @api.model
    def _placeholders_times(self):
        return {
            "contract.response": (
                self.env._("Contract: response time"),
                lambda doc: doc._hours(doc.contract_id.response_hours),
            ),
            "contract.repair": (
                self.env._("Contract: repair time"),
                lambda doc: doc._hours(doc.contract_id.repair_hours),
            ),
            "contract.times": (
                self.env._("Contract: response and repair time"),
                lambda doc: doc._times_in_words(),
            ),
        }

    @api.model
    def _placeholders_end(self):
        return {
            "contract.ending": (
                self.env._("Contract: by what it ends, for a title"),
                lambda doc: doc._ending_in_words(),
            ),
            "contract.declared": (
                self.env._("Contract: day on which its termination was declared"),
                lambda doc: doc._day(doc.contract_id.termination_date),
            ),
            "contract.terminated": (
                self.env._("Contract: last day after its termination"),
                lambda doc: doc._day(doc.contract_id.termination_until),
            ),
            "contract.reason": (
                self.env._("Contract: reason of its termination"),
                lambda doc: doc.contract_id.termination_reason,
            ),
        }

    # ------------------------------------------------------------------ in words

    def _period(self, number, unit):
        """“3 miesiące”.

        :param str unit: day, month or hour
        """
        if not number:
            return ""
        locale = babel_locale_parse(self.env.lang or "en_US")
        return format_unit(number, f"duration-{unit}", locale=locale)

    def _hours(self, hours):
        return self._period(int(hours) if hours == int(hours) else hours, "hour")

    def _times_in_words(self):
        """“czas reakcji: 4 godziny, czas usunięcia usterki: bez zbędnej zwłoki”."""
        response, repair = map(
            self._hours, (self.contract_id.response_hours, self.contract_id.repair_hours)
        )
        return self.env._(
            "response time: %(response)s, repair time: %(repair)s",
            response=response or self.env._("by the end of the next working day"),
            repair=repair or self.env._("without undue delay"),
        )

    def _ending_in_words(self):
        """“Wypowiedzenie umowy”, also for a letter that is drawn up before it is recorded."""
        if self.contract_id.termination_kind == "not_renewed":
            return self.env._("Notice that the contract is not renewed")
        return self.env._("Notice of termination of the contract")

    def _notice_in_words(self):
        """“3 miesiące, ze skutkiem na koniec miesiąca”."""
        contract = self.contract_id
        period = self._period(contract.notice_length, contract.notice_unit)
        rules = {
            "month": self.env._("effective at the end of a calendar month"),
            "quarter": self.env._("effective at the end of a calendar quarter"),
        }
        return ", ".join(filter(None, (period, period and rules.get(contract.notice_rule))))

    def _renewal_in_words(self):
        """What follows a fixed term; empty where none is agreed."""
        contract = self.contract_id
        if not contract.term_end:
            return ""
        further = self._period(contract.renewal_months, "month")
        return {
            "none": self.env._("the contract ends"),
            "fixed": self.env._("a further term of %s", further),
            "open": self.env._("until terminated"),
        }[contract.renewal]

    def _indexation_in_words(self):
        """“3,60%”, or “15,00 zł (abonament)”."""
        contract = self.contract_id
        if contract.indexation_method == "percent":
            return f"{formatLang(self.env, contract.indexation_percent, digits=2)}%"
        if contract.indexation_method == "amount":
            amount = self._money(contract.indexation_amount)
            return self.env._("%s of each base fee", amount)
        return contract.indexation_index_id.name or ""

    def _ceiling_in_words(self):
        """“100 000,00 zł brutto”."""
        contract = self.contract_id
        amount = contract.ceiling_amount and self._money(contract.ceiling_amount)
        bases = {"gross": self.env._("with taxes"), "net": self.env._("without taxes")}
        return f"{amount} {bases[contract.ceiling_basis]}" if amount else ""

    def _in_words(self, amount):
        """An amount of the contract's currency in words; empty when there is none."""
        currency = self.contract_id.currency_id.name
        return amount and amount_in_words(amount, currency, self.env.lang or "en_US")

    # ------------------------------------------------------------------ conditions

    def _applies(self, condition):
        """Whether a condition of a clause holds for the contract.

        :param str condition: see ``service.contract.clause``
        """
        return condition == "always" or bool(self._conditions()[condition])

    def _conditions(self):
        """All conditions but “always”, each true or false for the contract."""
        return {**self._conditions_contract(), **self._conditions_prices()}

    def _conditions_contract(self):
        contract = self.contract_id
        devices = self._device_count()
        ownership, method = contract.type_id.ownership, contract.indexation_method
        renewal = contract.term_end and contract.renewal
        return {
            "own_devices": ownership == "own",
            "customer_devices": ownership == "customer",
            "one_device": devices == 1,
            "many_devices": devices > 1,
            "fixed_term": contract.term_end,
            "open_term": not contract.term_end,
            "renewal_none": renewal == "none",
            "renewal_fixed": renewal == "fixed",
            "renewal_open": renewal == "open",
            "times": contract.response_hours or contract.repair_hours,
            "no_times": not (contract.response_hours or contract.repair_hours),
            "ceiling": contract.ceiling_amount,
            "order": contract.purchase_order,
            "indexation_index": method == "index",
            "indexation_other": method in ("percent", "amount"),
            "insurer": contract.insurer_id,
            # sudo: the flag is for the staff, the clause for everybody who draws documents up.
            "public": contract.customer_id.sudo().service_is_local_government,
            "end_notice": contract.termination_kind not in ("immediate", "not_renewed"),
            "end_immediate": contract.termination_kind == "immediate",
            "end_not_renewed": contract.termination_kind == "not_renewed",
        }

    def _conditions_prices(self):
        pages = self._rate_lines("pages")
        return {
            "base_fee": self._rate_lines("base_fee"),
            "no_base_fee": not self._rate_lines("base_fee"),
            "pages": pages,
            "no_pages": not pages,
            "included_pages": any(pages.mapped("included_pages")),
            "minimum": any(pages.mapped("minimum_pages")) or any(pages.mapped("minimum_amount")),
            "block": any(pages.mapped("block_pages")),
            "hourly": self._rate_lines("labour") or self._rate_lines("travel"),
            "special_prices": self.contract_id.sudo().pricelist_id,  # sudo: as in _price_rows
        }

    def _settlement_in_words(self):
        """When fees and pages are settled, as far as any are agreed, of each group by its name."""
        kinds = [kind for kind in ("base_fee", "pages") if self._rate_lines(kind)]
        groups = self.contract_id.group_ids
        words = [(group.name, group._in_words(kinds)) for group in groups]
        found = [f"{name}: {text}" if len(groups) > 1 else text for name, text in words if text]
        return "; ".join(found) or self.env._("work and parts when they are delivered")
