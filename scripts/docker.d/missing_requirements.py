"""Print what the addons of a folder need of Python and this Python does not have.

``missing_requirements.py ADDONS REQUIREMENTS``: one requirement a line, pinned as in REQUIREMENTS.
"""

import ast
import importlib.metadata
import re
import sys
from pathlib import Path


def needed(addons):
    """Names of the distributions in the manifests' ``external_dependencies``, sorted."""
    manifests = (ast.literal_eval(path.read_text()) for path in addons.glob("*/__manifest__.py"))
    lists = (manifest.get("external_dependencies", {}).get("python", []) for manifest in manifests)
    return sorted({name for names in lists for name in names})


def missing(names, pins):
    """The needed distributions that are not installed, as requirements.

    :param names: names of distributions, with or without a condition on the version
    :param pins: lines of a requirements file
    """
    pinned = {_plain(line): line.strip() for line in pins if "==" in line}
    for name in names:
        try:
            importlib.metadata.version(_plain(name))
        except importlib.metadata.PackageNotFoundError:
            yield pinned.get(_plain(name), name)


def _plain(requirement):
    name = re.split(r"[^\w.-]", requirement.strip(), maxsplit=1)[0]
    return re.sub(r"[-_.]+", "-", name).lower()


if __name__ == "__main__":
    folder, requirements = map(Path, sys.argv[1:])
    for line in missing(needed(folder), requirements.read_text().splitlines()):
        print(line)
