"""Readings, verdicts and moves in any order: the life of a meter stays right."""

from datetime import timedelta

import pytest
from hypothesis import settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from odoo.exceptions import UserError

from .scene import fleet, undone

COUNTED = ("accepted", "reset")
VALUES = st.one_of(st.integers(0, 50), st.integers(0, 5000), st.just(999_999_999))
HOURS = st.integers(1, 60 * 24)
SOURCES = st.sampled_from(["staff", "portal", "import"])
CODES = st.sampled_from(["mono", "colour"])
DEVICES = st.integers(0, 2)
ANY = st.integers(0, 10**6)


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

    @rule(number=ANY, verdict=st.sampled_from(["action_accept", "action_reject", "action_reset"]))
    def decide(self, number, verdict):
        """Somebody decides on a reading; what contradicts the others is refused."""
        readings = self.readings()
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
        except UserError:
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
    def facts_stay(self):
        """What was observed is never changed, nor lost."""
        facts = {r.id: (r.meter_id.id, r.date, r.value, r.source) for r in self.readings()}
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
    return reading.value - (0 if reading.verdict == "reset" else last.value)


@pytest.fixture(scope="module")
def scene(inside):
    """The devices."""
    return fleet(inside)


def test_life_of_meters(inside, scene):
    """Whatever is read, decided and moved in whatever order: see the invariants of the machine."""
    Meters.env, Meters.scene = inside, scene
    run_state_machine_as_test(Meters, settings=settings(max_examples=40, stateful_step_count=20))
