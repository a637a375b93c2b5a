from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from .service_stage import CLOSED_KINDS

STATES = [
    ("planned", "Planned"),
    ("in_progress", "In progress"),
    ("done", "Done"),
    ("cancelled", "Cancelled"),
]
# What a technician records on the own visit; when and who goes is the dispatcher's.
TECHNICIAN_FIELDS = frozenset(
    {
        "description",
        "travel_minutes",
        "work_minutes",
        "photo_ids",
        "line_ids",
        "signature",
        "signed_by",
        "refusal_reason",
        "check_ids",
        "symptom_id",
        "cause_id",
        "action_id",
        "pause_minutes",
    }
)

SIGNATURE_FIELDS = frozenset({"signature", "signed_by"})

# Who goes and when: once the visit is finished, its labour and its protocol say so.
PLAN_FIELDS = frozenset({"technician_id", "date_start", "date_end"})

# Written by the program only: where it stands, when something happened and what was recorded then.
PROGRAM_FIELDS = frozenset({"state", "started_on", "finished_on", "signed_on", "reading_set_id"})


class ServiceVisit(models.Model):
    """One planned or done visit of an order: who goes, when, what was done, who signed."""

    _name = "service.visit"
    _description = "Service Visit"
    _inherit = [
        "service.photo.mixin",
        "service.portal.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "date_start desc, id desc"
    _rec_names_search = ["order_id.name", "customer_id.name", "device_id.name", "device_id.serial"]
    _check_company_auto = True
    _mail_post_access = "read"

    order_id = fields.Many2one(
        "service.order",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
        domain=[("stage_kind", "not in", CLOSED_KINDS)],
    )
    company_id = fields.Many2one(related="order_id.company_id", store=True, index=True)
    customer_id = fields.Many2one(related="order_id.customer_id", store=True, index=True)
    location_id = fields.Many2one(
        related="order_id.location_id", store=True, index="btree_not_null"
    )
    device_id = fields.Many2one(related="order_id.device_id", store=True, index="btree_not_null")
    topic_id = fields.Many2one(related="order_id.topic_id")
    contract_id = fields.Many2one(related="order_id.contract_id")
    reporter_id = fields.Many2one(related="order_id.reporter_id")
    priority = fields.Selection(related="order_id.priority")
    order_description = fields.Text("What Was Reported", related="order_id.description")
    order_photo_ids = fields.Many2many(related="order_id.photo_ids", string="Photos of the Request")
    address = fields.Char(compute="_compute_address", help="Where to go.")
    access_notes = fields.Text("How to Get In", related="location_id.service_access_notes")
    contact_phone = fields.Char("Telephone", compute="_compute_address")

    technician_id = fields.Many2one(
        "service.technician",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
    )
    color = fields.Integer(related="technician_id.color", store=True)
    technician_name = fields.Char("Technician's Name", related="technician_id.name")
    date_start = fields.Datetime("Planned Start", required=True, tracking=True)
    date_end = fields.Datetime(
        "Planned End",
        required=True,
        compute="_compute_date_end",
        store=True,
        readonly=False,
        precompute=True,
    )
    state = fields.Selection(STATES, default="planned", required=True, tracking=True, copy=False)
    started_on = fields.Datetime("Work Started", readonly=True, copy=False)
    finished_on = fields.Datetime("Work Finished", readonly=True, copy=False)
    travel_minutes = fields.Integer("Travel (min)", copy=False)
    work_minutes = fields.Integer(
        "Work (min)",
        copy=False,
        help="Left at zero, finishing the visit fills in the time since it was started.",
    )
    description = fields.Text("Work Done", copy=False, help="Goes on the service protocol.")
    photo_ids = fields.Many2many(
        "ir.attachment",
        string="Photos",
        copy=False,
        help="The customer sees them in the panel once the visit is done.",
    )
    reading_set_id = fields.Many2one(
        "service.meter.reading.set",
        string="Readings",
        index="btree_not_null",
        ondelete="set null",
        copy=False,
        readonly=True,
    )
    line_ids = fields.One2many("service.order.line", "visit_id", string="Work and Parts")
    signature = fields.Image(max_width=1024, max_height=1024, copy=False)
    signed_by = fields.Char(copy=False, help="Full name of the person who signs.")
    signed_on = fields.Datetime(readonly=True, copy=False)
    refusal_reason = fields.Char(
        "Why Not Signed",
        copy=False,
        help="When the customer refuses to sign or nobody is there.",
    )

    _dates_ordered = models.Constraint(
        "CHECK(date_end > date_start)", "A visit must end after it starts. Correct its times."
    )
    _minutes_positive = models.Constraint(
        "CHECK(COALESCE(work_minutes, 0) >= 0 AND COALESCE(travel_minutes, 0) >= 0)",
        "Times of work and travel cannot be negative. Correct the minutes.",
    )
    _technician_start = models.Index("(technician_id, date_start)")

    @api.depends("date_start", "order_id")
    def _compute_date_end(self):
        """A visit lasts as long as its topic usually takes, unless somebody says otherwise."""
        for visit in self:
            if visit.date_start and not (visit.date_end and visit.date_end > visit.date_start):
                hours = visit.order_id.topic_id.duration or 1.0
                visit.date_end = visit.date_start + timedelta(hours=hours)

    @api.depends("location_id", "customer_id", "order_id.reporter_id")
    def _compute_address(self):
        for visit in self:
            place = visit.location_id or visit.customer_id
            address = visit.location_id._get_service_address() if visit.location_id else place
            parts = (address.street, address.street2, f"{address.zip or ''} {address.city or ''}")
            visit.address = ", ".join(part.strip() for part in parts if part and part.strip())
            contact = visit.reporter_id or place.service_contact_id
            visit.contact_phone = contact.phone or place.phone or visit.customer_id.phone

    @api.depends("order_id.name", "customer_id", "device_id")
    def _compute_display_name(self):
        for visit in self:
            names = (
                visit.customer_id.name,
                visit.device_id.model_id.display_name,
                visit.order_id.name,
            )
            visit.display_name = " · ".join(name for name in names if name)

    @api.model
    def _service_portal_fields(self):
        # EXTENDS 'service_customer'
        return frozenset(
            {
                "id",
                "display_name",
                "order_id",
                "company_id",
                "customer_id",
                "location_id",
                "device_id",
                "technician_name",
                "date_start",
                "date_end",
                "state",
                "description",
                "signature",
                "signed_by",
                "signed_on",
            }
        )

    def _has_field_access(self, field, operation):
        # EXTENDS 'service_customer': technicians record their work, but who goes and when is the
        # dispatcher's.
        if not super()._has_field_access(field, operation):
            return False
        if self.env.su or operation == "read":
            return True
        if field.name in PROGRAM_FIELDS:
            return False
        if self.env.user.has_group("service_customer.group_service_dispatcher"):
            return True
        return field.name in TECHNICIAN_FIELDS or field.name.startswith(("message_", "activity_"))

    @api.model_create_multi
    def create(self, vals_list):
        """A planned visit moves its order on."""
        visits = super().create(vals_list)
        for order in visits.filtered(lambda visit: visit.state == "planned").order_id:
            if order.stage_kind in CLOSED_KINDS:
                raise UserError(
                    self.env._(
                        "%(order)s is closed. Move it back to an open stage, then plan the visit.",
                        order=order.name,
                    )
                )
        visits._move_planned_orders()
        visits.filtered(lambda visit: visit.signature and not visit.signed_on)._stamp_signature()
        return visits

    def write(self, vals):
        if not self.env.su and not vals.keys().isdisjoint(SIGNATURE_FIELDS):
            self._check_not_signed()
        if not self.env.su and "order_id" in vals:
            self._check_same_order(vals["order_id"])
        if not self.env.su and not vals.keys().isdisjoint(PLAN_FIELDS):
            self._check_not_done(vals)
        result = super().write(vals)
        if "signature" in vals and "signed_on" not in vals:
            self._stamp_signature()
        if "technician_id" in vals:
            self._refresh_vans()
        return result

    def _check_same_order(self, order_id):
        """What was planned, used and signed on a visit belongs to the order it was planned for."""
        for visit in self:
            if visit.order_id.id != order_id:
                raise UserError(
                    self.env._(
                        "%(visit)s belongs to its order. Cancel it, and plan a visit of the other "
                        "order.",
                        visit=visit.display_name,
                    )
                )

    def _check_not_done(self, vals):
        """Who made a visit and when is a fact once it is finished; a service manager corrects it.

        :raise UserError: one of the visits is finished
        """
        if self.env.user.has_group("service_customer.group_service_manager"):
            return
        for visit in self.filtered(lambda visit: visit.state == "done"):
            fields_ = [self._fields[name] for name in PLAN_FIELDS & vals.keys()]
            if any(
                field.convert_to_cache(vals[field.name], visit)
                != field.convert_to_cache(visit[field.name], visit)
                for field in fields_
            ):
                raise UserError(
                    self.env._(
                        "%(visit)s is finished: who made it and when stands on its protocol. A "
                        "service manager corrects what is wrong there.",
                        visit=visit.display_name,
                    )
                )

    def _check_not_signed(self):
        """What the customer signed at the end of a visit is evidence: nobody replaces it.

        :raise UserError: one of the visits is finished and signed
        """
        for visit in self:
            # sudo: the check doesn't depend on what the user may read.
            if visit.sudo().state == "done" and visit.sudo().signature:
                raise UserError(
                    self.env._(
                        "%(visit)s is finished and signed by %(name)s; the signature stays. Plan "
                        "another visit if something has to be confirmed anew.",
                        visit=visit.display_name,
                        name=visit.signed_by or visit.customer_id.name,
                    )
                )

    def _stamp_signature(self):
        """A signature carries the moment it was given; removing it removes the moment."""
        signed = self.filtered("signature")
        # sudo: nobody types the moment of a signature.
        signed.sudo().signed_on = fields.Datetime.now()
        (self - signed).sudo().signed_on = False

    def _move_planned_orders(self):
        """Orders that got a planned visit are planned."""
        planned = self.filtered(lambda visit: visit.state == "planned").order_id
        planned.filtered(lambda order: order.stage_kind != "working")._move_to_kind("planned")

    def _refresh_vans(self):
        """Another technician brings the parts from another van."""
        for line in self.line_ids.filtered(lambda line: line.state == "draft"):
            line.stock_location_id = line.visit_id.technician_id.van_location_id

    @api.ondelete(at_uninstall=False)
    def _unlink_except_recorded(self):
        if self.filtered(lambda visit: visit.state in ("in_progress", "done")):
            raise UserError(
                self.env._("A visit that has taken place can't be deleted. Cancel it instead.")
            )

    def _mail_get_partner_fields(self, introspect_fields=False):
        # EXTENDS 'mail'
        return ["reporter_id"]

    def _service_link_documents(self):
        # EXTENDS 'service_customer': customers see the visit on the page of its order.
        return self.order_id

    def _track_template(self, changes):
        # EXTENDS 'mail': the reporter hears when somebody comes, and when that changes.
        result = super()._track_template(changes)
        visit = self[0]
        options = {
            "auto_delete_keep_log": False,
            "subtype_id": self.env.ref("mail.mt_note").id,
            "email_layout_xmlid": "mail.mail_notification_light",
        }
        if not visit.reporter_id:
            return result
        if "date_start" in changes and visit.state == "planned":
            template = self.env.ref("service_order.mail_template_visit_planned")
            result["date_start"] = (template, options)
        if "state" in changes and visit._is_called_off():
            template = self.env.ref("service_order.mail_template_visit_cancelled")
            result["state"] = (template, options)
        return result

    def _is_called_off(self):
        """Whether somebody waits for a visit in vain; of a cancelled order its own e-mail tells."""
        self.ensure_one()
        awaited = self.date_start and self.date_start > fields.Datetime.now()
        return self.state == "cancelled" and awaited and self.order_id.stage_kind != "cancelled"
