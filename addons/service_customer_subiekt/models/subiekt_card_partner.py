from odoo import models

# What a card of Subiekt says of a company; a location has a name chosen here and no tax number.
OF_COMPANY = {"name", "is_company", "vat", "website", "category_id"}


class SubiektCardPartner(models.AbstractModel):
    _inherit = "subiekt.card.partner"

    def _prepare_write_vals(self, record, vals):
        # EXTENDS 'connector_subiekt'
        vals = super()._prepare_write_vals(record, vals)
        if record.type != "location":
            return vals
        return {name: value for name, value in vals.items() if name not in OF_COMPANY}
