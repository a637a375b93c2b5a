"""``scripts/bench [NAME …] [--json FILE]``: measured comparisons, ours and a peer in the same run.

A bench is a module in ``scripts/bench.d``, named after what it measures, with

- ``GOALS``: {figure: the highest ratio of ours to the peer's that is good enough}
- ``measure(env)``: {figure: {"ours": number, "peer": number, "unit": text}} for these figures;
  less is better.

Its docstring says what is compared with what.
"""

import argparse
import importlib.util
import json
from pathlib import Path

from .say import Refusal, step

FOLDER = Path(__file__).resolve().parents[1] / "bench.d"
#: What scripts inside Odoo measure with: the beginning of each.
COMMON = "_common.py"
#: Begins the line on which a script inside Odoo says what it measured.
MARK = "FIGURES "
COLUMNS = ("bench", "ours", "peer", "ratio", "goal", "verdict")


def benches(folder: Path = FOLDER) -> dict:
    """{name: module} of the benches in a folder, without running them."""
    return {path.stem: _load(path) for path in sorted(folder.glob("[!_]*.py"))}


def _load(path: Path):
    spec = importlib.util.spec_from_file_location(f"bench_{path.stem}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def inside(env, database: str, *scripts: str, variables: dict | None = None, **values) -> dict:
    """Run scripts of the folder, as one, in Odoo's shell; the figures that they print.

    :param variables: environment of the process, when not the usual one
    :param values: names that the scripts find set
    """
    names = "".join(f"{name} = {value!r}\n" for name, value in values.items())
    texts = [(FOLDER / part).read_text() for part in (COMMON, *scripts)]
    done = env.odoo(
        *("shell", "-d", database, "--no-http", "--log-level=error"),
        check=False,
        capture_output=True,
        text=True,
        input=names + "\n".join(texts),
        env=variables or env.variables,
    )
    figures = [line[len(MARK) :] for line in done.stdout.splitlines() if line.startswith(MARK)]
    if done.returncode or not figures:
        raise Refusal(f"{scripts[-1]} failed in {database}: {(done.stdout + done.stderr)[-3000:]}")
    return json.loads(figures[-1])


def rows(name: str, goals: dict, figures: dict) -> list[dict]:
    """One row a figure: what was measured, the ratio, whether the goal is met."""
    if goals.keys() != figures.keys():
        raise Refusal(f"The bench {name} has goals for {[*goals]} but measured {[*figures]}.")
    found = []
    for figure, values in figures.items():
        ratio = values["ours"] / values["peer"]
        verdict = {"ratio": ratio, "goal": goals[figure], "met": ratio <= goals[figure]}
        found.append({"bench": f"{name} {figure}", **values, **verdict})
    return found


def table(results: list[dict]) -> str:
    """The rows as an aligned table."""
    lines = [COLUMNS, *map(_cells, results)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def _cells(row: dict) -> tuple:
    ours, peer = (f"{row[side]:.1f} {row['unit']}" for side in ("ours", "peer"))
    ratio, goal = f"{row['ratio']:.2f}", f"≤ {row['goal']:.2f}"
    return row["bench"], ours, peer, ratio, goal, "met" if row["met"] else "MISSED"


def main(arguments: list[str], env) -> int:
    """Run the named benches, or all; 1 if a goal is missed."""
    found = benches()
    options = _parse(arguments, found)
    results = []
    for name in options.names or found:
        with step(f"Measuring {name}"):
            results += rows(name, found[name].GOALS, found[name].measure(env))
    print(table(results))
    if options.json:
        options.json.write_text(json.dumps(results, indent=2) + "\n")
    return 0 if all(row["met"] for row in results) else 1


def _parse(arguments: list[str], found: dict) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/bench", description="Measure ours against a peer; fail on a missed goal."
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of: {', '.join(found)}")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to a file")
    options = parser.parse_args(arguments)
    unknown = [name for name in options.names if name not in found]
    if unknown:
        parser.error(f"unknown bench {', '.join(unknown)}; there are: {', '.join(found)}")
    return options
