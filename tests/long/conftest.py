"""What the long tests share. Everything in this folder is marked ``long``."""

import os
import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from odoo import SUPERUSER_ID, api, sql_db
from odoo.modules.registry import Registry
from odoo.tools import config

from toolbox import databases
from toolbox.environment import Environment
from toolbox.say import note

from .world import fresh

HERE = Path(__file__).parent

# Nothing is remembered between runs: a failure prints the call that repeats it.
settings.register_profile(
    "long",
    database=None,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.load_profile("long")


def pytest_collection_modifyitems(items):
    """Mark what lies here, so that the normal suite leaves it out."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.long)


@pytest.fixture(scope="session")
def toolbox():
    """The set-up's own environment object."""
    with Environment(development=True) as env:
        yield env


@pytest.fixture(scope="session")
def templates(toolbox):
    """Names of the templates: Odoo alone, with the suite, with the demo company."""
    return {
        "demo": databases.demo(toolbox),
        "suite": databases.suite(toolbox),
        "base": databases.base(toolbox),
    }


@pytest.fixture
def copy(toolbox, templates):
    """``copy(template)`` gives a database of one's own as a ``World``, dropped afterwards."""
    open_worlds = []

    def make(template: str, addons=None):
        label = f"{template}{len(open_worlds)}"
        manager = fresh(toolbox, label, templates[template], addons)
        open_worlds.append(manager)
        return manager.__enter__()

    yield make
    for manager in open_worlds:
        manager.__exit__(None, None, None)


@pytest.fixture
def moments(request):
    """Random moments; set SERVICE_SEED to the printed seed to meet the same ones again."""
    seed = int(os.environ.get("SERVICE_SEED") or random.randrange(10**6))
    note(f"SERVICE_SEED={seed}")
    return random.Random(f"{seed} {request.node.name}")


@pytest.fixture(scope="module")
def inside(toolbox, templates):
    """Odoo's environment of the superuser on a database of one's own; nothing is committed."""
    with fresh(toolbox, "inside", templates["suite"]) as world:
        config["test_enable"] = False  # loading the registry would run Odoo's tests
        registry = Registry(world.name)
        config["test_enable"] = True
        with registry.cursor() as cr:
            yield api.Environment(cr, SUPERUSER_ID, {})
            cr.rollback()
        Registry.delete(world.name)
        sql_db.close_db(world.name)
