from odoo import api, fields, models


class ServiceVisit(models.Model):
    """Who comes along, and the time that the customer was promised."""

    _inherit = "service.visit"

    helper_ids = fields.Many2many(
        "service.technician",
        string="Further Technicians",
        check_company=True,
        domain="[('id', '!=', technician_id)]",
        help="They see the visit and record on it; parts come from the van of the one who leads.",
    )
    window_start = fields.Datetime("Promised From", tracking=True, copy=False)
    window_end = fields.Datetime("Promised To", copy=False)
    pause_minutes = fields.Integer(
        "Pauses (min)", copy=False, help="Not counted as work when the visit is finished."
    )

    _window_ordered = models.Constraint(
        "CHECK((window_start IS NULL) = (window_end IS NULL) AND window_end > window_start)",
        "Promise the customer a time from and a later one to, or leave both empty.",
    )
    _pause_positive = models.Constraint(
        "CHECK(COALESCE(pause_minutes, 0) >= 0)", "Pauses cannot be negative."
    )

    def _get_users(self):
        """:return: `res.users`: those who work on the visit"""
        return (self.technician_id | self.helper_ids).user_id

    def _get_protocol_technicians(self):
        # EXTENDS 'service_order'
        return ", ".join((self.technician_id | self.helper_ids).mapped("name"))

    def _get_customer_time(self):
        """When somebody comes, as the customer was told: a promised time, else the planned start.

        :return: str in the reporter's language and time zone
        """
        self.ensure_one()
        start = self.order_id._get_customer_date(self.window_start or self.date_start)
        if not self.window_start:
            return start
        end = self.order_id._get_customer_date(self.window_end)
        # On the same day its hour is enough.
        same_day = start.split()[0] == end.split()[0]
        return f"{start}–{end.split()[-1] if same_day else end}"

    @api.model
    def _service_portal_fields(self):
        # EXTENDS 'service_order'
        return super()._service_portal_fields() | {"window_start", "window_end"}

    def _track_template(self, changes):
        # EXTENDS 'mail': another promised time is news for the reporter, like another date.
        if "window_start" in changes:
            changes = {*changes, "date_start"}
        return super()._track_template(changes)
