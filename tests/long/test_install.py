"""Each addon comes alone and goes again; the suite is taken apart addon by addon."""

import urllib.request

import pytest

from toolbox import databases
from toolbox.environment import ROOT
from toolbox.serving import served

from . import picture
from .world import complaints

MANIFESTS = databases.manifests(ROOT / "addons")
# Tables in which an installation leaves rows by Odoo's own design; what in them would be ours is
# looked for by name (inside/probe.py).
TRACES = {
    "ir_attachment",  # generated assets
    "ir_model_constraint",
    "ir_model_data",  # the list of addons; fields of Odoo that it describes again when upgraded
    "ir_model_fields",
    "ir_module_category",
    "ir_module_module",
    "ir_module_module_dependency",
    "product_value",  # Odoo's history of costs, also of products that are gone
}
# What a company keeps when an addon goes, as Odoo's own settings do.
KEPT = {
    "stock_location",  # where our devices stand: they are stock, also without the addon
    "res_groups_implied_rel",  # price lists, lots and places that were switched on stay on
}


def needed(addon: str) -> set[str]:
    """``addon`` and the addons of ours that it needs, directly or not."""
    below = [needed(name) for name in MANIFESTS[addon]["depends"] if name in MANIFESTS]
    return {addon}.union(*below)


#: From the first noun to the whole suite: what an addon needs stands before it.
ORDER = sorted(MANIFESTS, key=lambda name: (len(needed(name)), name))


@pytest.mark.parametrize("addon", ORDER)
def test_comes_and_goes_alone(addon, copy):
    """An addon with only its dependencies loads without a warning, all its menus and views open;
    uninstalled, it leaves the structure and the records of the database as they were."""
    world = copy("base")
    structure, rows = picture.structure(world), picture.rows(world)

    assert complaints(world.install(addon)) == []
    assert set(installed(world)) == needed(addon)

    assert world.shell("probe", remove=list(needed(addon))) == {"before": [], "after": []}
    assert complaints(world.log) == []
    assert installed(world) == []
    assert picture.difference(structure, picture.structure(world)) == []
    left = picture.difference(rows, picture.rows(world))
    assert [line for line in left if line.split(":")[0] not in TRACES | KEPT] == []


def test_suite_is_taken_apart(copy, toolbox):
    """From the demo company, with all its records, the addons are uninstalled one by one, from
    the last to the first: what remains works each time, and in the end Odoo alone is left, as if
    nothing had been, on which the suite can be installed again."""
    bare = picture.structure(copy("base"))
    world = copy("demo")
    places = locations(world)
    for addon in reversed(ORDER):
        found = world.shell("probe", remove=[addon], once=True)
        assert found == {"before": []}, f"before {addon} was uninstalled"
        assert addon not in installed(world)
    assert installed(world) == []
    assert world.shell("probe") == {"before": []}
    assert picture.difference(bare, picture.structure(world)) == []
    with (
        served(toolbox, world.name) as address,
        urllib.request.urlopen(f"{address}/web/login", timeout=60) as page,
    ):
        assert page.status == 200
    # A company would not load the demo data a second time, onto what is left of the first.
    world.query("UPDATE ir_module_module SET demo = false")
    assert complaints(world.install(databases.TOP)) == []
    assert set(installed(world)) == set(ORDER)
    assert world.shell("probe") == {"before": []}
    assert locations(world) <= places, "what stayed is taken back, not made a second time"


def locations(world) -> set[str]:
    """The places of stock, with their companies."""
    return set(world.query("SELECT id, company_id, name FROM stock_location"))


def installed(world) -> list[str]:
    """Our addons that are installed."""
    names = ", ".join(f"'{name}'" for name in MANIFESTS)
    return world.query(
        f"SELECT name FROM ir_module_module WHERE state = 'installed' AND name IN ({names})"
    )
