from collections import defaultdict

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

OFFICE = (
    "service_customer.group_service_dispatcher",
    "service_customer.group_service_warehouse",
)


class ServiceOrderLine(models.Model):
    """From where a planned part comes, when it does not lie where it is to be taken from."""

    _inherit = "service.order.line"

    purchase_line_id = fields.Many2one(
        "purchase.order.line",
        "Ordered With",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    supply_move_id = fields.Many2one(
        "stock.move",
        "Brought By",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    supply_move_ids = fields.One2many("stock.move", "service_line_id", readonly=True)
    is_waiting = fields.Boolean("Waits for the Part", readonly=True, copy=False)
    waits_for = fields.Char(compute="_compute_waits_for")

    _waiting = models.Index("(product_id) WHERE is_waiting")

    @api.depends("is_waiting", "purchase_line_id", "supply_move_id")
    def _compute_waits_for(self):
        """The transfer or purchase that brings the part, and when it is expected."""
        for line in self:
            # sudo: technicians see what a line waits for, not purchases and transfers.
            move, bought = line.sudo().supply_move_id, line.sudo().purchase_line_id
            if not line.is_waiting:
                line.waits_for = False
            elif not line.sudo()._is_coming():  # sudo: as above
                line.waits_for = self.env._("nothing any more: get it again")
            elif move:
                line.waits_for = self.env._("transfer %s", move.picking_id.name)
            else:
                line.waits_for = self.env._(
                    "purchase %(number)s, expected %(day)s",
                    number=bought.order_id.name,
                    day=format_date(self.env, bought.date_planned),
                )

    @api.model
    def _program_fields(self):
        # EXTENDS service_order: what is ordered is the program's.
        names = {"purchase_line_id", "supply_move_id", "supply_move_ids", "is_waiting"}
        return super()._program_fields() | names

    def _is_coming(self):
        """Whether a purchase or transfer that is still going on brings this part."""
        self.ensure_one()
        move, bought = self.supply_move_id, self.purchase_line_id
        coming = move.state != "cancel" if move else bought and bought.order_id.state != "cancel"
        return self.is_waiting and bool(coming)

    def _get_needed(self):
        """How much has still to be brought, in the product's own unit; as superuser."""
        self.ensure_one()
        needed = self.uom_id._compute_quantity(self.quantity, self.product_id.uom_id)
        brought = self.supply_move_ids.filtered(
            lambda move: (move.state == "done" and move.location_dest_id == self.stock_location_id)
        )
        return needed - sum(
            move.product_uom._compute_quantity(move.quantity, self.product_id.uom_id)
            for move in brought
        )

    def action_use(self):
        # EXTENDS service_order: what is used has come, however it did.
        lines = self.filtered(lambda line: line.state == "draft")
        result = super().action_use()
        # sudo: what is ordered is the program's.
        lines.sudo().filtered("is_waiting").is_waiting = False
        return result

    def _get_missing(self):
        """Planned parts of which too few lie where they are to be taken from; as superuser."""
        missing, free = self.browse(), {}
        for line in self.filtered(lambda each: each.state == "draft" and each.stock_location_id):
            product, place = line.product_id, line.stock_location_id
            if not product.is_storable or line._is_coming():
                continue
            needed = line.uom_id._compute_quantity(line.quantity, product.uom_id)
            if (product, place) not in free:
                free[product, place] = self.env["stock.quant"]._get_available_quantity(
                    product, place
                )
            free[product, place] -= needed
            if product.uom_id.compare(free[product, place], 0) < 0:
                missing |= line
        return missing

    def _supply(self):
        """Bring parts from the main stock, or order them; to be called as superuser.

        :return: the lines for whose parts no vendor is known
        """
        unknown = self.browse()
        to_bring = defaultdict(self.browse)
        for company, lines in self.grouped("company_id").items():
            main = self.env["service.technician"]._get_default_stock_location(company)
            taken = defaultdict(float)
            for line in lines:
                product, needed = line.product_id, line._get_needed()
                free = self.env["stock.quant"]._get_available_quantity(product, main)
                enough = product.uom_id.compare(free - taken[product], needed) >= 0
                if enough and not line._lies_in(main):
                    taken[product] += needed
                    to_bring[main, line.stock_location_id] |= line
                elif not line._buy(needed):
                    unknown |= line
        for (source, target), lines in to_bring.items():
            lines._bring(source, target)
        return unknown

    def _buy(self, quantity):
        """Put the part on a purchase from its vendor: the open draft, else a new one.

        :return: whether there is a vendor
        """
        self.ensure_one()
        product, company = self.product_id.with_company(self.company_id), self.company_id
        seller = product._select_seller(quantity=quantity) or product.seller_ids[:1]
        if not seller:
            return False
        purchases = self.env["purchase.order"].with_company(company)
        purchase = purchases.search(
            [
                ("partner_id", "=", seller.partner_id.id),
                ("state", "=", "draft"),
                ("company_id", "=", company.id),
            ],
            limit=1,
        )
        purchase = purchase or purchases.create(
            {"partner_id": seller.partner_id.id, "company_id": company.id}
        )
        origins = [*filter(None, (purchase.origin or "").split(", "))]
        if self.order_id.name not in origins:
            purchase.origin = ", ".join([*origins, self.order_id.name])
        self.purchase_line_id = self.env["purchase.order.line"].create(
            {"order_id": purchase.id, "product_id": product.id, "product_qty": quantity}
        )
        self.write({"is_waiting": True, "supply_move_id": False})
        return True

    def _bring(self, source, target):
        """Ask the warehouse to bring these parts in one transfer."""
        warehouse = source.warehouse_id or self.env["stock.warehouse"].search(
            [("company_id", "=", self.company_id.id)], limit=1
        )
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": warehouse.int_type_id.id,
                "location_id": source.id,
                "location_dest_id": target.id,
                "origin": ", ".join(self.order_id.mapped("name")),
                "move_ids": [
                    Command.create(
                        {
                            "product_id": line.product_id.id,
                            "product_uom": line.product_id.uom_id.id,
                            "product_uom_qty": line._get_needed(),
                            "location_id": source.id,
                            "location_dest_id": target.id,
                            "service_line_id": line.id,
                        }
                    )
                    for line in self
                ],
            }
        )
        for line, move in zip(self, picking.move_ids, strict=True):
            line.write({"supply_move_id": move.id, "is_waiting": True})
        # Equal parts of two lines would become one move.
        picking.move_ids._action_confirm(merge=False)
        picking.action_assign()

    def _arrived(self, moves):
        """What done stock moves bring: the part where it is needed, or as far as the main stock.

        :param moves: done `stock.move` records
        """
        lines = self.search([("is_waiting", "=", True), ("product_id", "in", moves.product_id.ids)])
        brought = lines.filtered(lambda line: line.supply_move_id in moves)
        here = brought - brought._wait_for_rest()
        for line in lines - brought:
            bought = line.purchase_line_id
            if not bought or line.supply_move_id or bought.qty_received < bought.product_qty:
                continue
            main = self.env["service.technician"]._get_default_stock_location(line.company_id)
            if line._lies_in(main):
                here |= line
            else:
                line._bring(main, line.stock_location_id)
        here.is_waiting = False
        here.supply_move_ids.service_line_id = False  # what is brought later counts anew
        here.order_id._tell_parts_arrived()

    def _wait_for_rest(self):
        """Wait on where a transfer has brought a part of what is needed only.

        :return: the lines that do: for the backorder, or for somebody to get the rest
        """
        waiting = self.browse()
        for line in self:
            rest = line.supply_move_ids.filtered(lambda move: move.state not in ("done", "cancel"))
            if not rest and line.product_id.uom_id.compare(line._get_needed(), 0.0) <= 0:
                continue
            waiting |= line
            line.write({"supply_move_id": rest[:1].id, "purchase_line_id": False})
            if not rest:
                line.order_id._put_on_desk(
                    "mail.mail_activity_data_warning",
                    summary=self.env._("Too few of %s came: get the rest again", line.name),
                )
        return waiting


