"""The permission table of the README, made from the access matrix.

The matrix is compared with the real rules by the tests of service_suite; the README is compared
with the matrix by tests/test_permissions.py. ``python tests/house/permissions.py --write`` puts the
table into the README; without ``--write`` it is only printed.
"""

import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
MATRIX = ROOT / "addons" / "service_suite" / "tests" / "access" / "matrix.yaml"
BEGIN, END = "<!-- permissions: made by tests/house/permissions.py -->", "<!-- /permissions -->"
OURS = ("service.", "subiekt.")


def permission_table():
    """:return: the table in Markdown: our models × staff groups × read, write, create, delete."""
    matrix = yaml.safe_load(MATRIX.read_text(encoding="utf-8"))
    staff = [role for role in matrix["staff"] if role != "employee"]
    rows = [("model", *staff), ("---", *("---" for _role in staff))]
    for model, cells in matrix["models"].items():
        if model.startswith(OURS) and "/" not in model:
            rights = dict(zip(matrix["staff"], cells, strict=False))
            rows.append((f"`{model}`", *(_in_words(rights[role]) for role in staff)))
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def written_table():
    """:return: the table as it stands in the README, empty when there is none."""
    text = README.read_text(encoding="utf-8")
    _before, _begin, rest = text.partition(BEGIN)
    return rest.partition(END)[0].strip()


def write_table():
    """Put the table into the README, between its two marks."""
    text = README.read_text(encoding="utf-8")
    before, begin, rest = text.partition(BEGIN)
    _old, end, after = rest.partition(END)
    if not begin or not end:
        sys.exit(f"README.md has no lines {BEGIN} and {END}: add them where the table shall stand.")
    README.write_text(f"{before}{begin}\n\n{permission_table()}\n\n{end}{after}", encoding="utf-8")


def _in_words(cell):
    """``rwc`` as "r w c", nothing as an empty cell; "own" stays a word."""
    word, *limit = cell.split()
    return " ".join([*word.strip("."), *limit])


if __name__ == "__main__":
    if "--write" in sys.argv:
        write_table()
    else:
        print(permission_table())  # noqa: T201
