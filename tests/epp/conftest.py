"""The EPP package without Odoo, and files to read."""

import pytest

from epp_package import ADDON  # loads the package as subiekt_epp

FIXTURE = ADDON / "demo" / "subiekt_gt_export.epp"
# genuine files of Subiekt lie beside the repository where they are available, never in it
GENUINE = ADDON.parents[2] / "shared" / "subiekt" / "samples"


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
