from itertools import zip_longest

from odoo import api, fields, models
from odoo.exceptions import LockError, UserError, ValidationError
from odoo.tools import SQL

from odoo.addons.service_customer.tools.load_entry import fold

OWNERS = [("own", "Our Company"), ("customer", "Customer"), ("lessor", "Leasing Company")]
STATUSES = [
    ("in_stock", "In Stock"),
    ("prepared", "Prepared"),
    ("installed", "Installed"),
    ("in_workshop", "In Workshop"),
    ("loaned", "Loaned"),
    ("with_courier", "With Courier"),
    ("withdrawn", "Withdrawn"),
    ("scrapped", "Scrapped"),
]
# What the current placement says of the device. Only the placement model writes these.
PLACEMENT_FIELDS = frozenset(
    ("placement_id", "customer_id", "location_id", "status", "owner", "date_placed")
)
# What the one who registers a device may state of its first placement.
FIRST_PLACEMENT_FIELDS = frozenset(("customer_id", "location_id", "owner", "date_placed"))


class ServiceDevice(models.Model):
    """One device: its identity, and a copy of what its current placement says of it."""

    _name = "service.device"
    _description = "Device"
    _inherit = ["service.portal.mixin", "mail.thread", "mail.activity.mixin"]
    # A device goes from customer to customer, its conversation is one.
    _service_staff_thread = True
    _rec_names_search = ["name", "serial", "inventory_number"]
    _order = "name desc, id desc"
    _check_company_auto = True

    # --- identity ---
    name = fields.Char(string="Number", required=True, copy=False, readonly=True, index="trigram")
    serial = fields.Char(
        string="Serial Number", required=True, copy=False, index="trigram", tracking=True
    )
    inventory_number = fields.Char(
        index="trigram", copy=False, tracking=True, help="The customer's own number of the device."
    )
    model_id = fields.Many2one(
        "service.device.model", required=True, index=True, ondelete="restrict", tracking=True
    )
    manufacturer_id = fields.Many2one(related="model_id.manufacturer_id", store=True, index=True)
    # Precomputed, for the properties are computed from it when the row is inserted.
    category_id = fields.Many2one(
        related="model_id.category_id", store=True, index=True, precompute=True
    )
    lot_id = fields.Many2one(
        "stock.lot",
        string="Stock Serial Number",
        copy=False,
        check_company=True,
        ondelete="restrict",
        help="The serial number under which our stock keeps this device.",
    )
    product_id = fields.Many2one(related="lot_id.product_id", store=True, index="btree_not_null")
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env.company,
    )
    active = fields.Boolean(default=True)
    warranty_date = fields.Date(
        string="Warranty Until", help="Last day of the manufacturer's warranty."
    )
    note = fields.Html(string="Notes")
    device_properties = fields.Properties(
        string="Properties", definition="category_id.device_properties_definition", copy=True
    )
    image_1920 = fields.Image(related="model_id.image_1920", string="Picture")
    image_512 = fields.Image(related="model_id.image_512", string="Picture 512")
    image_128 = fields.Image(related="model_id.image_128", string="Picture 128")

    # --- where and whose: copied from the current placement ---
    placement_ids = fields.One2many("service.device.placement", "device_id", string="Placements")
    placement_id = fields.Many2one(
        "service.device.placement",
        string="Current Placement",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    date_placed = fields.Datetime(
        string="There Since", readonly=True, copy=False, help="Start of the current placement."
    )
    customer_id = fields.Many2one(
        "res.partner",
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
        copy=False,
        tracking=True,
        help="The customer at whom the device stands, or to whom it belongs.",
    )
    location_id = fields.Many2one(
        "res.partner",
        string="Location",
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
        copy=False,
        tracking=True,
        domain="[('type', '=', 'location'), ('commercial_partner_id', '=?', customer_id)]",
        help="The customer's branch, building, floor or room in which the device stands.",
    )
    status = fields.Selection(
        STATUSES, required=True, default="in_stock", index=True, copy=False, tracking=True
    )
    owner = fields.Selection(OWNERS, required=True, default="own", copy=False, tracking=True)

    _serial_uniq = models.UniqueIndex(
        "(model_id, upper(serial))", "There is already a device of this model with this serial."
    )
    # By the number alone, as files of other programs know devices.
    _serial_idx = models.Index("(upper(serial))")
    _name_uniq = models.Constraint(
        "UNIQUE(company_id, name)", "There is already a device with this number."
    )
    _lot_uniq = models.Constraint(
        "UNIQUE(lot_id)", "This stock serial number already belongs to another device."
    )

    @api.constrains("lot_id")
    def _check_lot(self):
        """A serial number of another product would bring another device's stock along."""
        for device in self.filtered("lot_id"):
            # sudo: whoever registers devices may not read the stock.
            product = device.lot_id.sudo().product_id
            if product.service_device_model_id != device.model_id:
                raise ValidationError(
                    self.env._(
                        "The serial number %(serial)s is kept in stock as “%(product)s”, which is"
                        " no %(model)s. Choose a serial number of this model.",
                        serial=device.lot_id.sudo().name,
                        product=product.display_name,
                        model=device.model_id.display_name,
                    )
                )

    @api.depends("name", "serial", "model_id.display_name")
    def _compute_display_name(self):
        for device in self:
            serial = device.serial and f"({device.serial})"
            parts = (device.name, device.model_id.display_name, serial)
            device.display_name = " ".join(part for part in parts if part)

    # --- CRUD ---

    @api.model_create_multi
    def create(self, vals_list):
        """Number the devices and give each its first placement.

        ``customer_id``, ``location_id``, ``owner`` and ``date_placed`` in the values describe that
        placement (at the customer when one is named, else in stock), unless ``placement_ids``
        brings placements along. The status is never given: it follows from the placement.
        """
        firsts = []
        vals_list = [dict(vals) for vals in vals_list]
        numbers = iter(self._next_numbers(sum(not vals.get("name") for vals in vals_list)))
        for vals in vals_list:
            # They stay in the values: written with the row, they need not be copied one by one.
            first = {name: vals[name] for name in FIRST_PLACEMENT_FIELDS & vals.keys()}
            if vals.get("placement_ids"):
                for name in first:
                    del vals[name]
            firsts.append(None if vals.get("placement_ids") else first)
            vals.pop("placement_id", None)
            vals.pop("status", None)
            if not vals.get("name"):
                vals["name"] = next(numbers)
            if vals.get("serial"):
                vals["serial"] = vals["serial"].strip()
            if vals.get("model_id") and vals.get("device_properties"):
                # Properties are dropped unless the record that defines them is in the values.
                model = self.env["service.device.model"].browse(vals["model_id"])
                vals["category_id"] = model.category_id.id
        devices = super().create(vals_list)
        placements = [
            device._prepare_first_placement_vals(**first)
            for device, first in zip(devices, firsts, strict=True)
            if first is not None
        ]
        self.env["service.device.placement"].create(placements)
        return devices

    @api.model
    def _next_numbers(self, count):
        """The next numbers of devices; many are taken from the sequence at once."""
        # As in core's next_by_code: a number is no right on sequences.
        sequence = self.env["ir.sequence"].sudo()
        if count > 1:
            domain = [
                ("code", "=", "service.device"),
                ("company_id", "in", (self.env.company.id, False)),
            ]
            sequence = sequence.search(domain, order="company_id", limit=1)
        if sequence.implementation != "standard" or sequence.use_date_range:
            return [
                self.env["ir.sequence"].next_by_code("service.device") for _number in range(count)
            ]
        name = f"ir_sequence_{sequence.id:03}"
        rows = self.env.execute_query(
            SQL("SELECT nextval(%s) FROM generate_series(1, %s)", name, count)
        )
        return [sequence.get_next_char(number) for (number,) in rows]

    def write(self, vals):
        if PLACEMENT_FIELDS & vals.keys():
            raise UserError(
                self.env._(
                    "Where a device is and whose it is follows from its placements."
                    " Use “Install”, “Move” or “Take Back” on the device."
                )
            )
        if vals.get("serial"):
            vals = vals | {"serial": vals["serial"].strip()}
        return super().write(vals)

    @api.model
    def _find_by_word(self, field, words):
        """Devices by a number people write, whatever its letter case, in one query.

        :param str field: ``serial`` or ``inventory_number``
        :return: ``{word, folded: devices}`` of the current company
        """
        keys = list({word.strip().upper() for word in words if word})
        query = self._search([("company_id", "=", self.env.company.id)])
        query.add_where(SQL("upper(service_device.%s) = ANY(%s)", SQL.identifier(field), keys))
        found = {}
        for device in self.browse(query):
            key = fold(device[field])
            found[key] = found.get(key, self.browse()) | device
        return found

    def _set_current_placement(self, placement):
        """Copy the current placement to the device; called by the placement model only.

        The row is written even when nothing differs: whoever waits for the row then sees that the
        placements have changed since the own snapshot, and is repeated by the server.
        """
        self.ensure_one()
        names = ["customer_id", "location_id", *(("status", "owner") if placement else ())]
        vals = {name: placement[name] for name in names} | {"date_placed": placement.date_start}
        # What is said already is not said again: each of it would ask what depends on it.
        vals = {name: value for name, value in vals.items() if self[name] != value}
        vals = {name: self._fields[name].convert_to_write(vals[name], self) for name in vals}
        # Past this model's own write, which refuses these fields to everybody else.
        super().write(  # pylint: disable=super-method-mismatch
            vals | {"placement_id": placement.id}
        )

    def _lock_for_placement(self):
        """Take the devices' rows until the end of the transaction, or say who has to wait."""
        try:
            self.lock_for_update(allow_referencing=True)
        except LockError:
            raise UserError(
                self.env._(
                    "Somebody else is moving one of these devices right now: %s."
                    " Try again in a moment.",
                    ", ".join(self.mapped("name")),
                )
            )

    def _refresh_placements(self):
        """Write the ends of these devices' placements and copy each last one to its device.

        Called by the placement model, with the devices locked.
        """
        Placement = self.env["service.device.placement"]
        placements = Placement.search([("device_id", "in", self.ids)], order="date_start, id")
        by_device = placements.grouped("device_id")
        for device in self:
            line = by_device.get(device, Placement)
            for placement, following in zip_longest(line, line[1:], fillvalue=Placement):
                if placement.date_end != following.date_start:
                    placement._write_internal({"date_end": following.date_start})
            device._set_current_placement(line[-1:])

    def _prepare_first_placement_vals(self, date_placed=None, **vals):
        """Values of the placement with which the life of a newly registered device begins."""
        self.ensure_one()
        return {
            "device_id": self.id,
            "date_start": date_placed or fields.Datetime.now(),
            "kind": "customer" if vals.get("customer_id") else "stock",
        } | {name: value for name, value in vals.items() if value}

    # --- actions ---

    def _open_move_wizard(self, operation, title=None):
        """Open the wizard that changes where these devices are, ready for one operation."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_device.service_device_move_action"
        )
        labels = self.env["service.device.move"]._fields["operation"]
        title = title or dict(labels._description_selection(self.env))[operation]
        context = {"default_device_ids": self.ids, "default_operation": operation}
        return action | {"name": title, "context": context}

    def action_install(self):
        """Open the wizard that installs the devices at a customer."""
        return self._open_move_wizard("install")

    def action_move_wizard(self):
        """Open the wizard that moves the devices, or installs those not at a customer yet."""
        installed = self and all(device.placement_id.kind == "customer" for device in self)
        # A move is where the other operations are chosen, too: no title that may turn wrong.
        return self._open_move_wizard("move" if installed else "install", self.env._("Move"))

    def action_swap(self):
        """Open the wizard that swaps the device with another one or a loaner."""
        return self._open_move_wizard("swap")

    def action_take_back(self):
        """Open the wizard that takes the devices back from the customer."""
        return self._open_move_wizard("take_back")

    def action_open_lot(self):
        """Open the serial number in stock."""
        self.ensure_one()
        return self.lot_id._get_records_action()
