# Run in Odoo's shell with DEVICES set: the register of a large dealer. Devices and serial numbers
# are made through their models, the million readings by the database itself.
# ruff: noqa: F821

MONTHS = 24
BATCH = 1000
EVENTS = 5000
QUIET = {"tracking_disable": True, "mail_create_nolog": True, "mail_create_nosubscribe": True}

env = env(context=QUIET)
types = env.ref("service_meter.meter_type_mono") | env.ref("service_meter.meter_type_colour")
maker = env["service.device.manufacturer"].create({"name": "Bench"})
category = env["service.device.category"].create({"name": "Bench"})
models = env["service.device.model"].create(
    [
        {
            "name": f"Bench {number}",
            "manufacturer_id": maker.id,
            "category_id": category.id,
            "meter_type_ids": [(6, 0, types.ids)],
        }
        for number in range(50)
    ]
)
products = env["product.product"].create(
    [
        {"name": f"Bench {number}", "type": "consu", "is_storable": True, "tracking": "serial"}
        for number in range(50)
    ]
)
customers = env["res.partner"].create(
    [{"name": f"Klient {number}", "is_company": True} for number in range(DEVICES // 20)]
)
sites = env["res.partner"].create(
    [{"name": "Oddział", "type": "location", "parent_id": customer.id} for customer in customers]
)
for start in range(0, DEVICES, BATCH):
    numbers = range(start, min(start + BATCH, DEVICES))
    env["stock.lot"].create(
        [
            {"name": f"LOT{number:07}", "ref": f"A{number}", "product_id": products[number % 50].id}
            for number in numbers
        ]
    )
    env["service.device"].create(
        [
            {
                "serial": f"LOT{number:07}",
                "inventory_number": f"A{number}",
                "model_id": models[number % 50].id,
                "customer_id": customers[number // 20].id,
                "location_id": sites[number // 20].id,
                "date_placed": "2020-01-01 08:00:00",
            }
            for number in numbers
        ]
    )
    env.cr.commit()
    env.invalidate_all()

SETS = """
    INSERT INTO service_meter_reading_set (
        device_id, date, source, user_id, company_id, customer_id, location_id,
        create_uid, create_date, write_uid, write_date)
    SELECT device.id, moment, 'import', 1, device.company_id, device.customer_id,
           device.location_id, 1, moment, 1, moment
      FROM service_device device, %s AS moment
     WHERE %s
"""
MONTHLY = f"""
    generate_series(
        date_trunc('month', now() AT TIME ZONE 'UTC') - interval '{MONTHS} months',
        date_trunc('month', now() AT TIME ZONE 'UTC') - interval '1 month', '1 month')
"""
HOURLY = "generate_series(timestamp '2021-01-01', timestamp '2021-12-31', '1 hour')"
env.cr.execute(SETS % (MONTHLY, "true"))
first = "device.id = (SELECT min(id) FROM service_device)"
env.cr.execute(SETS % (HOURLY, first) + f" LIMIT {EVENTS}")
env.cr.execute(
    """
    INSERT INTO service_meter_reading (
        set_id, meter_id, type_id, device_id, date, source, value, verdict, verdict_date,
        life_value, usage, company_id, customer_id, location_id,
        create_uid, create_date, write_uid, write_date)
    SELECT taken.id, meter.id, meter.type_id, taken.device_id, taken.date, taken.source,
           1000 * row_number() OVER life, 'accepted', taken.date,
           1000 * row_number() OVER life, CASE row_number() OVER life WHEN 1 THEN 0 ELSE 1000 END,
           taken.company_id, taken.customer_id, taken.location_id, 1, taken.date, 1, taken.date
      FROM service_meter_reading_set taken
      JOIN service_meter meter ON meter.device_id = taken.device_id
    WINDOW life AS (PARTITION BY meter.id ORDER BY taken.date)
    """
)
env.cr.execute(
    """
    UPDATE service_meter meter
       SET value = last.life_value, last_reading_id = last.id, last_date = last.date
      FROM (
            SELECT DISTINCT ON (meter_id) meter_id, id, life_value, date
              FROM service_meter_reading
             ORDER BY meter_id, date DESC, id DESC
           ) last
     WHERE last.meter_id = meter.id
    """
)
env.cr.commit()
env.cr.execute("ANALYZE")
env.cr.commit()
print("FIGURES {}")
