import pytz

from odoo import api, fields, models
from odoo.fields import Domain


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

    def _get_service_lang(self):
        """The language of the company's staff, for what a job tells them that has one of its own.

        :rtype: str
        """
        self.ensure_one()
        # sudo: customer people read no companies, and learn nothing but the language.
        return self.sudo().partner_id.lang or self.env.lang

    def _get_service_staff(self, role):
        """Staff of the company with a role: those who have the role itself come first.

        :param str role: external id of the role's group
        :return: superuser `res.users`
        """
        # sudo: whoever leaves somebody work need not see other users.
        group = self.env.ref(role).sudo()
        users = group.all_user_ids.filtered(
            lambda user: user.active and not user.share and self in user.company_ids
        )
        return users.sorted(lambda user: (user not in group.user_ids, user.id))

    def _get_service_today(self):
        """The day that it is where the company is.

        What follows dates by itself asks for it here: a nightly job has no user, and the day of
        UTC begins in Poland when people already work.

        :rtype: date
        """
        now = pytz.utc.localize(fields.Datetime.now())
        return now.astimezone(pytz.timezone(self._get_service_tz())).date()

    @api.model
    def _get_service_days(self):
        """All companies by the day that it is there: ``{date: companies}``."""
        # sudo: which day it is somewhere is no secret.
        companies = self.sudo().with_context(active_test=False).search(Domain.TRUE)
        return companies.grouped(lambda company: company._get_service_today())

    @api.model
    def _service_today_domain(self, domain_on):
        """Records of all companies, each judged by the day of its own company.

        :param domain_on: function that returns the domain for a day
        :rtype: odoo.fields.Domain
        """
        return Domain.OR(
            Domain("company_id", "in", companies.ids) & domain_on(today)
            for today, companies in self._get_service_days().items()
        )