class ServiceOrder(models.Model):
    """An order that waits for parts goes on when they are there."""

    _inherit = "service.order"

    missing_part_count = fields.Integer(compute="_compute_missing_part_count")

    @api.depends("line_ids.state", "line_ids.quantity", "line_ids.is_waiting")
    def _compute_missing_part_count(self):
        for order in self:
            # sudo: technicians have no right on stock; only a number leaves here.
            order.missing_part_count = len(order.sudo().line_ids._get_missing())

    def action_get_parts(self):
        """Have the missing parts of an order brought from the main stock, or order them.

        :raise AccessError: for who neither plans orders nor works on this one
        :raise UserError: when nothing is missing, or nobody sells it
        """
        self.ensure_one()
        self.check_access("read")
        user = self.env.user
        mine = user in self.sudo().visit_ids.technician_id.user_id  # sudo: also earlier visits
        if not (self.env.su or mine or any(user.has_group(group) for group in OFFICE)):
            raise AccessError(
                self.env._("Only the order's technician and the office get parts for it.")
            )
        # sudo: neither technicians nor dispatchers have a right on purchases and transfers; what is
        # asked for follows from the lines of the order.
        missing = self.sudo().line_ids._get_missing()
        if not missing:
            raise UserError(
                self.env._("No part is missing: all lie where they are to be taken from.")
            )
        unknown = missing._supply()
        if unknown == missing:
            raise UserError(
                self.env._(
                    "Neither in the main stock nor with a vendor: %(parts)s. Enter a vendor on the "
                    "product.",
                    parts=", ".join(unknown.mapped("name")),
                )
            )
        got = missing - unknown
        self._message_log(
            body=self.env._(
                "Parts are coming: %s",
                ", ".join(f"{line.name} ({line.waits_for})" for line in got),
            )
        )
        if unknown:
            self._message_log(
                body=self.env._("No vendor is known of: %s", ", ".join(unknown.mapped("name")))
            )
        self._move_to_kind("waiting_parts")

    def _tell_parts_arrived(self):
        """Orders whose last part has come go on, and their dispatcher is told."""
        for order in self.filtered(lambda order: not any(order.line_ids.mapped("is_waiting"))):
            order._put_on_desk(
                "mail.mail_activity_data_todo", summary=self.env._("All parts are there")
            )
            if order.stage_kind == "waiting_parts":
                order._move_to_kind("planned" if order.next_visit_id else "accepted")


