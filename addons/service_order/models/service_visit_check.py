from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .service_checklist import KINDS

#: What people fill in; what is asked was copied from the checklist.
FILLED_FIELDS = frozenset({"answer", "value", "choice_id", "photo_ids"})


class ServiceVisitCheck(models.Model):
    """An item of a checklist on a visit, with what was found."""

    _name = "service.visit.check"
    _description = "Check on a Visit"
    _inherit = ["service.photo.mixin"]
    _order = "visit_id, sequence, id"

    visit_id = fields.Many2one(
        "service.visit", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="visit_id.company_id", store=True)
    item_id = fields.Many2one(
        "service.checklist.item", readonly=True, index="btree_not_null", ondelete="set null"
    )
    sequence = fields.Integer(readonly=True)
    name = fields.Char("What", required=True, readonly=True)
    kind = fields.Selection(KINDS, required=True, readonly=True)
    required = fields.Boolean(readonly=True)
    unit = fields.Char(readonly=True)
    value_min = fields.Float(digits=(16, 3), readonly=True)
    value_max = fields.Float(digits=(16, 3), readonly=True)
    answer = fields.Selection([("yes", "Yes"), ("no", "No")])
    choice_id = fields.Many2one(
        "service.checklist.choice",
        "Choice",
        ondelete="set null",
        domain="[('item_id', '=', item_id)]",
    )
    # A number as well: an empty one is not zero.
    value = fields.Char()
    photo_ids = fields.Many2many("ir.attachment", string="Photos")
    is_filled = fields.Boolean("Filled In", compute="_compute_is_filled", store=True)
    is_off = fields.Boolean(
        "Not as It Should Be",
        compute="_compute_is_off",
        help="Answered with no, or a number outside its range.",
    )
    result = fields.Char(compute="_compute_result")
    range_text = fields.Char("Right", compute="_compute_range_text")

    @api.depends("kind", "answer", "value", "photo_ids")
    def _compute_is_filled(self):
        for check in self:
            found = {"done": check.answer, "photo": check.photo_ids}
            check.is_filled = bool(found.get(check.kind, check.value))

    @api.depends("kind", "answer", "value", "value_min", "value_max")
    def _compute_is_off(self):
        for check in self:
            number = check._get_number()
            outside = number is not None and not check.value_min <= number <= check.value_max
            check.is_off = check.answer == "no" or (check._has_range() and outside)

    @api.depends("kind", "answer", "value", "unit", "photo_ids")
    @api.depends_context("lang")
    def _compute_result(self):
        answers = dict(self._fields["answer"]._description_selection(self.env))
        for check in self:
            if check.kind == "photo":
                check.result = self.env._("%s photos", len(check.photo_ids)) * check.is_filled
            else:
                words = (answers.get(check.answer), check.value, check.value and check.unit)
                check.result = " ".join(word for word in words if word)

    def _has_range(self):
        return self.kind == "number" and bool(self.value_min or self.value_max)

    def _get_range_text(self):
        """:return: str, what is right, as 0.5–1.2 mm"""
        self.ensure_one()
        low, high = (f"{number:g}" for number in (self.value_min, self.value_max))
        return f"{low}–{high} {self.unit or ''}".rstrip()

    @api.depends("kind", "value_min", "value_max", "unit")
    def _compute_range_text(self):
        for check in self:
            check.range_text = check._has_range() and check._get_range_text()

    def _get_number(self):
        """:return: float; None when no number is given"""
        self.ensure_one()
        try:
            return float(self.value.replace(",", ".").replace(" ", ""))
        except (AttributeError, ValueError):
            return None

    @api.constrains("kind", "value")
    def _check_number(self):
        for check in self:
            if check.kind == "number" and check.value and check._get_number() is None:
                raise ValidationError(
                    self.env._(
                        "“%(value)s” is no number. Enter what %(name)s shows, as in 12.5.",
                        value=check.value,
                        name=check.name,
                    )
                )

    @api.onchange("choice_id")
    def _onchange_choice_id(self):
        self.value = self.choice_id.name

    def _has_field_access(self, field, operation):
        # EXTENDS 'base': what is asked is the checklist's.
        if not super()._has_field_access(field, operation):
            return False
        if self.env.su or operation == "read":
            return True
        return field.name in FILLED_FIELDS

    def write(self, vals):
        """The words of a choice are kept, whatever becomes of the checklist."""
        if vals.get("choice_id"):
            choice = self.env["service.checklist.choice"].browse(vals["choice_id"])
            vals = {**vals, "value": choice.name}
        return super().write(vals)


class ServiceVisit(models.Model):
    """The checklists of a visit."""

    _inherit = "service.visit"

    check_ids = fields.One2many("service.visit.check", "visit_id", string="Checklist")

    @api.model_create_multi
    def create(self, vals_list):
        """A planned visit gets the checklists of its topic, once an order."""
        visits = super().create(vals_list)
        visits.filtered(lambda visit: visit.state == "planned")._add_checks()
        return visits

    def _add_checks(self):
        """Copy the items of the checklists, unless another visit of the order has them."""
        # sudo: the items are the checklist's, nobody enters any.
        checks = self.env["service.visit.check"].sudo()
        vals_list = []
        for order, visits in self.grouped("order_id").items():
            # sudo: a colleague's visit counts, too.
            others = order.sudo().visit_ids.filtered(lambda visit: visit.state != "cancelled")
            if not others.check_ids:
                visit = visits[:1]
                topic = order.topic_id.with_context(lang=visit._get_protocol_lang())
                vals_list += [
                    {"visit_id": visit.id, **item._prepare_check_vals()}
                    for item in topic._get_checklists(order.device_id).item_ids
                ]
        checks.create(vals_list)


class ServiceStageCondition(models.Model):
    """A stage may wait for the checklists."""

    _inherit = "service.stage.condition"

    kind = fields.Selection(
        selection_add=[("checklist", "Checklist Filled In")], ondelete={"checklist": "cascade"}
    )

    def _is_met_checklist(self, order):
        """Everything required is filled in on the visits that were not called off."""
        checks = order.visit_ids.filtered(lambda visit: visit.state != "cancelled").check_ids
        return all(checks.filtered("required").mapped("is_filled"))
