"""The frame of scripts/bench: rows, table, verdict, exit code."""

import json
from types import SimpleNamespace

import pytest

from toolbox import bench
from toolbox.say import Refusal

FIGURES = {
    "time": {"ours": 3.0, "peer": 2.0, "unit": "s"},
    "memory": {"ours": 90.0, "peer": 100.0, "unit": "MiB"},
}


@pytest.fixture
def sample(monkeypatch):
    """Let the frame find one bench with given goals."""

    def let(**goals):
        module = SimpleNamespace(GOALS=goals, measure=lambda env: FIGURES)
        monkeypatch.setattr(bench, "benches", lambda: {"sample": module})

    return let


def test_goals_decide_the_exit_code(sample, capsys, tmp_path):
    """All goals met is 0, one missed is 1; the table and the file say which."""
    file = tmp_path / "figures.json"
    sample(time=1.5, memory=1.0)
    assert bench.main(["sample"], None) == 0
    sample(time=1.49, memory=1.0)
    assert bench.main(["--json", str(file)], None) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[-2].split() == [
        "sample",
        "time",
        "3.0",
        "s",
        "2.0",
        "s",
        "1.50",
        "≤",
        "1.49",
        "MISSED",
    ]
    assert lines[-1].split() == [
        "sample",
        "memory",
        "90.0",
        "MiB",
        "100.0",
        "MiB",
        "0.90",
        "≤",
        "1.00",
        "met",
    ]
    assert [row["met"] for row in json.loads(file.read_text())] == [False, True]


def test_every_figure_has_a_goal(sample):
    """A figure without a goal would never be judged."""
    sample(time=1.5)
    with pytest.raises(Refusal, match="has goals for"):
        bench.main([], None)


def test_unknown_name_is_refused(sample, capsys):
    """A mistyped name measures nothing and names what there is."""
    sample(time=1.5, memory=1.0)
    with pytest.raises(SystemExit):
        bench.main(["smaple"], None)
    assert "there are: sample" in capsys.readouterr().err


def test_shipped_benches_keep_the_contract():
    """Each bench says what it compares, and has goals and a measure."""
    found = bench.benches()
    assert "install" in found
    for module in found.values():
        assert module.__doc__ and callable(module.measure)
        assert all(goal > 0 for goal in module.GOALS.values())
