"""Runs inside ``odoo shell``: opens everything a person could open, and looks for leftovers.

Reports problems as sentences, of which a healthy database has none. With the value ``remove`` it
uninstalls these addons and looks again: ``{"before": [sentence], "after": [sentence]}``. With
``once`` it leaves the second look to the next process.
"""

env = globals()["env"]  # given by odoo shell
report = globals()["report"]
values = globals()["values"]
problems = []
# A column that Odoo itself fills without a field.
CORE = {"ir_module_module.web"}


def attempt(what, action):
    """Do one thing; what it raises is a problem, and the next thing is tried."""
    try:
        with env.cr.savepoint():
            return action()
    except Exception as error:
        problems.append(f"{what}: {type(error).__name__}: {error}")


def open_menus():
    """Each menu that a person sees leads to an action whose views and first records load."""
    attempt("menus", lambda: env["ir.ui.menu"].load_menus(False))
    for menu in env["ir.ui.menu"].with_context({"ir.ui.menu.full_list": True}).search([]):
        if menu.action and not menu.action.exists():
            problems.append(f"menu {menu.complete_name}: its action {menu.action} is gone")
    for action in env["ir.actions.act_window"].search([]):
        attempt(f"action {action.name} ({action.res_model})", lambda each=action: open_action(each))


def open_action(action):
    """Load the views of a window action and the records that its list begins with."""
    model = env[action.res_model]
    views = [(view, kind) for view, kind in action.views if kind in model_views(model)]
    model.get_views(views)
    if model._auto and not model._abstract:
        model.search([], limit=3).read()


def model_views(model):
    """Kinds of views that the server can check."""
    return {"form", "list", "kanban", "search", "calendar", "pivot", "graph", "activity"}


def check_views():
    """Every view is valid together with all that inherits it."""
    for view in env["ir.ui.view"].search([("inherit_id", "=", False), ("model", "!=", False)]):
        if view.model not in env:
            problems.append(f"view {view.xml_id or view.name}: its model {view.model} is gone")


def find_orphans():
    """Columns without a field, fields and models without an addon, names of what is gone."""
    env.cr.execute(
        "SELECT table_name, column_name FROM information_schema.columns "
        "WHERE table_schema = 'public'"
    )
    columns = {}
    for table, column in env.cr.fetchall():
        columns.setdefault(table, set()).add(column)
    for model in env.values():
        if model._auto and not model._abstract:
            known = {name for name, field in model._fields.items() if field.column_type}
            extra = {f"{model._table}.{name}" for name in columns[model._table] - known} - CORE
            problems.extend(f"column {name} has no field" for name in sorted(extra))
    for model in env["ir.model"].search([]):
        if model.model not in env:
            problems.append(f"model {model.model} is known, but not loaded")
    for data in env["ir.model.data"].search([("model", "!=", False)]):
        if data.model not in env:
            problems.append(f"external id {data.complete_name} is of a model that is gone")
    find_lost_external_ids()


def find_lost_external_ids():
    """Nothing is left of an addon that is not installed but data that other records refer to:
    Odoo keeps such a record (a company with invoices) with its name."""
    installed = set(env["ir.module.module"].search([("state", "=", "installed")]).mapped("name"))
    names = env["ir.model.data"].search([("module", "not in", [*installed, "base", "__export__"])])
    for (module, model), group in names.grouped(lambda name: (name.module, name.model)).items():
        records = env[model].browse(group.mapped("res_id")) if model in env else ()
        if model.startswith("ir.") or len(records) > len(records.exists()):
            problems.append(f"external ids of {module}, which is not installed: {model}")


def probe():
    """Do it all; returns the problems found, and changes nothing."""
    problems.clear()
    for step in (open_menus, check_views, find_orphans):
        attempt(step.__name__, step)
    env.cr.rollback()
    return list(problems)


result = {"before": probe()}
if values.get("remove"):
    addons = env["ir.module.module"].search([("name", "in", values["remove"])])
    addons.button_immediate_uninstall()
    result |= {} if values.get("once") else {"after": probe()}
report(result)
