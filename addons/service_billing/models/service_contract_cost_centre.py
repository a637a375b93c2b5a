from odoo import fields, models


class ResPartner(models.Model):
    """A place may be a cost centre of the customer."""

    _inherit = "res.partner"

    service_cost_centre = fields.Char(
        "Cost Centre",
        groups="base.group_user",
        help="The customer's own name of what pays for this place and those below it; documents "
        "say it and can be split by it.",
    )


class ServiceContractDevice(models.Model):
    """A device on a contract may be paid by a cost centre or an order of its own."""

    _inherit = "service.contract.device"

    cost_centre = fields.Char(help="Empty: the one of the device's location.")
    purchase_order = fields.Char(
        "Order Number",
        help="The customer's order for this device, where documents are split by order numbers; "
        "empty: the contract's.",
    )
