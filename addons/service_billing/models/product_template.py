from odoo import fields, models


class ProductTemplate(models.Model):
    """What the tax office asks of a product, beside its tax."""

    _inherit = "product.template"

    service_annex_15 = fields.Boolean(
        "Split Payment Above the Limit",
        help="Goods or services of Annex 15 to the VAT act, toner and ink among them: an invoice "
        "with such a line whose total is above the limit is marked for split payment.",
    )
    service_gtu = fields.Selection(
        [(f"GTU_{number:02}", f"GTU_{number:02}") for number in range(1, 14)],
        string="GTU Code",
        help="Group of goods or services in the VAT records, for example GTU_06 for toner.",
    )
