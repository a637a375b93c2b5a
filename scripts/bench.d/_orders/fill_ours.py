# Our orders, made in Odoo's shell after fill.py, with ORDERS set.
# ruff: noqa: F821
KINDS = ("accepted", "planned", "working", "waiting_parts", "waiting_customer", "to_settle")

process = env["service.order.type"].create({"name": "Bench", "mode": "on_site"})
env["service.stage"].create(
    [
        {"name": f"Etap {n}", "type_id": process.id, "kind": KINDS[n % 6], "sequence": 15}
        for n in range(STAGES - len(process.stage_ids))
    ]
)
stages = process.stage_ids
maker = env["service.device.manufacturer"].create({"name": "Bench"})
model = env["service.device.model"].create(
    {
        "name": "Bench",
        "manufacturer_id": maker.id,
        "category_id": env["service.device.category"].create({"name": "Bench"}).id,
    }
)
customers = env["res.partner"].create(
    [{"name": f"Klient {number}", "is_company": True} for number in range(SITES)]
)
sites = env["res.partner"].create(
    [{"name": "Oddział", "type": "location", "parent_id": each.id} for each in customers]
)
devices = env["service.device"].create(
    [
        {
            "serial": f"SN{site.id:06}",
            "model_id": model.id,
            "customer_id": site.parent_id.id,
            "location_id": site.id,
        }
        for site in sites
    ]
)
users = env["res.users"].create(
    [{"name": f"Serwisant {n}", "login": f"bench{n}"} for n in range(TECHNICIANS)]
)
technicians = env["service.technician"].create([{"user_id": user.id} for user in users])
topics = env["service.topic"].search([("child_ids", "=", False)])
part = env["product.product"].create({"name": "Rolka", "type": "consu", "list_price": 84})
env.cr.execute("DELETE FROM service_order")
orders = env["service.order"].create(
    [
        {
            "device_id": device.id,
            "type_id": process.id,
            "topic_id": topics[number % len(topics)].id,
            "technician_id": technicians[number % TECHNICIANS].id,
            "description": "Papier zacina się w podajniku.",
        }
        for number, device in enumerate(devices)
    ]
)
env["service.order.line"].create(
    [
        {"order_id": order.id, "kind": "part", "product_id": part.id, "quantity": 1}
        for order in orders
        for _line in range(3)
    ]
)
multiply(
    "service_order",
    ORDERS,
    name="name || '/' || n",
    date_reported="date_reported - n * interval '3 hours'",
    next_visit_date="date_reported + (n % 50) * interval '1 day'",
    access_token="NULL",
)
env.cr.execute(
    "UPDATE service_order o SET stage_id = s.id, stage_kind = s.kind FROM service_stage s"
    " WHERE s.id = (%s::int[])[1 + o.id %% 20]",
    (stages.ids,),
)
# The lines of one order for each order that has none yet.
names = columns_of("service_order_line", "order_id")
env.cr.execute(
    f"""
    INSERT INTO service_order_line (order_id, {", ".join(names)})
    SELECT service_order.id, {", ".join(f"line.{name}" for name in names)}
      FROM service_order, service_order_line AS line
     WHERE line.order_id = %s
       AND NOT EXISTS (SELECT FROM service_order_line x WHERE x.order_id = service_order.id)
    """,
    (orders[0].id,),
)
act_as_manager()
settle("service_order")
