from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date, format_datetime, formatLang


class ServiceContractDocument(models.Model):
    """What placeholders stand for, and when conditions hold: closed lists, no code from outside."""

    _inherit = "service.contract.document"

    @api.model
    def _placeholders(self):
        """All placeholders. A function gets the document in its language, and returns text.

        :return: ``{name: (label, function)}``; upper addons add theirs with ``super() | {...}``
        """
        return {
            **self._placeholders_document(),
            **self._placeholders_contract(),
            **self._placeholders_sides(),
            **self._placeholders_terms(),
            **self._placeholders_money(),
            **self._placeholders_given(),
        }

    @api.model
    def _placeholders_document(self):
        return {
            "document.number": (self.env._("Document: number"), lambda doc: doc.name),
            "document.date": (self.env._("Document: date"), lambda doc: doc._day(doc.date)),
            "document.effective": (
                self.env._("Document: effective from"),
                lambda doc: doc._day(doc.date_effective),
            ),
            "annex.number": (
                self.env._("Annex: number within the contract"),
                lambda doc: str(doc.ordinal or doc._next_ordinal() or 1),
            ),
        }

    @api.model
    def _placeholders_contract(self):
        return {
            "contract.number": (self.env._("Contract: number"), lambda doc: doc.contract_id.name),
            "contract.type": (
                self.env._("Contract: type"),
                lambda doc: doc.contract_id.type_id.name,
            ),
            "contract.start": (
                self.env._("Contract: first day"),
                lambda doc: doc._day(doc.contract_id.date_start),
            ),
            "contract.end": (
                self.env._("Contract: last day"),
                lambda doc: doc._day(doc.contract_id.term_end or doc.contract_id.date_end),
            ),
            "contract.signed": (
                self.env._("Contract: day of its document"),
                lambda doc: doc._day(doc._contract_date()),
            ),
            "contract.reference": (
                self.env._("Contract: the customer's own number"),
                lambda doc: doc.contract_id.customer_reference,
            ),
            "devices.count": (
                self.env._("Devices: how many"),
                lambda doc: str(doc._device_count()),
            ),
            "settlement": (
                self.env._("Contract: when fees and pages are settled"),
                lambda doc: doc._settlement_in_words(),
            ),
        }

    @api.model
    def _placeholders_sides(self):
        facts = {
            "name": (self.env._("name"), "name"),
            "address": (self.env._("address"), "service_address"),
            "city": (self.env._("town"), "city"),
            "vat": (self.env._("tax number (NIP)"), "vat"),
            "regon": ("REGON", "service_regon"),
            "krs": ("KRS", "service_krs"),
            "represented": (self.env._("represented by"), "service_represented_by"),
            "email": (self.env._("e-mail"), "email"),
            "phone": (self.env._("telephone"), "phone"),
        }
        sides = {"company": self.env._("Our company"), "customer": self.env._("Customer")}
        found = {
            f"{side}.{name}": (
                f"{word}: {label}",
                lambda doc, side=side, field=field: doc._side_fact(side, field),
            )
            for side, word in sides.items()
            for name, (label, field) in facts.items()
        }
        payer = (
            self.env._("Recipient of invoices: name"),
            lambda doc: doc.contract_id.invoice_partner_id.name,
        )
        return found | {"payer.name": payer}

    @api.model
    def _placeholders_money(self):
        return {
            "fee.month": (
                self.env._("Base fee a month, all devices, net"),
                lambda doc: doc._money(doc._monthly_fee()),
            ),
            "fee.month.words": (
                self.env._("Base fee a month, in words"),
                lambda doc: doc._in_words(doc._monthly_fee()),
            ),
            "price.labour": (
                self.env._("Price of an hour of labour"),
                lambda doc: doc._price("labour"),
            ),
            "price.travel": (self.env._("Price of a journey"), lambda doc: doc._price("travel")),
        }

    @api.model
    def _placeholders_given(self):
        """Values that only whoever makes the document knows; see ``_create_document``."""
        labels = {
            "given.reason": self.env._("Given with the document: reason"),
            "given.date": self.env._("Given with the document: day"),
            "given.percent": self.env._("Given with the document: percentage"),
            "given.move": self.env._("Given with the document: prices rise or fall, by how much"),
            "given.amount": self.env._("Given with the document: amount"),
            "given.amount.words": self.env._("Given with the document: amount in words"),
            "given.index": self.env._("Given with the document: price index"),
        }
        return {
            name: (label, lambda doc, name=name: doc._given(name)) for name, label in labels.items()
        }

    @api.constrains("given")
    def _check_given(self):
        """Texts by the names of such placeholders; what a contract says, nobody else says."""
        known = self._placeholders_given()
        for document in self:
            given = document.given or {}
            if not isinstance(given, dict) or not all(
                name in known and isinstance(value, str) for name, value in given.items()
            ):
                raise ValidationError(
                    self.env._(
                        "A document is given texts by these names only: %s.",
                        ", ".join(sorted(known)),
                    )
                )

    def _given(self, name):
        """What was given for a placeholder; also while something wrong is being typed."""
        return self.given.get(name) if isinstance(self.given, dict) else ""

    # ------------------------------------------------------------------ values

    def _side(self, side):
        """The partner of a side: ``company`` or ``customer``."""
        return self.company_id.partner_id if side == "company" else self.contract_id.customer_id

    def _side_fact(self, side, field):
        # sudo: a document names both sides in full, whoever draws it up.
        value = self._side(side).sudo()[field] or ""
        return value.removeprefix("PL") if field == "vat" else value

    def _day(self, date):
        """A date as contracts and letters write it: “26 listopada 2026”."""
        return date and format_date(self.env, date, date_format="long") or ""

    def _moment(self, moment):
        """A moment on the clock of our company, with its time zone."""
        # sudo: the company's own clock.
        zone = self.company_id.sudo().partner_id.tz or "UTC"
        return f"{format_datetime(self.env, moment, tz=zone)} ({zone})"

    def _money(self, amount):
        """An exact amount with its currency; empty when there is none."""
        currency = self.contract_id.currency_id
        return amount and formatLang(self.env, float(amount), currency_obj=currency)

    def _rate_lines(self, kind):
        # sudo: as in _price_rows.
        contract = self.contract_id.sudo()
        rate = contract._get_rate(self.date_effective or contract.date_start)
        return rate.line_ids.filtered(lambda line: line.kind == kind)

    def _monthly_fee(self):
        """What all fees come to in a month, exactly."""
        devices = self._device_count()
        times = {"contract": 1, "group": len(self.contract_id.group_ids), "device": devices}
        return sum(
            line._exact(line.price_unit) / line.months * times[line.level]
            for line in self._rate_lines("base_fee")
        )

    def _price(self, kind):
        line = self._rate_lines(kind)[:1]
        return line and line._price_and_currency(line.price_unit)

    def _contract_date(self):
        """The day of the contract's own document: the signed one, else its first day."""
        signed = self.contract_id.document_ids.filtered(
            lambda other: other.kind == "contract" and other.state in ("issued", "signed")
        )
        return signed[:1].date or self.contract_id.date_start
