# Run in Odoo's shell with CONTRACTS set: contracts of a large dealer, their devices and prices.
# ruff: noqa: F821
from datetime import date

BATCH = 500
LISTS = CONTRACTS // 10
CUSTOMER_LISTS = 20
PRODUCTS = 1000
CATEGORIES = 20
QUIET = {"tracking_disable": True, "mail_create_nolog": True, "mail_create_nosubscribe": True}

env = env(context=QUIET)
categories = env["product.category"].create([{"name": f"Grupa {n}"} for n in range(CATEGORIES)])
products = env["product.product"].create(
    [
        {
            "name": f"Towar {number}",
            "type": "service" if number % 10 > 7 else "consu",
            "list_price": 10 + number,
            "categ_id": categories[number % CATEGORIES].id,
        }
        for number in range(PRODUCTS)
    ]
)


def prices(number):
    """Rules as a dealer writes them: fixed prices, one of them for a quantity and one for a time,
    percents off some categories, and often off all the rest."""
    first = [(products[(number + 37 * each) % PRODUCTS], each) for each in range(15)]
    rules = [
        {
            "applied_on": "1_product",
            "product_tmpl_id": product.product_tmpl_id.id,
            "compute_price": "fixed",
            "fixed_price": 5 + each,
            "min_quantity": 10 if each == 1 else 0,
            "date_start": "2025-06-01" if each == 2 else False,
            "date_end": "2025-06-15" if each == 2 else False,
        }
        for product, each in first
    ]
    rules += [
        {
            "applied_on": "2_product_category",
            "categ_id": categories[(number + each) % CATEGORIES].id,
            "compute_price": "percentage",
            "percent_price": 10 + each,
        }
        for each in range(4)
    ]
    if number % 3:
        rules.append(
            {"applied_on": "3_global", "compute_price": "percentage", "percent_price": number % 20}
        )
    return [(0, 0, rule) for rule in rules]


lists = env["product.pricelist"].create(
    [
        {"name": f"Cennik {number}", "item_ids": prices(number)}
        for number in range(LISTS + CUSTOMER_LISTS)
    ]
)
contract_lists, customer_lists = lists[:LISTS], lists[LISTS:]
maker = env["service.device.manufacturer"].create({"name": "Bench"})
model = env["service.device.model"].create(
    {
        "name": "Bench",
        "manufacturer_id": maker.id,
        "category_id": env["service.device.category"].create({"name": "Bench"}).id,
    }
)
types = {
    "own": env.ref("service_contract.type_lease"),
    "customer": env.ref("service_contract.type_service_only"),
}
mono = env.ref("service_meter.meter_type_mono")
rate = [
    (0, 0, {"kind": "base_fee", "price_unit": 100}),
    (0, 0, {"kind": "pages", "price_unit": 0.03, "meter_type_id": mono.id}),
]
for start in range(0, CONTRACTS, BATCH):
    numbers = range(start, min(start + BATCH, CONTRACTS))
    customers = env["res.partner"].create(
        [{"name": f"Klient {number}", "is_company": True} for number in numbers]
    )
    for customer, number in zip(customers, numbers, strict=True):
        if number % 10 == 0:
            customer.specific_property_product_pricelist = customer_lists[number % CUSTOMER_LISTS]
    sites = env["res.partner"].create(
        [{"name": "Oddział", "type": "location", "parent_id": each.id} for each in customers]
    )
    owners = ["customer" if number % 2 else "own" for number in numbers]
    devices = env["service.device"].create(
        [
            {
                "serial": f"SN{number:06}-{each}",
                "model_id": model.id,
                "customer_id": customer.id,
                "location_id": site.id,
                "owner": owner,
                "warranty_date": "2024-12-31",
                "date_placed": "2020-01-01 08:00:00",
            }
            for number, customer, site, owner in zip(numbers, customers, sites, owners, strict=True)
            for each in range(4)
        ]
    )
    contracts = env["service.contract"].create(
        [
            {
                "type_id": types[owner].id,
                "customer_id": customer.id,
                "date_start": date(2024, 1, 1),
                "pricelist_id": contract_lists[number % LISTS].id,
                "device_ids": [
                    (0, 0, {"device_id": device.id})
                    for device in devices[4 * index : 4 * index + 4]
                ],
                "rate_ids": [(0, 0, {"date_from": date(2024, 1, 1), "line_ids": rate})],
            }
            for index, (number, customer, owner) in enumerate(
                zip(numbers, customers, owners, strict=True)
            )
        ]
    )
    contracts.action_activate()
    env.cr.commit()
    env.invalidate_all()
env.cr.execute("ANALYZE")
env.cr.commit()
print(MARK, "{}")
