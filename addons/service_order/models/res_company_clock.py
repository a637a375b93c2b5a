from odoo import fields, models


class ResCompany(models.Model):
    """When somebody is warned that a promised time runs out, and what pauses it."""

    _inherit = "res.company"

    service_clock_percent = fields.Integer("Warn after (% of the Time)", default=75)
    service_clock_hours = fields.Float("Warn before (Hours)")
    service_clock_parts = fields.Boolean("Waiting for Parts Pauses Times")

    _service_clock_sane = models.Constraint(
        "CHECK(service_clock_percent BETWEEN 0 AND 100 AND service_clock_hours BETWEEN 0 AND 1000)",
        "Warn after 0 to 100 percent of the time, or some hours before its end.",
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    service_clock_percent = fields.Integer(
        related="company_id.service_clock_percent", readonly=False
    )
    service_clock_hours = fields.Float(related="company_id.service_clock_hours", readonly=False)
    service_clock_parts = fields.Boolean(related="company_id.service_clock_parts", readonly=False)
