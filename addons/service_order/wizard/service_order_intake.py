from odoo import api, fields, models
from odoo.fields import Domain

from ..models.service_stage import CLOSED_KINDS

#: Open orders of a customer shown when no device is named.
MOST_OTHERS = 5


class ServiceOrderIntake(models.TransientModel):
    """A request taken down while the customer speaks: what, who, which subject, one sentence."""

    _name = "service.order.intake"
    _description = "Request by Telephone"

    device_id = fields.Many2one("service.device", ondelete="cascade")
    customer_id = fields.Many2one(
        "res.partner",
        ondelete="cascade",
        compute="_compute_place",
        store=True,
        readonly=False,
    )
    location_id = fields.Many2one(
        "res.partner", ondelete="cascade", compute="_compute_place", store=True, readonly=False
    )
    reporter_id = fields.Many2one(
        "res.partner",
        "Caller",
        ondelete="cascade",
        compute="_compute_reporter_id",
        store=True,
        readonly=False,
    )
    reporter_phone = fields.Char("Telephone", related="reporter_id.phone")
    contract_id = fields.Many2one(related="device_id.contract_id")
    cover = fields.Char(
        compute="_compute_cover", help="What the contract of the device covers today."
    )
    topic_id = fields.Many2one(
        "service.topic",
        ondelete="cascade",
        compute="_compute_topic_id",
        store=True,
        readonly=False,
        domain="[('id', 'in', topic_ids)]",
    )
    topic_ids = fields.Many2many(
        "service.topic", string="Topics Offered", compute="_compute_topic_ids"
    )
    description = fields.Text()
    other_order_ids = fields.Many2many(
        "service.order", string="Open Orders", compute="_compute_other_order_ids"
    )

    @api.depends("device_id", "reporter_id")
    def _compute_place(self):
        """The device says whose and where; without one, the caller says whose."""
        for intake in self:
            device, caller = intake.device_id, intake.reporter_id
            if device:
                intake.customer_id, intake.location_id = device.customer_id, device.location_id
            elif caller and not intake.customer_id:
                customers = caller._service_live_memberships().customer_id
                known = customers or caller.commercial_partner_id - caller
                intake.customer_id = known.sudo(False) if len(known) == 1 else False

    @api.depends("device_id")
    def _compute_reporter_id(self):
        """The only contact of a device is most likely the one who calls."""
        for intake in self:
            contacts = intake.device_id.contact_ids
            intake.reporter_id = intake.reporter_id or (contacts if len(contacts) == 1 else False)

    @api.depends("device_id")
    def _compute_cover(self):
        covered = self.device_id._cover_in_words()
        for intake in self:
            intake.cover = ", ".join(covered.get(intake.device_id, []))

    @api.depends("device_id")
    def _compute_topic_ids(self):
        for intake in self:
            intake.topic_ids = intake.topic_ids._search_for(intake.device_id)

    @api.depends("topic_ids")
    def _compute_topic_id(self):
        """Another device may have other topics."""
        for intake in self:
            intake.topic_id = intake.topic_id & intake.topic_ids

    @api.depends("device_id", "customer_id")
    def _compute_other_order_ids(self):
        """What may be the same request: open orders on the device; without one, the newest open
        ones of the customer."""
        for intake in self:
            orders = intake.other_order_ids
            if intake.device_id:
                about = orders._on_devices_domain(intake.device_id)
            else:
                about = Domain("customer_id", "=", intake.customer_id.id)
            intake.other_order_ids = orders.search(
                about & Domain("stage_kind", "not in", CLOSED_KINDS),
                order="date_reported desc",
                limit=MOST_OTHERS,
            )

    def action_create_order(self):
        """Make the order, on the desk of whoever answered the telephone, and open it."""
        self.ensure_one()
        names = (
            "device_id",
            "customer_id",
            "location_id",
            "reporter_id",
            "topic_id",
        )
        order = self.env["service.order"].create(
            {name: self[name].id for name in names}
            | {"description": self.description, "source": "phone", "user_id": self.env.user.id}
        )
        return order._get_records_action(target="main")
