from datetime import timedelta

from odoo import api, models
from odoo.fields import Command, Domain
from odoo.tools.sql import escape_psql

from .service_device_placement import CLOCK_TOLERANCE
from .stock_move_line import REGISTERED_USAGES, SHELF_KINDS


class ServiceDevice(models.Model):
    """Devices that come from our stock: what moves the one places the other."""

    _inherit = "service.device"

    @api.model
    def _carry_by_stock(self, lines):
        """Place the devices whose serial numbers were moved, each move once.

        What a placement has moved by itself is told already. What cannot be told from a transfer
        (a delivery without a partner, a count) is left for the list of disagreements.

        :param lines: done `stock.move.line` records whose product is a device
        :return: the devices of the lines
        """
        by_lot = self._get_by_lot(lines.lot_id)
        known = lines.filtered(lambda line: line.lot_id in by_lot)
        devices = self._register_moved(lines - known)
        while known:
            # A serial number that was moved twice at once is placed twice, one after the other.
            batch = known.browse(line[:1].id for line in known.grouped("lot_id").values())
            self._place_moved({line: by_lot[line.lot_id] for line in batch})
            known -= batch
        return devices | self.browse(device.id for device in by_lot.values())

    @api.model
    def _get_by_lot(self, lots):
        """:return: ``{stock.lot: its device, archived ones too}``"""
        devices = self.with_context(active_test=False).search([("lot_id", "in", lots.ids)])
        return {device.lot_id: device for device in devices}

    # --- devices that are known ---

    @api.model
    def _place_moved(self, devices_by_line):
        """Record where each device has been brought, unless the register says so already."""
        placements = self.env["service.device.placement"]
        lines = self.env["stock.move.line"].union(*devices_by_line)
        told = {
            (placement.device_id, placement.stock_move_id)
            for placement in placements.search([("stock_move_id", "in", lines.move_id.ids)])
        }
        vals_list = []
        for line, device in devices_by_line.items():
            if (device, line.move_id) in told or device.company_id != line.company_id:
                continue
            vals = line._service_prepare_placement_vals(device)
            if vals and not device._is_placed_so(vals):
                vals_list += device._prepare_moved_vals(vals)
        return placements.create(vals_list)

    def _is_placed_so(self, vals):
        """Whether the current placement says what these values of a placement say."""
        here = self.placement_id
        same = all(
            here[name] == vals[name] for name in ("kind", "owner", "status") if name in vals
        ) and all(
            here[name].id == (vals.get(name) or False) for name in ("customer_id", "location_id")
        )
        if vals["kind"] in SHELF_KINDS:
            return same and here._get_shelf().id == vals["stock_location_id"]
        return same

    def _prepare_moved_vals(self, vals):
        """Values of the placements of a device that stock has moved, and of its options with it."""
        start = self._get_carried_start(vals["date_start"])
        if not start:
            return []
        moved = [vals | {"device_id": self.id, "date_start": start}]
        for option in self._get_options_along().filtered(lambda one: one.owner == self.owner):
            # The serial number of an option has not moved yet: its placement takes it along.
            own_start = option._get_carried_start(vals["date_start"])
            if own_start:
                own = {"device_id": option.id, "date_start": own_start, "stock_move_id": False}
                moved.append(vals | own)
        return moved

    def _get_carried_start(self, moment):
        """When a placement by stock begins: after all that is recorded of the device.

        :return: a datetime; None when later facts are recorded, which a transfer does not rewrite
        """
        limit = self._get_move_limits().get(self)
        if not limit or moment > limit[0]:
            return moment
        if limit[0] - moment >= CLOCK_TOLERANCE:
            return None
        return limit[0] + timedelta(seconds=1)

    # --- devices that are not known yet ---

    @api.model
    def _register_moved(self, lines):
        """Make or find the device of each serial number that has no device.

        A device that is registered without stock is joined to its serial number and stays where
        the register has it: who typed it knew where it stands.

        :return: the devices
        """
        lines = lines.filtered(lambda line: line.location_dest_id.usage in REGISTERED_USAGES)
        unlinked = self._get_without_lot(lines)
        devices, vals_by_lot = self.browse(), {}
        for line in lines:
            known = unlinked.get(
                (line.product_id.service_device_model_id, line.lot_id.name.upper())
            )
            if known:
                known.lot_id = line.lot_id
                devices |= known
                continue
            place = line._service_prepare_placement_vals(self.browse())
            if place:
                vals_by_lot[line.lot_id] = self._prepare_registered_vals(line, place)
        return devices | self.create(list(vals_by_lot.values()))

    @api.model
    def _get_without_lot(self, lines):
        """:return: ``{(model, upper serial): device}`` of devices that these lines may be"""
        if not lines:
            return {}
        devices = self.with_context(active_test=False).search(
            Domain("model_id", "in", lines.product_id.service_device_model_id.ids)
            & Domain("lot_id", "=", False)
            & Domain.OR(Domain("serial", "=ilike", escape_psql(lot.name)) for lot in lines.lot_id)
        )
        return {(device.model_id, device.serial.upper()): device for device in devices}

    @api.model
    def _prepare_registered_vals(self, line, place):
        """Values of the device of a `stock.move.line`, with its first placement."""
        return {
            "serial": line.lot_id.name,
            "model_id": line.product_id.service_device_model_id.id,
            "lot_id": line.lot_id.id,
            "company_id": line.company_id.id,
            "placement_ids": [Command.create(place)],
        }

    def _find_stock_serial(self):
        """The free stock serial number with this device's number and model, or none."""
        self.ensure_one()
        # Superuser: whoever settles the register may not read the stock; only the number is taken.
        return (
            self.env["stock.lot"]
            .sudo()
            .search(
                [
                    ("name", "=ilike", escape_psql(self.serial)),
                    ("product_id.service_device_model_id", "=", self.model_id.id),
                    ("service_device_ids", "=", False),
                    ("company_id", "in", (False, self.company_id.id)),
                ],
                limit=1,
            )
        )
