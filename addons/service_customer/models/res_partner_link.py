from odoo import fields, models

from .res_partner_agreement import OFFICE


class ResPartner(models.Model):
    """Links to documents that were mailed to a person."""

    _inherit = "res.partner"

    service_link_count = fields.Integer(
        string="Number of Links", compute="_compute_service_link_count", groups=OFFICE
    )

    def _compute_service_link_count(self):
        counts = dict(
            self.env["service.link"]._read_group(
                [("contact_id", "in", self.ids)], ["contact_id"], ["__count"]
            )
        )
        for partner in self:
            partner.service_link_count = counts.get(partner._origin, 0)

    def action_open_service_links(self):
        """Open the links that were mailed to this person."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_customer.service_link_action"
        )
        return dict(action, domain=[("contact_id", "=", self.id)], context={})

    def _service_forget_documents(self):
        # EXTENDS 'service_customer'
        super()._service_forget_documents()
        self.env["service.link"].search([("contact_id", "in", self.ids)]).unlink()
