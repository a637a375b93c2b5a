import pytz

from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    service_link_days = fields.Integer(
        string="Days a Link Is Valid",
        default=30,
        help="For so long a link in a mail opens its document without a login.",
    )

    _service_link_days_positive = models.Constraint(
        "CHECK(service_link_days BETWEEN 1 AND 365)",
        "A link in a mail is valid for 1 to 365 days.",
    )

    def _get_service_tz(self):
        """Name of the time zone in which the company's days begin.

        The company's own, else its country's. Never the user's: on which day something was done
        decides who pays for it, and may not depend on who asks.

        :rtype: str
        """
        self.ensure_one()
        # sudo: customer people read no companies, and learn nothing but the zone's name.
        company = self.sudo()
        zones = pytz.country_timezones.get(company.country_id.code or "", ["Europe/Warsaw"])
        return company.partner_id.tz or zones[0]
