"""Readings, verdicts and moves in any order: the life of a meter stays right."""

from datetime import timedelta

import pytest
from hypothesis import settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from psycopg2 import IntegrityError

from odoo.exceptions import UserError
from odoo.fields import Command

from .scene import fleet, undone

COUNTED = ("accepted", "reset", "rollover")
DIGITS = 5
VALUES = st.one_of(
    st.integers(0, 50), st.integers(0, 5000), st.integers(99_000, 99_999), st.just(99_999)
)
HOURS = st.integers(1, 60 * 24)
SOURCES = st.sampled_from(["staff", "portal", "import"])
CODES = st.sampled_from(["mono", "colour"])
DEVICES = st.integers(0, 2)
ANY = st.integers(0, 10**6)
VERDICTS = [
    "action_accept",
    "action_reject",
    "action_reset",
    "action_rollover",
    "action_earlier_wrong",
]


class Meters(RuleBasedStateMachine):
    """What people do with the counters of three devices."""

    env = scene = None  # set by the test

    def __init__(self):
        super().__init__()
        self.block = undone(self.env)
        self.block.__enter__()
        self.seen = {}

    def teardown(self):
        """The next example begins where this one began."""
        self.block.__exit__(None, None, None)

    # -- what happens -----------------------------------------------------------------------

    @rule(device=DEVICES, code=CODES, value=VALUES, hours=HOURS, source=SOURCES)
    def read(self, device, code, value, hours, source):
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
        try:
            with self.env.cr.savepoint():
                getattr(reading, verdict)()
        except UserError as refusal:
            assert verdict != "action_reject", refusal
            self.env.invalidate_all(flush=False)

    @rule(device=DEVICES, site=st.integers(0, 1), hours=HOURS, value=VALUES)
    def move(self, device, site, hours, value):
        """A device goes to another customer, read on that day; refused when it was moved then."""
        device = self.scene.devices[device]
        moment = self.scene.now - timedelta(hours=hours)
        location = self.scene.sites[site]
        values = {
            "device_id": device.id,
            "date_start": moment,
            "kind": "customer",
            "customer_id": location.commercial_partner_id.id,
            "location_id": location.id,
        }
        try:
            with self.env.cr.savepoint():
                self.env["service.device.placement"].create(values)
        except (UserError, IntegrityError):
            self.env.invalidate_all(flush=False)
        device._take_readings({"mono": value}, date=moment, source="installation")

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


def pages(reading, last) -> int:
    """What a counted reading adds to the one before it, told anew."""
    if not last:
        return 0
    if reading.verdict == "reset":
        return reading.value
    turned = reading.verdict == "rollover" and reading.value < last.value
    return reading.value - last.value + (10**DIGITS if turned else 0)


@pytest.fixture(scope="module")
def scene(inside):
    """The devices, with counters of five digits, and the sum of both counters computed."""
    scene = fleet(inside)
    model = scene.devices.model_id
    both = inside["service.meter.type"].create(
        {
            "name": "Both",
            "code": "both",
            "kind": "computed",
            "part_type_ids": [Command.set(model.meter_type_ids.ids)],
        }
    )
    model.meter_line_ids.digits = DIGITS
    model.meter_line_ids = [Command.create({"type_id": both.id})]
    return scene


def test_life_of_meters(inside, scene):
    """Whatever is read, decided and moved in whatever order: see the invariants of the machine."""
    Meters.env, Meters.scene = inside, scene
    run_state_machine_as_test(Meters, settings=settings(max_examples=40, stateful_step_count=20))
