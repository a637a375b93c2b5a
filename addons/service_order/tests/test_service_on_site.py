from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ServiceOrderCommon
from .test_service_order_settlement import PIXEL


@tagged("post_install", "-at_install")
class TestServiceOnSite(ServiceOrderCommon):
    """The shipped process on site, from report to invoice, by those whose work it is."""

    told = ("person", "boss", "dispatcher", "technician_user", "warehouse", "accountant")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.person = cls._person("site_person")
        cls.boss = cls._person("site_boss", role="decision")
        cls.warehouse = cls._user("site_warehouse", "service_customer.group_service_warehouse")
        cls.customer.service_agreement_limit = 0
        cls.contract.write({"response_hours": 4, "repair_hours": 40})
        cls.meter = cls.env["service.meter"].create(
            {"device_id": cls.device.id, "type_id": cls.env.ref("service_meter.meter_type_mono").id}
        )
        cls.main = cls.env["service.technician"]._get_default_stock_location(cls.company)
        cls.fuser = cls._create_part("Fuser", list_price=900.0)
        cls.env["stock.quant"]._update_available_quantity(cls.fuser, cls.main, 1)

    def test_shipped_process_end_to_end(self):
        order = self._report()
        self._plan_and_miss_a_part(order)
        self._bring_and_come_again(order)
        self._agree_and_accept(order)
        self._settle_and_bill(order)

    def _report(self):
        with self.assertMails(person=1, dispatcher=1):
            order = (
                self.env["service.order"]
                .with_user(self.person)
                ._report(
                    {"device_id": self.device.id, "description": "It jams", "source": "portal"}
                )
            )
        order = order.sudo()
        self.assertEqual((order.type_id, order.stage_kind), (self.on_site, "new"))
        self.assertEqual((order.response_state, order.repair_state), ("running", "running"))
        self.assertIn(self.dispatcher, order.activity_ids.user_id)
        return order

    def _plan_and_miss_a_part(self, order):
        with self.assertMails():
            order.with_user(self.dispatcher).action_accept()
        self.assertEqual((order.stage_kind, order.user_id), ("accepted", self.dispatcher))
        self.assertFalse(order.activity_ids, "somebody has taken it in")
        with self.assertMails(person=1):
            visit = self.env["service.visit"].with_user(self.dispatcher)
            visit = visit.create(
                {
                    "order_id": order.id,
                    "technician_id": self.technician.id,
                    "date_start": fields.Datetime.now(),
                }
            )
        self.assertEqual(order.stage_kind, "planned")
        with self.assertMails(person=1):
            visit.write(
                {
                    "date_start": visit.date_start + timedelta(hours=1),
                    "date_end": visit.date_end + timedelta(hours=1),
                }
            )
        mine = visit.with_user(self.technician_user)
        with self.assertMails():
            mine.action_start()
        self.assertEqual(order.stage_kind, "working")
        self.assertEqual(order.response_state, "met")
        self._create_line(mine, self.fuser)
        with self.assertMails(person=1):
            order.with_user(self.technician_user).action_get_parts()
        self.assertEqual(order.stage_kind, "waiting_parts")
        with self.assertMails(person=1) as sent:
            mine.write({"description": "The fuser is worn", "work_minutes": 30})
            mine.action_finish()
        self.assertIn("protocol", sent[0]["subject"])
        self.assertEqual((order.stage_kind, order.repair_state), ("waiting_parts", "running"))

    def _bring_and_come_again(self, order):
        line = order.line_ids.filtered(lambda line: line.product_id == self.fuser)
        picking = line.supply_move_id.picking_id.with_user(self.warehouse)
        with self.assertMails(dispatcher=1):
            picking.move_ids.picked = True
            picking.button_validate()
        self.assertEqual(order.stage_kind, "accepted")
        self.assertEqual(order.activity_ids.user_id, self.dispatcher)
        with self.assertMails(person=1):
            visit = self._create_visit(order).with_user(self.technician_user)
        self.assertEqual((line.visit_id, line.state), (visit.sudo(), "draft"))
        visit.action_start()
        roller = self._create_line(visit, customer_fault=True)
        self.device.with_user(self.technician_user)._take_readings({"mono": 700}, source="staff")
        with self.assertMails(person=1, boss=1):
            visit.write({"description": "Changed", "refusal_reason": "Nobody there"})
            visit.action_finish()
        self.assertEqual(order.stage_kind, "waiting_customer")
        self.assertEqual((roller.amount, roller.agreement), (84.0, "waiting"))
        for used, target in (
            (line, self.company.service_consumption_location_id),
            (roller, self.customer.property_stock_customer),
        ):
            self.assertEqual(used.state, "used")
            self.assertEqual(used.stock_move_id.location_id, self.technician.van_location_id)
            self.assertEqual(used.stock_move_id.location_dest_id, target)
            self.assertFalse(used.is_short)

    def _agree_and_accept(self, order):
        with self.assertRaisesRegex(UserError, "waits for no answer"):
            order._accept("panel", partner_id=self.person.partner_id.id)
        with self.assertMails(person=1) as sent:
            order._agree("panel", partner_id=self.boss.partner_id.id)
        self.assertIn("accept", sent[0]["subject"])
        self.assertEqual((order.stage_kind, order.repair_state), ("to_accept", "met"))
        with self.assertMails():
            order._accept("panel", partner_id=self.person.partner_id.id, signed_by="Anna Nowak")
        self.assertEqual(order.stage_kind, "to_settle")

    def _settle_and_bill(self, order):
        with self.assertMails():
            order.with_user(self.dispatcher).action_settle()
        self.assertEqual(order.stage_kind, "done")
        self.assertEqual(set(order.line_ids.mapped("state")), {"settled"})
        payable = order.charge_ids.filtered(lambda charge: charge.state == "to_bill")
        self.assertRecordValues(payable, [{"product_id": self.part.id, "amount": 84.0}])
        with self.assertMails():
            order.with_user(self.accountant).action_bill()
        self.assertEqual(order.charge_ids.move_id.amount_untaxed, 84.0)
        self.assertEqual((self.device.status, self.meter.value), ("installed", 700))

    def test_one_e_mail_for_one_event(self):
        """Unsigned work: the e-mail that asks for acceptance has the protocol with it."""
        order = self._create_order(
            reporter_id=self.person.partner_id.id, user_id=self.dispatcher.id
        )
        visit = self._create_visit(order).with_user(self.technician_user)
        visit.action_start()
        with self.assertMails(person=1) as sent:
            visit.write({"description": "Cleaned", "refusal_reason": "Nobody there"})
            visit.action_finish()
        self.assertIn("accept", sent[0]["subject"])
        self.assertEqual(len(sent[0]["attachments"]), 1)
        self.assertNotIn("goes to nobody", str(order.message_ids.mapped("body")))
        with self.assertMails(dispatcher=1):
            order.with_user(self.person).sudo().message_post(
                body="Thank you", message_type="comment", subtype_xmlid="mail.mt_comment"
            )
        with self.assertMails(dispatcher=1):
            order._reject("panel", "It still jams", partner_id=self.person.partner_id.id)
        self.assertEqual(order.stage_kind, "working")
        self.env["service.notice"]._choose(self.person.partner_id, {"visit": "app"})
        with self.assertMails():
            visit = self._create_visit(order).with_user(self.technician_user)
        visit.write({"signature": PIXEL, "signed_by": "Anna Nowak"})
        with self.assertMails():
            visit.action_finish()
        self.assertEqual(order.stage_kind, "to_settle")

    def test_who_waits_for_a_visit_hears_that_nobody_comes(self):
        """Of an order that is cancelled the visit's end is told with the order's, once."""
        tomorrow = fields.Datetime.now() + timedelta(days=1)
        for cancel in ("visit_ids", False):
            order = self._create_order(reporter_id=self.person.partner_id.id)
            self._create_visit(order, date_start=tomorrow)
            self._send_waiting()
            with self.assertMails(person=1) as sent:
                (order[cancel] if cancel else order).with_user(self.dispatcher).action_cancel()
            self.assertEqual("called off" in sent[0]["subject"], bool(cancel))
