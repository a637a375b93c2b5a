"""Runs inside ``odoo shell``: settles what waits, as the worker of a run does."""

env = globals()["env"]  # given by odoo shell
report = globals()["report"]

report("begun")
env["service.billing.run"]._cron_settle()
report("done")
