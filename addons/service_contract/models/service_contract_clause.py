from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.pictures import outside


class ServiceContractClause(models.Model):
    """A part of a contract document: a text with placeholders, or a table of the contract."""

    _name = "service.contract.clause"
    _description = "Contract Clause"
    _order = "template_id, sequence, id"
    _rec_name = "title"

    template_id = fields.Many2one(
        "service.contract.template", required=True, ondelete="cascade", index=True
    )
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        [
            ("text", "Text"),
            ("intro", "Text Without Number"),
            ("parties", "Parties"),
            ("addressee", "Addressee"),
            ("changes", "Table of Changes"),
            ("signatures", "Signatures"),
            ("devices", "Schedule: Devices"),
            ("prices", "Schedule: Prices"),
        ],
        required=True,
        default="text",
        help="A text is a numbered clause. Schedules are tables on pages of their own; the changes "
        "are those since the document that was signed last.",
    )
    title = fields.Char()
    body = fields.Html(strip_classes=True, strip_style=True)
    condition = fields.Selection(
        [
            ("always", "Always"),
            ("own_devices", "Our devices"),
            ("customer_devices", "The customer's devices"),
            ("one_device", "One device"),
            ("many_devices", "More than one device"),
            ("fixed_term", "An end is agreed"),
            ("open_term", "No end is agreed"),
            ("renewal_none", "It ends with the fixed term"),
            ("renewal_fixed", "A further fixed term follows"),
            ("renewal_open", "It goes on until terminated"),
            ("times", "A response or repair time is agreed"),
            ("no_times", "No response or repair time is agreed"),
            ("ceiling", "The value is limited"),
            ("order", "The customer's order number is given"),
            ("indexation_index", "Indexation by price index"),
            ("indexation_other", "Indexation by percent or amount"),
            ("base_fee", "A base fee is agreed"),
            ("no_base_fee", "No base fee is agreed"),
            ("pages", "Pages are billed"),
            ("no_pages", "No pages are billed"),
            ("included_pages", "Pages are included"),
            ("minimum", "A minimum is agreed"),
            ("block", "A prepaid block is agreed"),
            ("hourly", "Labour or travel has a price"),
            ("special_prices", "Special prices are agreed"),
            ("insurer", "An insurer is named"),
            ("end_notice", "Its end: with notice"),
            ("end_immediate", "Its end: without notice"),
            ("end_not_renewed", "Its end: not renewed"),
            ("public", "Local government"),
        ],
        string="Only When",
        required=True,
        default="always",
        help="The clause stands on the paper only when this is so for the contract.",
    )

    @api.constrains("title", "body", "template_id")
    def _check_placeholders(self):
        """Only known placeholders, so that none is found missing when a contract is printed."""
        for clause in self:
            where = self.env._("clause “%s”", clause.title or clause._kind_in_words())
            clause.template_id._check_placeholders(where, clause.title, clause.body)

    @api.constrains("body")
    def _check_pictures(self):
        """No picture from elsewhere: see ``tools.pictures``."""
        for clause in self:
            for address in outside(clause.body):
                raise ValidationError(
                    self.env._(
                        "Template “%(template)s”, clause “%(clause)s”: %(address)s lies outside "
                        "of the document and would be loaded by whoever reads it. Take it out, "
                        "or insert the picture itself.",
                        template=clause.template_id.name,
                        clause=clause.title or clause._kind_in_words(),
                        address=address[:100],
                    )
                )

    def _kind_in_words(self):
        return dict(self._fields["kind"]._description_selection(self.env))[self.kind]
