from fractions import Fraction

from odoo import fields, models
from odoo.tools import SQL, formatLang

from ..tools.annex import Point, Reading, Unit
from ..tools.day import local_day
from ..tools.ledger import READING
from ..tools.statement import load


class ServiceCharge(models.Model):
    """What the annex of a document tells of its charges."""

    _inherit = "service.charge"

    annex_move_id = fields.Many2one(
        "account.move",
        "Explained On",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="The document whose annex tells what costs nothing: pages included in the fee.",
    )

    def _explain_free(self, moves):
        """Let the annex of each new document tell also what cost nothing in its contract.

        :param dict moves: ``{document: its charges}``
        """
        by_rest, by_month = {}, {}
        for move, charges in moves.items():
            if charges.filtered("role"):
                key = charges[0]._get_bill_group()
                rest = key[:4] + key[5:]
                by_rest.setdefault(rest, move)
                by_month[rest, key[4]] = move
        if not by_rest:
            return
        # Superuser: only the program ties a charge to a document.
        free = self.sudo().search(
            [
                ("contract_id", "in", self.contract_id.ids),
                ("role", "!=", False),
                ("state", "=", "covered"),
                ("annex_move_id", "=", False),
                ("is_reopened", "!=", True),
            ]
        )
        for charge in free:
            key = charge._get_bill_group()
            rest = key[:4] + key[5:]
            charge.annex_move_id = by_month.get((rest, key[4])) or by_rest.get(rest)

    # ------------------------------------------------------------------ in words

    def _annex_readings(self):
        """Where the pages of these charges begin and end on the counters: ``[Reading]``."""
        rows = self._annex_consumption().sorted(lambda row: (row.meter_id.id, row.seq))
        starts, found = rows._starts() if rows else {}, {}
        for row in rows:
            key = (row.charge_id, row.meter_id)
            how, offset = starts[row.id]
            if key not in found:
                found[key] = row._annex_reading(how, offset)
            row._annex_extend(found[key], offset)
        order = {meter: position for position, meter in enumerate(rows.meter_type_id.sorted())}
        return [
            reading
            for (_charge, meter), reading in sorted(
                found.items(),
                key=lambda item: (
                    item[1].place,
                    item[1].serial,
                    order[item[0][1].type_id],
                    item[1].start.day,
                ),
            )
        ]

    def _annex_consumption(self):
        """The pages of these charges; of those that are billed anew, what was theirs."""
        rows = self.consumption_ids
        for charge in self.filtered("is_reopened"):
            rows |= self.search([("key", "=like", f"{charge.key}/again-%")]).consumption_ids
        return rows

    def _annex_unit(self):
        """This charge as a part of a line in the annex (``Unit``)."""
        self.ensure_one()
        place = self.location_id or self.device_id.location_id
        return Unit(
            who=self._annex_name(),
            serial=self.device_id.serial or "",
            place=place._annex_name(),
            cost_centre=self._get_cost_centre(),
            share=self._annex_share(),
            rows=self._annex_rows(),
            amount=self.amount if self.move_line_id else 0.0,
            reason=self.reason or "",
            pages=self.pages,
        )

    def _annex_name(self):
        """What is counted together: a device, a billing group, or the whole contract."""
        if self.device_id:
            return self.device_id._annex_name()
        kind, _slash, rest = (self.unit or "").partition("/")
        if kind == "group":
            group = self.env["service.billing.group"].browse(int(rest.partition("/")[0]))
            return self.env._("Devices of the group “%s”, counted together", group.name)
        if kind == "contract" and self.role != "fee":
            return self.env._("All devices of the contract, counted together")
        return self.contract_id.name or ""

    def _annex_share(self):
        """How much of the agreed period it is, when it is not one; a correction is none of it."""
        if not self.share or Fraction(self.share) in (0, 1):
            return ""
        return self.env._("%s × the agreed period", self.share)

    def _annex_rows(self):
        """The arithmetic in words; without one, quantity and price."""
        rows = load(self.arithmetic)
        if rows:
            return [
                words
                | {
                    "quantity": row.blocks or row.pages,
                    "unit_price": float(row.price),
                    "value": float(row.amount),
                }
                for row, words in zip(rows, self.rate_line_id._rows_in_words(rows), strict=True)
            ]
        value = self._round_value(self.quantity)
        digits = 2 if self.quantity % 1 else 0
        return [
            {
                "kind": "",
                "range": "",
                "pages": formatLang(self.env, self.quantity, digits=digits),
                "price": self._annex_price(),
                "amount": self.currency_id.format(value),
                "is_minimum": False,
                "quantity": self.quantity,
                "unit_price": self.price_unit,
                "value": value,
            }
        ]

    def _annex_price(self):
        """The unit price with as many decimals as it has, at least two."""
        text = f"{self.price_unit:.6f}".rstrip("0")
        return formatLang(self.env, self.price_unit, digits=max(2, len(text.partition(".")[2])))


