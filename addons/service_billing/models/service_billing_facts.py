"""What has to be known to settle contracts, read for all in a constant number of queries."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date as Date, datetime, timedelta
from functools import cache, partial

from odoo import models
from odoo.tools import SQL

from odoo.addons.service_contract.models.service_contract import FORCE_STATES
from odoo.addons.service_contract.tools import page_price

from ..tools.day import local_day, start_of
from ..tools.ledger import ESTIMATE, READING, Chain, Mark, Timeline
from ..tools.statement import load


@dataclass(slots=True)
class Facts:
    """Readings, ledgers and what was settled, of some contracts.

    Nothing that the settlement of one contract finds is seen by the next one: it may never be
    stored.
    """

    meters: dict = field(default_factory=dict)
    """``{(device id, meter type id): meter id}``"""
    timelines: dict = field(default_factory=dict)
    suspects: dict = field(default_factory=dict)
    """``{meter id: [local day]}`` of readings that wait to be explained"""
    ends: dict = field(default_factory=dict)
    """``{meter id: last row of its ledger}``, see ``service.consumption._ends``"""
    tests: dict = field(default_factory=dict)
    """``{meter id: [(moment, pages)]}`` of test prints that no row of the ledger has"""
    stays: dict = field(default_factory=dict)
    """``{device id: service.contract.device}`` of all contracts, where it has several"""
    places: dict = field(default_factory=dict)
    """``{device id: [(moment, customer id, location id)]}`` in order of time"""
    done: dict = field(default_factory=dict)
    """``{(unit, role): first day that is not settled}``"""
    blocks: dict = field(default_factory=dict)
    """``{unit: pages left of the prepaid blocks}``, where one was charged"""
    block_counts: dict = field(default_factory=dict)
    """``{unit: how often prepaid blocks were charged, also those that are corrected to zero}``"""
    segments: dict = field(default_factory=dict)
    """``{unit: [(period start, rate line id, share, pages, amount)]}``"""
    words: dict = field(default_factory=dict)
    """Names and periods in words, by language: alike on many charges."""
    midnight: object = None
    """UTC moment at which a local day begins."""
    day_of: object = None
    """The local day of a UTC moment."""
    _going_on: dict = field(default_factory=dict)
    reached: dict = field(default_factory=dict)
    """``{(stay, meter id): first day that this settlement leaves}``"""

    def begin(self):
        """Begin the settlement of one contract."""
        self._going_on, self.reached = {}, {}

    def chain(self, meter):
        """The ledger of a meter, as the settlement of one contract goes on with it."""
        if meter not in self._going_on:
            self._going_on[meter] = chain_of(
                meter, self.ends.get(meter), self.day_of, self.tests.get(meter, ())
            )
        return self._going_on[meter]

    def place(self, device, day, customer):
        """Id of the location at a customer where a device was last before a day; None for none.

        :param int device: its id
        :param int customer: its id
        """
        until, found = self.midnight(day), None
        for moment, customer_id, location_id in self.places.get(device, ()):
            if moment >= until and found:
                break
            if customer_id == customer and location_id:
                found = location_id
        return found


class ServiceBillingRating(models.AbstractModel):
    """What is due under contracts until a day: fees and pages, with the whole arithmetic.

    It only reads: what it finds is stored by ``service.contract._settle``.
    """

    _name = "service.billing.rating"
    _description = "Settlement of Contracts"

    def _facts(self, contracts, trend=False):
        """Read what the settlement of some contracts of one company needs (``Facts``).

        :param trend: read a year of all readings, also where no estimate follows them
        """
        zone = contracts.company_id._get_service_tz()
        devices = contracts.device_ids.device_id
        lines = contracts.rate_ids.line_ids
        lines.mapped("tier_ids.from_page")  # Read for all at once.
        facts = Facts(
            midnight=cache(partial(start_of, zone=zone)),
            day_of=cache(partial(local_day, zone=zone)),
        )
        self._read_meters(facts, devices, lines.meter_type_id)
        meters = list(facts.meters.values())
        facts.ends = self.env["service.consumption"]._ends(meters)
        facts.tests = self.env["service.meter.test"]._waiting(meters, facts.ends)
        guessing = contracts.filtered(lambda each: trend or each.estimate_policy == "trend")
        self._read_readings(
            facts, self._sinces(facts, set(guessing.device_ids.device_id.ids)), zone
        )
        self._read_stays(facts, devices)
        self._read_places(facts, devices)
        others = self.env["service.contract.device"].union(*facts.stays.values()).contract_id
        self._read_settled(facts, contracts | others)
        return facts

    def _read_meters(self, facts, devices, types):
        """Read the counters of devices that are priced."""
        self.env["service.meter"].flush_model(["device_id", "type_id", "active"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT device_id, type_id, id FROM service_meter
                 WHERE active AND device_id = ANY(%s::int[]) AND type_id = ANY(%s::int[])
                """,
                devices.ids,
                types.ids,
            )
        )
        facts.meters = {(device, kind): meter for device, kind, meter in rows}

    def _read_stays(self, facts, devices):
        """Read all stays of devices that have several, also on other contracts."""
        found = self.env["service.contract.device"]._read_group(
            [("device_id", "in", devices.ids), ("state", "in", FORCE_STATES)],
            ["device_id"],
            ["id:recordset"],
            having=[("__count", ">", 1)],
        )
        facts.stays = {
            device.id: stays.sorted(lambda stay: (stay.date_start, stay.id))
            for device, stays in found
        }

    def _read_places(self, facts, devices):
        """Read where devices stood at customers."""
        Placement = self.env["service.device.placement"]
        Placement.flush_model(["device_id", "kind", "date_start", "customer_id", "location_id"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT device_id, date_start, customer_id, location_id
                  FROM service_device_placement
                 WHERE device_id = ANY(%s::int[]) AND kind = 'customer'
                 ORDER BY date_start
                """,
                devices.ids,
            )
        )
        for device, *place in rows:
            facts.places.setdefault(device, []).append(place)
        locations = self.env["res.partner"].browse({row[3] for row in rows if row[3]})
        locations.mapped("service_invoice_partner_id")  # Read for all at once.

    def _sinces(self, facts, guessed):
        """From which moment on the readings of meters tell what follows their ledgers.

        :param set guessed: ids of devices of which a year more is read: a trend follows it
        :return: ``{meter id: moment}``, the first one there is where nothing was settled
        """
        Stay = self.env["service.contract.device"]
        stays = Stay.browse({end["stay_id"] for end in facts.ends.values() if end["stay_id"]})
        # Told late, a stay was settled beyond its end.
        stops = {
            stay.id: facts.midnight(stop) for stay in stays if (stop := stay._stop()) < Date.max
        }
        return {
            meter: _since(facts.ends.get(meter), stops, device in guessed)
            for (device, _kind), meter in facts.meters.items()
        }

    def _read_readings(self, facts, sinces, zone):
        """Read the counted and the suspect readings that tell what follows each meter's ledger."""
        Reading = self.env["service.meter.reading"]
        Reading.flush_model(["meter_id", "verdict", "date", "life_value"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT reading.meter_id, reading.id, reading.date, reading.life_value,
                       (reading.date AT TIME ZONE 'UTC' AT TIME ZONE %(zone)s)::date,
                       reading.verdict = 'suspect'
                  FROM unnest(%(meters)s::int[], %(dates)s::timestamp[]) AS asked (meter_id, date)
                  JOIN LATERAL (
                       SELECT * FROM service_meter_reading
                        WHERE meter_id = asked.meter_id AND date >= asked.date
                          AND verdict != 'rejected'
                        ORDER BY date, id
                  ) reading ON TRUE
                """,
                zone=zone,
                meters=list(sinces),
                dates=list(sinces.values()),
            )
        )
        marks, suspects = defaultdict(list), defaultdict(list)
        for meter, reading, moment, life, day, suspect in rows:
            if suspect:
                suspects[meter].append(day)
            else:
                marks[meter].append(Mark(day, moment, life, READING, reading))
        facts.timelines = {meter: Timeline(marks[meter]) for meter in sinces}
        facts.suspects = dict(suspects)

    def _read_settled(self, facts, contracts):
        """Read until when each unit was settled, and what its minimum and its block need."""
        self.env["service.charge"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT unit, role, MAX(period_stop) FROM service_charge
                 WHERE contract_id = ANY(%s::int[]) AND unit IS NOT NULL AND is_reopened IS NOT TRUE
                 GROUP BY unit, role
                """,
                contracts.ids,
            )
        )
        facts.done = {(unit, role): stop for unit, role, stop in rows}
        self._read_remembered(facts, contracts.filtered(_remembers))

    def _read_remembered(self, facts, remembering):
        """Read what minimums and prepaid blocks of contracts have come to."""
        with_block = set(remembering.rate_ids.line_ids.filtered("block_pages").ids)
        segments, used = defaultdict(list), defaultdict(int)
        for (
            corrects,
            unit,
            role,
            start,
            line,
            share,
            pages,
            amount,
            left,
            rows,
            again,
        ) in self._settled(remembering, with_block):
            if role == "block":
                facts.block_counts[unit] = facts.block_counts.get(unit, 0) + 1
            if again:
                continue
            segments[unit].append((start, line, share, pages, amount))
            if role == "block":
                facts.blocks[unit] = facts.blocks.get(unit, 0) + _pages_of(rows, page_price.BLOCK)
            elif line in with_block:
                # A correction gives pages back to the block.
                used[unit] += -left if corrects else _pages_of(rows, page_price.FROM_BLOCK)
        for unit in facts.blocks:
            facts.blocks[unit] -= used[unit]
        facts.segments = dict(segments)

    def _settled(self, contracts, with_block):
        """What was settled of contracts whose next settlement depends on it, in order of time.

        :param set with_block: ids of prices with a prepaid block, whose arithmetic is needed
        """
        return contracts and self.env.execute_query(
            SQL(
                """
                SELECT corrected_charge_id, unit, role, period_start, rate_line_id, share,
                       pages, amount, block_left,
                       CASE WHEN rate_line_id = ANY(%(with_block)s::int[]) THEN arithmetic END,
                       is_reopened
                  FROM service_charge
                 WHERE contract_id = ANY(%(contracts)s::int[]) AND role IN ('pages', 'block')
                   AND (is_reopened IS NOT TRUE OR role = 'block')
                 ORDER BY period_stop, id
                """,
                contracts=contracts.ids,
                with_block=list(with_block),
            )
        )


def _since(end, stops, is_far):
    """From which moment on readings tell what follows the last row of a ledger.

    :param dict end: the row, see ``service.consumption._ends``; None where there is none
    :param dict stops: when stays end, by id
    """
    if not end:
        return datetime.min
    last = min(end["date_to"], stops.get(end["stay_id"], end["date_to"]))
    if is_far or end["how"] == ESTIMATE:
        # Estimates follow each other for months: the last reading is before all of them.
        return last - timedelta(days=370)
    # Else a row goes on where it ended, and readings count for an edge 27 days off at most. What a
    # stay was settled beyond its end is given back by the readings around it.
    return last - timedelta(days=60 if last < end["date_to"] else 30)


def _remembers(contract):
    """Whether minimums over several periods or prepaid blocks tie periods of pages together."""
    long = contract.group_ids.filtered(lambda group: group.settlement_months > group.usage_months)
    return bool(long) or any(contract.rate_ids.line_ids.mapped("block_pages"))


def _pages_of(rows, kind):
    """Pages of one kind in the arithmetic of a charge."""
    return sum(row.pages for row in load(rows) if row.kind == kind)


def chain_of(meter, end, day_of, tests=()):
    """The ledger of a meter as its last row leaves it.

    :param dict end: the row, see ``service.consumption._ends``; None where there is none
    :param day_of: tells the local day of a UTC moment
    :return: ``Chain``
    """
    if not end:
        return Chain(meter, tests=list(tests))
    day = day_of(end["date_to"])
    mark = Mark(day, end["date_to"], end["life_to"], end["how"], end["reading_id"])
    return Chain(meter, mark, end["seq"], end["estimates"], list(tests), end["stay_id"])
