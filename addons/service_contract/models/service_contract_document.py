import base64
import hashlib
import mimetypes

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL
from odoo.tools.mimetypes import guess_mimetype

from odoo.addons.service_meter.tools.facts import keep_facts

from .service_contract_template import FORMS, KINDS, LETTERS

#: Marks, in the context, what the program itself does to documents; nobody outside can name it.
ACTING = object()
#: From which states a document may come into each state.
STATES_BEFORE = {
    "draft": (),
    "issued": ("draft",),
    "signed": ("issued",),
    "refused": ("issued",),
    "cancelled": ("issued", "refused"),
}
#: In which the customer sees a document.
SHOWN_STATES = ("issued", "signed", "refused")
#: What was given to the customer, and never changes once it is issued.
FROZEN = ("name", "contract_id", "template_id", "kind", "form", "date", "date_effective")
FROZEN += ("ordinal", "data", "sha256", "issued_on", "issued_uid", "company_id")
#: How it was signed, and never changes after that.
SIGNED = ("signed_how", "signed_by", "signed_on", "signed_ip", "signed_sha256", "signed_note")
#: What only actions write.
ACTS = frozenset(
    ("state", "kind", "form", "ordinal", "data", "sha256", "issued_on", "issued_uid", "refusal")
    + (*SIGNED, "signed_partner_id", "pdf", "signed_file", "signature", "received_filename")
    + ("received_file", "received_name", "received_partner_id", "received_on")
)
OWNER = frozenset(("customer_id", "company_id"))  # Only the contract says, whatever is written.


