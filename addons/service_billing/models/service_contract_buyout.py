from odoo import api, fields, models


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

    def _buy_out(self):
        """EXTENDS service_contract: the agreed price is charged once for each device of ours."""
        own = self.device_ids.filtered(lambda device: device.owner == "own")
        super()._buy_out()
        contract = self.contract_id
        day = fields.Datetime.context_timestamp(self, self.date).date()
        self.env["service.charge"]._take(
            [
                {
                    "key": f"buyout/{contract.id}/{device.id}",
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


class ServiceCharge(models.Model):
    """What a leasing company pays is invoiced to the one that owns the device."""

    _inherit = "service.charge"

    @api.depends("payer", "device_id")
    def _compute_partner_id(self):
        # EXTENDS 'service_billing'
        super()._compute_partner_id()
        for charge in self:
            charge.partner_id = charge._get_lessor() or charge.partner_id

    def _get_lessor(self):
        """The leasing company that pays this charge, if one does and is known."""
        lessor = self.device_id.lessor_id
        return lessor if self.payer == "lessor" else lessor.browse()

    def _prepare_taken_vals(self, vals):
        # EXTENDS 'service_billing'
        if vals.get("payer") == "lessor" and not vals.get("partner_id") and vals.get("device_id"):
            lessor = self.env["service.device"].browse(vals["device_id"]).lessor_id
            vals = {**vals, "partner_id": lessor.id}
        return super()._prepare_taken_vals(vals)
