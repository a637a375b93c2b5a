"""Loads the EPP package by its folder, as ``subiekt_epp``: without Odoo, without a database."""

import importlib.util
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
ADDON = REPOSITORY / "addons" / "connector_subiekt"
FIXTURE = ADDON / "demo" / "subiekt_gt_export.epp"
# genuine files of Subiekt lie beside the repository where they are available, never in it
GENUINE = REPOSITORY.parent / "shared" / "subiekt" / "samples"


def _load():
    folder = ADDON / "epp"
    spec = importlib.util.spec_from_file_location(
        "subiekt_epp", folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    module = importlib.util.module_from_spec(spec)
    sys.modules["subiekt_epp"] = module
    spec.loader.exec_module(module)


_load()


@pytest.fixture
def fixture_bytes():
    return FIXTURE.read_bytes()


@pytest.fixture
def genuine():
    """Return a function giving the bytes of a genuine sample; skips where there is none."""

    def sample(pattern):
        found = sorted(GENUINE.glob(pattern))
        if not found:
            pytest.skip("no genuine samples beside the repository")
        return found[0].read_bytes()

    return sample
