import base64
from datetime import date as Date

from markupsafe import Markup, escape

from odoo import api, fields, models
from odoo.tools.image import image_data_uri

from ..tools.changes import changes
from ..tools.pictures import within
from ..tools.placeholders import fill, fill_text, unbroken
from .service_contract_template import LETTERS

#: Where a value is missing: to be seen in the draft; such a document is not issued.
HOLE = "……………"


class ServiceContractDocument(models.Model):
    """What stands on the paper, as data: it is frozen, and the PDF is made of nothing else."""

    _inherit = "service.contract.document"

    shown_html = fields.Html("Paper", compute="_compute_shown_html", sanitize=False)

    @api.depends("contract_id", "template_id", "date", "date_effective", "state", "ordinal")
    def _compute_shown_html(self):
        for document in self:
            template = document.template_id
            document.shown_html = (
                template
                and document.contract_id
                and template._as_page("service_contract.report_document", document)
            )

    def _shown(self):
        """The paper to print: as it was frozen, or as it would be now."""
        self.ensure_one()
        return _printable(self.data or self._in_language()._paper())

    def _paper(self):
        """The content of the paper now. To be called in the language of the document.

        :return: dict of plain values: title, language, sections, the state of the contract, the
            values that stand in the texts, and ``missing``: (clause, placeholder)
        """
        self.ensure_one()
        template = self.template_id
        values, missing = {}, []
        paper = {
            "title": fill_text(template.title, self._reader(values, missing, template.title)),
            "lang": template._language(),
            "kind": template.kind,
            "is_letter": template.kind in LETTERS,
            "state": self._contract_state(),
            "sections": [],
        }
        schedule = 0
        for clause in template.clause_ids.sorted(
            lambda clause: (clause.sequence, clause._origin.id)
        ):
            if not self._applies(clause.condition):
                continue
            where = clause.title or clause._kind_in_words()
            reader = self._reader(values, missing, where)
            section = {
                "kind": clause.kind,
                "title": fill_text(clause.title, reader),
                "body": str(fill(within(clause.body, self._read_picture), reader)),
            }
            if clause.kind in ("devices", "prices"):
                schedule += 1
                section["schedule"] = schedule
            section |= self._section(clause.kind, paper["state"])
            paper["sections"].append(section)
        return paper | {"values": values, "missing": missing}

    def _reader(self, values, missing, where):
        """A function that gives the value of a placeholder and remembers it.

        :param dict values: gets what was read
        :param list missing: gets what is empty, with the place
        :param str where: the place in words
        """
        placeholders = self._placeholders()

        def read(name):
            if name not in placeholders:
                # It is being typed; it can't be saved.
                return Markup("<mark>{{ %s }}</mark>") % name
            value = placeholders[name][1](self)
            values[name] = str(value or "")
            if not value:
                missing.append((where, name))
                return HOLE
            return value

        return read

    def _read_picture(self, address):
        """An attached picture as part of the text; nothing where it is none of this person's."""
        reports = self.env["ir.actions.report"]
        base = reports.get_base_url()
        fetch, _left_out = reports._get_fetcher(base)
        try:
            content, _type = fetch(base + address)
        except ValueError:
            return None
        return image_data_uri(base64.b64encode(content))

    def _section(self, kind, state):
        """What a special clause shows beside its text."""
        if kind == "parties":
            return {"parties": self._parties()}
        if kind == "signatures":
            return {"signers": self._signers()}
        if kind == "addressee":
            return {"lines": self._addressee(), "place": self._place_and_date()}
        if kind == "changes":
            return {"rows": self._changes(state)}
        return {"rows": state[kind]} if kind in ("devices", "prices") else {}

    def _paper_title(self):
        """The heading of the paper."""
        return (self.data or self._in_language()._paper())["title"]

    # ------------------------------------------------------------------ special clauses

    def _parties(self):
        """Both sides, each with the lines of its box."""
        return [
            {
                "label": self._role(side),
                "name": self._side(side).name,
                "lines": self._party_lines(self._side(side)),
            }
            for side in ("company", "customer")
        ]

    def _role(self, side):
        """How the paper calls a side; an annex calls it as the contract does.

        :param str side: ``company`` or ``customer``
        """
        names = {"company": self.env._("Service company"), "customer": self.env._("Customer")}
        for template in (self.template_id, self.contract_id.type_id.template_id):
            if role := template[f"{side}_role"]:
                return role
        return names[side]

    def _party_lines(self, partner):
        """Address, numbers and representation of a side."""
        # sudo: everybody who may issue a contract may name the own company in it.
        partner = partner.sudo()
        numbers = (
            (self.env._("Tax number (NIP)"), (partner.vat or "").removeprefix("PL")),
            ("REGON", partner.service_regon),
            ("KRS", partner.service_krs),
        )
        lines = self._address_lines(partner)
        lines += [f"{label}: {number}" for label, number in numbers if number]
        if partner.is_company:
            represented = partner.service_represented_by or HOLE
            lines.append(self.env._("represented by: %s", represented))
        return lines

    def _address_lines(self, partner):
        """The address as a letter has it; the country only when it is not our company's."""
        town = " ".join(filter(None, (partner.zip, partner.city)))
        abroad = partner.country_id != self.company_id.country_id
        lines = (partner.street, partner.street2, town, abroad and partner.country_id.name)
        return [line for line in lines if line]

    def _signers(self):
        """Who signs, on which side of the page."""
        # sudo: as in _party_lines.
        company = self.company_id.partner_id.sudo()
        ours = company.service_represented_by or ""
        if self.template_id.kind in LETTERS:
            return [{"role": company.name, "name": ours}]
        theirs = self.contract_id.customer_id.service_represented_by or ""
        return [
            {"role": self._role("company"), "name": ours},
            {"role": self._role("customer"), "name": theirs},
        ]

    def _addressee(self):
        """To whom a letter goes, line by line."""
        customer = self.contract_id.customer_id
        return [customer.name, *self._address_lines(customer)]

    def _place_and_date(self):
        """“Wrocław, 26 listopada 2026”."""
        return ", ".join(filter(None, (self.company_id.city, self._day(self.date))))

    # ------------------------------------------------------------------ annexes

    def _changes(self, state):
        """Rows “it was – it is” since what was signed and is in force on the day of the annex."""
        signed = [(one.date_effective, one.data["state"]) for one in self._signed_before()]
        if not signed:
            return []
        day = self.date_effective or Date.max
        sections = self._state_sections()
        gone = {"devices": self.env._("leaves the contract")}
        return [
            {
                "section": sections[change.section],
                "label": change.label,
                "before": change.before or "–",
                "after": change.after or gone.get(change.section, self.env._("no longer agreed")),
            }
            for change in changes(signed, state, day)
        ]

    def _day_it_counts(self):
        """From when a new document counts: a contract from its start, an annex from the next prices
        that nobody has signed yet, anything else from today."""
        contract, today = self.contract_id, fields.Date.context_today(self)
        if self.template_id.kind == "contract":
            return contract.date_start or today
        if self.template_id.kind != "annex":
            return today
        known = max([today, *self._signed_before().mapped("date_effective")])
        # sudo: the rights to documents decide, as for the prices on them.
        days = contract.sudo().rate_ids.mapped("date_from")
        return min((day for day in days if day and day > known), default=today)

    def _signed_before(self):
        """The documents that fix the state of the contract, in the order of their signing."""
        documents = self.contract_id.document_ids - self
        signed = documents.filtered(
            lambda document: document.state == "signed" and document.kind in ("contract", "annex")
        )
        # An annex is issued only once the one before is signed; the day of signing may be entered.
        return signed.sorted(lambda document: (document.issued_on, document.id))


def _printable(paper):
    """The paper with its texts marked as HTML: they were sanitised and escaped when it was made."""
    sections = [
        section | {"title": unbroken(escape(section["title"])), "body": unbroken(section["body"])}
        for section in paper["sections"]
    ]
    return paper | {"title": unbroken(escape(paper["title"])), "sections": sections}
