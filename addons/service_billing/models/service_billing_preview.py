from odoo import fields, models
from odoo.tools import format_date, formatLang

from ..tools.day import local_day
from ..tools.statement import load

#: In which order the charges of a unit are read.
ROLES = ("fee", "pages", "block", "minimum", False)
#: What is shown of a charge.
ITEM_FIELDS = ["name", "reason", "unit", "role", "device_id", "rate_line_id", "share"]
ITEM_FIELDS += ["period_start", "period_stop", "arithmetic", "quantity", "price_unit"]


class ServiceBillingLine(models.Model):
    """The whole calculation of a contract, written out for people."""

    _inherit = "service.billing.line"

    preview_html = fields.Html(
        "Calculation",
        compute="_compute_preview_html",
        sanitize=False,
        help="What is due and what was settled in this run, written out; nothing is stored.",
    )

    def _compute_preview_html(self):
        for line, statement in self._statements().items():
            line.preview_html = self.env["ir.qweb"]._render(
                "service_billing.statement_preview", line._preview_values(statement)
            )

    def _preview_values(self, statement):
        """What the template of the calculation needs."""
        pages = {}
        for posting in statement.postings:
            pages.setdefault(posting.charge, []).append(self._posting_row(posting.entry))
        due = [self._preview_item(vals, pages.get(vals["key"], ())) for vals in statement.due]
        charges = self.charge_ids
        settled = [
            self._preview_item(
                charge.read(ITEM_FIELDS, load=None)[0],
                [self._ledger_row(row) for row in charge.consumption_ids.sorted("seq")],
            )
            for charge in charges
        ]
        return {
            "line": self,
            "due": self._sections(due),
            "settled": self._sections(settled),
            "outside": pages.get(None, []),
            "due_total": self._in_money(sum(item["value"] for item in due)),
            "settled_total": self._in_money(sum(item["value"] for item in settled)),
        }

    # ------------------------------------------------------------------ one charge

    def _preview_item(self, vals, rows):
        """One charge with its pages and its arithmetic."""
        line = self.env["service.rate.line"].browse(vals.get("rate_line_id") or ())
        value = self.currency_id.round(vals["quantity"] * vals["price_unit"])
        words = line._rows_in_words(load(vals.get("arithmetic"))) if line else []
        if vals.get("role") == "fee" and line:
            words = self._fee_in_words(line, vals, value)
        return {
            "name": vals["name"],
            "reason": vals.get("reason") or "",
            "unit": vals.get("unit") or "",
            "device": vals.get("device_id"),
            "start": vals.get("period_start"),
            "role": vals.get("role") or False,
            "pages": rows,
            "share": self._share_in_words(vals),
            "rows": words,
            "value": value,
            "amount": self._in_money(value),
        }

    def _fee_in_words(self, line, vals, value):
        """How much of the agreed time a fee is for, where it is not all of it once: ``[row]``."""
        share = vals.get("share") or "1"
        row = {
            "range": "",
            "kind": line._months_in_words(),
            "pages": share,
            "price": line._price_and_currency(line.price_unit),
            "amount": self._in_money(value),
            "is_minimum": False,
        }
        return [row] if share != "1" else []

    def _share_in_words(self, vals):
        """How much of the agreed time it is, where it is not all of it."""
        share = vals.get("share") or "1"
        if "/" not in share or not vals.get("period_start"):
            return ""
        days = (vals["period_stop"] - vals["period_start"]).days
        return self.env._("%(share)s of the agreed time (%(days)s days)", share=share, days=days)

    def _in_money(self, amount):
        return formatLang(self.env, amount, currency_obj=self.currency_id)

    # ------------------------------------------------------------------ units

    def _sections(self, items):
        """The charges by what they are counted in: the fees of all, then unit by unit."""
        sections = {}
        for item in items:
            scope = "/".join(item["unit"].split("/")[:2])
            sections.setdefault(scope, []).append(item)
        result = []
        for scope, found in sections.items():
            found.sort(key=lambda item: (ROLES.index(item["role"]), str(item["start"])))
            result.append(
                {
                    "title": self._unit_title(scope, found),
                    "of_device": scope.startswith("stay/"),
                    "charges": found,
                }
            )
        return result

    def _unit_title(self, scope, items):
        """What pays together: a device, a group or the whole contract."""
        kind, _slash, record_id = scope.partition("/")
        if kind == "stay":
            stay = self.env["service.contract.device"].browse(int(record_id))
            place = stay.device_id.location_id
            name = stay.device_id.display_name
            return f"{name}, {place.name}" if place else name
        if kind == "group":
            group = self.env["service.billing.group"].browse(int(record_id))
            return self.env._("Group “%s”, counted together", group.name)
        if kind == "contract":
            return self.env._("Whole contract")
        return self.env._("Work and goods")

    # ------------------------------------------------------------------ pages

    def _posting_row(self, entry):
        """A row of the ledger that is still to be written."""
        return self._pages_row(
            entry.meter,
            (entry.start.moment, entry.life_from),
            (entry.stop.moment, entry.life_to),
            entry.kind,
            entry.stop.how,
        )

    def _ledger_row(self, row):
        """A row of the ledger."""
        return self._pages_row(
            row.meter_id.id,
            (row.date_from, row.life_from),
            (row.date_to, row.life_to),
            row.kind,
            row.how,
        )

    def _pages_row(self, meter_id, start, stop, kind, how):
        """Pages of one counter, from and to, in words."""
        meter = self.env["service.meter"].browse(meter_id)
        ledger = self.env["service.consumption"]._fields
        kinds = dict(ledger["kind"]._description_selection(self.env))
        hows = dict(ledger["how"]._description_selection(self.env))
        words = [] if kind in ("billable", "estimate") else [kinds[kind]]
        words += [] if how == "reading" else [hows[how]]
        zone = self.company_id._get_service_tz()
        days = [format_date(self.env, local_day(moment, zone)) for moment, _life in (start, stop)]
        return {
            "device": meter.device_id.display_name,
            "meter": meter.type_id.name,
            "start": days[0],
            "stop": days[1],
            "life_from": self._number(start[1]),
            "life_to": self._number(stop[1]),
            "pages": self._number(stop[1] - start[1]),
            "words": ", ".join(words),
        }

    def _number(self, pages):
        return formatLang(self.env, pages, digits=0)
