from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

from .service_contract_defaults import from_type


class ServiceContractType(models.Model):
    """How prices of contracts of a type are raised, unless a contract says something else."""

    _name = "service.contract.type"
    _inherit = ["service.contract.type", "service.indexation.rule"]


class ServiceContract(models.Model):
    """How the prices of a contract are raised each year, and in which years they were."""

    _name = "service.contract"
    _inherit = ["service.contract", "service.indexation.rule"]

    indexation_method = fields.Selection(**from_type("indexation_method"))
    indexation_percent = fields.Float(**from_type("indexation_percent"))
    indexation_amount = fields.Float(**from_type("indexation_amount"))
    indexation_index_id = fields.Many2one(**from_type("indexation_index_id"))
    indexation_month = fields.Selection(**from_type("indexation_month"))
    indexation_scope = fields.Selection(**from_type("indexation_scope"))
    indexation_has_floor = fields.Boolean(**from_type("indexation_has_floor"))
    indexation_floor = fields.Float(**from_type("indexation_floor"))
    indexation_has_cap = fields.Boolean(**from_type("indexation_has_cap"))
    indexation_cap = fields.Float(**from_type("indexation_cap"))
    indexation_step = fields.Selection(**from_type("indexation_step"))
    indexation_decimals = fields.Integer(**from_type("indexation_decimals"))
    indexation_first_year_exempt = fields.Boolean(**from_type("indexation_first_year_exempt"))
    indexation_line_ids = fields.One2many(
        "service.indexation.line",
        "contract_id",
        string="Indexations",
        groups="service_customer.group_service_manager,service_customer.group_service_accounting",
    )
    is_indexation_due = fields.Boolean(
        "Indexation Due",
        compute="_compute_is_indexation_due",
        search="_search_is_indexation_due",
        help="Its month has come this year, and its prices were not raised yet.",
    )

    def _compute_is_indexation_due(self):
        due = self.search(Domain("id", "in", self.ids) & self._indexation_due_domain())
        for contract in self:
            contract.is_indexation_due = contract._origin in due

    def _search_is_indexation_due(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._indexation_due_domain() if True in value else ~self._indexation_due_domain()

    @api.model
    def _indexation_month_domain(self, day):
        """Contracts in force whose prices change in some month of the year until a day."""
        return (
            Domain("state", "in", ("active", "notice"))
            & Domain("indexation_method", "!=", "none")
            & Domain("indexation_month", "in", [str(month) for month in range(1, day.month + 1)])
        )

    @api.model
    def _indexation_due_domain(self):
        """Contracts whose month has come this year, and whose prices were not raised since."""
        return self.env["res.company"]._service_today_domain(self._indexation_due_on)

    @api.model
    def _indexation_due_on(self, today):
        """The same on one day."""
        # sudo: that it is due may be seen by who may see the contract, runs by fewer.
        lines = self.env["service.indexation.line"].sudo()
        done = lines.search([("state", "=", "applied"), ("year", "=", today.year)]).contract_id
        done = done._with_later_parties()
        return self._indexation_month_domain(today) & Domain("id", "not in", done.ids)

    # ------------------------------------------------------------------ for a run

    def _indexation_refusal(self, day, open_from):
        """Why new prices cannot begin on a day; nothing when they can.

        :param date day: the first day of the new prices
        :param open_from: see ``_open_from``
        """
        self.ensure_one()
        rate, ahead = self._get_rate(day), self.rate_ids.filtered(lambda r: r.date_from >= day)
        # Who took a contract over goes on with its terms: its years are not counted anew.
        began = min(self._with_earlier_parties().mapped("date_start"))
        exempt_until = began + relativedelta(years=1)
        if self.date_end and self.date_end < day:
            return self.env._("ends on %s", format_date(self.env, self.date_end))
        if self.indexation_first_year_exempt and day < exempt_until:
            return self.env._("first year until %s", format_date(self.env, exempt_until))
        if open_from and day < open_from:
            return self.env._(
                "billed until %(open)s: let the new prices begin on that day at the earliest",
                open=format_date(self.env, open_from),
            )
        if ahead:
            return self.env._(
                "has prices from %s already",
                format_date(self.env, ahead.sorted("date_from")[0].date_from),
            )
        if not rate:
            return self.env._("has no prices on that day")
        if self._indexation_change(day.year) is None:
            return self.env._(
                "%(index)s of %(year)s is not entered",
                index=self.indexation_index_id.name,
                year=day.year - 1,
            )
        return None

    def _indexation_done(self, line):
        """What follows from new prices: a trace on the contract, and its paper.

        :param line: ``service.indexation.line`` that was applied
        """
        self.ensure_one()
        line.document_id = self._indexation_document(line)
        self._message_log(
            body=self.env._(
                "Prices from %(date)s: %(change)s (%(reason)s)",
                date=format_date(self.env, line.date),
                change=line.change,
                reason=line.basis,
            )
        )

    def _indexation_document(self, line):
        """Draw up the letter about new prices, or the annex; empty when none is wanted.

        :raises odoo.exceptions.UserError: there is no template of that kind
        """
        self.ensure_one()
        kind = line.run_id.document_kind
        if kind == "none":
            return self.env["service.contract.document"]
        template = self._document_template(kind)
        told = self.with_context(lang=template.lang_id.code)
        change = told._indexation_change(line.year)
        values = {
            "given.percent": line._change_in_words(told, change).lstrip("+"),
            "given.move": line._move_in_words(told, change),
            "given.reason": told._indexation_words(line.year),
            "given.index": told.indexation_index_id.name or "",
            "given.date": format_date(told.env, line.date),
        }
        return self._create_document(template, values, date_effective=line.date)

    def _indexation_undone(self, line):
        """What follows from new prices that were taken back: so is their paper.

        :param line: ``service.indexation.line`` that was undone
        :raises odoo.exceptions.UserError: the annex is signed
        """
        self.ensure_one()
        document = line.document_id
        if document.state == "draft":
            document.unlink()
        elif document and document.state != "cancelled":
            document.action_cancel()
        self._message_log(
            body=self.env._("The prices from %s were taken back.", format_date(self.env, line.date))
        )
