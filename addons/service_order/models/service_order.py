from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .service_topic import PRIORITIES

SOURCES = [
    ("portal", "Customer panel"),
    ("qr", "QR code"),
    ("phone", "Telephone"),
    ("email", "E-mail"),
    ("staff", "Staff"),
    ("technician", "Technician"),
    ("plan", "Recurring plan"),
    ("billing", "Billing"),
    ("watch", "Watch rule"),
]
# Another process puts an order at a stage of its own, and another topic brings another process.
STAGE_FIELDS = frozenset({"stage_id", "type_id", "topic_id"})


class ServiceOrder(models.Model):
    """A request and its life: reported, accepted, visited, settled, done.

    Where it stands is its stage; the program reads only the stage's kind.
    """

    _name = "service.order"
    _description = "Service Order"
    _inherit = [
        "service.program.mixin",
        "service.photo.mixin",
        "service.portal.mixin",
        "portal.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "priority desc, date_reported desc, id desc"
    _rec_names_search = ["name", "device_id.name", "device_id.serial", "customer_id.name"]
    _check_company_auto = True
    # A technician only reads the order and a customer only their own, and both may write on it.
    _mail_post_access = "read"
    # What is written through a link would be signed by the reporter.
    _service_link_writes = False

    name = fields.Char("Number", required=True, readonly=True, copy=False, index="trigram")
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")

    device_id = fields.Many2one(
        "service.device",
        ondelete="restrict",
        check_company=True,
        tracking=True,
        domain="[('customer_id', '=?', customer_id), ('location_id', '=?', location_id)]",
        help="Type a number, serial or inventory number. Empty when no device is meant.",
    )
    customer_id = fields.Many2one(
        "res.partner",
        required=True,
        index=True,
        ondelete="restrict",
        tracking=True,
        compute="_compute_from_device",
        store=True,
        readonly=False,
        precompute=True,
        domain="[('parent_id', '=', False)]",
    )
    location_id = fields.Many2one(
        "res.partner",
        index="btree_not_null",
        ondelete="restrict",
        compute="_compute_from_device",
        store=True,
        readonly=False,
        precompute=True,
        domain="[('type', '=', 'location'), ('commercial_partner_id', '=', customer_id)]",
        help="Where the work is to be done.",
    )
    contract_id = fields.Many2one(
        "service.contract",
        index="btree_not_null",
        ondelete="set null",
        compute="_compute_contract_id",
        store=True,
        help="The contract the device was on when the request was reported.",
    )
    reporter_id = fields.Many2one(
        "res.partner",
        index="btree_not_null",
        ondelete="set null",
        tracking=True,
        domain="[('type', '!=', 'location'), ('is_company', '=', False), '|',"
        " ('commercial_partner_id', '=', customer_id),"
        " ('service_person_membership_ids.customer_id', '=', customer_id)]",
        help="Who asked; gets the messages about the order's progress.",
    )
    topic_id = fields.Many2one("service.topic", index="btree_not_null", ondelete="restrict")
    description = fields.Text(help="What is wrong, in the words of the one who reported it.")
    photo_ids = fields.Many2many("ir.attachment", string="Photos", copy=False)
    source = fields.Selection(
        SOURCES, default="phone", required=True, help="How the request reached us."
    )
    date_reported = fields.Datetime(
        "Reported", required=True, default=fields.Datetime.now, copy=False
    )
    date_done = fields.Datetime("Done on", readonly=True, copy=False)
    user_id = fields.Many2one(
        "res.users",
        string="Dispatcher",
        index="btree_not_null",
        ondelete="set null",
        tracking=True,
        domain=[("share", "=", False)],
        copy=False,
    )
    priority = fields.Selection(
        PRIORITIES, compute="_compute_priority", store=True, readonly=False, precompute=True
    )

    type_id = fields.Many2one(
        "service.order.type",
        string="Process",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        compute="_compute_type_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    mode = fields.Selection(related="type_id.mode")
    stage_id = fields.Many2one(
        "service.stage",
        required=True,
        ondelete="restrict",
        copy=False,
        tracking=True,
        compute="_compute_stage_id",
        store=True,
        readonly=False,
        precompute=True,
        domain="[('type_id', '=', type_id)]",
        group_expand="_group_expand_stage_id",
    )
    stage_kind = fields.Selection(
        related="stage_id.kind", store=True, index=True, string="Stage Kind"
    )
    customer_stage_name = fields.Char(
        "Stage for the Customer", compute="_compute_customer_stage_name"
    )

    visit_ids = fields.One2many("service.visit", "order_id", string="Visits")
    visit_count = fields.Integer(compute="_compute_visit_count")
    next_visit_id = fields.Many2one(
        "service.visit",
        string="Visit to Come",
        index="btree_not_null",
        ondelete="set null",
        compute="_compute_next_visit",
        store=True,
    )
    next_visit_date = fields.Datetime(
        "Next Visit", compute="_compute_next_visit", store=True, index="btree_not_null"
    )
    technician_id = fields.Many2one(
        "service.technician",
        index="btree_not_null",
        ondelete="set null",
        compute="_compute_next_visit",
        store=True,
        readonly=False,
        check_company=True,
        tracking=True,
        help="Technician of the next visit; after the last one, of that one. Before the first one, "
        "who is to go.",
    )
    is_signed = fields.Boolean(
        "Signed",
        compute="_compute_is_signed",
        store=True,
        help="A visit was signed by the customer.",
    )
    line_ids = fields.One2many("service.order.line", "order_id", string="Work and Parts")
    customer_fault = fields.Boolean(
        "Customer's Fault",
        tracking=True,
        help="New lines start as caused by the customer; each can be changed on its own.",
    )
    charge_ids = fields.One2many("service.charge", "service_order_id", string="Charges")
    has_to_bill = fields.Boolean("To Be Billed", compute="_compute_billing")
    invoice_count = fields.Integer(compute="_compute_billing")
    amount_payable = fields.Monetary(
        "Payable",
        compute="_compute_amount_payable",
        store=True,
        groups="service_order.group_service_prices",
        help="What the customer pays for the lines so far, without tax.",
    )

    # The board: its columns with their cards, and how many there are.
    _board_order = models.Index(
        "(stage_id, priority DESC, date_reported DESC, id DESC) INCLUDE (company_id)"
    )
    _device_order = models.Index("(device_id, date_reported) WHERE device_id IS NOT NULL")
    _list_order = models.Index("(priority DESC, date_reported DESC, id DESC)")
    _open_device = models.Index(
        "(device_id) WHERE stage_kind NOT IN ('done', 'cancelled') AND device_id IS NOT NULL"
    )

    @api.depends("device_id")
    def _compute_from_device(self):
        """A device says whose and where; without one the values stay what they were."""
        for order in self:
            device = order.device_id
            order.customer_id = device.customer_id or order.customer_id
            order.location_id = device.location_id if device else order.location_id

    @api.depends("device_id", "date_reported")
    def _compute_contract_id(self):
        for day, orders in self.grouped(
            lambda order: fields.Date.to_date(order.date_reported) or fields.Date.today()
        ).items():
            contracts = self.env["service.contract"]._for_devices(orders.device_id, day)
            for order in orders:
                order.contract_id = contracts.get(order.device_id, False)

    @api.depends("topic_id")
    def _compute_priority(self):
        for order in self:
            order.priority = order.topic_id.priority or order.priority or "0"

    @api.depends("topic_id", "company_id")
    def _compute_type_id(self):
        types = self.env["service.order.type"]
        for order in self:
            known = order.topic_id.type_id.filtered("active") or order.type_id
            order.type_id = known or types._get_default(order.company_id)

    @api.depends("type_id")
    def _compute_stage_id(self):
        """A new process starts at its first stage, or at the one of the kind already reached."""
        for order in self:
            process, stage = order.type_id, order.stage_id
            if stage.type_id != process:
                stage = process._get_stage(stage.kind or "new") or process._get_stage("new")
            order.stage_id = stage

    @api.depends("stage_id")
    @api.depends_context("lang")
    def _compute_customer_stage_name(self):
        for order in self:
            # sudo: customers read the stage's public name, not the stage.
            stage = order.stage_id.sudo()
            order.customer_stage_name = stage.customer_name or stage.name

    @api.depends("visit_ids.state", "visit_ids.date_start", "visit_ids.technician_id")
    def _compute_next_visit(self):
        for order in self:
            visits = order.visit_ids.sorted("date_start")
            following = visits.filtered(lambda visit: visit.state in ("planned", "in_progress"))[:1]
            order.next_visit_id = following
            order.next_visit_date = following.date_start
            going = following or visits.filtered(lambda visit: visit.state == "done")[-1:]
            order.technician_id = going.technician_id or order.technician_id

    @api.depends("visit_ids")
    def _compute_visit_count(self):
        for order in self:
            order.visit_count = len(order.visit_ids)

    @api.depends("visit_ids.signed_on")
    def _compute_is_signed(self):
        for order in self:
            order.is_signed = any(visit.signed_on for visit in order.visit_ids)

    @api.depends("line_ids.amount")
    def _compute_amount_payable(self):
        for order in self:
            order.amount_payable = sum(order.line_ids.mapped("amount"))

    @api.depends("charge_ids.move_id", "charge_ids.state")
    def _compute_billing(self):
        for order in self:
            # sudo: technicians open orders too; only a number and a flag leave here.
            charges = order.sudo().charge_ids
            order.invoice_count = len(charges.move_id)
            order.has_to_bill = "to_bill" in charges.mapped("state")

    def _compute_access_url(self):
        # EXTENDS 'portal'
        super()._compute_access_url()
        for order in self:
            order.access_url = f"/my/service/{order.id}"

    @api.model
    def _group_expand_stage_id(self, stages, domain):
        """Show the empty stages on the board as well, each at its place, to drag orders there."""
        return (stages | stages.search([("type_id", "in", stages.type_id.ids)])).sorted()

    @api.constrains("customer_id", "location_id")
    def _check_location(self):
        for order in self:
            location = order.location_id
            if location and location.commercial_partner_id != order.customer_id:
                raise ValidationError(
                    self.env._(
                        "%(location)s is not a location of %(customer)s. Choose one of the "
                        "customer's own locations.",
                        location=location.display_name,
                        customer=order.customer_id.display_name,
                    )
                )

    @api.model
    def search_fetch(self, domain, field_names=None, offset=0, limit=None, order=None):
        # EXTENDS 'base': the rule of companies asks each order for its own, which, not yet fetched,
        # would bring all columns along.
        if field_names:
            field_names = [*field_names, "company_id"]
        return super().search_fetch(domain, field_names, offset, limit, order)

    @api.model_create_multi
    def create(self, vals_list):
        """Number the orders; a stage not given is the first of the process."""
        orders = super().create([self._complete(vals) for vals in vals_list])
        orders._check_beginning()
        done = orders.filtered(lambda order: order.stage_kind == "done" and not order.date_done)
        # sudo: when it was done is the program's.
        done.sudo().date_done = fields.Datetime.now()
        orders.filtered("reporter_id")._subscribe_reporter()
        orders._begin_stage()
        return orders

    @api.model
    def _complete(self, vals):
        """Values of a new order with its number and first stage.

        The stage is named here rather than computed, so that its e-mail goes out as on every
        later move.

        :param dict vals: values of one order
        :return: new dict of values
        """
        company = self.env["res.company"].browse(vals.get("company_id")) or self.env.company
        vals = dict(vals)
        if not vals.get("name"):
            sequence = self.env["ir.sequence"].with_company(company)
            vals["name"] = sequence.next_by_code("service.order")
        if not vals.get("stage_id"):
            types = self.env["service.order.type"]
            topic = self.env["service.topic"].browse(vals.get("topic_id"))
            process = types.browse(vals.get("type_id")) or topic.type_id.filtered("active")
            process = process or types._get_default(company)
            if not process:
                raise UserError(
                    self.env._("There is no process for orders yet. Ask an administrator for one.")
                )
            vals |= {"type_id": process.id, "stage_id": process._get_stage("new").id}
        return vals

    def write(self, vals):
        """Check a move to another stage once for the board, the buttons and the API; a change of
        process that leads to another stage is one."""
        if "stage_id" in vals:
            stage = self.env["service.stage"].browse(vals["stage_id"])
            self._check_stage_move(stage)
            self._note_stage_move(stage)
        before = {order: order.stage_id for order in self} if vals.keys() & STAGE_FIELDS else {}
        result = super().write(vals)
        moved = self.browse(order.id for order in before if order.stage_id != before[order])
        if moved and "stage_id" not in vals:
            moved._check_beginning()
        if moved:
            moved._after_stage_move()
        if vals.get("reporter_id"):
            self._subscribe_reporter()
        return result

    def _relocate(self, stage):
        """Put orders at another stage of a process that an administrator changes.

        It is no move: conditions do not count, and nobody is told.

        :param stage: `service.stage` of their process
        """
        for old, orders in self.grouped("stage_id").items():
            # pylint: disable-next=super-method-mismatch
            super(ServiceOrder, orders.with_context(tracking_disable=True)).write(
                {"stage_id": stage.id, "held_stage_id": False, "held_reason": False}
            )
            text = self.env._("The stage %s was removed from the process.", old.name)
            orders._message_log_batch(dict.fromkeys(orders.ids, text))
