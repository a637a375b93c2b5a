"""An upgrade keeps what people have entered; a second one finds nothing to do.

There is no released version yet, so the demo company is upgraded from the present one. As soon as
there is a release: ``SERVICE_UPGRADE_FROM=v1.0 scripts/test --long tests/long/test_upgrade.py``
makes a demo company with the addons of that git tag, and upgrades it.
"""

import os
import subprocess

import pytest

from toolbox import databases
from toolbox.environment import ROOT

from . import picture
from .world import World, complaints

OURS = sorted(databases.manifests(ROOT / "addons"))
RELEASE = os.environ.get("SERVICE_UPGRADE_FROM")
# What Odoo writes at each upgrade, whatever the addon: dates of installation, icons, registers.
REGISTERS = {
    "ir_act_window_view",  # rows that the action's definition lists anew each time
    "ir_attachment",
    "ir_module_module",
}
# Where Odoo keeps what a view was before it was written last.
PREVIOUS = {"ir_ui_view": {"arch_prev"}}
# What an upgrade is for: views, rights and texts become those of the new version.
DEFINITIONS = REGISTERS | {
    "ir_act_report_xml",
    "ir_act_server",
    "ir_act_window",
    "ir_act_window_view",
    "ir_model",
    "ir_model_access",
    "ir_model_constraint",
    "ir_model_data",
    "ir_model_fields",
    "ir_model_fields_selection",
    "ir_model_relation",
    "ir_module_category",
    "ir_module_module_dependency",
    "ir_rule",
    "ir_ui_menu",
    "ir_ui_view",
    "res_groups",
    "res_groups_privilege",
}


def changes(before, after, without):
    """What two pictures have different, outside some tables."""
    return [line for line in picture.difference(before, after) if line.split(":")[0] not in without]


def test_upgrade_keeps_everything(copy):
    """``-u`` of all our addons on the demo company changes neither its structure nor one row of
    what it holds, and logs no warning; nor does it a second time."""
    world = copy("demo")
    structure, held = picture.structure(world), picture.checksums(world, PREVIOUS)
    for attempt in ("first", "second"):
        assert complaints(world.upgrade(*OURS)) == [], attempt
        assert picture.difference(structure, picture.structure(world)) == [], attempt
        assert changes(held, picture.checksums(world, PREVIOUS), REGISTERS) == [], attempt
    assert world.shell("probe") == {"before": []}


@pytest.mark.skipif(not RELEASE, reason="SERVICE_UPGRADE_FROM names no git tag to come from")
def test_upgrade_from_a_release(copy, toolbox, tmp_path):
    """The demo company of an older version, upgraded to this one, has every row it had; no column
    that both versions know holds anything else; a second upgrade changes nothing."""
    archive = subprocess.Popen(
        ["git", "archive", RELEASE, "addons", "scripts/toolbox/load_demo.py"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
    )
    subprocess.run(["tar", "x", "-C", tmp_path], stdin=archive.stdout, check=True)
    old = copy("base", addons=tmp_path / "addons")
    old.install(databases.TOP)
    old.feed(tmp_path / "scripts/toolbox/load_demo.py")
    columns, held = picture.columns(old), picture.checksums(old)

    world = World(toolbox, old.name)
    assert complaints(world.upgrade(*OURS)) == []
    new = {
        table: names - columns.get(table, set()) for table, names in picture.columns(world).items()
    }
    assert changes(held, picture.checksums(world, without=new), DEFINITIONS) == []
    assert world.shell("probe") == {"before": []}

    held = picture.checksums(world, PREVIOUS)
    assert complaints(world.upgrade(*OURS)) == []
    assert changes(held, picture.checksums(world, PREVIOUS), REGISTERS) == []
