from odoo import api, models
from odoo.fields import Command, Domain
from odoo.tools.sql import escape_psql


class ServiceDevice(models.Model):
    """Devices that come from our stock."""

    _inherit = "service.device"

    @api.model
    def _register_received(self, lines):
        """Make or find the device of each received serial number.

        :param lines: done `stock.move.line` records whose product is a device
        :return: the devices, one for each line's serial number
        """
        devices = self.with_context(active_test=False).search([("lot_id", "in", lines.lot_id.ids)])
        lines = lines.filtered(lambda line: line.lot_id not in devices.lot_id)
        without_lot = self.with_context(active_test=False).search(
            Domain("model_id", "in", lines.product_id.service_device_model_id.ids)
            & Domain("lot_id", "=", False)
            & Domain.OR(Domain("serial", "=ilike", escape_psql(lot.name)) for lot in lines.lot_id)
        )
        unlinked = {(device.model_id, device.serial.upper()): device for device in without_lot}
        vals_list = []
        for line in lines:
            known = unlinked.get(
                (line.product_id.service_device_model_id, line.lot_id.name.upper())
            )
            if known:
                known.lot_id = line.lot_id
                devices |= known
            else:
                vals_list.append(self._prepare_received_vals(line))
        return devices | self.create(vals_list)

    @api.model
    def _prepare_received_vals(self, line):
        """Values of the device of a received `stock.move.line`."""
        return {
            "serial": line.lot_id.name,
            "model_id": line.product_id.service_device_model_id.id,
            "lot_id": line.lot_id.id,
            "company_id": line.company_id.id,
            "placement_ids": [
                Command.create(
                    {
                        "date_start": line.date,
                        "kind": "stock",
                        "owner": "own",
                        "stock_location_id": line.location_dest_id.id,
                        "stock_move_id": line.move_id.id,
                    }
                )
            ],
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
