from odoo import Command, api, fields, models
from odoo.exceptions import UserError

#: The work has begun: what is entered from now on was not planned.
BEGUN = ("in_progress", "done")
DIFFERENCE = "service_order.mail_activity_type_difference"
WAREHOUSE = "service_customer.group_service_warehouse"


class ServiceOrderLine(models.Model):
    """What was planned and what was used; more used than the stock shows is explained later."""

    _inherit = "service.order.line"

    planned_quantity = fields.Float(
        digits="Product Unit",
        readonly=True,
        copy=False,
        help="The quantity when the work began.",
    )
    difference_note = fields.Char(
        "Explanation",
        copy=False,
        help="Where the stock difference came from, for example: taken from the shelf, not booked.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """What is entered before the work begins is planned."""
        visits = self.env["service.visit"]
        for vals in vals_list:
            begun = visits.browse(vals.get("visit_id")).state in BEGUN
            vals["planned_quantity"] = 0.0 if begun else vals.get("quantity", 1.0)
        return super().create(vals_list)

    def write(self, vals):
        """A plan changes until the work begins; an explanation may come at any time."""
        if vals.keys() == {"difference_note"}:
            self.check_access("write")
            # sudo: the line itself, settled perhaps, does not change.
            return super(ServiceOrderLine, self.sudo()).write(vals)
        if not self.env.su:
            # To Odoo "read-only" is a hint for the form; what was planned is typed by nobody.
            vals = {name: value for name, value in vals.items() if name != "planned_quantity"}
        if "quantity" in vals:
            planned = self.filtered(
                lambda line: line.state == "draft" and line.visit_id.state not in BEGUN
            )
            super(ServiceOrderLine, planned).write({**vals, "planned_quantity": vals["quantity"]})
            self -= planned
        return super().write(vals)

    # ------------------------------------------------------------------ partly taken back

    def action_return(self):
        """Take back a used line; of several pieces it is asked how many."""
        self.ensure_one()
        if self.state != "used" or not self.stock_move_id or self.quantity <= 1:
            return self.action_take_back()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Take Back"),
            "res_model": "service.order.line.return",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_line_id": self.id, "default_quantity": self.quantity},
        }

    def _take_back_part(self, quantity):
        """Some pieces of a used part return to where they were taken.

        All come back and the rest leaves again, so that one move says what the line used.

        :param float quantity: how many, fewer than were used
        """
        self.ensure_one()
        self.check_access("write")
        self._check_may_use()
        left = self.quantity - quantity
        if quantity <= 0 or self.uom_id.compare(left, 0.0) <= 0:
            raise UserError(
                self.env._("Of %(part)s were used: %(count)g.", part=self.name, count=self.quantity)
            )
        # sudo: as when the part was used.
        line = self.sudo()
        line._post_stock(back=True)
        line.quantity = left
        line._post_stock()

    def action_return_settled(self):
        """Goods come back after their settlement: to their stock, and off the list of charges.

        What is invoiced already needs a credit note, which accounting is told of.

        :raise UserError: nothing of it left a stock, or it is back already
        """
        self.ensure_one()
        self.check_access("write")
        self._check_may_use()
        if self.state != "settled" or not self.sudo().stock_move_id:  # sudo: only whether
            raise UserError(
                self.env._(
                    "%s has left no stock, or is back already: look at its state.", self.name
                )
            )
        reason = self.env._("taken back after the settlement by %s", self.env.user.name)
        # sudo: whoever takes goods back sees neither charges nor stock.
        line = self.sudo()
        line._undo_settlement(reason)
        line.write({"covered": True, "reason": reason})
        line.order_id._message_log(body=f"{line.name}: {reason}")

    # ------------------------------------------------------------------ differences

    def _mark_shortages(self):
        # EXTENDS service_order: the warehouse is told.
        super()._mark_shortages()
        for order, lines in self.filtered("is_short").grouped("order_id").items():
            users = order.company_id._get_service_staff(WAREHOUSE)
            order.activity_schedule(
                DIFFERENCE,
                note=", ".join(
                    f"{line.name} ({line.stock_location_id.display_name})" for line in lines
                ),
                user_id=(users[:1] or order.user_id or self.env.user).id,
            )

    def action_explain(self):
        """The stock difference is explained: the note says how."""
        for line in self.filtered("is_short"):
            if not line.difference_note:
                raise UserError(
                    self.env._(
                        "Write down in Explanation where the difference of %s came from.", line.name
                    )
                )
        self._close_difference()

    def _close_difference(self):
        """Nothing is left to explain."""
        self.check_access("write")
        # sudo: the mark is the program's, and the line may be settled.
        lines = self.sudo()
        lines.is_short = False
        explained = lines.order_id.filtered(
            lambda order: not any(order.line_ids.mapped("is_short"))
        )
        explained.activity_feedback([DIFFERENCE])

    def action_take_from_colleague(self):
        """The part comes from a colleague's van, else from the main stock: it is booked over.

        :raise UserError: nobody has enough of it
        """
        for line in self:
            line.check_access("write")
            line._check_may_use()
            # sudo: technicians see no stock of others; van and visit were checked above.
            source, quantity = line.sudo()._find_elsewhere()
            if not source:
                raise UserError(
                    self.env._(
                        "Neither a colleague nor the main stock has %(part)s. Get it for the order,"
                        " or use it all the same: the warehouse explains the difference.",
                        part=line.name,
                    )
                )
            line.sudo()._fetch(source, quantity)  # sudo: as above

    def _find_elsewhere(self):
        """Where a part lies of which too few lie where it is taken from.

        :return: (`stock.location`, how many are missing); an empty location when nowhere
        """
        self.ensure_one()
        quants, place = self.env["stock.quant"], self.stock_location_id
        none = place.browse()
        needed = self.uom_id._compute_quantity(self.quantity, self.product_id.uom_id)
        lot = self.lot_id or self._find_lot()
        here = quants._get_available_quantity(
            self.product_id, place, lot_id=lot or None, strict=bool(lot), allow_negative=True
        )
        missing = min(needed, -here) if self.state != "draft" else needed - here
        if not place or self.product_id.uom_id.compare(missing, 0.0) <= 0:
            return none, 0.0
        vans = self.env["service.technician"].search([("company_id", "=", self.company_id.id)])
        main = self.env["service.technician"]._get_default_stock_location(self.company_id)
        for location in vans.van_location_id - place | main:
            free = quants._get_available_quantity(
                self.product_id, location, lot_id=lot or None, strict=bool(lot)
            )
            if self.product_id.uom_id.compare(free, missing) >= 0:
                return location, missing
        return none, missing

    def _fetch(self, source, quantity):
        """Book a part over to where it is taken from, and tell; to be called as superuser."""
        self._book_over(source, quantity)
        taken = self.env._(
            "%(part)s: %(count)g taken from %(place)s",
            part=self.name,
            count=quantity,
            place=source.display_name,
        )
        self.order_id._message_log(body=taken)
        owner = self.env["service.technician"].search([("van_location_id", "=", source.id)])
        if owner:
            self.order_id.message_notify(
                partner_ids=owner.user_id.partner_id.ids,
                subject=self.env._("Taken from your van"),
                body=taken,
            )
        if self.is_short:
            self.difference_note = taken
            self._close_difference()

    def _book_over(self, source, quantity):
        """Move a part from one stock location to the line's own."""
        self.ensure_one()
        lot = self.lot_id or self._find_lot()
        places = {"location_id": source.id, "location_dest_id": self.stock_location_id.id}
        move = self.env["stock.move"].create(
            {
                **places,
                "company_id": self.company_id.id,
                "product_id": self.product_id.id,
                "product_uom": self.product_id.uom_id.id,
                "product_uom_qty": quantity,
                "origin": self.order_id.name,
                "picked": True,
                "move_line_ids": [
                    Command.create(
                        {
                            **places,
                            "product_id": self.product_id.id,
                            "product_uom_id": self.product_id.uom_id.id,
                            "quantity": quantity,
                            "lot_id": lot.id,
                        }
                    )
                ],
            }
        )
        move._action_done()
