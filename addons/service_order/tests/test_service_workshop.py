from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import ServiceOrderCommon

SIGNATURE = (
    b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJg"
    b"gg=="
)


@tagged("post_install", "-at_install")
class TestServiceWorkshop(ServiceOrderCommon):
    """A device comes into the workshop and goes back; another stands in for it."""

    told = ("person", "dispatcher", "technician_user", "warehouse")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.counter = cls.env["service.meter"].create(
            {"device_id": cls.device.id, "type_id": cls.env.ref("service_meter.meter_type_mono").id}
        )
        cls.workshop = cls.env.ref("service_order.type_workshop")
        cls.warehouse = cls._user("order_warehouse", "service_customer.group_service_warehouse")
        cls.person = cls._person("workshop_person", role="decision")
        main = cls.env["service.technician"]._get_default_stock_location(cls.company)
        cls.env["stock.quant"]._update_available_quantity(cls.part, main, 5)
        past = fields.Datetime.now() - timedelta(days=30)
        cls.loaner = cls.env["service.device"].create(
            {
                "serial": "LOAN-1",
                "model_id": cls.device.model_id.id,
                "placement_ids": [Command.create({"kind": "stock", "date_start": past})],
            }
        )
        cls.loaner_counter = cls.env["service.meter"].create(
            {"device_id": cls.loaner.id, "type_id": cls.env.ref("service_meter.meter_type_mono").id}
        )

    def _dialog(self, action, user=None, reading=None, **values):
        """Fill the dialog in which an action asks who takes a device, and save it."""
        moves = self.env["service.device.move"].with_user(user or self.dispatcher)
        form = Form(moves.with_context(**action["context"]))
        for name, value in values.items():
            if name == "accessory":
                form.accessory_ids.add(value)
            elif name == "device":
                form.device_ids.add(value)
            else:
                setattr(form, name, value)
        if reading:
            with form.reading_line_ids.edit(0) as line:
                line.value = reading
        return form.save().action_apply()

    def _go(self, order, name):
        stage = self.env.ref(f"service_order.stage_workshop_{name}")
        order.with_user(self.dispatcher).stage_id = stage

    def test_shipped_process_end_to_end(self):
        """The customer hears of the report, the question, and that the device is ready."""
        with self.assertMails(person=1):
            order = self._create_order(
                type_id=self.workshop.id,
                technician_id=self.technician.id,
                reporter_id=self.person.partner_id.id,
            )
        with self.assertMails():
            self._receive(order)
        with self.assertMails(person=1, dispatcher=1):
            self._decide(order)
        with self.assertMails(person=1):
            self._repair(order)
        with self.assertMails():
            self._give_back(order)

    def _receive(self, order):
        order.with_user(self.dispatcher).action_accept()
        with self.assertRaisesRegex(UserError, "Device in the Workshop"):
            self._go(order, "diagnosis")
        self._dialog(
            order.action_receive_device(),
            self.warehouse,
            reading="1000",
            condition="Scratched lid",
            accessory=self.env.ref("service_order.accessory_power_cord"),
            signed_by="Jan Kowal",
            signature=SIGNATURE,
        )
        receipt = order.receipt_id
        self.assertRecordValues(
            receipt,
            [
                {
                    "kind": "receipt",
                    "customer_id": self.customer.id,
                    "location_id": self.site.id,
                    "condition": "Scratched lid",
                    "signed_by": "Jan Kowal",
                }
            ],
        )
        self.assertTrue(receipt.signed_on)
        self.assertEqual(order.received_accessory_ids.name, "Power cord")
        self.assertEqual(order.stage_id, self.env.ref("service_order.stage_workshop_received"))
        self.assertEqual((self.device.status, self.counter.value), ("in_workshop", 1000))
        self.assertIn(self.device, self.contract.device_ids.device_id)

    def _decide(self, order):
        self._go(order, "diagnosis")
        with self.assertRaisesRegex(UserError, "Diagnosis"):
            self._go(order, "waiting_customer")
        self._record_bench(order, diagnosis="Worn roller", diagnosis_result="repair")
        self._go(order, "waiting_customer")
        self.assertEqual(order.decision, "waiting")
        order._agree("panel", partner_id=self.person.partner_id.id)
        self.assertEqual(order.decision, "agreed")

    def _repair(self, order):
        self._go(order, "working")
        line = self.env["service.order.line"].create(
            {"order_id": order.id, "kind": "part", "product_id": self.part.id}
        )
        line.with_user(self.dispatcher).action_use()
        self.assertFalse(line.is_short)
        self._go(order, "test")
        with self.assertRaisesRegex(UserError, "Test Result"):
            self._go(order, "to_accept")
        self._record_bench(order, repair_note="Roller replaced", test_result="passed")
        self._go(order, "to_accept")

    def _give_back(self, order):
        self._dialog(order.action_give_back_device(), reading="1020", signed_by="Anna Nowak")
        self.assertEqual((order.stage_kind, self.device.status), ("to_settle", "installed"))
        self.assertEqual((self.device.location_id, self.counter.value), (self.site, 1020))
        self.assertEqual(order.protocol_ids.mapped("kind").count("release"), 1)
        order.with_user(self.dispatcher).action_settle()
        self.assertEqual(order.stage_kind, "done")

    def _record_bench(self, order, **vals):
        entries = self.env["service.bench.entry"].with_user(self.technician_user)
        entry = entries.with_context(default_order_id=order.id).create({})
        entry.write(vals)
        entry.action_apply()

    def test_bench_is_told_by_the_own_technician(self):
        order = self._create_order(type_id=self.workshop.id, technician_id=self.technician.id)
        self.assertTrue(order.with_user(self.technician_user).has_access("read"))
        self.assertFalse(order.with_user(self.technician_user).has_access("write"))
        with self.assertRaises(AccessError):
            order.with_user(self.colleague_user)._record_bench({"diagnosis": "Mine"})
        # The own bench takes parts from the main stock, also what the stock does not show.
        lines = self.env["service.order.line"].with_user(self.technician_user)
        action = order.with_user(self.technician_user).action_record_line()
        with Form(lines.with_context(**action["context"])) as form:
            form.product_id = self.part
            form.quantity = 8
        line = form.record
        line.action_use()
        self.assertEqual((line.state, line.is_short), ("used", True))
        line.action_take_back()
        line.sudo().stock_location_id = self.colleague.van_location_id
        with self.assertRaises(AccessError):
            line.action_use()
        order.technician_id = self.colleague
        with self.assertRaises(AccessError):
            line.read(["name"])
        with self.assertRaises(AccessError):
            order.with_user(self.technician_user)._record_bench({"diagnosis": "Mine"})

    def test_loaner_is_lent_and_taken_back_with_readings(self):
        order = self._create_order(type_id=self.workshop.id)
        self._dialog(order.action_receive_device(), reading="1000")
        today, now = fields.Date.today(), fields.Datetime.now()
        self._dialog(
            order.action_lend_device(),
            device=self.loaner,
            reading="500",
            date=now - timedelta(hours=2),
            return_due=today,
        )
        task = self.loaner.activity_ids
        self.assertEqual((task.date_deadline, task.user_id), (today, self.dispatcher))
        self.assertEqual((order.loaner_ids, self.loaner.status), (self.loaner, "loaned"))
        self.assertEqual(
            (self.loaner.customer_id, self.loaner.location_id), (self.customer, self.site)
        )
        later = today + timedelta(days=7)
        self.loaner.placement_id.with_user(self.warehouse).return_due = later
        self.assertEqual(self.loaner.activity_ids.date_deadline, later)
        # Carried to another place of the customer, it is still lent for the order.
        self._dialog(
            {"context": {"default_device_ids": self.loaner.ids, "default_operation": "move"}},
            self.warehouse,
            location_id=self.other_site,
            date=now - timedelta(hours=1),
        )
        lent = self.loaner.placement_id
        self.assertRecordValues(
            lent, [{"status": "loaned", "order_id": order.id, "return_due": later}]
        )
        customer = self.customer.with_user(self.dispatcher)
        self.assertEqual(customer.service_loaner_count, 1)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_order.service_loaner_action"
        )
        self.assertEqual(action["res_model"], "service.device.placement")
        # The contract does not bill its pages.
        self.assertNotIn(self.loaner, self.contract.device_ids.device_id)
        self._dialog(order.action_give_back_device(), reading="1001")
        order.stage_id = self.env.ref("service_order.stage_workshop_to_settle")
        order.with_user(self.dispatcher).action_settle()
        self.assertEqual(order.held_stage_id, self.env.ref("service_order.stage_workshop_done"))
        self.assertIn("Loaner Taken Back", order.held_reason)
        self._dialog(order.action_take_back_loaners(), reading="740")
        self.assertFalse(order.loaner_ids)
        self.assertEqual(self.loaner.status, "in_stock")
        self.assertFalse(self.loaner.activity_ids, "it is back")
        # None of its pages is lost: they were printed at this customer.
        readings = self.loaner_counter.reading_ids.sorted("value")
        self.assertEqual(readings.mapped("value"), [500, 740])
        self.assertEqual(readings.customer_id, self.customer)
        order.with_user(self.dispatcher).action_move_on()
        self.assertEqual(order.stage_kind, "done")

    def test_an_order_moves_only_its_own_devices(self):
        order = self._create_order(type_id=self.workshop.id)
        action = order._open_device_move("Receive", "workshop", self.free_device)
        with self.assertRaisesRegex(UserError, "is not a device of order"):
            self._dialog(action)
        action = order._open_device_move("Lend", "loan", self.loaner, customer_id=self.stranger.id)
        with self.assertRaisesRegex(UserError, "a loaner goes to them"):
            self._dialog(action)
