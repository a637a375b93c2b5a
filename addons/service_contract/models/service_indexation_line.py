import logging

from psycopg2 import OperationalError

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import formatLang

from odoo.addons.service_meter.tools.rows import claim

_logger = logging.getLogger(__name__)


class ServiceIndexationLine(models.Model):
    """One contract in an indexation: its prices before and after, or why they stay."""

    _name = "service.indexation.line"
    _description = "Indexation of a Contract"
    _order = "run_id desc, state desc, contract_id, id"

    run_id = fields.Many2one(
        "service.indexation.run",
        string="Indexation",
        required=True,
        ondelete="cascade",
        index=True,
    )
    contract_id = fields.Many2one("service.contract", required=True, ondelete="cascade", index=True)
    customer_id = fields.Many2one(related="contract_id.customer_id")
    company_id = fields.Many2one(
        related="contract_id.company_id", store=True, precompute=True, index=True
    )
    currency_id = fields.Many2one(related="contract_id.currency_id")
    date = fields.Date("New Prices From", required=True)
    year = fields.Integer(required=True)
    state = fields.Selection(
        [
            ("proposed", "Proposed"),
            ("applied", "Applied"),
            ("excluded", "Left Out"),
            ("error", "Failed"),
            ("undone", "Undone"),
        ],
        required=True,
        default="proposed",
        index=True,
    )
    reason = fields.Char(help="Why the prices of this contract stay.")
    change = fields.Char(help="By how much prices change.")
    basis = fields.Char(help="On what the change is based.")
    rate_id = fields.Many2one(
        "service.rate", string="Prices Before", ondelete="set null", index="btree_not_null"
    )
    new_rate_id = fields.Many2one(
        "service.rate", string="Prices After", ondelete="set null", index="btree_not_null"
    )
    document_id = fields.Many2one(
        "service.contract.document", ondelete="set null", index="btree_not_null"
    )
    price_ids = fields.One2many("service.indexation.price", "line_id", string="Prices")
    summary = fields.Char(
        "Prices or Reason",
        compute="_compute_summary",
        help="Each price before and after, or why prices stay.",
    )

    _contract_year_uniq = models.UniqueIndex(
        "(contract_id, year) WHERE state = 'applied'",
        "The prices of this contract were raised in that year already.",
    )

    @api.depends("contract_id.name", "date")
    def _compute_display_name(self):
        for line in self:
            line.display_name = f"{line.contract_id.name}, {line.date}"

    @api.depends("price_ids.price_before", "price_ids.price_after", "reason")
    def _compute_summary(self):
        for line in self:
            prices = "; ".join(price._in_words() for price in line.price_ids)
            line.summary = line.reason or prices

    # ------------------------------------------------------------------ preview

    @api.model
    def _prepare_vals(self, contracts, day):
        """What a run would do with contracts, with as many queries for one as for a thousand.

        :param date day: the first day of the new prices
        :return: list of values of lines
        """
        domain = [
            ("contract_id", "in", contracts._with_earlier_parties().ids),
            ("year", "=", day.year),
            ("state", "=", "applied"),
        ]
        raised = set(self.search(domain).contract_id._with_later_parties())
        open_from = contracts._open_from_each()
        vals_list = []
        for contract in contracts:
            reason = (
                self.env._("prices of %(year)s were raised already", year=day.year)
                if contract in raised
                else contract._indexation_refusal(day, open_from[contract])
            )
            vals = {"contract_id": contract.id, "date": day, "year": day.year}
            vals |= (
                {"state": "excluded", "reason": reason}
                if reason
                else self._prepare_prices(contract, day)
            )
            vals_list.append(vals)
        return vals_list

    @api.model
    def _prepare_prices(self, contract, day):
        """The prices of a contract before and after."""
        rate, change = contract._get_rate(day), contract._indexation_change(day.year)
        prices = [
            price
            for price in rate._indexed_prices(change, contract.indexation_scope)
            if price.before != price.after
        ]
        vals = {
            "rate_id": rate.id,
            "change": self._change_in_words(contract, change),
            "basis": contract._indexation_words(day.year),
            "price_ids": [
                Command.create(
                    {
                        "name": price.name,
                        "per": price.record.line_id.per
                        if price.record._name == "service.rate.tier"
                        else price.record.per,
                        "price_before": float(price.before),
                        "price_after": float(price.after),
                    }
                )
                for price in prices
            ],
        }
        if not prices:
            vals |= {"state": "excluded", "reason": self.env._("no price changes")}
        return vals

    @api.model
    def _change_in_words(self, contract, change):
        """“+3.60 %”, or “+15.00 zł”, in the language of the contract's environment."""
        sign = "+" if (change.amount or change.percent) >= 0 else ""
        return sign + self._size_in_words(contract, change.percent, change.amount)

    @api.model
    def _size_in_words(self, contract, percent, amount):
        if amount:
            return formatLang(contract.env, float(amount), currency_obj=contract.currency_id)
        return f"{formatLang(contract.env, float(percent), digits=2)} %"

    def _move_in_words(self, contract, change):
        """“wzrastają o 3,60 %”: which way the prices of a letter go.

        :param contract: in the language of the letter
        """
        moves = {price.price_after > price.price_before for price in self.price_ids}
        if len(moves) != 1:
            return contract.env._("change as the schedule says, some up and some down")
        size = self._size_in_words(contract, abs(change.percent), abs(change.amount))
        if change.amount:
            size = contract.env._("%s in each base fee", size)
        rises = moves.pop()
        return contract.env._("rise by %s", size) if rises else contract.env._("fall by %s", size)

    # ------------------------------------------------------------------ applying

    def _apply_each(self):
        """Give each contract its new prices; one that fails says why and stops nobody."""
        for line in self.filtered(lambda line: line.state in ("proposed", "error")):
            line._isolated(line._apply)

    def _undo_each(self):
        """Take the new prices back where nothing was billed with them."""
        for line in self.filtered(lambda line: line.state == "applied"):
            line._isolated(line._undo, failed="applied")

    def _issue_each(self):
        """Issue the papers that are drawn up; one that cannot be issued says why."""
        for line in self.filtered(lambda line: line.document_id.state == "draft"):
            line._isolated(line._issue, failed=line.state)

    def _issue(self):
        self.reason = False
        # Not as superuser: it is for those to issue a document who may.
        self.document_id.sudo(False).action_issue()

    def _isolated(self, step, failed="error"):
        """Take a step of its own; what fails is undone, and told on the line."""
        try:
            with self.env.cr.savepoint():
                step()
        except OperationalError:
            raise  # the database asks to repeat the whole request
        except UserError as error:
            self.write({"state": failed, "reason": str(error)})
        except Exception as error:
            _logger.exception("Indexation of %s failed", self.display_name)
            self.write({"state": failed, "reason": self.env._("Unexpected error: %s", error)})

    def _apply(self):
        """Make the version with the prices of the preview."""
        self.ensure_one()
        contract = self.contract_id
        claim(contract)  # two people cannot raise the same prices at once
        [vals] = self._prepare_vals(contract, self.date)
        if self._prepare_snapshot(vals) != self._snapshot():
            raise UserError(
                self.env._(
                    "The contract or its prices have changed since the preview. Make the preview "
                    "anew."
                )
            )
        change = contract._indexation_change(self.year)
        prices = self.rate_id._indexed_prices(change, contract.indexation_scope)
        self.new_rate_id = self.rate_id._create_indexed(self.date, prices)
        self.write({"state": "applied", "reason": False})
        contract._indexation_done(self)

    def _snapshot(self):
        """What was shown in the preview."""
        prices = [(price.name, price.price_before, price.price_after) for price in self.price_ids]
        return self.rate_id.id, prices

    def _prepare_snapshot(self, vals):
        """The same of what a preview would show now."""
        prices = [
            (price["name"], price["price_before"], price["price_after"])
            for _command, _id, price in vals.get("price_ids", ())
        ]
        return vals.get("state", "proposed") == "proposed" and vals.get("rate_id"), prices

    def _undo(self):
        """Take the version back."""
        self.ensure_one()
        claim(self.contract_id)
        self.new_rate_id._revoke()
        self.write({"state": "undone", "reason": False})
        self.contract_id._indexation_undone(self)

    # ------------------------------------------------------------------ actions

    def action_leave_out(self):
        """Leave contracts out of this run, or take them back in."""
        self.run_id.check_access("write")
        for line in self.sudo():  # sudo: the right to change the run was checked
            if line.state == "proposed":
                line.write({"state": "excluded", "reason": self.env._("left out by hand")})
            elif line.state == "excluded" and line.price_ids:
                line.write({"state": "proposed", "reason": False})

    def action_undo(self):
        """Take the new prices of these contracts back."""
        self.run_id.check_access("write")
        self.sudo()._undo_each()  # sudo: the right to change the run was checked


class ServiceIndexationPrice(models.Model):
    """One price of a contract before and after an indexation."""

    _name = "service.indexation.price"
    _description = "Price Before and After Indexation"
    _order = "line_id, id"

    line_id = fields.Many2one(
        "service.indexation.line", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        related="line_id.company_id", store=True, precompute=True, index=True
    )
    name = fields.Char(required=True)
    per = fields.Char()
    price_before = fields.Float("Before", digits="Service Page Price", min_display_digits=2)
    price_after = fields.Float("After", digits="Service Page Price", min_display_digits=2)

    def _in_words(self):
        """“Mono 0.0285 → 0.0295”."""
        before, after = (
            formatLang(self.env, price, digits=max(2, _decimals(price)))
            for price in (self.price_before, self.price_after)
        )
        return f"{self.name} {before} → {after}"


def _decimals(value):
    """How many decimals a price has, up to six."""
    text = f"{value:.6f}".rstrip("0")
    return len(text.partition(".")[2])
