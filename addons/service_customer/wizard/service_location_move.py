from odoo import api, fields, models
from odoo.exceptions import UserError


class ServiceLocationMove(models.TransientModel):
    """Moves locations, with everything that lies in them, to another place of their customer."""

    _name = "service.location.move"
    _description = "Move Locations"

    location_ids = fields.Many2many(
        "res.partner",
        string="Locations",
        required=True,
        domain="[('type', '=', 'location')]",
        default=lambda self: self._default_location_ids(),
    )
    customer_id = fields.Many2one("res.partner", compute="_compute_customer_id")
    parent_id = fields.Many2one(
        "res.partner",
        string="New Place",
        required=True,
        ondelete="cascade",
        help="The customer, or the location in which they are to lie.",
    )
    moved_count = fields.Integer(
        string="Locations Moved",
        compute="_compute_moved_count",
        help="The chosen ones and everything under them.",
    )

    @api.model
    def _default_location_ids(self):
        """The locations chosen in the list, without those that move along in another one."""
        if self.env.context.get("active_model") != "res.partner":
            return self.env["res.partner"]
        chosen = self.env["res.partner"].browse(self.env.context.get("active_ids"))
        chosen = chosen.filtered(lambda partner: partner.type == "location")
        return chosen._get_outermost_locations()

    @api.depends("location_ids")
    def _compute_customer_id(self):
        for move in self:
            customers = move.location_ids.commercial_partner_id
            move.customer_id = customers if len(customers) == 1 else False

    @api.depends("location_ids")
    def _compute_moved_count(self):
        for move in self:
            subtrees = move.location_ids._get_service_subtrees()
            move.moved_count = len(self.env["res.partner"].union(*subtrees.values()))

    def action_move(self):
        """Move the locations.

        :raise UserError: they belong to several customers
        :raise ValidationError: a location would leave its customer or lie in itself
        """
        self.ensure_one()
        if len(self.location_ids.commercial_partner_id) > 1:
            raise UserError(
                self.env._(
                    "These locations belong to several customers: %s. A location moves only within"
                    " its customer; choose those of one customer.",
                    ", ".join(self.location_ids.commercial_partner_id.mapped("name")),
                )
            )
        locations = self.location_ids._get_outermost_locations()
        left = {location: location.service_location_path for location in locations}
        locations.parent_id = self.parent_id
        locations._message_log_batch(
            {
                location.id: self.env._(
                    "Moved with everything under it: %(before)s → %(after)s",
                    before=before,
                    after=location.service_location_path,
                )
                for location, before in left.items()
            }
        )
        return {"type": "ir.actions.act_window_close"}
