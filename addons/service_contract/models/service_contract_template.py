from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.placeholders import unknown

KINDS = [
    ("contract", "Contract"),
    ("annex", "Annex"),
    ("notice", "Notice"),
    ("acknowledgement", "Acknowledgement of Notice"),
    ("dissolution", "Termination by Agreement"),
    ("indexation", "Indexation Letter"),
]
FORMS = [
    ("documentary", "Documentary"),
    ("written", "Written"),
    ("qualified", "Qualified Electronic Signature"),
]
#: Kinds that one side sends to the other: nothing is agreed, so nobody signs them back.
LETTERS = ("notice", "acknowledgement", "indexation")


class ServiceContractTemplate(models.Model):
    """The paper of a kind of document: its title, its clauses, and in which form it is signed."""

    _name = "service.contract.template"
    _description = "Contract Document Template"
    _order = "kind, sequence, id"

    name = fields.Char(required=True, help="As it is chosen; the title is what the paper says.")
    title = fields.Char(
        required=True, help="The heading of the paper. Placeholders may stand here."
    )
    kind = fields.Selection(KINDS, required=True, default="contract")
    lang_id = fields.Many2one(
        "res.lang",
        string="Language",
        required=True,
        ondelete="restrict",
        default=lambda self: self.env["res.lang"]._lang_get(self.env.user.lang),
        help="Dates, amounts and addresses are written in it, too.",
    )
    type_ids = fields.Many2many(
        "service.contract.type",
        string="Contract Types",
        help="The types of contracts that it is for; empty: all.",
    )
    form = fields.Selection(
        FORMS,
        string="Required Form",
        required=True,
        default="documentary",
        help="Documentary: drawn in the customer panel, or stronger. Written: a scan of the signed "
        "paper, or a qualified signature. Qualified: a PDF with a qualified electronic signature.",
    )
    company_role = fields.Char(
        "We Are", help="How the paper calls our company; empty: as the contract does."
    )
    customer_role = fields.Char(
        "The Customer Is", help="How the paper calls the customer; empty: as the contract does."
    )
    clause_ids = fields.One2many(
        "service.contract.clause", "template_id", string="Clauses", copy=True
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    preview_contract_id = fields.Many2one(
        "service.contract",
        string="Preview On",
        ondelete="set null",
        index="btree_not_null",
        copy=False,
        help="The contract on which the template is shown here; empty: the newest that fits.",
    )
    preview_html = fields.Html("Preview", compute="_compute_preview_html", sanitize=False)
    placeholders_html = fields.Html(
        "Placeholders", compute="_compute_placeholders_html", sanitize=False
    )

    @api.depends(
        "title",
        "kind",
        "lang_id",
        "company_role",
        "customer_role",
        "preview_contract_id",
        "clause_ids.sequence",
        "clause_ids.kind",
        "clause_ids.title",
        "clause_ids.body",
        "clause_ids.condition",
    )
    def _compute_preview_html(self):
        for template in self:
            template.preview_html = template._preview_contract() and self._as_page(
                "service_contract.report_template", template
            )

    def copy_data(self, default=None):
        """A copy is told from its original where templates are chosen."""
        vals_list = super().copy_data(default)
        if "name" not in (default or {}):
            for template, vals in zip(self, vals_list, strict=True):
                vals["name"] = self.env._("%s (copy)", template.name)
        return vals_list

    @api.depends("kind")
    def _compute_placeholders_html(self):
        placeholders = self.env["service.contract.document"]._placeholders()
        rows = [(f"{{{{ {name} }}}}", label) for name, (label, _value) in placeholders.items()]
        html = self.env["ir.qweb"]._render("service_contract.placeholders", {"rows": rows})
        for template in self:
            template.placeholders_html = html

    @api.constrains("title")
    def _check_title(self):
        for template in self:
            template._check_placeholders(self.env._("title"), template.title)

    def _check_placeholders(self, where, *texts):
        """Refuse braces that are no placeholder.

        :param str where: the place in words
        :raise ValidationError: names the place and what stands there
        """
        known = self.env["service.contract.document"]._placeholders()
        for text in texts:
            for found in unknown(text, known):
                raise ValidationError(
                    self.env._(
                        "Template “%(template)s”, %(where)s: there is no placeholder “%(name)s”. "
                        "Take one from the list of placeholders, as plain text.",
                        template=self.name,
                        where=where,
                        name=found,
                    )
                )

    def action_preview_pdf(self):
        """Print the template as it would look for the contract of the preview."""
        self.ensure_one()
        if not self._preview_contract():
            raise ValidationError(self.env._("There is no contract yet on which to show it."))
        return self.env.ref("service_contract.action_report_template").report_action(self)

    def _preview_contract(self):
        """The contract on which the template is shown; may be empty."""
        self.ensure_one()
        # Templates are everybody's, contracts are a company's.
        if self.preview_contract_id and self.preview_contract_id.has_access("read"):
            return self.preview_contract_id
        types = self.type_ids._origin
        domain = [("type_id", "in", types.ids)] if types else []
        return self.env["service.contract"].search(domain, order="id desc", limit=1)

    def _preview_paper(self):
        """What would stand on the paper for the contract of the preview, nothing saved."""
        document = self.env["service.contract.document"].new(
            {"contract_id": self._preview_contract().id}
        )
        document.template_id = self
        return document._shown()

    def _language(self):
        """Code of the language, or of the reader's where it is not installed."""
        self.ensure_one()
        # The client edits a template that is not saved yet; languages are never edited so.
        language = self.lang_id._origin
        return language.code if language.active else self.env.lang

    @api.model
    def _as_page(self, report, docs):
        """The paper of a record as a page of the web client."""
        # The client asks for the sizes of pictures; the page needs the logo itself.
        docs = docs.with_context(bin_size=False)
        return docs.env["ir.actions.report"]._render_template(
            report, {"docs": docs, "doc_ids": docs.ids}
        )

    @api.model
    def _find(self, kind, contract):
        """The first template of a kind for a contract; may be empty."""
        if kind == "contract" and contract.type_id.template_id:
            return contract.type_id.template_id
        return self.search([("kind", "=", kind)]).filtered(
            lambda template: not template.type_ids or contract.type_id in template.type_ids
        )[:1]

    @api.model
    def _missing(self, kind, contract_type):
        """The sentence that no template of a kind is for contracts of a type, and what helps."""
        words = self.env._(
            "There is no template “%(kind)s” for contracts of the type “%(type)s”. Under "
            "Configuration → Document Templates make one, or duplicate a similar one, and put the "
            "type into its field “%(types)s”.",
            kind=dict(self._fields["kind"]._description_selection(self.env))[kind],
            type=contract_type.name,
            types=self._fields["type_ids"]._description_string(self.env),
        )
        if kind != "contract":
            return words
        chosen = contract_type._fields["template_id"]._description_string(self.env)
        several = self.env._(
            "Of several, the one in the field “%s” of the contract type is used.", chosen
        )
        return f"{words} {several}"
