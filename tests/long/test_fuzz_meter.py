"""Readings, verdicts and moves in any order: the life of a meter stays right."""

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from odoo.addons.service_meter.tests.machine import Meters, prepare

from .scene import fleet


@pytest.fixture(scope="module")
def scene(inside):
    """The devices, with counters of five digits, and the sum of both counters computed."""
    scene = fleet(inside)
    prepare(inside, scene.devices.model_id)
    return scene


def test_life_of_meters(inside, scene):
    """Whatever is read, decided and moved in whatever order: see the invariants of the machine."""
    Meters.env, Meters.scene = inside, scene
    run_state_machine_as_test(Meters, settings=settings(max_examples=40, stateful_step_count=20))
