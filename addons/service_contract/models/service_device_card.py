from odoo import models


class ServiceDevice(models.Model):
    """The card says on which contract the device is, and how much that covers."""

    _inherit = "service.device"

    def _card_facts(self):
        # EXTENDS service_device
        return [*super()._card_facts(), *self._card_facts_contract()]

    def _card_facts_contract(self):
        """The contract of today; that there is none matters only at a customer."""
        # Superuser: whoever sees a device sees on which contract it is; the way to the contract
        # itself is offered to those who may read it.
        contract = self.contract_id.sudo()
        fact = {"order": 20, "icon": "fa-file-text-o", "label": self.env._("Contract")}
        if contract:
            cover, tone = contract.type_id._cover_at_a_glance()
            note = ", ".join(filter(None, (cover, contract._times_in_words())))
            fact |= {"value": contract.name, "note": note, "tone": tone}
            if self.contract_id.has_access("read"):
                fact["url"] = f"/odoo/service-contracts/{contract.id}"
            return [fact]
        if self.placement_id.kind == "customer":
            return [fact | {"value": self.env._("No contract"), "tone": "warning"}]
        return []