class ResPartner(models.Model):
    """How the annex calls a place."""

    _inherit = "res.partner"

    def _annex_name(self):
        """The path of the place within its customer, who knows his own name."""
        customer = self.commercial_partner_id.name or ""
        return (self.display_name or "").removeprefix(f"{customer}, ")


class ServiceDevice(models.Model):
    """How the annex calls a device."""

    _inherit = "service.device"

    def _annex_name(self):
        """“SN 123 · Model”."""
        self.ensure_one()
        return " · ".join(filter(None, (self.serial or self.name, self.model_id.display_name)))


class ServiceConsumption(models.Model):
    """What the annex tells of the ledger."""

    _inherit = "service.consumption"

    def _annex_reading(self, how, offset):
        """The first row of a meter in the annex, as a ``Reading`` without pages."""
        device = self.device_id
        place = self.charge_id.location_id or device.location_id
        start = self._annex_point(self.life_from, self.date_from, how, offset)
        return Reading(
            device=device._annex_name(),
            serial=device.serial or device.name,
            place=place._annex_name(),
            cost_centre=self.stay_id.cost_centre
            or (place and place._get_service_nearest("service_cost_centre"))
            or "",
            meter=self.meter_type_id.name,
            start=start,
            end=start,
        )

    def _annex_extend(self, reading, offset):
        """Let a ``Reading`` go on to the end of this row."""
        if self.kind == "test":
            reading.tests += self.pages
        else:
            reading.pages += self.pages
        known = self.reading_id
        if known:
            offset = known.life_value - known.value
        reading.end = self._annex_point(self.life_to, self.date_to, self.how, offset)

    def _annex_point(self, life, moment, how, offset):
        """One end of a row, as the counter shows it."""
        words = dict(self._fields["how"]._description_selection(self.env))
        day = local_day(moment, self.company_id._get_service_tz())
        return Point(life - (offset or 0), day, words[how], how == READING)

    def _starts(self):
        """How the beginning of each row is known, and what to take off for the counter's number.

        :return: ``{row id: (how, offset or None)}``
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT row.id, COALESCE(before.how, CASE WHEN first.id IS NULL THEN 'days'
                                                         ELSE 'reading' END),
                       COALESCE(known.life_value - known.value, first.life_value - first.value)
                  FROM service_consumption row
                  LEFT JOIN service_consumption before
                    ON before.meter_id = row.meter_id AND before.seq = row.prev_seq
                  LEFT JOIN service_meter_reading known ON known.id = before.reading_id
                  LEFT JOIN LATERAL (
                       SELECT * FROM service_meter_reading reading
                        WHERE row.prev_seq IS NULL AND reading.meter_id = row.meter_id
                          AND reading.date = row.date_from
                          AND reading.verdict IN ('accepted', 'reset', 'rollover')
                        LIMIT 1
                  ) first ON TRUE
                 WHERE row.id = ANY(%s)
                """,
                self.ids,
            )
        )
        return {row: (how, offset) for row, how, offset in rows}
