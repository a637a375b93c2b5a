import hashlib
import json

from odoo import api, fields, models


class SubiektBinding(models.Model):
    """The pair of an Odoo record and its symbol in Subiekt.

    Symbols are compared without regard to letter case, as Subiekt does. ``checksum`` is that of
    the values last written from Subiekt: an unchanged card is not written again. ``payload`` is
    the card as Subiekt last gave it, sent back with documents so that nothing there is lost.
    """

    _name = "subiekt.binding"
    _description = "Subiekt Pairing"
    _rec_name = "external_key"
    _order = "backend_id, kind, external_key"

    backend_id = fields.Many2one(
        "subiekt.backend", "Connection", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="backend_id.company_id", store=True, index=True)
    kind = fields.Selection(
        [
            ("partner", "Partner"),
            ("partner_group", "Partner group"),
            ("product", "Product"),
            ("product_group", "Product group"),
            ("pricelist", "Price level"),
            ("tax", "VAT rate"),
        ],
        required=True,
    )
    external_key = fields.Char(
        "Symbol",
        required=True,
        help="The symbol in Subiekt. Of a VAT rate: use, kind of product and symbol, "
        "like SALE/CONSU/23.",
    )
    res_model = fields.Char("Model", required=True)
    res_id = fields.Many2oneReference("Record ID", model_field="res_model", required=True)
    res_name = fields.Char("Record", compute="_compute_res_name")
    checksum = fields.Char()
    payload = fields.Text()

    _external_uniq = models.UniqueIndex(
        "(backend_id, kind, upper(external_key))",
        "This symbol is already paired with another record.",
    )
    _record_uniq = models.UniqueIndex(
        "(backend_id, kind, res_model, res_id) WHERE kind != 'tax'",
        "This record is already paired with another symbol.",
    )

    @api.depends("res_model", "res_id")
    def _compute_res_name(self):
        for model, bindings in self.grouped("res_model").items():
            if not model or model not in self.env:
                bindings.res_name = False
                continue
            records = self.env[model].browse(bindings.mapped("res_id")).exists()
            names = {record.id: record.display_name for record in records._filtered_access("read")}
            for binding in bindings:
                binding.res_name = names.get(binding.res_id, False)

    def action_open_record(self):
        """Open the paired record."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "views": [(False, "form")],
        }

    @api.model
    def _get_map(self, backend, kind, model):
        """Return {symbol in capitals: binding} of one kind, without those of deleted records."""
        bindings = self.search([("backend_id", "=", backend.id), ("kind", "=", kind)])
        alive = set(self.env[model].browse(bindings.mapped("res_id")).exists()._ids)
        lost = bindings.filtered(lambda binding: binding.res_id not in alive)
        lost.unlink()
        return {binding.external_key.upper(): binding for binding in bindings - lost}

    @api.model
    def _find_symbols(self, backend, kind, records):
        """Return {record: binding} for the given records."""
        bindings = self.search(
            [
                ("backend_id", "=", backend.id),
                ("kind", "=", kind),
                ("res_model", "=", records._name),
                ("res_id", "in", records.ids),
            ]
        )
        return {records.browse(binding.res_id): binding for binding in bindings}

    @api.model
    def _checksum(self, vals):
        """Return the checksum of values to be written."""
        text = json.dumps(vals, sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()
