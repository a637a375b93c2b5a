"""The EPP package of ``connector_subiekt``, loaded by its folder: without Odoo, without a database.

``from epp_package import epp``; its modules then are ``subiekt_epp.reader`` and so on.
"""

import importlib.util
import sys
from pathlib import Path

ADDON = Path(__file__).resolve().parents[1] / "addons" / "connector_subiekt"
NAME = "subiekt_epp"


def _load():
    folder = ADDON / "epp"
    spec = importlib.util.spec_from_file_location(
        NAME, folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    module = importlib.util.module_from_spec(spec)
    # known by its name before it runs: its modules import one another
    sys.modules[NAME] = module
    spec.loader.exec_module(module)
    return module


epp = sys.modules.get(NAME) or _load()
