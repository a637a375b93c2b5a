from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class ServiceOrder(models.Model):
    """The dispatcher's desk: what waits for somebody, and finding an order by anything."""

    _inherit = "service.order"

    is_unanswered = fields.Boolean(
        "Without an Answer",
        readonly=True,
        copy=False,
        help="The customer wrote after the order was accepted, and nobody has answered yet.",
    )
    find_text = fields.Char(
        "Anything on the Label",
        store=False,
        search="_search_find_text",
        help="Number, serial, inventory number, QR code, model, customer, place, city, telephone.",
    )

    calendar_name = fields.Char(
        "Name in the Calendar",
        compute="_compute_calendar_name",
        help="Who and what, for a dispatcher plans by customers and not by numbers.",
    )
    technician_color = fields.Integer("Colour of the Technician", related="technician_id.color")

    _unanswered = models.Index("(id) WHERE is_unanswered")

    @api.depends("name", "customer_id", "device_id")
    def _compute_calendar_name(self):
        for order in self:
            names = (order.customer_id.name, order.device_id.model_id.display_name, order.name)
            order.calendar_name = " · ".join(name for name in names if name)

    @api.model
    def _search_find_text(self, operator, value):
        """Orders whose number, words or device match; those without a device by their place."""
        if operator != "ilike" or not isinstance(value, str) or not value.strip():
            return NotImplemented
        devices = self.env["service.device"]
        places = Domain.AND(
            Domain.OR(
                Domain(name, "ilike", word)
                for name in ("customer_id", "location_id", "customer_id.city", "location_id.city")
            )
            for word in value.split()
        )
        devices = devices._find_domain(value)
        # As a list of orders, not of each order's devices: PostgreSQL takes the latter for so
        # costly that it spends seconds on compiling the query.
        further = self.env["service.order.device"]._search([("device_id", "any", devices)])
        further = further.subselect(SQL.identifier(further.table, "order_id"))
        return (
            Domain("name", "ilike", value)
            | Domain("description", "ilike", value)
            | Domain("device_id", "any", devices)
            | Domain("id", "in", further)
            | Domain("reporter_id", "in", self.env["res.partner"]._service_find_by_phone(value).ids)
            | (Domain("device_id", "=", False) & places)
        )

    @api.model
    @api.readonly
    def count_domains(self, domains):
        """How many orders each tile of the desk stands for, as the user may see them.

        :param dict domains: ``{name: domain}``
        :return: ``{name: int}``
        """
        return {name: self.search_count(domain) for name, domain in domains.items()}

    def _message_post_after_hook(self, message, msg_vals):
        # EXTENDS 'mail': a public message of the customer waits for one of ours.
        result = super()._message_post_after_hook(message, msg_vals)
        if message.message_type in ("comment", "email") and not message.is_internal:
            self._mark_answered(message)
        return result

    def _mark_answered(self, message):
        """Keep in mind who wrote last; a new request is on the desk anyway."""
        author = message.author_id
        is_ours = author and (not author.partner_share or author == self.company_id.partner_id)
        unanswered = not is_ours and self.stage_kind != "new"
        is_public = message.subtype_id and not message.subtype_id.internal
        if is_public and unanswered != self.is_unanswered:
            # sudo: customers write on orders that they may only read.
            self.sudo().with_context(tracking_disable=True).is_unanswered = unanswered

    def action_answered(self):
        """It was answered by other means, as by telephone."""
        self.check_access("write")
        # sudo: the mark is the program's.
        self.sudo().is_unanswered = False
