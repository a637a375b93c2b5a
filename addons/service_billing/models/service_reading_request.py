from odoo import api, fields, models
from odoo.exceptions import UserError

#: States in which a reading is still missing.
OPEN = ("waiting", "to_call")
#: What people may change; all else follows from readings, days and mails.
NOTES = frozenset({"note", "partner_id"})


class ServiceReadingRequest(models.Model):
    """A device of which a reading is needed, because its pages are settled on a day.

    There is one for a device and a day of settlement. It says who was asked and when, and which
    readings answered it.
    """

    _name = "service.reading.request"
    _description = "Reading Request"
    _inherit = ["service.portal.mixin"]
    # Not by money, which customers' people do not read: lists of the staff say so themselves.
    _order = "date_due desc, id desc"
    _rec_name = "device_id"

    device_id = fields.Many2one("service.device", required=True, readonly=True, ondelete="cascade")
    stay_id = fields.Many2one(
        "service.contract.device",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
        help="The device on its contract, for whose pages the reading is.",
    )
    contract_id = fields.Many2one(
        "service.contract", required=True, readonly=True, ondelete="cascade", index=True
    )
    meter_ids = fields.Many2many(
        "service.meter", readonly=True, string="Counters", help="The counters that are billed."
    )
    # Where the device was when it was asked for: what became of it later opens nothing to others.
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="restrict"
    )
    customer_id = fields.Many2one(
        "res.partner", required=True, readonly=True, index=True, ondelete="restrict"
    )
    location_id = fields.Many2one(
        "res.partner", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    date_due = fields.Date(
        "Settled On", required=True, readonly=True, help="The day on which pages are settled."
    )
    date_from = fields.Date(
        "Counts From", required=True, readonly=True, help="A reading from this day on counts."
    )
    date_to = fields.Date(
        "Counts Until",
        required=True,
        readonly=True,
        help="A later reading closes this request, too, but not the period: it may be estimated.",
    )
    asked = fields.Selection("_get_asked", string="Who Is Asked", required=True, readonly=True)
    partner_id = fields.Many2one(
        "res.partner",
        "Person",
        ondelete="set null",
        index="btree_not_null",
        help="Who is asked by e-mail.",
    )
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("to_call", "To Call"),
            ("done", "Read"),
            ("estimated", "Estimated"),
            ("cancelled", "Not Needed"),
        ],
        string="Status",
        required=True,
        readonly=True,
        default="waiting",
    )
    reason = fields.Selection(
        [
            ("no_email", "Nobody With an E-mail Address"),
            ("no_answer", "No Answer"),
            ("not_read", "Not Read by Our Technician"),
            ("not_reported", "Not Reported by the Device"),
            ("rejected", "The Reading Was Rejected"),
        ],
        string="Why",
        readonly=True,
        help="Why somebody has to call.",
    )
    date_remind = fields.Date("To Be Reminded On", readonly=True)
    date_call = fields.Date("To Be Called On", readonly=True)
    date_asked = fields.Datetime("Asked", readonly=True)
    date_reminded = fields.Datetime("Reminded", readonly=True)
    date_escalated = fields.Datetime("On the Call List Since", readonly=True)
    date_called = fields.Datetime("Called", readonly=True)
    date_done = fields.Datetime("Answered", readonly=True)
    set_id = fields.Many2one(
        "service.meter.reading.set",
        "Answer",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    amount = fields.Monetary(
        "Expected Amount",
        readonly=True,
        # Technicians see no prices.
        groups="service_customer.group_service_dispatcher,"
        "service_customer.group_service_accounting",
        help="What the pages of the period will cost about, by the device's trend or else by what "
        "is usual for its model. Without taxes.",
    )
    currency_id = fields.Many2one("res.currency", required=True, readonly=True, ondelete="restrict")
    note = fields.Char(help="What was said on the telephone.")
    phone = fields.Char(compute="_compute_phone", compute_sudo=True)
    email = fields.Char(related="partner_id.email")
    model_id = fields.Many2one(related="device_id.model_id")
    serial = fields.Char(related="device_id.serial")

    _device_due_uniq = models.Constraint(
        "UNIQUE(device_id, date_due)", "A reading of this device is asked for that day already."
    )
    # What the scheduled action and each reading that comes in look for.
    _open_device = models.Index("(device_id) WHERE state IN ('waiting', 'to_call')")
    _waiting_call = models.Index("(date_call, id) WHERE state = 'waiting'")
    _call_amount = models.Index("(amount DESC, id DESC) WHERE state = 'to_call'")
    _window = models.Constraint(
        "CHECK(date_from <= date_due AND date_due <= date_to)",
        "The day of settlement lies within the days in which a reading counts.",
    )

    @api.model
    def _get_asked(self):
        kinds = self.env["service.contract.type"]._fields["reading_asked"]
        return kinds._description_selection(self.env)

    @api.depends("device_id.name", "date_due")
    def _compute_display_name(self):
        for request in self:
            request.display_name = f"{request.device_id.name} {request.date_due or ''}"

    @api.depends("partner_id.phone", "location_id.phone", "customer_id.phone")
    def _compute_phone(self):
        for request in self:
            place = request.location_id or request.customer_id
            contact = place._get_service_nearest("service_contact_id")
            request.phone = (
                request.partner_id.phone or contact.phone or place._get_service_nearest("phone")
            )

    @api.model
    def _service_portal_fields(self):
        # EXTENDS 'service_customer'
        return frozenset(
            (
                "id",
                "display_name",
                "device_id",
                "company_id",
                "customer_id",
                "location_id",
                "date_due",
                "date_from",
                "date_to",
                "state",
                "meter_ids",
            )
        )

    def write(self, vals):
        """What was asked and answered follows from mails and readings; people add their notes."""
        if not self.env.su and vals.keys() - NOTES:
            raise UserError(
                self.env._(
                    "A request follows from its readings, days and e-mails. Take the reading, ask "
                    "again or note the call instead."
                )
            )
        return super().write(vals)

    # ------------------------------------------------------------------ actions

    def action_take_readings(self):
        """Open the form in which the device's readings are taken."""
        self.ensure_one()
        return self.device_id.action_take_readings()

    def action_ask_again(self):
        """Send these people one more e-mail each, with all devices that wait for them."""
        self.check_access("write")
        # Superuser: dates of mails are written by no one else.
        open_ones = self.sudo().filtered(lambda request: request.state in OPEN)
        if not open_ones:
            raise UserError(self.env._("These readings are no longer missing."))
        lost = open_ones.filtered(lambda request: not request.partner_id.email)
        if lost:
            raise UserError(
                self.env._(
                    "Nobody with an e-mail address is named for %(devices)s. Choose a person, or "
                    "call %(phone)s.",
                    devices=", ".join(lost[:5].device_id.mapped("display_name")),
                    phone=lost[0].phone or "–",
                )
            )
        open_ones._send(by_mail=True)
        return self._tell(
            self.env._("Asked again: %s", ", ".join(open_ones.partner_id.mapped("email")))
        )

    def action_called(self):
        """Note that somebody was called about these readings."""
        self.check_access("write")
        # Superuser: the moment is the server's, not the user's.
        self.sudo().write({"date_called": fields.Datetime.now()})

    def action_cancel(self):
        """These readings are not needed."""
        self.check_access("write")
        # Superuser: as above.
        open_ones = self.sudo().filtered(lambda request: request.state in OPEN)
        open_ones.write({"state": "cancelled"})
        open_ones._close_calls()

    def _tell(self, message):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    # ------------------------------------------------------------------ answers

    @api.model
    def _answer(self, sets):
        """Close the requests that new readings answer, whatever door they came in by.

        A suspect reading is an answer: what remains to be explained is not the customer's. A
        reading after the last day closes the request, too, for nothing else can be asked any more.

        :param sets: ``service.meter.reading.set``
        """
        # Superuser: whoever takes readings closes what waits for them.
        domain = [("device_id", "in", sets.device_id.ids), ("state", "in", OPEN)]
        self.sudo().search(domain)._settle()

    def _settle(self):
        """Close those of these requests whose counters have all been read."""
        if not self:
            return
        read = self._get_readings()
        done = self.browse()
        for request in self:
            answers = [read.get((request, meter)) for meter in request.meter_ids]
            if answers and all(answers):
                last = max(answers, key=lambda reading: (reading.date, reading.id))
                # Not the moment of the reading, which may be some days ago.
                now = fields.Datetime.now()
                request.write({"state": "done", "set_id": last.set_id.id, "date_done": now})
                done |= request
        done._close_calls()

    def _get_readings(self):
        """``{(request, meter): its last reading that counts for the request}``, in one query."""
        starts = {request: request._starts_at() for request in self}
        readings = self.env["service.meter.reading"].search_fetch(
            [
                ("meter_id", "in", self.meter_ids.ids),
                ("date", ">=", min(starts.values())),
                ("verdict", "!=", "rejected"),
            ],
            ["meter_id", "date", "set_id"],
            order="date, id",
        )
        by_meter = readings.grouped("meter_id")
        return {
            (request, meter): reading
            for request in self
            for meter in request.meter_ids
            for reading in by_meter.get(meter, ())
            if reading.date >= starts[request]
        }

    def _mark_estimated(self):
        """The billing run went on without the readings of these devices."""
        # Superuser: what a run did is told by itself, whoever runs it.
        open_ones = self.sudo().filtered(lambda request: request.state in OPEN)
        open_ones.write({"state": "estimated"})
        open_ones._close_calls()
