from itertools import count

from odoo import fields, models
from odoo.exceptions import UserError


class ResCompany(models.Model):
    _inherit = "res.company"

    service_issuer = fields.Selection(
        [("odoo", "Odoo"), ("external", "Another program")],
        string="Issuer of Invoices",
        default="odoo",
        required=True,
        help="Exactly one program issues the invoices of a company. When it is another one, "
        "billing makes settlements here, which are not invoices, and their numbers come back.",
    )
    service_settlement_journal_id = fields.Many2one(
        "account.journal",
        string="Settlement Journal",
        ondelete="restrict",
        check_company=True,
        domain="[('type', '=', 'sale'), ('service_is_settlement', '=', True)]",
    )

    service_minimum_amount = fields.Monetary(
        string="Smallest Document",
        help="A month that comes to less, without taxes, waits for the next one, unless the "
        "contract has ended. Zero: nothing waits.",
    )

    _service_minimum_positive = models.Constraint(
        "CHECK(service_minimum_amount IS NULL OR service_minimum_amount >= 0)",
        "The smallest amount of a document cannot be negative. Enter zero or more.",
    )

    def write(self, vals):
        """A company that hands its invoicing over gets its settlement journal at once."""
        result = super().write(vals)
        if vals.get("service_issuer") == "external":
            # Without a chart of accounts a journal cannot work yet: it is made with the first bill.
            for company in self.filtered("chart_template"):
                company._get_service_journal()
        return result

    def _get_service_accountants(self):
        """Who does the accounting of this company: those with the role itself come first."""
        return self._get_service_staff("service_customer.group_service_accounting")

    def _get_service_journal(self):
        """The sale journal in which billing makes its documents.

        The settlement journal when another program issues the invoices (made when it is missing),
        else the first ordinary sale journal.

        :return: one ``account.journal``
        :raise UserError: when the company has no journal to bill in
        """
        self.ensure_one()
        if self.service_issuer == "external":
            return self.service_settlement_journal_id or self._create_service_settlement_journal()
        journals = self.env["account.journal"]
        journal = journals.search(
            [
                *journals._check_company_domain(self),
                ("type", "=", "sale"),
                ("service_is_settlement", "=", False),
            ],
            limit=1,
        )
        if not journal:
            raise UserError(
                self.env._(
                    "The company %s has no sale journal. Create one in Invoicing, Configuration, "
                    "Journals, then bill again.",
                    self.name,
                )
            )
        return journal

    def _create_service_settlement_journal(self):
        """Make the settlement journal of one company, named in the company's language."""
        # Superuser: the journal follows from the company's setting; the billing clerk who is the
        # first to need it may not create journals.
        company = self.sudo().with_context(lang=self._get_service_lang())
        if not company.chart_template:
            raise UserError(
                self.env._(
                    "The company %s has no chart of accounts. Choose one in the settings of "
                    "Invoicing, then bill again.",
                    self.name,
                )
            )
        company.service_settlement_journal_id = (
            company.env["account.journal"]
            .with_company(company)
            .create(
                {
                    "name": company.env._("Settlements"),
                    "code": company._get_free_settlement_code(),
                    "type": "sale",
                    "company_id": self.id,
                    "sequence": 90,
                    "default_account_id": company.income_account_id.id,
                    "service_is_settlement": True,
                }
            )
        )
        return self.service_settlement_journal_id

    def _get_free_settlement_code(self):
        """The code of a new settlement journal: ``ROZ``, with a number where that one is taken, as
        by the journal that stays with its documents when the addon is uninstalled."""
        journals = self.env["account.journal"].with_context(active_test=False)
        taken = set(journals.search([("company_id", "=", self.id)]).mapped("code"))
        return next(
            code
            for number in count(1)
            if (code := f"ROZ{number if number > 1 else ''}") not in taken
        )
