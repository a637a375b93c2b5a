"""A run of contracts killed with ``kill -9``, and one done by two processes at once."""

import pytest

from toolbox import bench, databases
from toolbox.say import note

from .test_kill import begun, killed, undisturbed
from .world import fresh

CONTRACTS = 300
TIMES = 20
FILL = bench.FOLDER / "_billing/fill.py"


@pytest.fixture(scope="module")
def waiting(toolbox):
    """A database in which a run waits for its workers."""
    with fresh(toolbox, "run", databases.suite(toolbox)) as world:
        assert world.shell("bill_prepare", count=CONTRACTS, fill=str(FILL)) == CONTRACTS
        yield world


@pytest.fixture(scope="module")
def calm(toolbox, waiting):
    """What an undisturbed run leaves, and how much it works."""
    with fresh(toolbox, "calm", waiting.name) as world:
        duration = undisturbed(world, "bill")
        left = world.shell("billed")
    assert left["runs"] == ["done"]
    assert len(left["lines"]) == CONTRACTS
    assert {state for _name, state, _amount, _moves in left["lines"]} == {"invoiced"}
    return duration, left


@pytest.mark.parametrize("number", range(TIMES))
def test_run_killed(toolbox, waiting, calm, moments, number):
    """Killed at any moment and started again, until it is done, it leaves the same as an
    undisturbed one: ledger, charges, documents and their numbers."""
    duration, expected = calm
    with fresh(toolbox, "killed", waiting.name) as world:
        # Every other one is killed again within the next batch; there are three of them.
        for last in (0.8, 0.2)[: 1 + number % 2]:
            after = moments.uniform(0.02, last) * duration
            note(f"run killed after {after:.1f} of {duration:.1f} s")
            killed(world, "bill", after)
        undisturbed(world, "bill")
        assert world.shell("billed") == expected


def test_two_workers(toolbox, waiting, calm):
    """Two processes at once leave the same ledger and charges, each contract invoiced once, the
    numbers without a gap."""
    _duration, expected = calm
    with fresh(toolbox, "two", waiting.name) as world:
        processes = [world.start("bill") for _each in range(2)]
        for process in processes:
            begun(process)
        for process in processes:
            _output, log = process.communicate(timeout=900)
            assert process.returncode == 0, log[-3000:]
        left = world.shell("billed")
    assert left["runs"] == ["done"] and left["ledger"] == expected["ledger"]
    for name in ("lines", "charges"):
        assert [row[:3] for row in left[name]] == [row[:3] for row in expected[name]]
    # Which contract has which number depends on who was first.
    names, again = ([move[0] for move in each["documents"]] for each in (left, expected))
    assert names == again
    assert sorted(m[1:] for m in left["documents"]) == sorted(m[1:] for m in expected["documents"])
