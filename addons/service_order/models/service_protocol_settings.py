from odoo import fields, models


class ResCompany(models.Model):
    """What the service protocol says."""

    _inherit = "res.company"

    service_protocol_prices = fields.Boolean(
        "Prices on Service Protocols",
        help="The protocol names what each line costs the customer, for everybody who gets it; "
        "else only whether it is paid for.",
    )


class ResConfigSettings(models.TransientModel):
    """See `res.company`."""

    _inherit = "res.config.settings"

    service_protocol_prices = fields.Boolean(
        related="company_id.service_protocol_prices", readonly=False
    )
