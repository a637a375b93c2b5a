from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..tools import life
from ..tools.life import Point
from ..tools.rows import claim

#: What was observed; never changed.
FACTS = {"set_id", "meter_id", "device_id", "date", "source", "value"}
#: What was decided about it; written by verdicts only.
DECISIONS = {"verdict", "verdict_date", "verdict_user_id", "verdict_note", "life_value", "usage"}


class ServiceMeterReading(models.Model):
    """What one counter showed at one moment, and the verdict on it.

    The observed fact is never changed. The verdict is a dated decision, signed when a person
    took it. Only accepted readings (also those after a reset) have a life value.
    """

    _name = "service.meter.reading"
    _description = "Meter Reading"
    _order = "date desc, id desc"
    _rec_name = "value"

    set_id = fields.Many2one(
        "service.meter.reading.set", required=True, readonly=True, ondelete="restrict", index=True
    )
    meter_id = fields.Many2one("service.meter", required=True, readonly=True, ondelete="restrict")
    type_id = fields.Many2one(
        related="meter_id.type_id", string="Meter Type", store=True, precompute=True
    )
    device_id = fields.Many2one(related="set_id.device_id", store=True, precompute=True)
    date = fields.Datetime(related="set_id.date", store=True, precompute=True)
    source = fields.Selection(related="set_id.source", store=True, precompute=True)
    value = fields.Integer(
        "Reading", required=True, readonly=True, aggregator=False, help="What the counter showed."
    )
    verdict = fields.Selection(
        [
            ("accepted", "Accepted"),
            ("suspect", "To be explained"),
            ("rejected", "Rejected"),
            ("reset", "Accepted after a reset"),
        ],
        required=True,
        readonly=True,
        help="A reading that contradicts the others waits to be explained. After a reset the "
        "counter began again from zero.",
    )
    verdict_date = fields.Datetime("Decided On", readonly=True)
    verdict_user_id = fields.Many2one(
        "res.users",
        "Decided by",
        readonly=True,
        ondelete="restrict",
        groups="base.group_user",
        help="Empty when the system decided by the rules.",
    )
    verdict_note = fields.Char("Reason", readonly=True, groups="base.group_user")
    life_value = fields.Integer(
        readonly=True,
        aggregator=False,
        help="Pages of the device's whole life: what the counter would show without resets.",
    )
    previous_value = fields.Integer(
        "Reading Before",
        compute="_compute_previous_value",
        groups="base.group_user",
        help="The accepted reading of this meter before this one.",
    )
    usage = fields.Integer(
        "Pages", readonly=True, help="Pages since the accepted reading before this one."
    )
    company_id = fields.Many2one(
        related="set_id.company_id", store=True, precompute=True, index=True
    )
    customer_id = fields.Many2one(
        related="set_id.customer_id", store=True, precompute=True, index="btree_not_null"
    )
    location_id = fields.Many2one(
        related="set_id.location_id", store=True, precompute=True, index="btree_not_null"
    )

    _value_natural = models.Constraint(
        "CHECK(value >= 0)", "A counter never shows less than zero. Correct the reading."
    )
    _meter_date_idx = models.Index("(meter_id, date DESC, id DESC)")
    _device_date_idx = models.Index("(device_id, date DESC, id DESC)")
    _suspect_idx = models.Index("(date DESC, id DESC) WHERE verdict = 'suspect'")

    @api.depends("type_id.name", "value")
    def _compute_display_name(self):
        for reading in self:
            reading.display_name = f"{reading.type_id.name}: {reading.value}"

    def _compute_previous_value(self):
        """What a person compares a suspect reading with, for a whole list in one query."""
        self.flush_model(["meter_id", "verdict", "date", "value"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT reading.id, earlier.value
                  FROM service_meter_reading reading
                  JOIN LATERAL (
                       SELECT value
                         FROM service_meter_reading
                        WHERE meter_id = reading.meter_id
                          AND verdict IN ('accepted', 'reset')
                          AND (date, id) < (reading.date, reading.id)
                        ORDER BY date DESC, id DESC
                        LIMIT 1
                  ) earlier ON TRUE
                 WHERE reading.id IN %s
                """,
                tuple(self.ids) or (0,),
            )
        )
        values = dict(rows)
        for reading in self:
            reading.previous_value = values.get(reading.id, 0)

    def write(self, vals):
        """Refuse to change what was observed, or to decide other than by a verdict."""
        if (FACTS | DECISIONS) & vals.keys():
            raise UserError(
                self.env._(
                    "A reading is never changed. Accept it, reject it or mark a reset with its "
                    "buttons; take a new reading if the value is wrong."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        """A wrong reading is rejected, so that everybody sees that it was there."""
        raise UserError(self.env._("Readings are never deleted. Reject the wrong one instead."))

    # ------------------------------------------------------------------ verdicts

    def action_accept(self):
        """The reading is right and the counter simply went on."""
        self._decide(life.ACCEPTED)

    def action_reset(self):
        """The reading is right: the counter was reset and began again from zero before it."""
        self._decide(life.RESET)

    def action_reject(self):
        """The reading is wrong: it stays visible and counts for nothing."""
        self._decide(life.REJECTED)

    def _decide(self, verdict, note=None):
        """Store a signed verdict and recompute life values forward from it.

        :param str verdict: key of ``verdict``
        :param str note: the reason in words
        :raises odoo.exceptions.UserError: accepting it would make the life of a meter fall
        """
        self.check_access("write")
        # Superuser: life values and states of meters follow the verdict; nobody writes them.
        readings = self.sudo()
        claim(readings.meter_id)
        readings._write_decision(
            {
                "verdict": verdict,
                "verdict_date": fields.Datetime.now(),
                "verdict_user_id": self.env.uid,
                "verdict_note": note,
                # Only counted readings have a life; theirs is recomputed below.
                "life_value": 0,
                "usage": 0,
            }
        )
        since = {
            meter: min(group.mapped("date"))
            for meter, group in readings.grouped("meter_id").items()
        }
        flipped = readings.meter_id._recompute_life(since)
        if flipped and verdict != life.REJECTED:
            raise UserError(readings._contradiction(flipped[0]))

    def _contradiction(self, flipped):
        """The sentence that refuses a verdict which contradicts another accepted reading."""
        return self.env._(
            "%(meter)s of %(device)s would go down at the reading %(value)s of %(date)s. Mark a "
            "reset if the counter was reset, or reject the wrong reading first.",
            meter=flipped.meter_id.display_name,
            device=flipped.device_id.display_name,
            value=flipped.value,
            date=fields.Date.to_string(fields.Datetime.context_timestamp(flipped, flipped.date)),
        )

    def _write_decision(self, vals):
        """Write what ``write`` refuses; only for verdicts and what follows from them."""
        return super().write(vals)  # pylint: disable=super-method-mismatch

    # ------------------------------------------------------------------ points

    def _point(self):
        """This reading as a point of the meter's life."""
        return Point(self.date, self.value, self.verdict, self.life_value, self.usage, self)

    def _store_point(self, point):
        """Store what the chain says about this reading, when it says something new."""
        if point.verdict != self.verdict:
            self._write_decision(
                {
                    "verdict": point.verdict,
                    "verdict_date": fields.Datetime.now(),
                    "verdict_user_id": False,
                    "verdict_note": self.env._("It no longer follows from the reading before it."),
                }
            )
        if (point.life, point.usage) != (self.life_value, self.usage):
            self._write_decision({"life_value": point.life, "usage": point.usage})

    @api.model
    def _create_points(self, fresh):
        """Judge and create new readings.

        :param dict fresh: ``{meter: [Point]}``; a point's key is its reading set
        """
        meters = self.env["service.meter"].union(*fresh)
        since = {meter: min(point.date for point in points) for meter, points in fresh.items()}
        vals_list, chains = [], []
        for meter, (anchor, later) in meters._chains(since).items():
            points = sorted([*later, *fresh[meter]], key=lambda point: point.date)
            life.judge(points, anchor)
            chains.append((meter, life.follow(points, anchor), points))
            vals_list += [self._prepare_vals(meter, point) for point in fresh[meter]]
        created = iter(self.create(vals_list))
        for meter, last, points in chains:
            for point in fresh[meter]:
                point.key = next(created)
            for point in points:
                point.key._store_point(point)
            meter._store_last(last)

    @api.model
    def _prepare_vals(self, meter, point):
        """Values of a new reading from its judged point."""
        return {
            "set_id": point.key.id,
            "meter_id": meter.id,
            "value": point.value,
            "verdict": point.verdict,
            "verdict_date": fields.Datetime.now(),
            "life_value": point.life,
            "usage": point.usage,
        }
