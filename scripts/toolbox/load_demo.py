"""Runs inside ``odoo shell``: loads the demo data of our addons, and of ours only.

Odoo's own switch would also load the demo of its modules: an American furniture dealer whose
customers and products have no place in a Polish print-service company.
"""

from odoo.modules.loading import load_data
from odoo.modules.module_graph import ModuleGraph
from odoo.tools import convert


class PolishImport(convert.xml_import):
    """What the demo's acts write down (reasons, messages) is in the language of its company.

    Core reads each file without a language, whatever it is given.
    """

    def __init__(self, env, *args, **kwargs):
        super().__init__(env, *args, **kwargs)
        self.envs = [env(context=dict(env.context, lang="pl_PL"))]


env = globals()["env"]  # given by odoo shell
convert.xml_import = PolishImport
modules = env["ir.module.module"].search([("state", "=", "installed")])
graph = ModuleGraph(env.cr, mode="load")
graph.extend(modules.mapped("name"))
for package in graph:
    if package.name.startswith("service_") or package.name == "connector_subiekt":
        load_data(env(su=True), {}, "init", kind="demo", package=package)
        modules.filtered(lambda module, name=package.name: module.name == name).demo = True
env.cr.commit()
