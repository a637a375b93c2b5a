"""People, devices and contracts for tests inside Odoo, and a way to undo what an example did."""

from contextlib import contextmanager
from datetime import timedelta
from types import SimpleNamespace

from odoo import fields
from odoo.fields import Command


@contextmanager
def undone(env):
    """Whatever happens in the block has not happened afterwards."""
    savepoint = env.cr.savepoint()
    try:
        yield
    finally:
        savepoint.close(rollback=True)
        env.invalidate_all(flush=False)


@contextmanager
def read_only(env):
    """The database itself refuses to write in the block."""
    with undone(env):
        env.cr.execute("SET LOCAL transaction_read_only = on")
        yield


def fleet(env):
    """Two customers with a location each, and three devices with a mono and a colour meter."""
    now = fields.Datetime.now()
    types = env.ref("service_meter.meter_type_mono") | env.ref("service_meter.meter_type_colour")
    model = env["service.device.model"].create(
        {
            "name": "Long 100",
            "manufacturer_id": env["service.device.manufacturer"].create({"name": "Long"}).id,
            "category_id": env["service.device.category"].create({"name": "Long"}).id,
            "meter_type_ids": [Command.set(types.ids)],
        }
    )
    customers = env["res.partner"].create(
        [{"name": f"Klient {number}", "is_company": True} for number in (1, 2)]
    )
    sites = env["res.partner"].create(
        [
            {"name": "Oddział", "type": "location", "parent_id": customer.id}
            for customer in customers
        ]
    )
    devices = env["service.device"].create(
        [
            {
                "serial": f"LONG{number}",
                "model_id": model.id,
                "date_placed": now - timedelta(days=800),
                "customer_id": customers[0].id,
                "location_id": sites[0].id,
                "owner": owner,
            }
            for number, owner in enumerate(("own", "customer", "customer"))
        ]
    )
    return SimpleNamespace(now=now, customers=customers, sites=sites, devices=devices)


def terms(env, scene):
    """Contracts of the three types on the devices: one in force, one ended, one from tomorrow;
    products and price lists with prices at each level."""
    part, hour = env["product.product"].create(
        [
            {"name": "Fuser", "type": "consu", "list_price": 100},
            {"name": "Godzina", "type": "service", "list_price": 200},
        ]
    )
    payer = env["res.partner"].create({"name": "Centrala Płatnika", "is_company": True})
    lists = env["product.pricelist"].create(
        [
            {
                "name": name,
                "currency_id": env.company.currency_id.id,
                "item_ids": [
                    Command.create(
                        {
                            "applied_on": "1_product",
                            "product_tmpl_id": part.product_tmpl_id.id,
                            "compute_price": "fixed",
                            "fixed_price": price,
                        }
                    )
                ],
            }
            for name, price in (("Umowa", 80), ("Klient", 90))
        ]
    )
    scene.customers[1].specific_property_product_pricelist = lists[1]
    today = scene.now.date()
    periods = {"lease": (-300, None), "all_in": (-300, -100), "service_only": (1, None)}
    contracts = env["service.contract"].create(
        [
            {
                "type_id": env.ref(f"service_contract.type_{kind}").id,
                "customer_id": scene.customers[0].id,
                "invoice_partner_id": payer.id if kind == "lease" else False,
                "pricelist_id": lists[0].id,
                "date_start": today + timedelta(days=first),
                "date_end": today + timedelta(days=last) if last else False,
                "device_ids": [Command.create({"device_id": device.id})],
            }
            for (kind, (first, last)), device in zip(periods.items(), scene.devices, strict=True)
        ]
    )
    env["service.rate"].create(
        [
            {
                "contract_id": contract.id,
                "date_from": contract.date_start,
                "line_ids": [Command.create({"kind": "labour", "price_unit": 150})],
            }
            for contract in contracts
        ]
    )
    contracts.action_activate()
    scene.products, scene.payer, scene.contracts = part | hour, payer, contracts
    return scene
