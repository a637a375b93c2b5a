from odoo import api, fields, models
from odoo.fields import Domain


class ServiceContractAssign(models.TransientModel):
    """A contract handed over for days gone by: what was charged for them since is seen to."""

    _inherit = "service.contract.assign"

    charge_ids = fields.Many2many(
        "service.charge",
        string="Charged Since",
        compute="_compute_charge_ids",
        help="What the present customer has been charged for since that day.",
    )
    move_charges = fields.Boolean(
        "To the New Customer",
        default=True,
        help="Work and parts that are on no document yet are charged to the new customer.",
    )

    @api.depends("contract_id", "date")
    def _compute_charge_ids(self):
        for wizard in self:
            wizard.charge_ids = self.env["service.charge"].search(wizard._charge_domain())

    def _charge_domain(self):
        """Charges of the contract, and of its devices without one, since the day."""
        if not self.date:
            return Domain.FALSE
        contract = self.contract_id
        devices = contract.device_ids._today().device_id
        of_devices = Domain("contract_id", "=", False) & Domain("device_id", "in", devices.ids)
        return (
            (Domain("contract_id", "=", contract.id) | of_devices)
            & Domain("customer_id", "=", contract.customer_id.id)
            & Domain("date", ">=", self.date)
        )

    def _assign(self):
        """EXTENDS service_contract: charges go along, or accounting is told of them."""
        old, charges = self.contract_id, self.charge_ids
        new = super()._assign()
        if self.move_charges:
            moved = charges._not_on_documents()
            moved._hand_over(new, self.location_id)
            charges -= moved
        charges = charges.filtered(lambda charge: charge.state != "covered")
        if charges:
            old._tell_charges_stay(charges, new)
        return new
