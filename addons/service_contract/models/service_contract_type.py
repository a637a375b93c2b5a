from odoo import api, fields, models


class ServiceContractType(models.Model):
    """A kind of contract: whose devices it is for, and what it covers."""

    _name = "service.contract.type"
    _description = "Contract Type"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        required=True,
        compute="_compute_code",
        store=True,
        readonly=False,
        precompute=True,
        help="Short technical name, used by imports.",
    )
    ownership = fields.Selection(
        [
            ("own", "Our Devices"),
            ("customer", "The Customer's Devices"),
            ("any", "Any Devices"),
        ],
        required=True,
        default="any",
        help="Whose devices may be on contracts of this type.",
    )
    coverage_ids = fields.One2many("service.coverage", "type_id", string="Cover", copy=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)

    _code_uniq = models.Constraint(
        "UNIQUE(code)", "Another contract type already has this code. Choose a different one."
    )

    def _cover_at_a_glance(self):
        """How much this type covers, for a card.

        :return: (a word or two, tone: success when nothing is left to pay, else warning)
        """
        self.ensure_one()
        modes = set(self.coverage_ids.mapped("mode"))
        if modes == {"full"}:
            return self.env._("All covered"), "success"
        if modes <= {"none"}:
            return self.env._("Nothing covered"), "warning"
        return self.env._("Partly covered"), "warning"

    @api.depends("name")
    def _compute_code(self):
        """Who makes a type has only its name in mind."""
        for contract_type in self:
            name = contract_type.name or ""
            contract_type.code = contract_type.code or self.env["ir.http"]._slugify(name)

    def copy_data(self, default=None):
        """A copy needs a code of its own."""
        vals_list = super().copy_data(default)
        if "code" not in (default or {}):
            for contract_type, vals in zip(self, vals_list, strict=True):
                vals["code"] = self.env._("%s (copy)", contract_type.code)
        return vals_list
