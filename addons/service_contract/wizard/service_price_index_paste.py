from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import formatLang

from ..tools.price_index import read_rows

#: So many bad lines are named at once.
SHOWN = 30


class ServicePriceIndexPaste(models.TransientModel):
    """Takes the years of a price index over from a table that was copied.

    Good lines are taken, bad ones are named and stay in the box to be corrected. What is there
    already changes nothing; another value of a year replaces it.
    """

    _name = "service.price.index.paste"
    _description = "Paste Years of a Price Index"

    index_id = fields.Many2one("service.price.index", required=True, ondelete="cascade")
    text = fields.Text(
        "Years and Values",
        help="Copy the years and values in a spreadsheet or in the table of the statistical office "
        "and paste them here.",
    )
    problems = fields.Text(compute="_compute_outcome")
    summary = fields.Char(compute="_compute_outcome")

    @api.depends("text", "index_id.value_ids.value")
    def _compute_outcome(self):
        for paste in self:
            rows = read_rows(paste.text)
            bad = [paste._problem(row) for row in rows if row.problem]
            new, changed = paste._differences(rows)
            paste.problems = "\n".join(bad[:SHOWN])
            paste.summary = bool(new or changed) and self.env._(
                "New years: %(new)s. Corrected: %(changed)s.",
                new=", ".join(str(year) for year in sorted(new)) or "–",
                changed=", ".join(
                    f"{value.year}: {paste._number(value.value)} → {paste._number(given)}"
                    for value, given in changed.items()
                )
                or "–",
            )

    def action_import(self):
        """Take the good lines over; the bad ones stay in the dialog.

        :raise UserError: there is nothing to take over
        """
        self.ensure_one()
        rows = read_rows(self.text)
        new, changed = self._differences(rows)
        bad = [row for row in rows if row.problem]
        if not new and not changed:
            raise UserError(
                self.problems
                or self.env._(
                    "There is no new year here. Paste lines with a year and its index, for example "
                    "2024 103.6."
                )
            )
        self.index_id.value_ids = [
            *(Command.update(value.id, {"value": given}) for value, given in changed.items()),
            *(Command.create({"year": year, "value": given}) for year, given in new.items()),
        ]
        if not bad:
            return {"type": "ir.actions.act_window_close"}
        self.text = "\n".join(row.text for row in bad)
        return self._get_records_action(target="new", name=self.env._("Lines to Correct"))

    def _differences(self, rows):
        """What the good lines say that is not so yet.

        :return: ``({year: value}, {service.price.index.value: value})``
        """
        known = {value.year: value for value in self.index_id.value_ids}
        given = {row.year: row.value for row in reversed(rows) if not row.problem}
        new = {year: value for year, value in given.items() if year not in known}
        changed = {
            known[year]: value
            for year, value in given.items()
            if year in known and known[year].value != value
        }
        return new, changed

    def _problem(self, row):
        """A sentence about a bad line."""
        if row.problem == "year":
            why = self.env._("%s is no year of an index.", row.year)
        elif row.problem == "value":
            why = self.env._(
                "the year before is 100; for prices that rose by 3.6 %% enter 103.6, not %s.",
                self._number(row.value),
            )
        elif row.problem == "twice":
            why = self.env._("%s has different values here.", row.year)
        else:
            why = self.env._("“%s”: expected a year and its index.", row.text[:60])
        return self.env._("Line %(line)s: %(problem)s", line=row.line, problem=why)

    def _number(self, value):
        return formatLang(self.env, value, digits=2)
