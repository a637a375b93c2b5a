from odoo import api, fields, models
from odoo.exceptions import UserError

STATES = [
    ("draft", "To Be Sent"),
    ("sent", "On Its Way"),
    ("delivered", "Delivered"),
    ("returned", "Returned"),
    ("lost", "Lost"),
]
#: States of parcels that hold what is in them.
HOLDING_STATES = ("draft", "sent", "delivered")
# What was sent, and to whom, stays as it was.
SENT_FIELDS = frozenset(
    {"order_id", "direction", "with_device", "line_ids", "street", "zip", "city"}
)


class ServiceParcel(models.Model):
    """A parcel of an order: what is in it, where it goes, who carries it and how far it has come.

    Sending uses up its lines, and hands the device to the courier; what is returned or lost is
    taken back. The address is a copy: a later move of the customer changes no parcel.
    """

    _name = "service.parcel"
    _description = "Parcel"
    _inherit = ["service.program.mixin", "mail.thread"]
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char("Number", required=True, readonly=True, copy=False, index="trigram")
    order_id = fields.Many2one(
        "service.order", required=True, index=True, ondelete="restrict", check_company=True
    )
    company_id = fields.Many2one(related="order_id.company_id", store=True, index=True)
    customer_id = fields.Many2one(related="order_id.customer_id", store=True, index=True)
    device_id = fields.Many2one(related="order_id.device_id")
    direction = fields.Selection(
        [("out", "To the Customer"), ("in", "From the Customer")], required=True, default="out"
    )
    state = fields.Selection(
        STATES,
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    with_device = fields.Boolean("Holds the Device", help="The order's device is in the parcel.")
    line_ids = fields.Many2many(
        "service.order.line",
        string="Goods",
        domain="[('order_id', '=', order_id), ('kind', 'in', ('part', 'consumable'))]",
    )
    note = fields.Char("Remarks", help="For the courier or for what else is in the parcel.")
    content = fields.Char(compute="_compute_content")
    weight = fields.Float("Weight (kg)", digits=(10, 2))
    carrier_id = fields.Many2one(
        "service.carrier",
        string="Carrier",
        index="btree_not_null",
        ondelete="restrict",
        default=lambda self: self.env["service.carrier"].search([], limit=1),
        tracking=True,
    )
    tracking_number = fields.Char(copy=False, index="trigram", tracking=True)
    tracking_url = fields.Char("Tracking Page", compute="_compute_tracking_url")
    date_sent = fields.Datetime("Sent", readonly=True, copy=False)
    date_closed = fields.Datetime(
        "Arrived", readonly=True, copy=False, help="When it was delivered, returned or given up."
    )

    partner_name = fields.Char("Addressee")
    contact_name = fields.Char("Person")
    street = fields.Char()
    street2 = fields.Char()
    zip = fields.Char()
    city = fields.Char()
    country_id = fields.Many2one("res.country", ondelete="restrict")
    phone = fields.Char()
    email = fields.Char()

    _name_uniq = models.Constraint("UNIQUE(name)", "There is already a parcel with this number.")
    _weight_positive = models.Constraint("CHECK(weight >= 0)", "A weight cannot be below zero.")
    _to_send = models.Index("(company_id) WHERE state IN ('draft', 'sent')")

    @api.depends("line_ids.quantity", "line_ids.name", "with_device", "device_id", "note")
    def _compute_content(self):
        for parcel in self:
            parts = [parcel.device_id.display_name] if parcel.with_device else []
            parts += [f"{line.quantity:g} × {line.name}" for line in parcel.line_ids]
            parcel.content = ", ".join(part for part in parts if part) or parcel.note

    @api.depends("carrier_id.tracking_template", "tracking_number")
    def _compute_tracking_url(self):
        for parcel in self:
            # sudo: a customer follows the parcel, and need not read couriers for it.
            carrier = parcel.carrier_id.sudo()
            parcel.tracking_url = carrier._get_tracking_url(parcel.tracking_number)

    @api.constrains("line_ids", "order_id", "state")
    def _check_lines(self):
        """Goods are the order's own, go out and lie in one parcel only."""
        held = self.line_ids.parcel_ids.filtered(lambda parcel: parcel.state in HOLDING_STATES)
        for parcel in self.filtered(lambda parcel: parcel.state in HOLDING_STATES):
            if parcel.line_ids.order_id - parcel.order_id:
                raise UserError(
                    self.env._(
                        "These goods belong to another order than %s. Choose the order's own.",
                        parcel.order_id.name,
                    )
                )
            if parcel.line_ids and parcel.direction == "in":
                raise UserError(
                    self.env._("Goods are sent to the customer. Turn the parcel's direction.")
                )
            other = (held - parcel).filtered(
                lambda each, lines=parcel.line_ids: each.line_ids & lines
            )
            if other:
                raise UserError(
                    self.env._(
                        "%(goods)s lies in the parcel %(parcel)s already. Take it out there first.",
                        goods=(other[0].line_ids & parcel.line_ids)[:1].name,
                        parcel=other[0].name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        """Number the parcels and copy the address to which, or from which, they go."""
        numbers = self.env["ir.sequence"]
        orders = self.env["service.order"]
        completed = []
        for vals in vals_list:
            order = orders.browse(vals.get("order_id"))
            vals = self._prepare_address_vals(order) | vals
            if not vals.get("name"):
                numbers_of = numbers.with_company(order.company_id)
                vals["name"] = numbers_of.next_by_code("service.parcel")
            completed.append(vals)
        return super().create(completed)

    @api.onchange("order_id")
    def _onchange_order_id(self):
        self.update(self._prepare_address_vals(self.order_id))

    @api.model
    def _prepare_address_vals(self, order):
        """The order's place and reporter, as an address on a parcel."""
        place = (order.location_id or order.customer_id)._get_service_address()
        person = order.reporter_id
        return {
            "partner_name": order.customer_id.name,
            "contact_name": person.name,
            "street": place.street,
            "street2": place.street2,
            "zip": place.zip,
            "city": place.city,
            "country_id": place.country_id.id,
            "phone": person.phone or place.phone or order.customer_id.phone,
            "email": person.email or order.customer_id.email,
        }

    def write(self, vals):
        """What is in a parcel that was sent, and where it went, stays as it was."""
        if vals.keys() & SENT_FIELDS:
            self._check_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_sent(self):
        self._check_draft()

    def _check_draft(self):
        sent = self.filtered(lambda parcel: parcel.state != "draft")
        if sent:
            raise UserError(
                self.env._(
                    "%s was sent already and stays as it was. Make another parcel instead.",
                    ", ".join(sent.mapped("name")),
                )
            )

    def action_track(self):
        """Open the courier's page that follows the parcel."""
        self.ensure_one()
        return {"type": "ir.actions.act_url", "url": self.tracking_url, "target": "new"}
