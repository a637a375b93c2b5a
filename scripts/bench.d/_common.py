# The beginning of each script that measures inside Odoo: what it measures with.
# ruff: noqa: F821, F401
import gc
import json
import time
from functools import partial
from pathlib import Path

MARK = "FIGURES"

env.cr.execute("SET max_parallel_workers_per_gather = 0")
env.cr.execute("SELECT pg_backend_pid()")
DATABASE = Path(f"/proc/{env.cr.fetchone()[0]}/schedstat")


def computed():
    """Seconds that this process and its part of the database have computed so far.

    Time on a processor, where the system tells it: what others do on the machine does not count.
    """
    if not DATABASE.exists():
        return time.perf_counter()
    return time.process_time() + int(DATABASE.read_text().split()[0]) / 1e9


def measured(function):
    """Seconds of one call with an empty cache of records."""
    env.flush_all()
    env.invalidate_all()
    gc.collect()
    start = computed()
    function()
    env.flush_all()
    return computed() - start


def act_as_manager(*groups):
    """An environment of somebody who may do all this, as the web client sends it.

    :param groups: external ids, when not those of ours
    """
    admin = env.ref("base.user_admin")
    groups = groups or ("service_customer.group_service_manager", "stock.group_stock_manager")
    admin.write({"group_ids": [(4, env.ref(name).id) for name in groups]})
    admin.tz = "Europe/Warsaw"
    env.cr.commit()
    context = {"lang": "pl_PL", "tz": admin.tz, "allowed_company_ids": admin.company_ids.ids}
    return env(user=admin.id, context=context)
