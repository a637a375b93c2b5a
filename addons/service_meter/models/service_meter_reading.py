from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..tools import life
from ..tools.facts import keep_facts
from ..tools.life import Point
from ..tools.rows import announce

#: What was observed; never changed.
FACTS = {"set_id", "meter_id", "type_id", "device_id", "date", "source", "value"}
#: What was decided about it; written by verdicts only.
DECISIONS = {
    "verdict",
    "verdict_date",
    "verdict_user_id",
    "verdict_note",
    "suspicion",
    "compared_value",
    "life_value",
    "usage",
}
#: What the rules say of a new reading, in the order in which it is stored.
JUDGED = ("set", "meter", "value", "verdict", "suspicion", "compared", "life", "usage")


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
    # --- copied from meter and set when it is created (as related fields, these would take half
    # the time of a batch); customer and location follow the set ---
    type_id = fields.Many2one(
        "service.meter.type", "Meter Type", required=True, readonly=True, ondelete="restrict"
    )
    device_id = fields.Many2one("service.device", required=True, readonly=True, ondelete="restrict")
    date = fields.Datetime(required=True, readonly=True)
    source = fields.Selection("_get_sources", required=True, readonly=True)
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="restrict"
    )
    customer_id = fields.Many2one(
        "res.partner", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    location_id = fields.Many2one(
        "res.partner", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    photo_ids = fields.Many2many(related="set_id.photo_ids")
    # --- observed ---
    value = fields.Integer(
        "Reading", required=True, readonly=True, aggregator=False, help="What the counter showed."
    )
    verdict = fields.Selection(
        [
            ("accepted", "Accepted"),
            ("suspect", "To be explained"),
            ("rejected", "Rejected"),
            ("reset", "Accepted after a reset"),
            ("rollover", "Accepted after a rollover"),
        ],
        required=True,
        readonly=True,
        help="A reading that contradicts the others waits to be explained. After a reset the "
        "counter began again from zero; after a rollover it went through its highest number.",
    )
    suspicion = fields.Selection(
        [
            ("lower", "Lower than before"),
            ("above_later", "Higher than a later one"),
            ("unusual", "Unusually many pages"),
        ],
        readonly=True,
        groups="base.group_user",
        help="Why the rules did not accept it.",
    )
    compared_value = fields.Integer(readonly=True, aggregator=False, groups="base.group_user")
    suspicion_words = fields.Char(
        "Why", compute="_compute_suspicion_words", groups="base.group_user"
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

    _value_natural = models.Constraint(
        "CHECK(value >= 0)", "A counter never shows less than zero. Correct the reading."
    )
    _usage_natural = models.Constraint(
        "CHECK(usage >= 0 AND life_value >= usage)",
        "The life of a counter only grows. Reject the reading that contradicts it.",
    )
    _meter_date_idx = models.Index("(meter_id, date DESC, id DESC)")
    _device_date_idx = models.Index("(device_id, date DESC, id DESC)")
    _suspect_idx = models.Index("(date DESC, id DESC) WHERE verdict = 'suspect'")

    def init(self):
        """The database keeps what was observed as it is, whoever writes to it."""
        super().init()
        observed = ["set_id", "meter_id", "type_id", "device_id", "date", "source"]
        keep_facts(self.env.cr, self._table, observed, derived="value")

    @api.model
    def _get_sources(self):
        sources = self.env["service.meter.reading.set"]._fields["source"]
        return sources._description_selection(self.env)

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
                          AND verdict IN ('accepted', 'reset', 'rollover')
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

    @api.depends("suspicion", "compared_value", "value", "previous_value")
    def _compute_suspicion_words(self):
        for reading in self:
            sentence = reading._suspicion_sentence() if reading.suspicion else False
            reading.suspicion_words = sentence

    def _suspicion_sentence(self):
        """Why the rules did not accept this reading, with the numbers that contradict it."""
        numbers = {
            "pages": self._format_count(abs(self.value - self.previous_value)),
            "compared": self._format_count(self.compared_value),
        }
        if self.suspicion == life.LOWER:
            return self.env._("Lower by %(pages)s than the reading before it.", **numbers)
        if self.suspicion == life.ABOVE_LATER:
            return self.env._("Higher than a later reading: %(compared)s.", **numbers)
        return self.env._(
            "%(pages)s pages since the reading before it; usual would be at most %(compared)s.",
            **numbers,
        )

    def _format_count(self, number):
        """A number of pages as the user's language groups its digits."""
        return self.env["ir.qweb.field.integer"].value_to_html(number, {})

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
            before = self.verdict
            self._write_decision(
                {
                    "verdict": point.verdict,
                    "verdict_date": fields.Datetime.now(),
                    "verdict_user_id": False,
                    "verdict_note": self.env._("It no longer follows from the reading before it."),
                    "suspicion": point.suspicion,
                    "compared_value": point.compared,
                }
            )
            self._log_decisions({self: before})
        if (point.life, point.usage) != (self.life_value, self.usage):
            self._write_decision({"life_value": point.life, "usage": point.usage})

    def _store_derived(self, point):
        """Store what the counters say about this reading of a computed meter."""
        if self.value != point.value and point.verdict in life.COUNTED:
            self._write_decision({"value": point.value})
        if self.verdict != point.verdict:
            self._write_decision({"verdict": point.verdict, "verdict_date": fields.Datetime.now()})
        self._store_point(point)

    @api.model
    def _create_points(self, fresh):
        """Judge and create new readings.

        :param dict fresh: ``{meter: [Point]}``; a point's key is its reading set
        """
        meters = self.env["service.meter"].union(*fresh)
        since = {meter: min(point.date for point in points) for meter, points in fresh.items()}
        chains = meters._chains(since)
        gauges = meters._gauges(chains, since)
        lasts = {}
        for meter, (anchor, later) in chains.items():
            points = sorted([*later, *fresh[meter]], key=lambda point: point.date)
            lasts[meter] = life.judge(points, anchor, gauges[meter])
        self._insert_points([(meter, point) for meter in chains for point in fresh[meter]])
        for _anchor, later in chains.values():
            for point in later:
                point.key._store_point(point)
        meters._store_lasts(lasts)
        meters._derive(since)

    @api.model
    def _insert_points(self, lines):
        """Store judged points as new readings, all in one statement.

        The database itself copies what a reading shares with its set and meter: made one by one,
        readings would take half the time of a batch. They have no onchange, default or constraint
        in Python; what depends on them is told as of any created record.

        :param list lines: ``(meter, point)``; the key of a point is its set, then its reading
        """
        if not lines:
            return
        self.env["service.meter"].flush_model(["type_id"])
        judged = zip(
            *(
                (
                    *(point.key.id, meter.id, point.value, point.verdict, point.suspicion),
                    *(point.compared, point.life, point.usage),
                )
                for meter, point in lines
            ),
            strict=True,
        )
        rows = self.env.execute_query(self._sql_insert(*map(list, judged)))
        ids = {(taken, meter): reading for reading, taken, meter in rows}
        created = announce(self.browse(ids[point.key.id, meter.id] for meter, point in lines))
        for (_meter, point), reading in zip(lines, created, strict=True):
            point.key = reading

    def _sql_insert(self, *judged):
        """The statement that stores new readings; takes a list for each column."""
        return SQL(
            """
            INSERT INTO service_meter_reading (
                set_id, meter_id, value, verdict, suspicion, compared_value, life_value, usage,
                type_id, device_id, date, source, company_id, customer_id, location_id,
                verdict_date, create_uid, create_date, write_uid, write_date)
            SELECT judged.set_id, judged.meter_id, judged.value, judged.verdict, judged.suspicion,
                   judged.compared, judged.life, judged.usage,
                   meter.type_id, taken.device_id, taken.date, taken.source, taken.company_id,
                   taken.customer_id, taken.location_id,
                   %(decided)s, %(uid)s, %(now)s, %(uid)s, %(now)s
              FROM unnest(
                       %(set)s::int[], %(meter)s::int[], %(value)s::int[], %(verdict)s::text[],
                       %(suspicion)s::text[], %(compared)s::int[], %(life)s::int[],
                       %(usage)s::int[]
                   ) WITH ORDINALITY AS judged (
                       set_id, meter_id, value, verdict, suspicion, compared, life, usage, place)
              JOIN service_meter meter ON meter.id = judged.meter_id
              JOIN service_meter_reading_set taken ON taken.id = judged.set_id
             ORDER BY judged.place
         RETURNING id, set_id, meter_id
            """,
            decided=fields.Datetime.now(),
            now=self.env.cr.now(),
            uid=self.env.uid,
            **dict(zip(JUDGED, judged, strict=True)),
        )
