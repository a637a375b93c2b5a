"""The order of the house: every addon against the rules of the suite, without a database.

``pytest tests/test_repo.py`` says for each addon and rule what is wrong and where. References are
resolved against the sources of Odoo (an importable ``odoo`` package, or the folder ODOO_SOURCE).
"""

import pytest

from house import idioms, references, shape, table, tidiness, translations
from house.sources import ROOT, House, find_core

HOUSE = House(ROOT / "addons", find_core())

CHECKS = {
    "depends": table.check_depends,
    "references": references.check_references,
    "access": references.check_access,
    "python idioms": idioms.check_python_idioms,
    "xml idioms": idioms.check_xml_idioms,
    "javascript idioms": idioms.check_javascript_idioms,
    "reasons": idioms.check_reasons,
    "files": shape.check_files,
    "manifest": shape.check_manifest,
    "sizes": shape.check_sizes,
    "docstrings": shape.check_docstrings,
    "translations": translations.check_translations,
    "terms": translations.check_terms,
}
NEEDS_CORE = {"references"}

REPOSITORY_CHECKS = {
    "needed": tidiness.check_needed,
    "generated": tidiness.check_generated,
    "mentions": tidiness.check_mentions,
}


@pytest.mark.parametrize("rule", CHECKS)
@pytest.mark.parametrize("name", HOUSE.own)
def test_addon(name, rule):
    """An addon keeps a rule."""
    if rule in NEEDS_CORE and not HOUSE.core:
        pytest.skip("Odoo's source is not here; name its folder in ODOO_SOURCE")
    _expect_none(CHECKS[rule](HOUSE.own[name], HOUSE))


@pytest.mark.parametrize("rule", REPOSITORY_CHECKS)
def test_repository(rule):
    """The repository keeps a rule."""
    _expect_none(REPOSITORY_CHECKS[rule](ROOT))


def _expect_none(findings):
    found = sorted(set(findings))
    if found:
        pytest.fail("\n".join([f"{len(found)} findings:", *found]), pytrace=False)
