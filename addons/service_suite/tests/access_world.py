import base64
import io
from collections import defaultdict
from datetime import timedelta

from PIL import Image

from odoo import fields
from odoo.fields import Command
from odoo.tests import HttpCase
from odoo.tools import file_open

from odoo.addons.service_order.tests.common import ServiceOrderCommon

PASSWORD = "access_matrix"
STAFF = ("technician", "dispatcher", "manager", "warehouse", "accounting", "administrator")
#: Documents on which every customer person is a follower, was notified and could find a file:
#: neither opens more than the roles do.
TALKATIVE = ("service.order", "service.visit", "account.move", "sale.order", "stock.picking")


def picture_of(shade):
    """:return: a small PNG in a shade of grey, as bytes"""
    content = io.BytesIO()
    Image.new("L", (8, 8), shade).save(content, "PNG")
    return content.getvalue()


class AccessWorld(ServiceOrderCommon, HttpCase):
    """One small world with records of each kind and one person for each role.

    ``records`` maps a model to classes of records: ``here`` and ``there`` (two locations of the
    customer), ``whole`` (the customer's, at no location), ``other`` (another customer's) and
    ``any`` (nobody's: configuration). ``model/document`` is a model's records on that document.
    The technician's work is ``here``, a colleague's is ``there``.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.records = defaultdict(dict)
        cls.foreign_site = cls.env["res.partner"].create(
            {"name": "Obcy oddział", "type": "location", "parent_id": cls.stranger.id}
        )
        cls.places = {
            "here": (cls.customer, cls.site),
            "there": (cls.customer, cls.other_site),
            "other": (cls.stranger, cls.foreign_site),
        }
        cls._create_roles()
        cls._create_devices()
        cls._create_papers()
        cls._create_work()
        cls._create_money()
        cls._create_goods()
        cls._create_configuration()
        cls._create_conversations()
        cls._create_exchanges()
        cls._find_configuration()
        cls.env.flush_all()

    @classmethod
    def _add(cls, name, **classes):
        for key, records in classes.items():
            assert records, f"{name} {key}"
            known = cls.records[name].get(key, cls.env[records._name])
            cls.records[name][key] = known | records

    # People

    @classmethod
    def _create_roles(cls):
        cls.people = {}
        for role in ("decision", "user", "accounting"):
            cls.people[role] = cls._person_of(role, {"role": role})
            scope = {"role": role, "scope": "locations", "location_ids": cls.site.ids}
            cls.people[f"{role}_site"] = cls._person_of(f"{role}_site", scope)
            if role != "accounting":
                scope = {"role": role, "scope": "devices", "device_ids": cls.device.ids}
                cls.people[f"{role}_device"] = cls._person_of(f"{role}_device", scope)
        yesterday = fields.Date.today() - timedelta(days=1)
        ended = {"date_from": yesterday - timedelta(days=9), "date_to": yesterday}
        cls.people["former"] = cls._person_of(
            "former", *({"role": role, **ended} for role in ("decision", "user", "accounting"))
        )
        stranger = {"customer_id": cls.stranger.id}
        cls.people["double"] = cls._person_of(
            "double",
            {"role": "user"},
            {"role": "decision", **stranger},
            {"role": "accounting", **stranger},
        )
        cls.people["plain"] = cls._person_of("plain")
        group = "service_customer.group_service_"
        cls.staff = {role: cls._user(f"access_{role}", f"{group}{role}") for role in STAFF}
        cls.staff["technician"] = cls.technician_user
        cls.staff["employee"] = cls._user("access_employee", "base.group_user")
        for user in (*cls.people.values(), *cls.staff.values()):
            user.password = PASSWORD
        memberships = cls.env["service.membership"]
        ours = memberships.search([("customer_id", "=", cls.customer.id)])
        theirs = memberships.search([("customer_id", "=", cls.stranger.id)])
        cls._add("service.membership", whole=ours, other=theirs)
        locations = {key: place[1] for key, place in cls.places.items()}
        cls._add("res.partner", **locations)
        colleague = cls.env["res.partner"].create({"name": "Zofia", "parent_id": cls.customer.id})
        users = {
            "whole": cls._user("access_colleague", "base.group_portal"),
            "other": cls._user("access_foreigner", "base.group_portal"),
            "staff": cls.colleague_user,
        }
        users["whole"].partner_id.parent_id = cls.customer
        users["other"].partner_id.parent_id = cls.stranger
        cls._add("res.users", **users)
        foreigner = cls.env["res.partner"].create({"name": "Obca", "parent_id": cls.stranger.id})
        cls._add("res.partner/person", whole=colleague, other=foreigner)
        cls._add("res.partner/company", whole=cls.customer, other=cls.stranger)
        cls._create_addresses_and_managed()

    @classmethod
    def _create_addresses_and_managed(cls):
        """Addresses that core's pages list and change; roles that decision makers manage."""
        addresses = {
            key: cls.env["res.partner"].create(
                {"name": f"Adres {key}", "type": "other", "parent_id": customer.id}
            )
            for key, customer in (("whole", cls.customer), ("other", cls.stranger))
        }
        cls._add("res.partner/address", **addresses)
        scopes = {
            "whole": (cls.customer, {"scope": "all"}),
            "here": (cls.customer, {"scope": "locations", "location_ids": cls.site.ids}),
            "device": (cls.customer, {"scope": "devices", "device_ids": cls.device.ids}),
            "other": (cls.stranger, {"scope": "all"}),
        }
        for key, (customer, scope) in scopes.items():
            user = cls._user(f"access_managed_{key}", "base.group_portal")
            user.partner_id.write({"name": f"Kadra ‹{key}›", "parent_id": customer.id})
            row = {"contact_id": user.partner_id.id, "customer_id": customer.id, "role": "user"}
            row = cls.env["service.membership"].create(row | scope)
            cls._add("service.membership/person", **{key: row})
            if key in ("whole", "other"):
                cls._add("res.partner/mailed", **{key: user.partner_id})

    @classmethod
    def _person_of(cls, name, *memberships):
        user = cls._user(f"access_person_{name}", "base.group_portal")
        user.partner_id.write({"name": f"Osoba ‹{name}›", "parent_id": cls.customer.id})
        cls.env["service.membership"].create(
            [
                {"contact_id": user.partner_id.id, "customer_id": cls.customer.id, **vals}
                for vals in memberships
            ]
        )
        return user

    # Devices and work

    @classmethod
    def _create_devices(cls):
        cls.model = cls.device.model_id
        cls.model.meter_type_ids = [
            Command.set(cls.env.ref("service_meter.meter_type_mono").ids),
        ]
        devices = {"here": cls.device, "there": cls.free_device}
        cls.free_device.model_id = cls.model
        devices["other"] = cls._create_device("SN-3", cls.foreign_site, owner="own")
        devices["other"].model_id = cls.model
        cls.devices = devices
        cls._add("service.device", **devices)
        for key, device in devices.items():
            reading_set = device._take_readings({"mono": 1000}, source="staff")
            cls._add("service.device.placement", **{key: device.placement_ids})
            cls._add("service.meter", **{key: device.meter_ids})
            cls._add("service.meter.reading.set", **{key: reading_set})
            cls._add("service.meter.reading", **{key: reading_set.reading_ids})
            reading_set.reading_ids.action_accept()
            decisions = reading_set.reading_ids.decision_ids
            cls._add("service.meter.decision", **{key: decisions})
        resources = cls.env["service.device.resource"].create(
            [
                {"name": "Manual", "model_id": cls.model.id, "audience": audience, "file": "TUFO"}
                for audience in ("customer", "staff")
            ]
        )
        cls._add("service.device.resource", any=resources[0])
        cls._add("service.device.resource/staff", any=resources[1])
        cls._add("service.device.model", any=cls.model)
        cls._add("service.device.category", any=cls.model.category_id)
        cls._add("service.device.manufacturer", any=cls.model.manufacturer_id)

    @classmethod
    def _create_papers(cls):
        """What the staff alone sees of devices."""
        protocol = cls.env["service.device.protocol"].create(
            {
                "name": "PZO/TEST",
                "kind": "handover",
                "date": fields.Datetime.now(),
                "company_id": cls.env.company.id,
                "customer_id": cls.customer.id,
                "line_ids": [
                    Command.create(
                        {"device_id": cls.device.id, "placement_id": cls.device.placement_id.id}
                    )
                ],
                "toner_ids": [Command.create({"product_id": cls.part.id, "quantity": 1})],
            }
        )
        cls._add("service.device.protocol", any=protocol)
        cls._add("service.device.protocol.line", any=protocol.line_ids)
        cls._add("service.device.protocol.toner", any=protocol.toner_ids)
        cls._add("service.device.tag", any=cls.env["service.device.tag"].create({"name": "VIP"}))
        cls._add("service.device.model.meter", any=cls.model.meter_line_ids)
        # The own devices have no serial number in stock.
        cls.env.flush_all()
        found = cls.env["service.device.disagreement"].search([], limit=1)
        cls._add("service.device.disagreement", any=found)

    @classmethod
    def _create_work(cls):
        with file_open("service_suite/static/description/icon.png", "rb") as picture:
            cls.signature = base64.b64encode(picture.read())
        technicians = {"here": cls.technician, "there": cls.colleague, "other": cls.colleague}
        for key, device in cls.devices.items():
            order = cls._create_order(device, reporter_id=cls.people["user"].partner_id.id)
            visit = cls._create_visit(order, technicians[key])
            line = cls._create_line(visit)
            cls._add("service.order", **{key: order})
            cls._add("service.visit", **{key: visit})
            visit.signature = cls.signature
            cls._add("service.visit.protocol", **{key: visit._make_protocol()})
            check = cls.env["service.visit.check"].create(
                {"visit_id": visit.id, "name": "Cleaned", "kind": "done"}
            )
            cls._add("service.visit.check", **{key: check})
            cls._add("service.order.line", **{key: line})
            answer = {"key": key, "question": "work", "answer": "accepted", "how": "phone"}
            answer, _is_new = cls.env["service.answer"]._take(order, answer)
            cls._add("service.answer", **{key: answer})
        for key, other in (("here", "there"), ("there", "here")):
            order, device = cls.records["service.order"][key], cls.devices[other]
            row = cls.env["service.order.device"].create(
                {"order_id": order.id, "device_id": device.id}
            )
            cls._add("service.order.device", **{key: row})
        customer = cls.env["service.order"].create({"customer_id": cls.customer.id})
        cls._add("service.order", whole=customer)
        consent = cls.env["service.consent"].create({"order_ids": customer.ids})
        cls._add("service.consent", any=consent)
        cls.env.flush_all()
        cls._add("service.order.analysis", any=cls.env["service.order.analysis"].search([]))
        for key, device in cls.devices.items():
            events = cls.env["service.device.event"].search(
                [("device_id", "=", device.id), ("audience", "=", "customer")]
            )
            cls._add("service.device.event", **{key: events})
        cls._add("service.technician", here=cls.technician, there=cls.colleague)
        cls._create_photos()

    @classmethod
    def _create_photos(cls):
        """A picture on each request; each is another one."""
        for number, key in enumerate(cls.devices):
            order = cls.records["service.order"][key]
            photo = cls.env["ir.attachment"].create(
                {
                    "name": f"{key}.png",
                    "raw": picture_of(50 * number),
                    "res_model": order._name,
                    "res_id": order.id,
                }
            )
            # What merely hangs on a request is the staff's; a link shows the pictures of its page.
            order.photo_ids = photo
            cls._add("ir.attachment/photo", **{key: photo})

    # Money

    @classmethod
    def _create_money(cls):
        cls._create_contracts()
        cls.service = cls.env["product.product"].create(
            {"name": "Audit", "type": "service", "list_price": 100.0}
        )
        cls.brochure = cls.env["product.document"].create(
            {
                "name": "brochure.txt",
                "raw": b"Brochure",
                "res_model": "product.product",
                "res_id": cls.service.id,
                "attached_on_sale": "quotation",
            }
        )
        cls.provider = cls.env["payment.provider"].create({"name": "Bank", "code": "none"})
        cls.method = cls.env["payment.method"].create({"name": "Transfer", "code": "access"})
        owners = {
            "whole": (cls.customer, cls.customer),
            "here": (cls.customer, cls.site),
            "there": (cls.customer, cls.other_site),
            "other": (cls.stranger, cls.stranger),
        }
        for key, (customer, place) in owners.items():
            cls._create_documents(key, customer, place)
        cls.env["account.payment"].flush_model()

    @classmethod
    def _create_contracts(cls):
        # What the shipped contract says of our company.
        cls.company.write({"city": "Opole", "email": "us@test.example", "phone": "+48 77 1"})
        foreign = cls.env["service.contract"].create(
            {
                "customer_id": cls.stranger.id,
                "type_id": cls.env.ref("service_contract.type_lease").id,
                "date_start": "2020-01-01",
                "device_ids": [
                    Command.create(
                        {"device_id": cls.devices["other"].id, "date_start": "2020-01-01"}
                    )
                ],
            }
        )
        foreign.action_activate()
        for key, contract in (("whole", cls.contract), ("other", foreign)):
            cls.env["service.contract.watch"].create(
                {"cause": "no_rate", "contract_id": contract.id}
            )
            place = cls.env["res.partner"].create(
                {
                    "name": f"Covered {key}",
                    "type": "location",
                    "parent_id": contract.customer_id.id,
                }
            )
            contract.place_ids = [Command.create({"location_id": place.id})]
            contract.pricelist_id = cls.env["product.pricelist"].create(
                {
                    "name": f"Prices {key}",
                    "currency_id": cls.company.currency_id.id,
                    "item_ids": [
                        Command.create({"compute_price": "fixed", "fixed_price": 7.0}),
                    ],
                }
            )
            rate = cls.env["service.rate"].create(
                {
                    "contract_id": contract.id,
                    "line_ids": [
                        Command.create({"kind": "base_fee", "price_unit": 50.0}),
                        Command.create(
                            {
                                "kind": "pages",
                                "price_unit": 0.05,
                                "meter_type_id": cls.env.ref("service_meter.meter_type_mono").id,
                                "tier_ids": [Command.create({"from_page": 9, "price_unit": 0.04})],
                            }
                        ),
                    ],
                }
            )
            charge = cls.env["service.charge"].create(
                {
                    "name": "Fee",
                    "company_id": cls.company.id,
                    "customer_id": contract.customer_id.id,
                    "contract_id": contract.id,
                    "date": "2026-10-31",
                    "kind": "fee",
                    "product_id": cls.part.id,
                    "quantity": 1,
                    "price_unit": 50,
                    "currency_id": cls.company.currency_id.id,
                }
            )
            # A contract that is signed says where we are and how to reach us.
            cls.company.write({"city": "Wrocław", "phone": "+48 71", "email": "us@example.com"})
            document = contract._create_document("contract")
            # In tests core gives HTML in place of a PDF unless it is told otherwise.
            document.with_context(force_report_rendering=True).action_issue()
            cls._add("service.contract.document", **{key: document})
            cls._add("service.contract", **{key: contract})
            cls._add("service.contract.device", **{key: contract.device_ids})
            cls._add("service.contract.location", **{key: contract.place_ids})
            watched = [("contract_id", "=", contract.id)]
            watches = cls.env["service.contract.watch"].search(watched)
            cls._add("service.contract.watch", **{key: watches})
            cls._add("service.rate", **{key: rate})
            cls._add("service.rate.line", **{key: rate.line_ids})
            cls._add("service.rate.tier", **{key: rate.line_ids.tier_ids})
            cls._add("service.billing.group", **{key: contract.group_ids})
            cls._add("service.charge", **{key: charge})
            cls._create_billing(key, contract, charge)
            cls._add("product.pricelist", **{key: contract.pricelist_id})
            cls._add("product.pricelist.item", **{key: contract.pricelist_id.item_ids})
            cls._create_indexation(key, contract)
            cls._create_reading_requests(key, contract)

    @classmethod
    def _create_reading_requests(cls, key, contract):
        """What is asked of the devices of a contract's customer."""
        for place in ("other",) if key == "other" else ("here", "there"):
            device = cls.devices[place]
            request = cls.env["service.reading.request"].create(
                {
                    "device_id": device.id,
                    "stay_id": contract.device_ids[0].id,
                    "contract_id": contract.id,
                    "meter_ids": [Command.set(device.meter_ids.ids)],
                    "company_id": cls.company.id,
                    "customer_id": device.customer_id.id,
                    "location_id": device.location_id.id,
                    "date_due": "2026-10-31",
                    "date_from": "2026-10-31",
                    "date_to": "2026-10-31",
                    "asked": "customer",
                    "currency_id": cls.company.currency_id.id,
                }
            )
            cls._add("service.reading.request", **{place: request})

    @classmethod
    def _create_billing(cls, key, contract, charge):
        """A run with the contract, and pages that its charge bills."""
        month = {"whole": "2026-10-01", "other": "2026-09-01"}[key]
        run = cls.env["service.billing.run"].create({"date": month, "company_id": cls.company.id})
        line = cls.env["service.billing.line"].create(
            {"run_id": run.id, "contract_id": contract.id}
        )
        stay = contract.device_ids[0]
        row = {
            "meter_id": stay.device_id.meter_ids[0].id,
            "device_id": stay.device_id.id,
            "company_id": cls.company.id,
            "customer_id": contract.customer_id.id,
            "contract_id": contract.id,
            "stay_id": stay.id,
            "charge_id": charge.id,
            "seq": 1,
            "prev_seq": None,
            "life_from": 0,
            "life_to": 9,
            "date_from": "2026-10-01 00:00:00",
            "date_to": "2026-10-31 00:00:00",
            "kind": "billable",
            "how": "reading",
            "estimates": 0,
            "reading_id": None,
        }
        pages = cls.env["service.consumption"]._append([row])
        cls.env.flush_all()
        report = cls.env["service.billing.report"].search([("contract_id", "=", contract.id)])
        cls._add("service.billing.run", **{key: run})
        cls._add("service.billing.line", **{key: line})
        tests = cls.env["service.meter.test"].create(
            {"meter_id": stay.device_id.meter_ids[0].id, "pages": 3}
        )
        correction = cls.env["service.correction"].create(
            {
                "key": f"test/{key}",
                "kind": "price",
                "charge_id": charge.id,
                "reason": "Annex",
                "quantity": 1,
                "price_unit": -1,
            }
        )
        cls._add("service.meter.test", **{key: tests})
        cls._add("service.correction", **{key: correction})
        cls._add("service.consumption", **{key: pages})
        cls._add("service.billing.report", **{key: report})

    @classmethod
    def _create_indexation(cls, key, contract):
        """What was proposed to a customer whose prices rise by an index."""
        index = cls.env["service.price.index"].create(
            {"name": f"Index {key}", "value_ids": [Command.create({"year": 2025, "value": 103})]}
        )
        run = cls.env["service.indexation.run"].create({"date": "2026-12-01"})
        line = cls.env["service.indexation.line"].create(
            {
                "run_id": run.id,
                "contract_id": contract.id,
                "date": run.date,
                "year": run.date.year,
                "price_ids": [
                    Command.create({"name": "Fee", "price_before": 50, "price_after": 51})
                ],
            }
        )
        cls._add("service.price.index", **{key: index})
        cls._add("service.price.index.value", **{key: index.value_ids})
        cls._add("service.indexation.run", **{key: run})
        cls._add("service.indexation.line", **{key: line})
        cls._add("service.indexation.price", **{key: line.price_ids})

    @classmethod
    def _create_documents(cls, key, customer, place):
        """An invoice, an offer, a payment; delivered to ``place``."""
        invoice = cls.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": customer.id,
                "partner_shipping_id": place.id,
                "invoice_date": fields.Date.today() - timedelta(days=30),
                "invoice_date_due": fields.Date.today() - timedelta(days=9),
                "invoice_line_ids": [
                    Command.create({"name": f"Invoiced {key}", "price_unit": 10.0, "quantity": 1})
                ],
            }
        )
        invoice.action_post()
        offer = cls.env["sale.order"].create(
            {
                "partner_id": customer.id,
                "partner_shipping_id": place.id,
                "require_signature": True,
                "order_line": [Command.create({"product_id": cls.service.id})],
            }
        )
        offer.state = "sent"
        for document in (invoice, offer):
            document._portal_ensure_token()
        cls._add("account.move", **{key: invoice})
        cls._add("account.move.line", **{key: invoice.invoice_line_ids})
        cls._add("sale.order", **{key: offer})
        cls._add("sale.order.line", **{key: offer.order_line})
        if key in ("whole", "other"):
            payment = cls.env["account.payment"].create(
                {"payment_type": "inbound", "partner_id": customer.id, "amount": 10.0}
            )
            purchase = cls.env["purchase.order"].create(
                {
                    "partner_id": customer.id,
                    "order_line": [Command.create({"product_id": cls.service.id})],
                }
            )
            purchase.state = "sent"
            purchase._portal_ensure_token()
            confirmed = offer.copy({"partner_shipping_id": customer.id})
            confirmed.action_confirm()
            bought = purchase.copy()
            bought.button_confirm()
            cls._add("sale.order/confirmed", **{key: confirmed})
            cls._add("purchase.order/confirmed", **{key: bought})
            cls._add("account.payment", **{key: payment})
            transaction = cls.env["payment.transaction"].create(
                {
                    "reference": f"online-{key}",
                    "provider_id": cls.provider.id,
                    "payment_method_id": cls.method.id,
                    "amount": 10.0,
                    "currency_id": cls.company.currency_id.id,
                    "partner_id": customer.id,
                }
            )
            cls._add("payment.transaction", **{key: transaction})
            cls._add("purchase.order", **{key: purchase})
            cls._add("purchase.order.line", **{key: purchase.order_line})

    # Goods

    @classmethod
    def _create_goods(cls):
        warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )
        customers = cls.env.ref("stock.stock_location_customers")
        partners = {key: location for key, (_customer, location) in cls.places.items()}
        # Core shows a person what is delivered to the own name.
        partners["whole"] = cls.people["accounting"].partner_id
        partners["user"] = cls.people["user"].partner_id
        for key, partner in partners.items():
            picking = cls.env["stock.picking"].create(
                {
                    "partner_id": partner.id,
                    "picking_type_id": warehouse.out_type_id.id,
                    "location_id": warehouse.lot_stock_id.id,
                    "location_dest_id": customers.id,
                    "move_ids": [
                        Command.create(
                            {
                                "product_id": cls.part.id,
                                "product_uom_qty": 1,
                                "location_id": warehouse.lot_stock_id.id,
                                "location_dest_id": customers.id,
                            }
                        )
                    ],
                }
            )
            picking.action_confirm()
            picking.move_ids.quantity = 1
            if key == "user":
                cls._add("stock.picking/user", whole=picking)
                continue
            cls._add("stock.picking", **{key: picking})
            cls._add("stock.move", **{key: picking.move_ids})
            cls._add("stock.move.line", **{key: picking.move_line_ids})
        cls._add("product.template", any=cls.part.product_tmpl_id)
        cls._add("product.product", any=cls.part)
        vendor_price = cls.env["product.supplierinfo"].create(
            {"partner_id": cls.stranger.id, "product_id": cls.part.id, "price": 40}
        )
        cls._add("product.supplierinfo", any=vendor_price)

    @classmethod
    def _create_configuration(cls):
        region = cls.env["service.region"].create(
            {
                "name": "Dolny Śląsk",
                "zip_ids": [
                    Command.create(
                        {
                            "country_id": cls.env.ref("base.pl").id,
                            "zip_from": "97-000",
                            "zip_to": "97-999",
                        }
                    )
                ],
            }
        )
        consumable = cls.env["service.device.consumable"].create(
            {"model_id": cls.model.id, "product_id": cls.part.id, "kind": "black"}
        )
        cls.env["service.link"]._issue(cls.records["service.order"]["here"], cls.customer)
        link = cls.env["service.link"].search([], limit=1)
        cls._add("service.link", any=link)
        notice = {"partner_id": cls.customer.id, "kind": "message", "channel": "email"}
        cls._add("service.notice", any=cls.env["service.notice"].create(notice))
        limit = cls.env["service.rate.limit"].create({"name": "test", "address": "192.0.2.1"})
        load = cls.env["service.load"].create({})
        kind = load.row_ids._fields["kind"].get_values(cls.env)[0]
        row = cls.env["service.load.row"].create({"load_id": load.id, "kind": kind})
        column = cls.env["service.load.column"].create({"load_id": load.id, "header": "S/N"})
        profile = cls.env["service.load.profile"]._keep(
            "test", "reading", cls.env.company, ["S/N"], ["serial"]
        )
        proposal = cls.env["service.load.model"].create(
            {"load_id": load.id, "key": "x", "text": "X"}
        )
        cls._add("service.load.column", any=column)
        cls._add("service.load.profile", any=profile)
        cls._add("service.load.model", any=proposal)
        cls._add("service.load", any=load)
        cls._add("service.load.row", any=row)
        cls._add("service.region", any=region)
        cls._add("service.region.zip", any=region.zip_ids)
        cls._add("service.device.consumable", any=consumable)
        cls._add("service.rate.limit", any=limit)

    @classmethod
    def _find_configuration(cls):
        """What the addons' own data brought: one record of each model is enough."""
        for name in (
            "service.contract.clause",
            "service.contract.template",
            "service.contract.type",
            "service.coverage",
            "service.meter.type",
            "service.order.type",
            "service.stage",
            "service.topic",
        ):
            cls._add(name, any=cls.env[name].search([], limit=1))
        stage = cls.env["service.order.type"].create({"name": "Access"}).stage_ids[-1]
        act = cls.env["service.stage.act"].create({"stage_id": stage.id, "kind": "decision"})
        order = cls.records["service.order"]["here"]
        values = {
            "service.skill": {"name": "Access"},
            "service.travel.zone": {"name": "Access", "product_id": cls.service.id},
            "service.warranty.claim": {"order_id": order.id},
            "service.accessory": {"name": "Access"},
            "service.bench.entry": {"order_id": order.id},
            "service.carrier": {"name": "Access"},
            "service.parcel": {"order_id": order.id},
            "service.parcel.exchange": {},
            "service.order.line.return": {
                "line_id": cls.records["service.order.line"]["here"].id,
                "quantity": 1,
            },
            "service.stage.condition": {"stage_id": stage.id, "kind": "photo"},
            "service.stage.removal": {"stage_id": stage.id},
            "service.order.intake": {"description": "Access"},
            "service.clock.reason": {"name": "Access"},
            "service.order.clock": {"order_id": order.id, "kind": "repair", "hours": 8},
            "service.order.clock.event": {"order_id": order.id, "kind": "resume"},
            "service.order.step": {
                "order_id": order.id,
                "act_id": act.id,
                "date_due": "2099-01-01 08:00:00",
            },
        }
        cls._add("service.stage.act", any=act)
        topic = cls.env["service.topic"].search([], limit=1)
        usual = {"topic_id": topic.id, "product_id": cls.part.id}
        cls._add("service.topic.line", any=cls.env["service.topic.line"].create(usual))
        checklist = cls.env["service.checklist"].create({"name": "Access"})
        item = cls.env["service.checklist.item"].create(
            {"checklist_id": checklist.id, "name": "Access", "kind": "choice"}
        )
        choice = cls.env["service.checklist.choice"].create({"item_id": item.id, "name": "Access"})
        cls._add("service.checklist", any=checklist)
        cls._add("service.checklist.item", any=item)
        cls._add("service.checklist.choice", any=choice)
        cls._add("service.result.code", any=cls.env["service.result.code"].search([], limit=1))
        for name, vals in values.items():
            cls._add(name, any=cls.env[name].create(vals))

    # Conversations and exchanges

    @classmethod
    def _create_conversations(cls):
        everybody = cls.env["res.partner"].union(*(user.partner_id for user in cls.people.values()))
        for name in TALKATIVE:
            for key, documents in dict(cls.records[name]).items():
                document = documents[:1]
                file = cls.env["ir.attachment"].create(
                    {
                        "name": f"secret-{key}.txt",
                        "raw": b"secret of " + key.encode(),
                        "res_model": name,
                        "res_id": document.id,
                    }
                )
                document.message_subscribe(everybody.ids)
                message = document.message_post(
                    body=f"Words on {name} {key}.",
                    message_type="comment",
                    subtype_xmlid="mail.mt_comment",
                    partner_ids=everybody.ids,
                    attachment_ids=file.ids,
                )
                # Invoices let go of what was posted on them; this one stays a file of the invoice.
                file.write({"res_model": name, "res_id": document.id})
                # As if each had been told before: the past opens nothing either.
                cls.env["mail.notification"].create(
                    [
                        {
                            "mail_message_id": message.id,
                            "res_partner_id": partner.id,
                            "notification_type": "inbox",
                        }
                        for partner in everybody - message.notified_partner_ids
                    ]
                )
                cls._add(f"mail.message/{name}", **{key: message})
                cls._add(f"ir.attachment/{name}", **{key: file})
                cls._add(f"mail.followers/{name}", **{key: document.message_follower_ids[:1]})
                activity = document.activity_schedule(
                    "mail.mail_activity_data_todo", user_id=cls.staff["dispatcher"].id
                )
                cls._add(f"mail.activity/{name}", **{key: activity})

    @classmethod
    def _create_exchanges(cls):
        backend = cls.env["subiekt.backend"].create({"company_id": cls.company.id})
        exchange = cls.env["subiekt.exchange"].create(
            {
                "backend_id": backend.id,
                "direction": "in",
                "kind": "file",
                "key": "access",
            }
        )
        message = cls.env["subiekt.exchange.message"].create(
            {"exchange_id": exchange.id, "level": "info", "message": "Nothing changed"}
        )
        binding = cls.env["subiekt.binding"].create(
            {
                "backend_id": backend.id,
                "kind": "partner",
                "external_key": "KLIENT",
                "res_model": "res.partner",
                "res_id": cls.customer.id,
            }
        )
        cls._add("subiekt.backend", any=backend)
        cls._add("subiekt.exchange", any=exchange)
        cls._add("subiekt.exchange.message", any=message)
        cls._add("subiekt.binding", any=binding)
