import json

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date

from ..tools import life

#: Written by readings and verdicts only.
DERIVED_FIELDS = {"value", "last_reading_id", "last_date", "opening_reading_id"}
TREND_MONTHS = 12
DAYS_OF_MONTH = 365 / 12


class ServiceMeter(models.Model):
    """A counter of a device, with the state that its last accepted reading gave it."""

    _name = "service.meter"
    _description = "Meter"
    _order = "device_id, sequence, id"
    _check_company_auto = True

    device_id = fields.Many2one(
        "service.device", required=True, ondelete="cascade", index=True, check_company=True
    )
    type_id = fields.Many2one(
        "service.meter.type", string="Meter Type", required=True, ondelete="restrict", index=True
    )
    sequence = fields.Integer(related="type_id.sequence", store=True, precompute=True)
    unit = fields.Char(related="type_id.unit")
    kind = fields.Selection(related="type_id.kind", store=True, precompute=True)
    digits = fields.Integer(
        compute="_compute_digits",
        help="After its highest number of so many digits the counter goes on from zero.",
    )
    company_id = fields.Many2one(
        related="device_id.company_id", store=True, precompute=True, index=True
    )
    active = fields.Boolean(default=True)
    value = fields.Integer(
        "Life Value",
        readonly=True,
        copy=False,
        help="Pages of the device's whole life at the last accepted reading: it only grows, "
        "also when the counter is reset.",
    )
    last_reading_id = fields.Many2one(
        "service.meter.reading",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
        help="The last accepted reading.",
    )
    counter_value = fields.Integer(
        "Last Reading Value",
        related="last_reading_id.value",
        help="What the counter itself showed at the last accepted reading.",
    )
    last_date = fields.Datetime("Last Reading On", readonly=True, copy=False)
    reading_ids = fields.One2many("service.meter.reading", "meter_id", string="Readings")
    trend_graph = fields.Text(
        compute="_compute_trend_graph", help="Pages of each of the last twelve months."
    )

    _device_type_uniq = models.Constraint(
        "UNIQUE(device_id, type_id)",
        "The device already has a meter of this type. Use that one.",
    )

    @api.depends("type_id.name")
    def _compute_display_name(self):
        for meter in self:
            meter.display_name = meter.type_id.name

    @api.depends("device_id.model_id.meter_line_ids.digits", "type_id")
    def _compute_digits(self):
        lines = self._model_lines()
        for meter in self:
            meter.digits = lines[meter].digits

    def _model_lines(self):
        """``{meter: what its model says of this counter}`` (``service.device.model.meter``)."""
        # Superuser: models are no secret, and portal users take readings, too.
        lines = self.device_id.model_id.sudo().meter_line_ids
        known = {(line.model_id.id, line.type_id.id): line for line in lines}
        return {
            meter: known.get((meter.device_id.model_id.id, meter.type_id.id), lines.browse())
            for meter in self
        }

    def _physical(self):
        """Those of these meters that are read on the device."""
        return self.filtered(lambda meter: meter.kind == "physical")

    def _last_in_words(self):
        """What the counter showed last and when, in two short lines; empty when never read."""
        if not self.last_date:
            return ""
        number = self.env["ir.qweb.field.integer"].value_to_html(self.counter_value, {})
        day = fields.Datetime.context_timestamp(self, self.last_date).date()
        return f"{number}\n{format_date(self.env, day)}"

    @api.depends("last_reading_id", "value")
    def _compute_trend_graph(self):
        first = fields.Datetime.now().replace(day=1, hour=0, minute=0, second=0)
        months = [first - relativedelta(months=n) for n in range(TREND_MONTHS - 1, -1, -1)]
        rows = self.env["service.meter.reading"]._read_group(
            [
                ("meter_id", "in", self.ids),
                ("verdict", "in", life.COUNTED),
                ("date", ">=", months[0]),
            ],
            ["meter_id", "date:month"],
            ["usage:sum"],
        )
        usage = {(meter.id, month.date().replace(day=1)): pages for meter, month, pages in rows}
        labels = [format_date(self.env, month, date_format="LLL") for month in months]
        for meter in self:
            bars = [
                {
                    "label": label,
                    "value": usage.get((meter._origin.id, month.date()), 0),
                    "type": "past",
                }
                for label, month in zip(labels, months, strict=True)
            ]
            meter.trend_graph = json.dumps([{"key": meter.unit, "values": bars}])

    def write(self, vals):
        """Refuse what only readings may say, and moving a meter to another device."""
        if DERIVED_FIELDS & vals.keys() and not self.env.su:
            raise UserError(
                self.env._(
                    "The state of a meter follows from its readings. Take a reading instead."
                )
            )
        if {"device_id", "type_id"} & vals.keys():
            raise UserError(
                self.env._(
                    "A meter stays the meter it is. Archive it and create a new one on the device."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_read(self):
        """A meter with readings is history."""
        read = self.filtered("reading_ids")
        if read:
            raise UserError(
                self.env._(
                    "Meter %(meter)s of %(device)s has readings. Archive it instead of deleting.",
                    meter=read[0].display_name,
                    device=read[0].device_id.display_name,
                )
            )

    @api.model
    def _check_never_turned_over(self, types, domain):
        """Refuse when such a counter has turned over.

        :param list domain: whose readings are asked
        """
        # Superuser: a turned counter of a device that this user does not see counts, too.
        turned = (
            self.env["service.meter.reading"]
            .sudo()
            .search([("verdict", "=", "rollover"), ("type_id", "in", types.ids), *domain], limit=1)
        )
        if turned:
            raise UserError(
                self.env._(
                    "%(meter)s of %(device)s has already gone through its highest number:"
                    " its digits cannot be changed any more. Reject that reading first.",
                    meter=turned.meter_id.display_name,
                    device=turned.device_id.display_name,
                )
            )

    def _chains(self, since, decided=False):
        """Return the counted readings of each meter from a moment on, as points in order.

        :param dict since: ``{meter: datetime}``
        :param bool decided: a verdict has changed, so that the meter's state may be outdated
        :return: ``{meter: (anchor Point or None, [Point])}``; a point's key is its reading
        """
        past = self.filtered(lambda meter: decided or _reaches(meter.last_date, since[meter]))
        readings = self.env["service.meter.reading"].search(
            [("meter_id", "in", past.ids), ("verdict", "in", life.COUNTED)],
            order="meter_id, date, id",
        )
        by_meter = readings.grouped("meter_id")
        chains = {}
        for meter in self:
            known = by_meter.get(meter, ()) if meter in past else meter.last_reading_id
            points = [reading._point() for reading in known]
            before = [point for point in points if point.date < since[meter]]
            chains[meter] = (before[-1] if before else None, points[len(before) :])
        return chains

    def _gauges(self, chains, since):
        """Return ``{meter: Gauge}`` with the trend before a moment, for all in one query.

        :param dict chains: see ``_chains``
        :param dict since: ``{meter: datetime}``
        """
        starts = self._trend_starts(since)
        lines = self._model_lines()
        gauges = {}
        for company, meters in self.grouped("company_id").items():
            rules = company._get_reading_rules()
            for meter in meters:
                anchor, start, line = chains[meter][0], starts.get(meter.id), lines[meter]
                past = [start] if start and anchor and start.date < anchor.date else []
                gauges[meter] = life.Gauge(
                    capacity=10**line.digits if line.digits else None,
                    daily=line.monthly_pages / DAYS_OF_MONTH,
                    past=past + ([anchor] if anchor else []),
                    **rules,
                )
        return gauges

    def _trend_starts(self, since):
        """``{meter id: Point}``: the first counted reading of the trend before a moment."""
        read = [
            (meter.id, since[meter] - relativedelta(months=company.service_reading_trend_months))
            for company, meters in self.grouped("company_id").items()
            for meter in meters
            if meter.last_date
        ]
        if not read:
            return {}
        self.env["service.meter.reading"].flush_model(["meter_id", "verdict", "date", "life_value"])
        meters, moments = map(list, zip(*read, strict=True))
        rows = self.env.execute_query(
            SQL(
                """
                SELECT asked.meter_id, start.date, start.life_value
                  FROM unnest(%(meters)s, %(moments)s::timestamp[]) AS asked (meter_id, date)
                  JOIN LATERAL (
                       SELECT date, life_value
                         FROM service_meter_reading
                        WHERE meter_id = asked.meter_id
                          AND date >= asked.date
                          AND verdict IN ('accepted', 'reset', 'rollover')
                        ORDER BY date, id
                        LIMIT 1
                  ) start ON TRUE
                """,
                meters=meters,
                moments=moments,
            )
        )
        return {
            meter: life.Point(date, 0, life.ACCEPTED, life=value) for meter, date, value in rows
        }

    def _recompute_life(self, since):
        """Recompute life values forward from a moment, after a verdict.

        :param dict since: ``{meter: datetime}``
        :return: readings that could not stay accepted and became suspect
        """
        flipped = self.env["service.meter.reading"]
        lasts = {}
        for meter, (anchor, points) in self._chains(since, decided=True).items():
            capacity = 10**meter.digits if meter.digits else None
            lasts[meter] = life.follow(points, anchor, capacity)
            for point in points:
                if point.verdict == life.SUSPECT:
                    flipped |= point.key
                point.key._store_point(point)
        self._store_lasts(lasts)
        self._derive(since)
        return flipped

    @api.model
    def _store_lasts(self, lasts):
        """Keep the state of meters equal to their last counted readings, all in one statement.

        Rows are written even when nothing differs: see ``lock``.

        :param dict lasts: ``{meter: Point or None}``
        """
        if not lasts:
            return
        stored = self.browse(meter.id for meter in lasts)
        lives = [point.life if point else 0 for point in lasts.values()]
        fallen = stored.browse(
            meter.id for meter, life_ in zip(lasts, lives, strict=True) if life_ < meter.value
        )
        self.flush_model(["value", "last_reading_id", "last_date"])
        self.env.cr.execute(
            SQL(
                """
                UPDATE service_meter meter
                   SET value = state.value, last_reading_id = state.reading_id,
                       last_date = state.date, write_uid = %(uid)s,
                       write_date = NOW() AT TIME ZONE 'UTC'
                  FROM unnest(%(ids)s, %(lives)s, %(readings)s::int[], %(dates)s::timestamp[])
                       AS state (id, value, reading_id, date)
                 WHERE meter.id = state.id
                """,
                uid=self.env.uid,
                ids=stored.ids,
                lives=lives,
                readings=[point.key.id if point else None for point in lasts.values()],
                dates=[point.date if point else None for point in lasts.values()],
            )
        )
        stored.invalidate_recordset(["value", "last_reading_id", "last_date"])
        stored.modified(["value", "last_reading_id", "last_date"])
        fallen._check_billed()


def _reaches(last_date, since):
    """Whether a meter was last read at or after a moment."""
    return bool(last_date) and last_date >= since
