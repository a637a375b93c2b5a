# Run in Odoo's shell with ORDERS and BOTH set, in a database that holds the peer's addon.
# ruff: noqa: F821, S102
exec(BOTH)

MODEL, STAGE = "fsm.order", "stage_id"
COLUMNS = ("scheduled_date_start", "name", "location_id", "person_id", "stage_id")
CARD = ("stage_id", "name", "priority", "location_id", "person_id", "color")
QUIET = {"tracking_disable": True, "mail_create_nolog": True, "mail_create_nosubscribe": True}

env = env(context=QUIET)
known = env["fsm.stage"].search_count([("stage_type", "=", "order")])
# One by one: its check of colours takes no batch.
for number in range(20 - known):
    env["fsm.stage"].create(
        {"name": f"Etap {number}", "stage_type": "order", "sequence": 30 + number}
    )
stages = env["fsm.stage"].search([("stage_type", "=", "order")])
owner = env["res.partner"].create({"name": "Klient", "is_company": True})
locations = env["fsm.location"].create(
    [{"name": f"Oddział {number}", "owner_id": owner.id} for number in range(1000)]
)
persons = env["fsm.person"].create([{"name": f"Serwisant {n}"} for n in range(20)])


def values(number):
    return [
        {
            "location_id": location.id,
            "person_id": persons[index % 20].id,
            "scheduled_date_start": "2026-06-01 08:00:00",
            "scheduled_duration": 1.0,
            "description": f"Zgłoszenie {number} {index}",
        }
        for index, location in enumerate(locations[:BATCH])
    ]


env[MODEL].create(values(0))
multiply(
    "fsm_order",
    ORDERS,
    name="name || '/' || n",
    scheduled_date_start="scheduled_date_start + n * interval '3 hours'",
)
env.cr.execute("UPDATE fsm_order SET stage_id = (%s::int[])[1 + id %% 20]", (stages.ids,))
env.cr.commit()
admin = env.ref("base.user_admin")
admin.write({"group_ids": [(4, env.ref("fieldservice.group_fsm_manager").id)]})
admin.tz = "Europe/Warsaw"
env.cr.commit()
env = env(
    user=admin.id,
    context={"lang": "en_US", "tz": admin.tz, "allowed_company_ids": admin.company_ids.ids},
)
settle()
print(MARK, json.dumps(asked()))
