from odoo import fields, models
from odoo.exceptions import UserError

#: By which operation a device that never arrived is again where it was sent from.
BACK_OPERATIONS = {"workshop": "workshop", "stock": "take_back", "customer": "install"}


class ServiceParcel(models.Model):
    """The way of a parcel: sent, delivered, returned, lost; what follows for goods and device."""

    _inherit = "service.parcel"

    def action_send(self):
        """Hand parcels to their couriers: goods leave the stock at once, the device changes hands.

        :raise UserError: for a parcel without a courier, an address or anything in it
        """
        parcels = self.filtered(lambda parcel: parcel.state == "draft")
        parcels.check_access("write")
        for parcel in parcels:
            parcel._check_may_send()
        parcels.line_ids.action_use()
        for parcel in parcels.filtered("with_device"):
            parcel._move_device("courier", custodian_id=parcel.carrier_id._get_partner().id)
        # sudo: how far a parcel is, is the program's; the right to send it was checked.
        parcels.sudo().write({"state": "sent", "date_sent": fields.Datetime.now()})
        parcels.order_id._after_parcels_sent()

    def _check_may_send(self):
        self.ensure_one()
        if not self.content:
            raise UserError(
                self.env._(
                    "There is nothing in the parcel %s. Choose goods or the device, or say in the "
                    "remarks what it is.",
                    self.name,
                )
            )
        if not self.carrier_id:
            raise UserError(self.env._("Choose who carries the parcel %s.", self.name))
        if not (self.street and self.zip and self.city):
            raise UserError(
                self.env._(
                    "The address of the parcel %s is not complete: street, postal code and city.",
                    self.name,
                )
            )

    def action_deliver(self):
        """Parcels have arrived; a device that comes to us is received in the workshop."""
        parcels = self._take_sent()
        incoming = parcels.filtered(lambda parcel: parcel.direction == "in" and parcel.with_device)
        if incoming:
            if len(parcels) > 1:
                raise UserError(
                    self.env._("A device that arrives is received by itself: choose one parcel.")
                )
            return incoming.order_id.action_receive_device()
        for parcel in parcels.filtered("with_device"):
            parcel._move_device("install", **parcel._get_customer_place())
        parcels._close("delivered")
        parcels.order_id._after_parcels_arrived()
        return None

    def action_return(self):
        """Parcels that came back: goods are in stock again, the device is where it was."""
        parcels = self._take_sent()
        for parcel in parcels.filtered("with_device"):
            moves = parcel.device_id.placement_ids.sorted("date_start", reverse=True)
            before = moves[1:2]
            place = parcel._get_customer_place() if before.kind == "customer" else {}
            place["stock_location_id"] = before.stock_location_id.id
            parcel._move_device(BACK_OPERATIONS.get(before.kind, "workshop"), **place)
        parcels.line_ids._undo_shipment(self.env._("The parcel came back"))
        parcels._close("returned")
        parcels.order_id._after_parcels_failed()

    def action_lose(self):
        """Parcels that never arrive: their goods are written off, nobody pays for them, and the
        dispatcher claims the loss. A device stays in the courier's care."""
        parcels = self._take_sent()
        lines = parcels.line_ids
        moved = lines.filtered("stock_move_id")
        lines._undo_shipment(self.env._("The parcel was lost"))
        # sudo: as when the goods were sent; the right to do so was checked with the parcel.
        moved.sudo()._write_off_lost()
        parcels._close("lost")
        parcels.order_id._after_parcels_failed()
        # sudo: the warehouse, which gives the parcel up, may not change orders.
        for parcel in parcels.sudo():
            parcel.order_id._put_on_desk(
                "mail.mail_activity_data_warning",
                summary=self.env._("Parcel %s was lost: claim it at the courier", parcel.name),
            )

    def _take_sent(self):
        """The parcels of these that are on their way; each once, whoever else clicks.

        :raise UserError: when none is
        """
        self.check_access("write")
        parcels = self.filtered(lambda parcel: parcel.state == "sent")
        if not parcels:
            raise UserError(
                self.env._(
                    "None of these parcels is on its way: %s.", ", ".join(self.mapped("name"))
                )
            )
        return parcels

    def _close(self, state):
        # sudo: as when it was sent
        self.sudo().write({"state": state, "date_closed": fields.Datetime.now()})

    def _get_customer_place(self):
        order = self.order_id
        return {"customer_id": order.customer_id.id, "location_id": order.location_id.id}

    def _move_device(self, operation, **vals):
        """Let the one dialog that moves devices place this parcel's device.

        :param operation: key of `service_device.models.service_device_operation.OPERATIONS`
        """
        self.ensure_one()
        self.env["service.device.move"].create(
            {
                "order_id": self.order_id.id,
                "device_ids": self.device_id.ids,
                "operation": operation,
                # Sent and given back within one second is sent first.
                "date": max(fields.Datetime.now(), self.device_id.placement_id.date_start),
                "with_protocol": False,
                "note": " ".join(filter(None, (self.name, self.tracking_number))),
                **vals,
            }
        ).action_apply()


class ServiceOrderLine(models.Model):
    """Goods that are sent in parcels."""

    _inherit = "service.order.line"

    parcel_ids = fields.Many2many("service.parcel", string="Parcels", copy=False)

    def _undo_shipment(self, reason):
        """Take back goods that never reached the customer, settled or not.

        What is not settled is planned again. A charge that is on no invoice yet asks nobody for
        money any more and gives the limit of the contract back; the line is planned anew. What is
        invoiced already needs a credit note, which people make.

        :param str reason: why, in a sentence for the charge
        """
        self.action_take_back()
        # sudo: parcels are sent and taken back by people who see neither charges nor stock.
        settled = self.filtered(lambda line: line.state == "settled").sudo()
        settled._undo_settlement(reason)
        for line in settled:
            line.copy({"state": "draft"})

    def _undo_settlement(self, reason):
        """Take settled goods back; nobody is asked for money for them any more.

        To be called as superuser.
        """
        for line in self:
            line.filtered("stock_move_id")._post_stock(back=True)
            charges = line._get_own_charges()
            charges.write({"coverage_used": 0.0})
            billed = charges.filtered(lambda charge: charge.state in ("draft", "billed"))
            (charges - billed).write({"covered": True, "payer": "own", "reason": reason})
            if billed:
                line.order_id._put_on_desk(
                    "mail.mail_activity_data_warning",
                    summary=self.env._(
                        "%(reason)s, but %(line)s is invoiced: correct it with a credit note",
                        reason=reason,
                        line=line.name,
                    ),
                )

    def _get_own_charges(self):
        """All charges that these lines have become, one for each who pays a share."""
        return self.env["service.charge"].search(
            [("res_model", "=", self._name), ("res_id", "in", self.ids)]
        )

    def _write_off_lost(self):
        """What was lost on its way is not in the stock to which it was taken back.

        To be called as superuser.
        """
        for line in self.filtered(lambda line: line.product_id.is_storable):
            vals = line._prepare_stock_move_vals()
            loss = line.product_id.with_company(line.company_id).property_stock_inventory
            vals["location_dest_id"] = loss.id
            vals["move_line_ids"][0][2]["location_dest_id"] = loss.id
            self.env["stock.move"].with_company(line.company_id).create(vals)._action_done()
