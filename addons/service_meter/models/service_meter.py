import json

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..tools import life

#: Written by readings and verdicts only.
DERIVED_FIELDS = {"value", "last_reading_id", "last_date"}
TREND_MONTHS = 12


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

    def _recompute_life(self, since):
        """Recompute life values forward from a moment, after a verdict.

        :param dict since: ``{meter: datetime}``
        :return: readings that could not stay accepted and became suspect
        """
        flipped = self.env["service.meter.reading"]
        for meter, (anchor, points) in self._chains(since, decided=True).items():
            last = life.follow(points, anchor)
            for point in points:
                if point.verdict == life.SUSPECT:
                    flipped |= point.key
                point.key._store_point(point)
            meter._store_last(last)
        return flipped

    def _store_last(self, point):
        """Keep the meter's state equal to its last counted reading (a Point or None)."""
        reading = point.key if point else self.env["service.meter.reading"]
        state = (point.life if point else 0, reading.id, reading.date)
        if state != (self.value, self.last_reading_id.id, self.last_date):
            self.write(dict(zip(("value", "last_reading_id", "last_date"), state, strict=True)))


def _reaches(last_date, since):
    """Whether a meter was last read at or after a moment."""
    return bool(last_date) and last_date >= since
