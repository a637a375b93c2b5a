# Run in Odoo's shell with LARGE and SMALL set: contracts, their devices and a year of readings.
# ruff: noqa: F821
from datetime import date

BATCH = 250
YEAR = 2026
QUIET = {"tracking_disable": True, "mail_create_nolog": True, "mail_create_nosubscribe": True}
START = date(YEAR, 1, 1)

env = env(context=QUIET)
types = env.ref("service_meter.meter_type_mono") | env.ref("service_meter.meter_type_colour")
maker = env["service.device.manufacturer"].create({"name": "Bench"})
model = env["service.device.model"].create(
    {
        "name": "Bench",
        "manufacturer_id": maker.id,
        "category_id": env["service.device.category"].create({"name": "Bench"}).id,
        "meter_type_ids": [(6, 0, types.ids)],
    }
)
prices = [
    (0, 0, {"kind": "pages", "per": "1", "meter_type_id": each.id, "price_unit": price})
    for each, price in zip(types, (0.05, 0.3), strict=True)
]


def fill(kind, sizes):
    """Contracts with so many devices each, named after their kind."""
    customers = env["res.partner"].create(
        [
            {"name": f"{kind} {START} {number}", "is_company": True, "country_id": poland.id}
            for number, _size in sizes
        ]
    )
    sites = env["res.partner"].create(
        [{"name": "Oddział", "type": "location", "parent_id": each.id} for each in customers]
    )
    devices = env["service.device"].create(
        [
            {
                "serial": f"{kind}{number:06}-{each}",
                "model_id": model.id,
                "customer_id": customer.id,
                "location_id": site.id,
                "owner": "customer",
                "date_placed": "2020-01-01 08:00:00",
            }
            for (number, size), customer, site in zip(sizes, customers, sites, strict=True)
            for each in range(size)
        ]
    )
    left = iter(devices.ids)
    contracts = env["service.contract"].create(
        [
            {
                "type_id": env.ref("service_contract.type_all_in").id,
                "customer_id": customer.id,
                "customer_reference": kind,
                "date_start": START,
                "estimate_policy": "none",
                "billing_mode": "post",
                "group_ids": [(0, 0, {"name": "All"})],
                "rate_ids": [(0, 0, {"date_from": START, "line_ids": prices})],
            }
            for customer in customers
        ]
    )
    env["service.contract.device"].create(
        [
            {"contract_id": contract.id, "device_id": next(left), "date_start": START}
            for (_number, size), contract in zip(sizes, contracts, strict=True)
            for _each in range(size)
        ]
    )
    contracts.action_activate()
    env.cr.commit()
    env.invalidate_all()


poland = env.ref("base.pl")
for kind, sizes in {
    # As many contracts of each size from 2 to 20 devices.
    "large": [(number, 2 + number % 19) for number in range(LARGE)],
    "small": [(number, 1) for number in range(SMALL)],
    "warm": [(number, 1) for number in range(100)],
}.items():
    for start in range(0, len(sizes), BATCH):
        fill(kind, sizes[start : start + BATCH])

# A reading of both meters on the first day of each month at noon.
env.cr.execute(
    """
    INSERT INTO service_meter_reading_set (
        device_id, date, source, user_id, company_id, customer_id, location_id,
        create_uid, create_date, write_uid, write_date)
    SELECT device.id, moment, 'import', 1, device.company_id, device.customer_id,
           device.location_id, 1, moment, 1, moment
      FROM service_device device,
           generate_series(timestamp %s, timestamp %s, '1 month') moment
    """,
    [f"{YEAR}-01-01 11:00", f"{YEAR}-11-01 11:00"],
)
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
env.cr.commit()
env.cr.execute("ANALYZE")
env.cr.commit()
print(MARK, "{}")
