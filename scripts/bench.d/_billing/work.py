# Run in Odoo's shell after common.py with NUMBER of WORKERS set: one of the workers of a run.
# ruff: noqa: F821
KEY = 8000

env["service.billing.run"].search([]).fetch()  # loads what is loaded once
env.cr.execute("SELECT pg_advisory_lock(%s)", [KEY + NUMBER])
while True:
    env.cr.commit()
    env.cr.execute(
        """
        SELECT count(*) FROM pg_locks
         WHERE locktype = 'advisory' AND objid BETWEEN %s AND %s AND granted
           AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
        """,
        [KEY, KEY + WORKERS - 1],
    )
    if env.cr.fetchone()[0] == WORKERS:
        break
    time.sleep(0.05)
env.cr.commit()
start = time.time()
env["service.billing.run"]._cron_settle()
end = time.time()
# Whoever is done first lets the others see that it was here.
time.sleep(1)
print(MARK, json.dumps({"start": start, "end": end}))
