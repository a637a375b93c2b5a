from odoo import api, fields, models


class ServiceNotice(models.Model):
    """What orders and visits tell of."""

    _inherit = "service.notice"

    kind = fields.Selection(
        selection_add=[
            ("request", "New requests"),
            ("stage", "Progress of requests"),
            ("visit", "Planned visits"),
            ("answer", "Questions: acceptance and consent to costs"),
        ],
        ondelete={
            "request": "cascade",
            "stage": "cascade",
            "visit": "cascade",
            "answer": "cascade",
        },
    )

    @api.model
    def _mandatory_kinds(self):
        # EXTENDS 'service_customer': silence may count as an answer.
        return super()._mandatory_kinds() | {"answer"}

    @api.model
    def _kinds_for(self, roles):
        # EXTENDS 'service_customer'
        own = ["request", "stage", "visit", "answer"] if roles & {"decision", "user"} else []
        return own + super()._kinds_for(roles)


class ServiceOrder(models.Model):
    """Which kind of event the messages of an order tell of."""

    _inherit = "service.order"
    _service_notice = "stage"

    def _service_notice_kind(self, message, msg_vals):
        # EXTENDS 'service_customer'
        kind = super()._service_notice_kind(message, msg_vals)
        if kind == "stage" and len(self) == 1:
            return {"new": "request", "to_accept": "answer"}.get(self.stage_kind, kind)
        return kind


class ServiceVisit(models.Model):
    """Messages of visits tell when somebody comes."""

    _inherit = "service.visit"
    _service_notice = "visit"