class ServiceContractDocument(models.Model):
    """A paper about a contract: drawn up from a template, issued, and then signed or refused.

    When it is issued, its texts, figures and PDF are frozen; the database itself keeps them.
    """

    _name = "service.contract.document"
    _description = "Contract Document"
    _inherit = ["service.portal.mixin", "portal.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _check_company_auto = True
    _service_staff_thread = True
    # A link opens reading; who signs has to be known.
    _service_link_writes = False

    name = fields.Char("Number", required=True, readonly=True, copy=False, index="trigram")
    contract_id = fields.Many2one(
        "service.contract", required=True, ondelete="cascade", index=True, check_company=True
    )
    company_id = fields.Many2one(
        related="contract_id.company_id", store=True, precompute=True, index=True
    )
    customer_id = fields.Many2one(
        related="contract_id.customer_id", store=True, precompute=True, index=True
    )
    template_id = fields.Many2one(
        "service.contract.template", required=True, ondelete="restrict", index=True
    )
    # Of the template when the document was drawn up: the template may change later.
    kind = fields.Selection(KINDS, readonly=True, copy=False)
    form = fields.Selection(FORMS, string="Required Form", readonly=True, copy=False)
    date = fields.Date(
        "Dated", required=True, default=lambda self: fields.Date.context_today(self), copy=False
    )
    date_effective = fields.Date(
        "Effective From",
        required=True,
        compute="_compute_date_effective",
        store=True,
        readonly=False,
        precompute=True,
        help="The day from which it counts: prices and devices are those of this day.",
    )
    ordinal = fields.Integer(
        "No.", readonly=True, copy=False, help="The number of the annex within the contract."
    )
    given = fields.Json(copy=False, help="Values of placeholders that this document was made with.")
    note = fields.Char("Internal Note")
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("issued", "Issued"),
            ("signed", "Signed"),
            ("refused", "Refused"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        default="draft",
        index=True,
        copy=False,
        tracking=True,
    )
    data = fields.Json("Frozen Content", readonly=True, copy=False)
    pdf = fields.Binary("PDF", readonly=True, copy=False, attachment=True)
    sha256 = fields.Char(
        "SHA-256", readonly=True, copy=False, help="The digest of the PDF as it was issued."
    )
    issued_on = fields.Datetime("Issued", readonly=True, copy=False)
    issued_uid = fields.Many2one(
        "res.users", string="Issued by", readonly=True, copy=False, ondelete="restrict"
    )

    _name_company_uniq = models.UniqueIndex(
        "(company_id, name)", "Another document already has this number."
    )
    _contract_signed_uniq = models.UniqueIndex(
        "(contract_id) WHERE kind = 'contract' AND state = 'signed'",
        "This contract is signed already. What changes in it is agreed by an annex.",
    )
    _ordinal_uniq = models.UniqueIndex(
        "(contract_id, kind, ordinal) WHERE kind = 'annex' AND state IN ('issued', 'signed')",
        "There is an annex with this number already.",
    )

    def init(self):
        """Let the database itself keep what was issued, and how it was signed."""
        super().init()
        drawn = SQL("OLD.state <> 'draft'")
        keep_facts(self.env.cr, self._table, FROZEN, when=drawn)
        closed = SQL("OLD.state NOT IN ('draft', 'issued')")
        keep_facts(self.env.cr, self._table, SIGNED, when=closed, name="signature")
        back = SQL("OLD.state = 'signed' OR (%s AND NEW.state = 'draft')", drawn)
        keep_facts(self.env.cr, self._table, ["state"], when=back, name="state")

    @api.depends("contract_id", "template_id")
    def _compute_date_effective(self):
        for document in self:
            document.date_effective = document._day_it_counts()

    @api.depends("name", "template_id.name")
    def _compute_display_name(self):
        for document in self:
            # sudo: what a document is called is told to whoever may read it.
            template = document.sudo().template_id
            document.display_name = " ".join(filter(None, (template.name, document.name)))

    def _compute_access_url(self):
        super()._compute_access_url()
        for document in self:
            document.access_url = f"/my/contracts/{document.id}"

    @api.constrains("template_id", "contract_id")
    def _check_template(self):
        """A template is for the type of the contract."""
        for document in self:
            types = document.template_id.type_ids
            if types and document.contract_id.type_id not in types:
                raise ValidationError(
                    self.env._(
                        "Template “%(template)s” is not for contracts of the type “%(type)s”. "
                        "Choose another template.",
                        template=document.template_id.name,
                        type=document.contract_id.type_id.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        """Number the documents, and take kind and form from the template."""
        vals_list = [{name: vals[name] for name in vals.keys() - OWNER} for vals in vals_list]
        for vals in vals_list:
            self._check_acts(
                {name for name in ACTS if vals.get(name) not in (None, False, "draft")}
            )
            template = self.env["service.contract.template"].browse(vals.get("template_id"))
            vals.update(kind=template.kind, form=template.form)
            if not vals.get("name"):
                contract = self.env["service.contract"].browse(vals.get("contract_id"))
                sequence = self.env["ir.sequence"].with_company(contract.company_id)
                vals["name"] = sequence.next_by_code("service.contract.document")
        return super().create(vals_list)

    def write(self, vals):
        """What was issued stays; states change by their actions only."""
        vals = {name: vals[name] for name in vals.keys() - OWNER}
        acting = self.env.context.get("service_document_acts") is ACTING
        if not acting:
            self._check_acts(ACTS & vals.keys())
            if vals.keys() & {*FROZEN, "given"}:
                self._check_draft()
            if vals.get("template_id"):
                template = self.env["service.contract.template"].browse(vals["template_id"])
                vals = {**vals, "kind": template.kind, "form": template.form}
        if vals.get("state"):
            self._check_state(vals["state"])
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_issued(self):
        self._check_draft()

    def _check_acts(self, names):
        """Refuse to write what only actions do: issuing and signing."""
        if names:
            labels = [self._fields[name]._description_string(self.env) for name in sorted(names)]
            raise UserError(
                self.env._(
                    "%s: documents are issued, signed and cancelled with their buttons.",
                    ", ".join(labels),
                )
            )

    def _check_draft(self):
        if issued := self.filtered(lambda document: document.state != "draft"):
            raise UserError(
                self.env._(
                    "%s has been issued: it is neither changed nor deleted. Cancel it and make "
                    "another document.",
                    issued[0].display_name,
                )
            )

    def _check_state(self, state):
        """Refuse a step that the state of one of the documents does not allow."""
        labels = dict(self._fields["state"]._description_selection(self.env))
        for document in self:
            if document.state not in STATES_BEFORE[state]:
                raise UserError(
                    self.env._(
                        "%(document)s is “%(state)s” and cannot become “%(next)s”.",
                        document=document.display_name,
                        state=labels[document.state],
                        next=labels[state],
                    )
                )

    @api.model
    def _service_portal_fields(self):
        # EXTENDS 'service_customer'
        names = ("id", "display_name", "name", "contract_id", "customer_id", "company_id", "kind")
        names += ("date", "date_effective", "state", "form", "signed_by", "signed_on", "access_url")
        return super()._service_portal_fields() | {*names, "write_date"}

    # ------------------------------------------------------------------ actions

    def action_issue(self):
        """Freeze the documents: their texts, figures and PDF never change from now on."""
        self._check_state("issued")
        for document in self:
            # Two annexes issued at once would have the same number.
            document.contract_id.lock_for_update()
            document._check_annex()
            acting = document._acting()
            acting.write({"ordinal": document._next_ordinal()})
            paper = document._in_language()._paper()
            document._check_complete(paper)
            document._check_changes(paper)
            acting.write({"data": paper})
            content = document._print()
            acting.write(
                {
                    "state": "issued",
                    "pdf": base64.b64encode(content),
                    "sha256": hashlib.sha256(content).hexdigest(),
                    "issued_on": fields.Datetime.now(),
                    "issued_uid": self.env.uid,
                }
            )

    def action_cancel(self):
        """Give documents up that nobody has signed."""
        self._acting().write({"state": "cancelled"})

    def action_open_pdf(self):
        """Open the PDF: the draft as it would be, or exactly what was issued or signed."""
        self.ensure_one()
        if not self.sha256:
            return self.env.ref("service_contract.action_report_document").report_action(self)
        field = "signed_file" if self.signed_file else "pdf"
        # It is read here, so that nobody opens a file that is not the one that was issued.
        name = self._file_name(self._file_to_give()[1])
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/{field}?filename={name}",
            "target": "new",
        }

    # ------------------------------------------------------------------ issuing

    def _acting(self):
        """These records, to be written as actions do."""
        return self.with_context(service_document_acts=ACTING)

    def _in_language(self):
        """The same record, speaking the language of its document."""
        return self.with_context(lang=self.template_id._language())

    def _print(self):
        """The bytes of the PDF, from the frozen content only."""
        report = self.env["ir.actions.report"]
        content, _type = report._render_qweb_pdf(
            "service_contract.action_report_document", self.ids
        )
        return content

    def _check_complete(self, paper):
        """Refuse a paper with holes.

        :raise UserError: names the clause and what is missing
        """
        missing = paper["missing"]
        if missing:
            labels = {name: label for name, (label, _value) in self._placeholders().items()}
            places = [f"{clause}: {labels[name]}" for clause, name in missing]
            raise UserError(
                self.env._(
                    "%(document)s was not issued, because something is missing.\n%(places)s\n"
                    "Fill it in on the contract, the customer or your company.",
                    document=self.display_name,
                    places="\n".join(dict.fromkeys(places)),
                )
            )

    def _check_annex(self):
        """An annex changes what was signed, one after the other."""
        if self.kind != "annex":
            return
        others = self.contract_id.document_ids.filtered(
            lambda other: other.kind == "annex" and other.state == "issued"
        )
        if others:
            raise UserError(
                self.env._(
                    "%s is not signed yet. Have it signed or cancel it first: an annex says what "
                    "changes since the last signature.",
                    others[0].display_name,
                )
            )

    def _check_changes(self, paper):
        """An annex changes something that was signed.

        :param dict paper: what stands on it
        """
        tables = [section for section in paper["sections"] if section["kind"] == "changes"]
        if self.kind != "annex" or not tables or any(table["rows"] for table in tables):
            return
        before = self._signed_before()
        if not before:
            raise UserError(
                self.env._(
                    "There is no signed document of contract %s with which an annex could be "
                    "compared. Have the contract signed, or upload its scan.",
                    self.contract_id.name,
                )
            )
        raise UserError(
            self.env._(
                "%(annex)s was not issued: nothing has changed since %(before)s. Change the "
                "contract first, and look at the day from which the annex counts.",
                annex=self.display_name,
                before=before[-1].display_name,
            )
        )

    def _next_ordinal(self):
        """The number of this annex: one more than those that were issued and not given up."""
        if self.kind != "annex":
            return 0
        others = self.contract_id.document_ids
        alive = (one.ordinal for one in others if one.state in ("issued", "signed"))
        return max(alive, default=0) + 1

    def _file_name(self, mimetype="application/pdf"):
        """Name of the file, signed or not."""
        signed = self.env._("signed") if self.state == "signed" else ""
        parts = (self.template_id.name, self.name, signed)
        name = "-".join(part for part in parts if part).replace("/", "-").replace(" ", "_")
        return name + (mimetypes.guess_extension(mimetype) or ".pdf")

    def _file_to_give(self):
        """The file that counts: as it was signed, else as it was issued.

        :return: bytes and their type
        """
        signed = base64.b64decode(self.with_context(bin_size=False).signed_file or b"")
        data = signed or self._frozen_pdf()
        return data, guess_mimetype(data)

    def _service_opens_to(self, contact):
        # EXTENDS 'service_customer': a draft is ours, and what was given up is nobody's.
        # sudo: visitors with a link have no rights of their own.
        return self.sudo().state in SHOWN_STATES and super()._service_opens_to(contact)

    def _awaits_signature(self):
        """Whether the customer is to sign it."""
        return self.state == "issued" and self.kind not in LETTERS
