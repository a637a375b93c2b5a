from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..models.service_device_protocol import WASTE_CODE


class ServiceDeviceMove(models.TransientModel):
    """Devices that change hands get a protocol; devices that come back tell of data and waste."""

    _inherit = "service.device.move"

    with_protocol = fields.Boolean(
        string="Make a Protocol",
        default=True,
        help="A handover or return protocol, ready for signature, when devices change hands.",
    )
    protocol_ids = fields.Many2many("service.device.protocol", readonly=True)
    is_return = fields.Boolean(compute="_compute_is_return")
    wipe_line_ids = fields.One2many(
        "service.device.move.wipe",
        "move_id",
        string="Data Wipe",
        compute="_compute_wipe_line_ids",
        store=True,
        readonly=False,
    )
    toner_line_ids = fields.One2many(
        "service.device.move.toner", "move_id", string="Unused Toner Taken Back"
    )
    waste_quantity = fields.Float(string="Waste (kg)", digits=(10, 3))
    waste_code = fields.Char(default=WASTE_CODE)
    waste_note_number = fields.Char(string="Waste Transfer Note")
    waste_producer = fields.Selection([("customer", "Customer"), ("own", "Our Company")])

    @api.depends("device_ids", "operation")
    def _compute_is_return(self):
        """Whether a device leaves a customer by this operation."""
        leaving = ("workshop", "courier", "take_back", "scrap", "swap")
        for wizard in self:
            wizard.is_return = wizard.operation in leaving and "customer" in (
                wizard.device_ids.placement_id.mapped("kind")
            )

    @api.depends("device_ids")
    def _compute_wipe_line_ids(self):
        """One line for each device; what was entered already stays."""
        for wizard in self:
            devices = wizard.device_ids._origin
            lines = wizard.wipe_line_ids
            kept = lines.filtered(lambda line, devices=devices: line.device_id in devices)
            wizard.wipe_line_ids = [
                *(Command.unlink(line.id) for line in lines - kept),
                *(Command.create({"device_id": device.id}) for device in devices - kept.device_id),
            ]

    def action_apply(self):
        """EXTENDS: print and show the protocols, now that all that they tell is there."""
        action = super().action_apply()
        self.protocol_ids._attach_pdf()
        name = self.env._("Protocols")
        return self.protocol_ids._get_records_action(name=name) if self.protocol_ids else action

    def _check_operation(self):
        # EXTENDS: what is told of a return must have one protocol that keeps it
        super()._check_operation()
        if not self.is_return:
            return
        if not self.with_protocol and (
            self.waste_quantity or any(line.method for line in self.wipe_line_ids)
        ):
            raise UserError(
                self.env._(
                    "The data wipe and the waste are kept on the protocol."
                    " Tick “Make a Protocol”, or clear what you entered of them."
                )
            )
        places = {
            (place.customer_id, place.location_id if self.waste_quantity else None)
            for place in self._get_left_placements()
        }
        if len(places) > 1 and (self.waste_quantity or self.toner_line_ids):
            raise UserError(
                self.env._(
                    "These devices come back from several places, and toner or waste comes from"
                    " one. Take back the devices of one place at a time."
                )
            )

    def _get_left_placements(self):
        places = self.device_ids._origin.placement_id
        return places.filtered(lambda place: place.kind == "customer")

    def _apply(self):
        # EXTENDS: protocols of what changed hands, and the toner that came back
        before = {device: device.placement_id for device in self._get_moved_devices()}
        left = self._get_left_placements().customer_id
        placements = super()._apply()
        protocols = self.env["service.device.protocol"]
        if self.with_protocol:
            protocols = protocols.create(self._prepare_protocols(placements, before))
        if self.is_return:
            returns = protocols.filtered(lambda protocol: protocol.kind == "return")
            self._take_back_toner(left, returns)
        self.protocol_ids = protocols
        return placements

    # --- protocols ---

    @api.model
    def _get_protocol_place(self, before, after):
        """:return: (kind of protocol, placement at the customer concerned), or None"""
        if after.operation == "owner":
            return None
        if after.kind != "customer":
            return ("return", before) if before.kind == "customer" else None
        if before.kind == "customer" and before.customer_id == after.customer_id:
            return None
        return ("handover", after)

    def _prepare_protocols(self, placements, before):
        """Values of one protocol for each kind, customer and location."""
        groups = {}
        for placement in placements:
            found = self._get_protocol_place(before[placement.device_id], placement)
            if found:
                kind, place = found
                key = (kind, place.customer_id, place.location_id)
                groups.setdefault(key, []).append(placement)
        return [self._prepare_protocol_vals(*key, placements) for key, placements in groups.items()]

    def _prepare_protocol_vals(self, kind, customer, location, placements):
        wipes = {line.device_id: line for line in self.wipe_line_ids} if kind == "return" else {}
        vals = {
            "kind": kind,
            "date": self.date,
            "company_id": self.company_id.id,
            "customer_id": customer.id,
            "location_id": location.id,
            "note": self.note,
            "line_ids": [
                Command.create(
                    {"device_id": placement.device_id.id, "placement_id": placement.id}
                    | wipes.get(
                        placement.device_id, self.env["service.device.move.wipe"]
                    )._prepare_wipe_vals()
                )
                for placement in placements
            ],
        }
        if kind == "return":
            vals |= {
                "waste_quantity": self.waste_quantity,
                "waste_code": self.waste_code,
                "waste_note_number": self.waste_note_number,
                "waste_producer": self.waste_producer,
            }
        return vals

    # --- toner ---

    def _take_back_toner(self, customer, protocols):
        """Count a customer's unused toner into our stock; the first return protocol names it."""
        lines = self.toner_line_ids
        if not lines:
            return
        tracked = lines.product_id.filtered(lambda product: product.tracking != "none")
        if tracked:
            raise UserError(
                self.env._(
                    "%s is tracked by lot or serial number: take it back in the inventory app.",
                    ", ".join(tracked.mapped("display_name")),
                )
            )
        # Whoever may take a device back may not move stock in general; what is counted back is a
        # consequence of the return, recorded with it.
        moves = self.env["stock.move"].sudo().create(lines._prepare_move_vals(self, customer))
        moves._action_done()
        # It came back when the devices did; done moves get the present moment.
        moves.date = min(self.date, fields.Datetime.now())
        if protocols:
            protocols[0].toner_ids = [
                Command.create(
                    {
                        "product_id": line.product_id.id,
                        "quantity": line.quantity,
                        "stock_move_id": move.id,
                    }
                )
                for line, move in zip(lines, moves, strict=True)
            ]
