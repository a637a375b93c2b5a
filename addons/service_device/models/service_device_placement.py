from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .service_device import OWNERS, STATUSES

KINDS = [
    ("stock", "Stock"),
    ("workshop", "Workshop"),
    ("courier", "Courier"),
    ("customer", "Customer"),
    ("scrap", "Scrap"),
]
# The statuses a device can have in each kind of placement; the first is the usual one.
KIND_STATUSES = {
    "stock": ("in_stock", "prepared", "withdrawn"),
    "workshop": ("in_workshop",),
    "courier": ("with_courier",),
    "customer": ("installed", "loaned"),
    "scrap": ("scrapped",),
}
# A placement is a fact: what it says is never rewritten, only remarks are.
CHANGEABLE_FIELDS = frozenset(("note", "custodian_id"))
# Clocks of browsers and servers differ a little.
CLOCK_TOLERANCE = timedelta(minutes=10)


class ServiceDevicePlacement(models.Model):
    """Where a device is, at whose place and whose it is, from a moment on.

    A placement lasts until the next one of its device starts; ``date_end`` is that start and is
    written by this model only. As (device, start) is unique, placements can neither overlap nor
    leave a gap.
    """

    _name = "service.device.placement"
    _description = "Device Placement"
    _order = "date_start desc, id desc"
    _check_company_auto = True

    device_id = fields.Many2one(
        "service.device", required=True, index=True, ondelete="cascade", check_company=True
    )
    company_id = fields.Many2one(related="device_id.company_id", store=True, index=True)
    date_start = fields.Datetime(string="From", required=True, default=fields.Datetime.now)
    date_end = fields.Datetime(
        string="To",
        readonly=True,
        copy=False,
        help="Start of the next placement of the device; empty while the device is there.",
    )
    kind = fields.Selection(KINDS, required=True, default="stock")
    status = fields.Selection(
        STATUSES,
        required=True,
        compute="_compute_status",
        store=True,
        readonly=False,
        precompute=True,
        help="The status that the device has in this placement.",
    )
    customer_id = fields.Many2one(
        "res.partner", index="btree_not_null", ondelete="restrict", check_company=True
    )
    location_id = fields.Many2one(
        "res.partner",
        string="Location",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain="[('type', '=', 'location'), ('commercial_partner_id', '=?', customer_id)]",
    )
    stock_location_id = fields.Many2one(
        "stock.location",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain="[('usage', '=', 'internal')]",
        help="The shelf or van in which the device lies.",
    )
    owner = fields.Selection(OWNERS, required=True, default="own")
    custodian_id = fields.Many2one(
        "res.partner",
        index="btree_not_null",
        ondelete="restrict",
        help="The person who looks after the device there.",
    )
    stock_move_id = fields.Many2one(
        "stock.move",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="The stock move that went with this placement.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Recorded by",
        default=lambda self: self.env.user,
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    note = fields.Char()

    _device_start_uniq = models.Constraint(
        "UNIQUE(device_id, date_start)",
        "This device already has a placement that starts at this moment. Choose another time.",
    )
    _customer_required = models.Constraint(
        "CHECK(customer_id IS NOT NULL OR (kind != 'customer' AND owner != 'customer'))",
        "Name the customer: the device stands at a customer or belongs to one.",
    )
    _end_after_start = models.Constraint(
        "CHECK(date_end > date_start)", "A placement ends after it starts."
    )

    @api.depends("kind", "owner")
    def _compute_status(self):
        for placement in self:
            if placement.kind == "stock" and placement.owner != "own":
                # It stands with us, but it is nothing that we could give to anybody.
                placement.status = "withdrawn"
            else:
                placement.status = KIND_STATUSES[placement.kind][0]

    @api.depends("device_id.name", "date_start", "status")
    def _compute_display_name(self):
        labels = dict(self._fields["status"]._description_selection(self.env))
        for placement in self:
            day = fields.Date.to_string(placement.date_start)
            placement.display_name = (
                f"{placement.device_id.name}: {labels.get(placement.status)} ({day})"
            )

    # --- constraints ---

    @api.constrains("kind", "status")
    def _check_status(self):
        for placement in self:
            if placement.status not in KIND_STATUSES[placement.kind]:
                raise ValidationError(
                    self.env._(
                        "The status of %s contradicts where it is. Choose a status that fits.",
                        placement.device_id.name,
                    )
                )

    @api.constrains("customer_id")
    def _check_customer(self):
        for placement in self:
            customer = placement.customer_id
            if customer.commercial_partner_id != customer:
                raise ValidationError(
                    self.env._(
                        "“%(partner)s” is not a customer but belongs to one. Choose %(customer)s"
                        " as the customer, and the location beside it.",
                        partner=customer.display_name,
                        customer=customer.commercial_partner_id.display_name,
                    )
                )

    @api.constrains("customer_id", "location_id")
    def _check_location(self):
        """The location must be one of the customer's, else data of one would reach another."""
        for placement in self.filtered("location_id"):
            location = placement.location_id
            if (
                location.type != "location"
                or location.commercial_partner_id != placement.customer_id
            ):
                raise ValidationError(
                    self.env._(
                        "“%(location)s” is not a location of %(customer)s."
                        " Choose one of this customer's locations.",
                        location=location.display_name,
                        customer=placement.customer_id.display_name or self.env._("no customer"),
                    )
                )

    @api.constrains("date_start")
    def _check_date_start(self):
        latest = fields.Datetime.now() + CLOCK_TOLERANCE
        for placement in self:
            if placement.date_start > latest:
                raise ValidationError(
                    self.env._(
                        "%s cannot be moved in the future. Record the move when it happens.",
                        placement.device_id.name,
                    )
                )

    # --- CRUD ---

    @api.model_create_multi
    def create(self, vals_list):
        """Place devices: locks them, joins the placements to their neighbours, does the effects."""
        devices = self.env["service.device"].browse(
            {vals["device_id"] for vals in vals_list if vals.get("device_id")}
        )
        devices._lock_for_placement()
        placements = super().create([vals | {"date_end": False} for vals in vals_list])
        devices._refresh_placements()
        placements._effects()
        return placements

    def write(self, vals):
        if vals.keys() - CHANGEABLE_FIELDS:
            raise UserError(
                self.env._(
                    "A recorded placement cannot be changed. Record a new move of the device."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_history(self):
        """Only the last placement can be taken away, when it moved no stock and is not the only."""
        placed = dict(
            self._read_group([("device_id", "in", self.device_id.ids)], ["device_id"], ["__count"])
        )
        for placement in self:
            device = placement.device_id
            if placement.date_end or placement.stock_move_id or placed[device] == 1:
                raise UserError(
                    self.env._(
                        "This placement of %s cannot be deleted: only the last one can, as long as"
                        " no stock was moved. Record a new move instead.",
                        device.name,
                    )
                )

    def unlink(self):
        devices = self.device_id
        devices._lock_for_placement()
        result = super().unlink()
        devices._refresh_placements()
        return result

    def _write_internal(self, vals):
        """Write what this model alone may write (ends, stock move)."""
        # Past this model's own write, which refuses these fields to everybody else.
        return super().write(vals)  # pylint: disable=super-method-mismatch

    def _effects(self):
        """What a placement does besides itself, in the same transaction; upper addons extend it.

        :return: None
        """
