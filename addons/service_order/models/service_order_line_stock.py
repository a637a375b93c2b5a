from odoo import Command, fields, models
from odoo.exceptions import AccessError, UserError


class ServiceOrderLine(models.Model):
    """How a used part leaves its stock."""

    _inherit = "service.order.line"

    def action_use(self):
        """Mark drafts as used; parts leave their stock at once, whatever it shows.

        :raise AccessError: a technician may use parts on own visits, from the own van
        """
        lines = self.filtered(lambda line: line.state == "draft")
        lines.check_access("write")
        lines._check_may_use()
        lines._decide_cover()
        # sudo: technicians have no right on stock: with it they would read everybody's moves and
        # costs. Van and visit were checked above.
        lines.filtered(lambda line: line._moves_stock()).sudo()._post_stock()
        # sudo: the state is the program's.
        lines.sudo().write({"state": "used", "used_on": fields.Datetime.now()})
        lines._reopen_orders()

    def action_take_back(self):
        """Undo the use of lines that are not settled: parts return to where they were taken."""
        lines = self.filtered(lambda line: line.state == "used")
        lines.check_access("write")
        lines._check_may_use()
        # sudo: as when the part was used.
        lines.filtered("stock_move_id").sudo()._post_stock(back=True)
        lines.sudo().write({"state": "draft", "used_on": False, "is_short": False})

    def _check_may_use(self):
        """Technicians use parts on their own visits from their own van, and at their own bench."""
        office = (
            "service_customer.group_service_dispatcher",
            "service_customer.group_service_warehouse",
        )
        user = self.env.user
        if self.env.su or any(user.has_group(group) for group in office):
            return
        for line in self:
            if line._is_at_bench(user):
                continue
            crew = line.visit_id.technician_id | line.visit_id.helper_ids
            if user not in crew.user_id:
                raise AccessError(
                    self.env._(
                        "%(line)s is not on a visit of yours. Ask the dispatcher to enter it.",
                        line=line.name,
                    )
                )
            if line._moves_stock() and not any(line._is_in_van(each) for each in crew):
                raise AccessError(
                    self.env._(
                        "%(line)s would be taken from %(location)s, which is not your van. Take it "
                        "from your own van, or ask the dispatcher.",
                        line=line.name,
                        location=line.stock_location_id.display_name,
                    )
                )

    def _is_at_bench(self, user):
        """Whether somebody repairs in the workshop, with a part from the main stock or own van."""
        self.ensure_one()
        order = self.order_id
        mine = order.technician_id.filtered(lambda technician: technician.user_id == user)
        if self.visit_id or order.mode != "workshop" or not mine:
            return False
        main = mine._get_default_stock_location(self.company_id)
        return not self._moves_stock() or self._lies_in(main) or self._is_in_van(mine)

    def _is_in_van(self, technician):
        """Whether the line takes its part from a technician's van or a shelf in it."""
        self.ensure_one()
        return self._lies_in(technician.van_location_id)

    def _lies_in(self, location):
        """Whether the part is taken from a location or a shelf in it."""
        place = self.stock_location_id
        return bool(place and location) and place._child_of(location)

    def _post_stock(self, back=False):
        """Post the stock moves of these lines; to be called as superuser.

        :param bool back: the parts return to their stock
        """
        for company, lines in self.grouped("company_id").items():
            lines._find_lots()
            moves = self.env["stock.move"].with_company(company)
            moves = moves.create([line._prepare_stock_move_vals(back) for line in lines])
            moves._action_done()
            for line, move in zip(lines, moves, strict=True):
                line.stock_move_id = False if back else move
            if not back:
                lines._mark_shortages()

    def _find_lots(self):
        """Turn the typed serial or lot numbers into stock's own.

        A number that the stock does not know was fitted all the same: it is noted, and the
        warehouse explains the difference.

        :raise UserError: when a number is missing
        """
        for line in self.filtered(lambda line: line.product_id.tracking != "none"):
            if not (line.lot_name or "").strip():
                raise UserError(
                    self.env._("Give the serial or lot number of %(part)s.", part=line.name)
                )
            unit = line.product_id.uom_id
            pieces = line.uom_id._compute_quantity(line.quantity, unit)
            if line.product_id.tracking == "serial" and unit.compare(pieces, 1):
                raise UserError(
                    self.env._(
                        "Each piece of %(part)s has a serial number of its own. Enter a line for "
                        "each piece.",
                        part=line.name,
                    )
                )
            line.lot_id = line._find_lot() or self.env["stock.lot"].create(
                {
                    "name": line.lot_name.strip(),
                    "product_id": line.product_id.id,
                    "company_id": line.company_id.id,
                }
            )

    def _find_lot(self):
        """The serial or lot number of the line, where the stock knows it."""
        self.ensure_one()
        if self.product_id.tracking == "none" or not self.lot_name:
            return self.env["stock.lot"]
        return self.env["stock.lot"].search(
            [
                ("name", "=", self.lot_name.strip()),
                ("product_id", "=", self.product_id.id),
                ("company_id", "in", [self.company_id.id, False]),
            ],
            limit=1,
        )

    def _get_stock_target(self):
        """Where the part goes: a payable one to the customer, a covered one is used up by us."""
        self.ensure_one()
        if self.covered:
            return self.company_id.service_consumption_location_id
        return self.customer_id.with_company(self.company_id).property_stock_customer

    def _correct_stock_target(self):
        """Issue parts again whose cover was decided otherwise after they had been issued.

        What is sold has left as a delivery and what is covered as our own use, once in the sum;
        to be called as superuser.
        """
        wrong = self.filtered(
            lambda line: line.stock_move_id
            and line.stock_move_id.location_dest_id != line._get_stock_target()
        )
        wrong._post_stock(back=True)
        wrong._post_stock()

    def _prepare_stock_move_vals(self, back=False):
        """Values of the one stock move of a line."""
        self.ensure_one()
        source, target = self.stock_location_id, self._get_stock_target()
        if back:
            source, target = self.stock_move_id.location_dest_id, source
        places = {"location_id": source.id, "location_dest_id": target.id}
        return {
            **places,
            "company_id": self.company_id.id,
            "product_id": self.product_id.id,
            "product_uom": self.uom_id.id,
            "product_uom_qty": self.quantity,
            "origin": self.order_id.name,
            "partner_id": (self.order_id.location_id or self.customer_id).id,
            "picked": True,
            # A part comes back at the cost at which it left.
            "origin_returned_move_id": self.stock_move_id.id if back else False,
            "move_line_ids": [
                Command.create(
                    {
                        **places,
                        "product_id": self.product_id.id,
                        "product_uom_id": self.uom_id.id,
                        "quantity": self.quantity,
                        "lot_id": self.lot_id.id,
                    }
                )
            ],
        }

    def _mark_shortages(self):
        """Mark lines that took more than their stock showed: the warehouse explains them."""
        stock = {
            (product, location, lot): quantity
            for product, location, lot, quantity in self.env["stock.quant"]._read_group(
                [
                    ("product_id", "in", self.product_id.ids),
                    ("location_id", "in", self.stock_location_id.ids),
                ],
                ["product_id", "location_id", "lot_id"],
                ["quantity:sum"],
            )
        }
        for line in self:
            left = stock.get((line.product_id, line.stock_location_id, line.lot_id), 0.0)
            line.is_short = line.product_id.is_storable and line.uom_id.compare(left, 0.0) < 0
