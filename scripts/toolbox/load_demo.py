"""Runs inside ``odoo shell``: loads the demo data of our addons, and of ours only.

Odoo's own switch would also load the demo of its modules: an American furniture dealer whose
customers and products have no place in a Polish print-service company.
"""

from odoo.modules.loading import load_data
from odoo.modules.module_graph import ModuleGraph

env = globals()["env"]  # given by odoo shell
# What the demo's acts write down (reasons, messages) is in the language of its company.
polish = env(su=True, context={"lang": "pl_PL"})
modules = env["ir.module.module"].search([("state", "=", "installed")])
graph = ModuleGraph(env.cr, mode="load")
graph.extend(modules.mapped("name"))
for package in graph:
    if package.name.startswith("service_") or package.name == "connector_subiekt":
        load_data(polish, {}, "init", kind="demo", package=package)
        modules.filtered(lambda module, name=package.name: module.name == name).demo = True
env.cr.commit()
