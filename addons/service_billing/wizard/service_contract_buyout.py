from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ServiceContractBuyout(models.TransientModel):
    """What our devices cost the customer who buys them becomes charges."""

    _inherit = "service.contract.buyout"

    currency_id = fields.Many2one(related="contract_id.currency_id")
    own_count = fields.Integer(compute="_compute_own_count")
    price_unit = fields.Monetary(
        "Price of Each of Ours",
        help="Without taxes. What a leasing company sells, it invoices itself.",
    )

    @api.depends("device_ids.owner")
    def _compute_own_count(self):
        for wizard in self:
            own = wizard.device_ids.filtered(lambda device: device.owner == "own")
            wizard.own_count = len(own)

    @api.constrains("price_unit")
    def _check_price(self):
        if any(wizard.price_unit < 0 for wizard in self):
            raise ValidationError(
                self.env._("The price of a buy-out cannot be below zero. Enter 0 or more.")
            )

    def _buy_out(self):
        """EXTENDS service_contract: the agreed price is charged once for each device of ours."""
        own = self.device_ids.filtered(lambda device: device.owner == "own")
        # Sold, taken back and sold again is another sale: the placement tells in which it was ours.
        ours_since = {device: device.placement_id.id for device in own}
        super()._buy_out()
        contract = self.contract_id
        day = fields.Datetime.context_timestamp(self, self.date).date()
        self.env["service.charge"]._take(
            [
                {
                    "key": f"buyout/{contract.id}/{device.id}/{ours_since[device]}",
                    "name": self.env._("Buy-out: %s", device.display_name),
                    "company_id": contract.company_id.id,
                    "currency_id": contract.currency_id.id,
                    "customer_id": contract.customer_id.id,
                    "location_id": device.location_id.id,
                    "device_id": device.id,
                    "contract_id": contract.id,
                    "date": day,
                    "price_unit": self.price_unit,
                    "reason": self.note or self.env._("Agreed buy-out"),
                    "res_model": "service.device",
                    "res_id": device.id,
                }
                for device in own
            ]
        )
