from odoo import fields, models


class ServiceCharge(models.Model):
    _inherit = "service.charge"

    service_order_id = fields.Many2one(
        "service.order",
        string="Order",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        help="The order whose work or part this is.",
    )