class ServiceVisit(models.Model):
    """Whoever comes again brings what the visit before had to wait for."""

    _inherit = "service.visit"

    @api.model_create_multi
    def create(self, vals_list):
        """EXTENDS service_order: see :meth:`_bring_what_is_left`."""
        visits = super().create(vals_list)
        visits.filtered(lambda visit: visit.state == "planned")._bring_what_is_left()
        return visits

    def _bring_what_is_left(self):
        """Plan parts that no earlier visit has used."""
        for visit in self.sudo():  # sudo: technicians see their own visits only.
            earlier = visit.order_id.visit_ids.filtered(lambda each: each.state == "done")
            left = earlier.line_ids.filtered(
                lambda line: line.state == "draft" and line._moves_stock()
            )
            left.visit_id = visit


class StockMove(models.Model):
    """A move may bring what an order waits for; so does what is split off it."""

    _inherit = "stock.move"

    service_line_id = fields.Many2one(
        "service.order.line",
        "Brought for",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )

    def _prepare_move_split_vals(self, qty):
        # EXTENDS stock
        return super()._prepare_move_split_vals(qty) | {"service_line_id": self.service_line_id.id}

    @api.model
    def _prepare_merge_moves_distinct_fields(self):
        # EXTENDS stock: each line waits for its own move.
        return [*super()._prepare_merge_moves_distinct_fields(), "service_line_id"]

    def _action_done(self, *args, **kwargs):
        # EXTENDS stock
        moves = super()._action_done(*args, **kwargs)
        # sudo: who receives goods need not see orders.
        self.env["service.order.line"].sudo()._arrived(moves)
        return moves
