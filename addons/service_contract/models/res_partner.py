from odoo import api, fields, models

from odoo.addons.service_device.models.res_partner import STAFF_GROUPS


class ResPartner(models.Model):
    """A customer has service contracts."""

    _inherit = "res.partner"

    service_contract_ids = fields.One2many(
        "service.contract", "customer_id", string="Service Contracts", groups=STAFF_GROUPS
    )
    service_contract_type_ids = fields.Many2many(
        "service.contract.type",
        "service_contract_type_customer_rel",
        "customer_id",
        "type_id",
        string="Contract Types",
        compute="_compute_service_contract_type_ids",
        store=True,
        groups=STAFF_GROUPS,
        help="Types of the customer's contracts in force.",
    )
    service_contract_count = fields.Integer(
        compute="_compute_service_contract_count", groups=STAFF_GROUPS
    )

    @api.depends("service_contract_ids.type_id", "service_contract_ids.state")
    def _compute_service_contract_type_ids(self):
        types = dict(
            self.env["service.contract"]._read_group(
                [("customer_id", "in", self.ids), ("state", "in", ("active", "notice"))],
                ["customer_id"],
                ["type_id:recordset"],
            )
        )
        for partner in self:
            partner.service_contract_type_ids = types.get(partner._origin, False)

    def _compute_service_contract_count(self):
        counts = dict(
            self.env["service.contract"]._read_group(
                [("customer_id", "in", self.ids)], ["customer_id"], ["__count"]
            )
        )
        for partner in self:
            partner.service_contract_count = counts.get(partner._origin, 0)

    def action_open_service_contracts(self):
        """Open the contracts of these customers."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_contract.service_contract_action"
        )
        return {
            **action,
            "domain": [("customer_id", "in", self.ids)],
            "context": {"default_customer_id": self.id if len(self) == 1 else False},
        }
