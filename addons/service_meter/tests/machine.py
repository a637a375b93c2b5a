"""Readings, verdicts and moves in any order: the lives of meters and the places stay right.

One machine for the short run of this addon's tests and for the long one in ``tests/long``.
"""

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from psycopg2 import IntegrityError

from odoo.exceptions import UserError
from odoo.fields import Command

COUNTED = ("accepted", "reset", "rollover")
DIGITS = 5
VALUES = st.one_of(
    st.integers(0, 50), st.integers(0, 5000), st.integers(99_000, 99_999), st.just(99_999)
)
HOURS = st.integers(1, 60 * 24)
SOURCES = st.sampled_from(["staff", "portal", "import", "estimate"])
CODES = st.sampled_from(["mono", "colour"])
DEVICES = st.integers(0, 2)
SITES = st.integers(0, 1)
ANY = st.integers(0, 10**6)
KINDS = st.sampled_from(["customer", "stock", "workshop", "courier"])
OPERATIONS = st.sampled_from(
    ["install", "loan", "move", "swap", "owner", "courier", "workshop", "take_back", "scrap"]
)
VERDICTS = [
    "action_accept",
    "action_reject",
    "action_reset",
    "action_rollover",
    "action_earlier_wrong",
]


class Meters(RuleBasedStateMachine):
    """What people do with three devices and their counters."""

    env = scene = None  # set by the test

    def __init__(self):
        super().__init__()
        self.beginning = self.env.cr.savepoint()
        self.seen = {}

    def teardown(self):
        """The next example begins where this one began."""
        self.beginning.close(rollback=True)
        self.env.invalidate_all(flush=False)

    def attempt(self, act):
        """Do what people may be refused; then nothing of it has happened.

        :return: whether it was done
        """
        try:
            with self.env.cr.savepoint():
                act()
        except (UserError, IntegrityError):
            self.env.invalidate_all(flush=False)
            return False
        return True

    # -- what happens -----------------------------------------------------------------------

    @rule(device=DEVICES, code=CODES, value=VALUES, hours=HOURS, source=SOURCES)
    def take(self, device, code, value, hours, source):
        """A counter is read; a second time, the same reading is the same."""
        arguments = {"date": self.scene.now - timedelta(hours=hours), "source": source}
        device = self.scene.devices[device]
        first = device._take_readings({code: value}, **arguments)
        count = len(self.readings())
        assert device._take_readings({code: value}, **arguments) == first
        assert len(self.readings()) == count

    @rule(values=st.lists(st.tuples(DEVICES, VALUES, VALUES, HOURS), min_size=2, max_size=5))
    def read_many(self, values):
        """An import brings several readings at once, in any order, with repetitions."""
        self.env["service.meter.reading.set"]._take(
            [
                {
                    "device": self.scene.devices[device],
                    "values": {"mono": mono, "colour": colour},
                    "date": self.scene.now - timedelta(hours=hours),
                    "source": "import",
                }
                for device, mono, colour, hours in values
            ]
        )

    @rule(device=DEVICES, hours=HOURS, value=st.integers(1, 400))
    def grow(self, device, hours, value):
        """A counter goes on from what it showed, so that there is a trend, and rollovers."""
        device = self.scene.devices[device]
        mono = device.meter_ids.filtered(lambda meter: meter.type_id.code == "mono")
        shown = (mono.counter_value + value) % 10**DIGITS
        moment = (mono.last_date or self.scene.now - timedelta(days=400)) + timedelta(hours=hours)
        values = {"mono": shown, "colour": value}
        device._take_readings(values, date=min(moment, self.scene.now), source="import")

    @rule(number=ANY, verdict=st.sampled_from(VERDICTS))
    def decide(self, number, verdict):
        """Somebody decides on a reading; what contradicts the others is refused."""
        readings = self.readings().filtered(lambda reading: reading.meter_id.kind == "physical")
        if not readings:
            return
        reading = readings[number % len(readings)]
        done = self.attempt(getattr(reading, verdict))
        assert done or verdict != "action_reject"

    @rule(numbers=st.lists(ANY, min_size=2, max_size=6), verdict=st.sampled_from(VERDICTS))
    def decide_many(self, numbers, verdict):
        """Somebody decides on several at once: some may be refused, none of it is an error."""
        readings = self.readings()
        if readings:
            chosen = (readings[number % len(readings)] for number in numbers)
            readings = readings.browse().union(*chosen)
            done = self.attempt(getattr(readings, verdict))
            assert done or len(readings) == 1

    @rule(device=DEVICES, site=SITES, hours=HOURS, kind=KINDS, value=VALUES)
    def place(self, device, site, hours, kind, value):
        """A placement is recorded later, before or between what is there, with its reading."""
        device = self.scene.devices[device]
        moment = self.scene.now - timedelta(hours=hours)
        location = self.scene.sites[site]
        values = {"device_id": device.id, "date_start": moment, "kind": kind}
        if kind == "customer":
            values["customer_id"] = location.commercial_partner_id.id
            values["location_id"] = location.id
        self.attempt(lambda: self.env["service.device.placement"].create(values))
        device._take_readings({"mono": value}, date=moment, source="installation")

    @rule(
        device=DEVICES, other=DEVICES, operation=OPERATIONS, site=SITES, hours=HOURS, value=VALUES
    )
    def operate(self, device, other, operation, site, hours, value):
        """The wizard installs, moves, swaps or takes back, where that fits; read on the way."""
        device, other = self.scene.devices[device], self.scene.devices[other]
        limits = [limit for limit, _words in (device | other)._get_move_limits().values()]
        # Mostly just after all that is known, else refused.
        moment = self.scene.now - timedelta(hours=hours)
        if hours % 4:
            moment = min(max(limits) + timedelta(minutes=1), self.scene.now)
        location = self.scene.sites[site]
        wizard = self.env["service.device.move"].create(
            {
                "device_ids": [Command.set(device.ids)],
                "operation": operation,
                "date": moment,
                "customer_id": location.commercial_partner_id.id,
                "location_id": location.id,
                "replacement_id": other.id if operation == "swap" else False,
                "with_protocol": False,
            }
        )
        wizard.reading_line_ids[:1].value = str(value)
        self.attempt(wizard.action_apply)

    @rule(device=DEVICES)
    def forget(self, device):
        """The last placement never was; what was read there was read in the one before."""
        self.attempt(self.scene.devices[device].placement_id.unlink)

    @rule(device=DEVICES, value=VALUES)
    def read_before_the_beginning(self, device, value):
        """Before its first placement a device was not read."""
        device = self.scene.devices[device]
        first = min(device.placement_ids.mapped("date_start"))
        early = {"date": first - timedelta(hours=1)}
        assert not self.attempt(lambda: device._take_readings({"mono": value}, **early))

    # -- what must hold ---------------------------------------------------------------------

    def readings(self):
        """All readings of the devices, in the order of time."""
        domain = [("device_id", "in", self.scene.devices.ids)]
        return self.env["service.meter.reading"].search(domain, order="date, id")

    @invariant()
    def pages_are_counted_once(self):
        """No pages below zero; each between two counted readings is counted in exactly one."""
        self.env.flush_all()
        self.env.invalidate_all()
        for meter, readings in self.readings().grouped("meter_id").items():
            if meter.kind == "computed":
                continue
            last = None
            for reading in readings:
                if reading.verdict not in COUNTED:
                    assert (reading.life_value, reading.usage) == (0, 0)
                    continue
                assert reading.usage == pages(reading, last) >= 0
                assert reading.life_value == (last.life_value if last else reading.value) + (
                    reading.usage
                )
                last = reading
            assert meter.last_reading_id == (last or readings.browse())
            assert meter.value == (last.life_value if last else 0)

    @invariant()
    def lives_add_up(self):
        """Lives never decrease, and what was used is the last life less the first one."""
        for readings in self.readings().grouped("meter_id").values():
            counted = readings.filtered(lambda reading: reading.verdict in COUNTED)
            lives = counted.mapped("life_value")
            assert lives == sorted(lives)
            assert sum(counted.mapped("usage")) == (lives[-1] - lives[0] if lives else 0)

    @invariant()
    def computed_meters_follow(self):
        """A computed meter shows the sum of the lives of what was read together and counts."""
        for taken in self.readings().set_id:
            found = {reading.type_id.code: reading for reading in taken.reading_ids}
            parts = [found.get("mono"), found.get("colour")]
            complete = all(part and part.verdict in COUNTED for part in parts)
            both = found.get("both")
            assert complete == bool(both and both.verdict in COUNTED)
            if complete:
                assert both.value == both.life_value == sum(part.life_value for part in parts)

    @invariant()
    def facts_stay(self):
        """What was observed is never changed, nor lost."""
        observed = self.readings().filtered(lambda reading: reading.meter_id.kind == "physical")
        facts = {r.id: (r.meter_id.id, r.date, r.value, r.source) for r in observed}
        assert self.seen.items() <= facts.items()
        self.seen = facts

    @invariant()
    def readings_belong_to_their_place(self):
        """A reading belongs to the customer at whose place the device was at that moment."""
        for taken in self.readings().set_id:
            place = taken.device_id._placement_at(taken.date)
            assert taken.customer_id == place.customer_id

    @invariant()
    def places_cover_the_whole_life(self):
        """No gap and no overlap; the device says what its last placement says."""
        placements = self.env["service.device.placement"].search(
            [("device_id", "in", self.scene.devices.ids)], order="date_start, id"
        )
        for device, places in placements.grouped("device_id").items():
            starts = places.mapped("date_start")
            assert len(set(starts)) == len(starts)
            assert places.mapped("date_end") == [*starts[1:], False]
            last = places[-1]
            assert device.placement_id == last
            assert (device.status, device.owner) == (last.status, last.owner)
            assert (device.customer_id, device.location_id) == (last.customer_id, last.location_id)

    @invariant()
    def decisions_are_kept(self):
        """A reading stands as it was decided last, and no decision is lost."""
        decisions = self.env["service.meter.decision"].search(
            [("device_id", "in", self.scene.devices.ids)], order="id"
        )
        for reading, taken in decisions.grouped("reading_id").items():
            verdicts = [taken[0].verdict_before, *taken.mapped("verdict")]
            assert verdicts[:-1] == taken.mapped("verdict_before")
            assert reading.verdict == verdicts[-1]

    @invariant()
    def history_tells_all(self):
        """Each reading, verdict and placement is one event of its device."""
        domain = [("device_id", "in", self.scene.devices.ids)]
        kinds = self.env["service.device.event"]._read_group(domain, ["kind"], ["__count"])
        found = dict(kinds)
        for kind, model in (
            ("reading", "service.meter.reading.set"),
            ("verdict", "service.meter.decision"),
            ("placement", "service.device.placement"),
        ):
            assert found.get(kind, 0) == self.env[model].search_count(domain)


def pages(reading, last) -> int:
    """What a counted reading adds to the one before it, told anew."""
    if not last:
        return 0
    if reading.verdict == "reset":
        return reading.value
    turned = reading.verdict == "rollover" and reading.value < last.value
    return reading.value - last.value + (10**DIGITS if turned else 0)


def prepare(env, model):
    """Counters of known digits, and the sum of both computed."""
    both = env["service.meter.type"].create(
        {
            "name": "Both",
            "code": "both",
            "kind": "computed",
            "part_type_ids": [Command.set(model.meter_type_ids.ids)],
        }
    )
    model.meter_line_ids.digits = DIGITS
    model.meter_line_ids = [Command.create({"type_id": both.id})]
