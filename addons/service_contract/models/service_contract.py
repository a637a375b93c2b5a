from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

#: States in which a contract counts for the days it was in force.
FORCE_STATES = ("future", "active", "notice", "ended", "terminated")
#: States in which a contract was concluded and is not over.
GOING_STATES = ("future", "active", "notice")
#: In which state a contract must be before people decide about it anew.
STATES_BEFORE = {"open": ("cancelled",), "concluded": ("draft",), "cancelled": ("draft",)}
#: Whose contract it is, of what kind and in what money: agreed, and explaining what was charged.
AGREED_FIELDS = frozenset({"customer_id", "type_id", "company_id", "currency_id"})


class ServiceContract(models.Model):
    """What we agreed with a customer for some devices: cover, prices, dates.

    ``date_end`` is the last day in force as far as it is known; stays of devices are half-open
    periods.
    """

    _name = "service.contract"
    _description = "Service Contract"
    _inherit = [
        "service.contract.part",
        "service.portal.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _service_staff_thread = True
    _order = "date_start desc, id desc"
    _check_company_auto = True

    name = fields.Char(
        "Number",
        required=True,
        copy=False,
        readonly=True,
        index="trigram",
        default=lambda self: self.env._("New"),
    )
    type_id = fields.Many2one(
        "service.contract.type",
        required=True,
        ondelete="restrict",
        index=True,
        tracking=True,
    )
    customer_id = fields.Many2one(
        "res.partner",
        required=True,
        ondelete="restrict",
        index=True,
        tracking=True,
        check_company=True,
        domain="[('parent_id', '=', False)]",
    )
    invoice_partner_id = fields.Many2one(
        "res.partner",
        string="Invoice Recipient",
        compute="_compute_invoice_partner_id",
        store=True,
        readonly=False,
        precompute=True,
        ondelete="restrict",
        index="btree_not_null",
        check_company=True,
        help="Who pays what this contract costs.",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        ondelete="restrict",
        compute="_compute_currency_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    date_start = fields.Date(
        "From", required=True, tracking=True, default=lambda self: fields.Date.context_today(self)
    )
    device_ids = fields.One2many(
        "service.contract.device", "contract_id", string="Devices", copy=False
    )
    # A count tells a decision maker nothing that the devices themselves would not.
    device_count = fields.Integer(
        "Number of Devices", compute="_compute_device_count", compute_sudo=True
    )
    rate_ids = fields.One2many("service.rate", "contract_id", string="Rates", copy=True)
    pricelist_id = fields.Many2one(
        "product.pricelist",
        string="Special Prices",
        ondelete="restrict",
        index="btree_not_null",
        check_company=True,
        tracking=True,
        help="Prices of labour, travel and parts under this contract. What it does not name costs "
        "what the customer's or the general price list says.",
    )
    insurer_id = fields.Many2one(
        "res.partner",
        ondelete="restrict",
        index="btree_not_null",
        check_company=True,
        tracking=True,
        help="Pays damage by the customer's fault where the type of the contract says so.",
    )
    customer_reference = fields.Char(help="The customer's own number of this contract or order.")
    note = fields.Html("Notes")

    _name_company_uniq = models.UniqueIndex(
        "(company_id, name)", "Another contract already has this number."
    )
    # The day after the last one is asked for everywhere: there is none after the year 9999.
    _dates_range = models.Constraint(
        "CHECK(date_start >= '1970-01-01' AND COALESCE(term_end, date_start) < '2200-01-01' "
        "AND COALESCE(date_end, date_start) < '2200-01-01')",
        "The days of a contract lie between 1970 and 2199. Leave the last one empty where none is "
        "agreed.",
    )

    @api.depends("company_id")
    def _compute_currency_id(self):
        for contract in self:
            contract.currency_id = contract.company_id.currency_id or self.env.company.currency_id

    @api.depends("customer_id")
    def _compute_invoice_partner_id(self):
        for contract in self:
            customer = contract.customer_id
            contract.invoice_partner_id = customer and customer._get_service_invoice_partner()

    @api.depends("device_ids.date_end")
    def _compute_device_count(self):
        today = fields.Date.context_today(self)
        for contract in self:
            contract.device_count = len(
                contract.device_ids.filtered(
                    lambda stay: not stay.date_end or stay.date_end > today
                )
            )

    @api.depends("name", "type_id.name")
    def _compute_display_name(self):
        for contract in self:
            contract.display_name = " ".join(
                filter(
                    None, (contract.name, contract.type_id.name and f"({contract.type_id.name})")
                )
            )

    @api.constrains("customer_id")
    def _check_customer(self):
        for contract in self:
            if contract.customer_id.parent_id:
                raise ValidationError(
                    self.env._(
                        "“%(partner)s” belongs to %(customer)s. Make the contract with "
                        "%(customer)s itself.",
                        partner=contract.customer_id.display_name,
                        customer=contract.customer_id.commercial_partner_id.display_name,
                    )
                )

    @api.constrains(
        "type_id",
        "date_start",
        "date_end",
        "term_end",
        "renewal",
        "termination_until",
        "decision",
    )
    def _check_stays(self):
        """Devices on the contract still fit when its type or dates change."""
        self.device_ids._check_contract()

    @api.model_create_multi
    def create(self, vals_list):
        """Number the contracts by the year in which they start."""
        for vals in vals_list:
            self._check_state_given(vals)
            if not vals.get("name"):
                sequence = self.env["ir.sequence"].with_company(vals.get("company_id"))
                vals["name"] = sequence.next_by_code(
                    "service.contract", sequence_date=vals.get("date_start")
                )
        return super().create(vals_list)

    def write(self, vals):
        """Check each step of a contract's life once, for buttons and the API alike."""
        self._check_state_given(vals)
        if vals.get("decision"):
            self._check_state(STATES_BEFORE[vals["decision"]])
        if vals.keys() & AGREED_FIELDS:
            self._check_agreed(vals)
        return super().write(vals)

    def _check_state_given(self, vals):
        """The state is never given: it follows from what was decided, and from the dates."""
        if "state" in vals:
            raise UserError(
                self.env._(
                    "The state of a contract follows from its dates and from what was decided. "
                    "Put it in force, terminate or cancel it instead."
                )
            )

    def _check_agreed(self, vals):
        """Refuse to give a contract that is or was in force to somebody else."""
        for contract in self:
            changed = {
                name for name in AGREED_FIELDS & vals.keys() if contract[name].id != vals[name]
            }
            if changed and contract.state in FORCE_STATES:
                raise UserError(
                    self.env._(
                        "Contract %s is or was in force: its customer, type, company and currency "
                        "stay. Terminate it and make a new contract.",
                        contract.name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_force(self):
        """What was in force explains money."""
        past = self.filtered(lambda contract: contract.state in FORCE_STATES)
        if past:
            raise UserError(
                self.env._(
                    "Contract %s is or was in force and cannot be deleted. Terminate it instead.",
                    past[0].name,
                )
            )

    @api.model
    def _service_portal_fields(self):
        # EXTENDS 'service_customer'
        return frozenset(
            (
                "id",
                "display_name",
                "name",
                "type_id",
                "customer_id",
                "company_id",
                "date_start",
                "date_end",
                "state",
                "device_count",
                "customer_reference",
                "write_date",
            )
        )

    # ------------------------------------------------------------------ actions

    def action_new_rate(self):
        """Open the form of a new version with the prices of the last one; saving it makes it."""
        self.ensure_one()
        last = self.rate_ids.sorted("date_from")[-1:]
        tomorrow = fields.Date.context_today(self) + timedelta(days=1)
        earliest = max(tomorrow, self._open_from() or tomorrow)
        date_from = max(earliest, last.date_from + timedelta(days=1)) if last else self.date_start
        prices = last.copy_data()[0].get("line_ids", []) if last else []
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Rates"),
            "res_model": "service.rate",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_contract_id": self.id,
                "default_date_from": date_from,
                "default_line_ids": prices,
            },
        }

    def action_open_devices(self):
        """Open the devices that are or were on these contracts."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_device.service_device_action"
        )
        domain = [("id", "in", self.device_ids.device_id.ids)]
        return {**action, "domain": domain, "context": {}}

    def _check_state(self, states):
        """Refuse an action that the state of one of the contracts does not allow."""
        labels = dict(self._fields["state"]._description_selection(self.env))
        for contract in self:
            if contract.state not in states:
                raise UserError(
                    self.env._(
                        "Contract %(contract)s is “%(state)s”; this needs “%(needed)s”.",
                        contract=contract.name,
                        state=labels[contract.state],
                        needed=labels[states[0]],
                    )
                )

    # ------------------------------------------------------------------ for upper addons

    @api.model
    def _for_devices(self, devices, date):
        """Return the contract in force for each device on a day.

        :param devices: ``service.device`` records
        :param date date: the day
        :return: ``{device: contract}``, an empty contract for a device without one
        """
        found = self.env["service.contract.device"]._in_force_also_of_options(devices, date, date)
        return {
            device: next(
                (stay.contract_id for stay in stays if stay._covers(date)),
                self.browse(),
            )
            for device, stays in found.items()
        }

    def _get_rate(self, date):
        """The version of the rates in force on a day; empty when there is none yet."""
        self.ensure_one()
        rates = self.rate_ids
        started = rates.filtered(lambda rate: rate.date_from <= date)
        # Whoever asks many contracts reads the prices of all at once.
        return started.sorted("date_from")[-1:].with_prefetch(rates._prefetch_ids)
