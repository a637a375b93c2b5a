# The peer's orders, made in Odoo's shell after fill.py, with ORDERS set.
# ruff: noqa: F821
known = env["fsm.stage"].search_count([("stage_type", "=", "order")])
# One by one: its check of colours takes no batch.
for number in range(STAGES - known):
    env["fsm.stage"].create(
        {"name": f"Etap {number}", "stage_type": "order", "sequence": 30 + number}
    )
stages = env["fsm.stage"].search([("stage_type", "=", "order")])
owner = env["res.partner"].create({"name": "Klient", "is_company": True})
locations = env["fsm.location"].create(
    [{"name": f"Oddział {number}", "owner_id": owner.id} for number in range(SITES)]
)
persons = env["fsm.person"].create([{"name": f"Serwisant {n}"} for n in range(TECHNICIANS)])
env["fsm.order"].create(
    [
        {
            "location_id": location.id,
            "person_id": persons[index % TECHNICIANS].id,
            "scheduled_date_start": "2026-06-01 08:00:00",
            "scheduled_duration": 1.0,
            "description": f"Zgłoszenie {index}",
        }
        for index, location in enumerate(locations)
    ]
)
multiply(
    "fsm_order",
    ORDERS,
    name="name || '/' || n",
    scheduled_date_start="scheduled_date_start + n * interval '3 hours'",
)
env.cr.execute("UPDATE fsm_order SET stage_id = (%s::int[])[1 + id %% 20]", (stages.ids,))
act_as_manager("fieldservice.group_fsm_manager")
settle("fsm_order")
