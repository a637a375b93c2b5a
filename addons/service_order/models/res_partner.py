from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    service_order_count = fields.Integer(
        "Service Orders",
        compute="_compute_service_order_count",
        groups="service_customer.group_service_dispatcher,"
        "service_customer.group_service_accounting",
    )

    def _compute_service_order_count(self):
        """Orders of a customer; of a location, those of it and of all that is below it."""
        orders = self.env["service.order"]
        by_customer = dict(
            orders._read_group(
                [("customer_id", "in", self.ids)], groupby=["customer_id"], aggregates=["__count"]
            )
        )
        for partner in self:
            if partner.type == "location" and partner.ids:
                partner.service_order_count = orders.search_count(
                    [("location_id", "child_of", partner.ids)]
                )
            else:
                partner.service_order_count = by_customer.get(partner._origin, 0)

    def action_view_service_orders(self):
        """Open the orders of this customer or location."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("service_order.service_order_action")
        field = "location_id" if self.type == "location" else "customer_id"
        action["domain"] = [(field, "child_of", self.ids)]
        action["context"] = {f"default_{field}": self.id}
        return action
