from urllib.parse import quote

from odoo import api, fields, models
from odoo.exceptions import ValidationError

#: Where the tracking number stands in a carrier's address.
PLACEHOLDER = "{number}"


class ServiceCarrier(models.Model):
    """A courier company: who has a parcel while it is on its way, and where it is followed."""

    _name = "service.carrier"
    _description = "Carrier"
    _order = "sequence, id"

    name = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    partner_id = fields.Many2one(
        "res.partner",
        string="Company",
        index=True,
        ondelete="restrict",
        help="Whoever looks after a device that is sent. Empty: made with the courier's name when "
        "the first device is sent.",
    )
    tracking_template = fields.Char(
        "Tracking Page",
        help="Address of the page that follows a parcel, with {number} for its tracking number.",
    )

    @api.constrains("tracking_template")
    def _check_tracking_template(self):
        for carrier in self.filtered("tracking_template"):
            template = carrier.tracking_template
            if not template.startswith("https://") or PLACEHOLDER not in template:
                raise ValidationError(
                    self.env._(
                        "The tracking page of %(carrier)s must begin with https:// and say "
                        "%(placeholder)s where the tracking number goes.",
                        carrier=carrier.name,
                        placeholder=PLACEHOLDER,
                    )
                )

    def _get_tracking_url(self, number):
        """Where a parcel is followed; False when the courier has no such page."""
        if not number or not self.tracking_template:
            return False
        return self.tracking_template.replace(PLACEHOLDER, quote(number, safe=""))

    def _get_partner(self):
        """The courier as the one who looks after devices."""
        self.ensure_one()
        # sudo: who sends a parcel need not be allowed to make companies or change couriers.
        carrier = self.sudo()
        if not carrier.partner_id:
            carrier.partner_id = carrier.env["res.partner"].create(
                {"name": carrier.name, "is_company": True}
            )
        return self.partner_id
