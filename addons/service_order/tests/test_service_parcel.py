import base64
import csv
import io
from datetime import timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import ServiceOrderCommon


@tagged("post_install", "-at_install")
class TestServiceParcel(ServiceOrderCommon):
    """Parcels leave, arrive, come back and get lost; goods and devices go with them."""

    told = ("person", "dispatcher", "warehouse")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.courier = cls.env.ref("service_order.type_courier")
        cls.workshop = cls.env.ref("service_order.type_workshop")
        cls.carrier = cls.env.ref("service_order.carrier_dpd")
        cls.site.write({"street": "Portowa 7", "zip": "50-001", "city": "Wrocław"})
        cls.warehouse = cls._user("order_warehouse", "service_customer.group_service_warehouse")
        cls.person = cls._person("order_receiver")
        cls.toner = cls._create_part("Toner", list_price=300.0)
        cls.shelf = (
            cls.env["stock.warehouse"]
            .search([("company_id", "=", cls.company.id)], limit=1)
            .lot_stock_id
        )
        cls.env["stock.quant"]._update_available_quantity(cls.toner, cls.shelf, 10)

    def _order(self, quantity=2, **vals):
        order = self._create_order(
            type_id=self.courier.id, reporter_id=self.person.partner_id.id, **vals
        )
        self.env["service.order.line"].create(
            {
                "order_id": order.id,
                "kind": "consumable",
                "product_id": self.toner.id,
                "quantity": quantity,
                "stock_location_id": self.shelf.id,
            }
        )
        self._send_waiting()
        order.with_user(self.dispatcher).action_accept()
        return order

    def _packed(self, **vals):
        """An order whose parcel waits to be sent."""
        order = self._order(**vals)
        order.with_user(self.dispatcher).stage_id = self.env.ref(
            "service_order.stage_courier_working"
        )
        return order, order.parcel_ids

    def _in_stock(self):
        return self.env["stock.quant"]._get_available_quantity(self.toner, self.shelf)

    def test_shipped_process_end_to_end(self):
        """The customer hears of the report and of the parcel on its way."""
        with self.assertMails(person=1):
            order, parcel = self._packed()
        self.assertEqual(parcel.line_ids, order.line_ids)
        self.assertRecordValues(
            parcel,
            [
                {
                    "state": "draft",
                    "partner_name": self.customer.name,
                    "contact_name": self.person.name,
                    "street": "Portowa 7",
                    "city": "Wrocław",
                }
            ],
        )
        with self.assertRaisesRegex(UserError, "Parcel Sent"):
            order.stage_id = self.env.ref("service_order.stage_courier_to_accept")
        parcel.tracking_number = "00 12/3"
        with self.assertMails(person=1):
            parcel.with_user(self.warehouse).action_send()
        self.assertEqual((parcel.state, order.stage_kind), ("sent", "to_accept"))
        self.assertEqual((order.line_ids.state, self._in_stock()), ("used", 8))
        told = order.message_ids.filtered(lambda message: "00 12/3" in message.body)
        self.assertEqual(len(told), 1)
        self.assertIn("parcelDetails?p1=00%2012%2F3", told.body)
        with self.assertRaisesRegex(UserError, "was sent already"):
            parcel.city = "Poznań"
        parcel.with_user(self.warehouse).action_send()  # once more: nothing
        self.assertEqual(self._in_stock(), 8)
        with self.assertMails():
            parcel.with_user(self.warehouse).action_deliver()
            self.assertEqual((parcel.state, order.stage_kind), ("delivered", "to_settle"))
            order.with_user(self.dispatcher).action_settle()
        self.assertEqual(order.stage_kind, "done")
        self.assertEqual(order.charge_ids.product_id, self.toner)

    def test_what_comes_back_is_in_stock_and_can_be_sent_again(self):
        order, parcel = self._packed()
        parcel.action_send()
        parcel.with_user(self.warehouse).action_return()
        self.assertEqual((order.line_ids.state, self._in_stock()), ("draft", 10))
        self.assertEqual((parcel.state, order.stage_kind), ("returned", "working"))
        again = order._get_outgoing()
        self.assertEqual((again.state, again.line_ids), ("draft", order.line_ids))
        again.action_send()
        self.assertEqual(self._in_stock(), 8)

    def test_lost_goods_are_written_off_and_give_the_limit_back(self):
        coverage = self.contract.type_id.coverage_ids.filtered(
            lambda row: row.item_kind == "consumable"
        )[:1]
        coverage.write({"mode": "limit", "limit_value": 5, "limit_period": "contract"})
        order, parcel = self._packed()
        parcel.action_send()
        order._settle()
        line = order.line_ids
        charge = line.charge_id
        self.assertEqual((charge.coverage_id, charge.coverage_used), (coverage, 2))
        parcel.with_user(self.warehouse).action_lose()
        self.assertEqual((charge.coverage_used, charge.state, self._in_stock()), (0, "covered", 8))
        self.assertIn("lost", charge.reason)
        again = order.line_ids - line
        self.assertEqual((again.state, again.quantity), ("draft", 2))
        self.assertIn(self.dispatcher, order.activity_ids.user_id)
        gone = self.env["stock.move"].search(
            [
                ("product_id", "=", self.toner.id),
                ("location_dest_id", "=", self.toner.property_stock_inventory.id),
            ]
        )
        self.assertEqual(gone.quantity, 2)

    def test_device_by_courier_is_in_the_couriers_care(self):
        order = self._create_order(type_id=self.workshop.id)
        coming = self.env["service.parcel"].create(
            {"order_id": order.id, "direction": "in", "with_device": True}
        )
        coming.with_user(self.dispatcher).action_send()
        place = self.device.placement_id
        self.assertEqual((place.kind, place.custodian_id.name), ("courier", "DPD"))
        self.assertEqual(self.device.customer_id, self.customer)
        action = coming.with_user(self.dispatcher).action_deliver()
        moves = self.env["service.device.move"].with_user(self.dispatcher)
        form = Form(moves.with_context(**action["context"]))
        form.date = place.date_start + timedelta(seconds=1)
        form.save().action_apply()
        self.assertEqual((coming.state, self.device.status), ("delivered", "in_workshop"))
        self.assertEqual((order.stage_kind, order.receipt_id.kind), ("working", "receipt"))
        back = order._create_parcel()
        self.assertTrue(back.with_device)
        back.action_send()
        back.action_return()
        self.assertEqual(self.device.status, "in_workshop")
        again = order._create_parcel()
        again.action_send()
        again.action_deliver()
        self.assertEqual((self.device.status, order.stage_kind), ("installed", "to_settle"))
        self.assertEqual(self.device.location_id, self.site)

    def test_parcels_are_in_the_history_of_all_devices(self):
        order, parcel = self._packed()
        order.further_device_ids = [Command.create({"device_id": self.free_device.id})]
        parcel.tracking_number = "00123"
        events = self.env["service.device.event"]
        domain = [
            ("kind", "=", "parcel"),
            ("device_id", "in", (self.device | self.free_device).ids),
        ]
        self.env.flush_all()
        self.assertFalse(events.search(domain), "nothing was sent yet")
        parcel.action_send()
        self.env.flush_all()
        found = events.search(domain).sorted(lambda event: event.device_id.id)
        self.assertEqual(found.device_id, self.device | self.free_device)
        self.assertEqual(found.mapped("audience"), ["customer", "staff"])
        self.assertIn(f"{parcel.name}, To the Customer, On Its Way, DPD, 00123", found[0].summary)
        self.assertEqual(events.with_user(self.person).search(domain), found[0])
        self.assertEqual(found[1].action_open_source()["res_id"], order.id)

    def test_tracking_numbers_come_by_file_and_a_bad_row_stops_no_other(self):
        _first, parcel = self._packed()
        _second, other = self._packed(device=self.free_device)
        parcels = (parcel | other).with_user(self.warehouse)
        exchange = self.env["service.parcel.exchange"].with_user(self.warehouse)
        data = base64.b64decode(exchange._make_file(parcels).file).decode("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(data), delimiter=";"))
        self.assertEqual([row["Parcel"] for row in rows], parcels.mapped("name"))
        self.assertEqual(rows[0]["Postal Code"], "50-001")
        text = f"Paczka;Numer przesyłki\n{parcel.name};111\nPACZ/1;222\n{other.name};333\n;444\n"
        load = exchange.create({"file": base64.b64encode(text.encode())})
        other.street = False
        load.action_load()
        self.assertEqual((parcel.tracking_number, parcel.state), ("111", "sent"))
        self.assertEqual((other.tracking_number, other.state), (False, "draft"))
        lines = load.result.splitlines()
        self.assertEqual(lines[0], "Tracking numbers entered: 1.")
        self.assertIn("Row 3: there is no parcel PACZ/1 here.", lines)
        self.assertIn("address", lines[2])
        self.assertEqual(len(lines), 4)

    def test_parcels_are_for_office_and_warehouse(self):
        _order, parcel = self._packed()
        with self.assertRaises(AccessError):
            parcel.with_user(self.technician_user).read(["name"])
        with self.assertRaises(AccessError):
            parcel.with_user(self.accountant).action_send()
        with self.assertRaises(AccessError):
            parcel.with_user(self.person).read(["name"])
