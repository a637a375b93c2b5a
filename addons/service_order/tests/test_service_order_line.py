from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ServiceOrderCommon


@tagged("post_install", "-at_install")
class TestServiceOrderLine(ServiceOrderCommon):
    def _quantity(self, technician):
        quants = self.env["stock.quant"]
        return quants._get_available_quantity(
            self.part, technician.van_location_id, allow_negative=True
        )

    def test_technician_posts_from_own_van_without_stock_rights(self):
        user = self.technician_user
        for group in ("stock.group_stock_user", "account.group_account_invoice"):
            self.assertFalse(user.has_group(group))
        visit = self._create_visit()
        line = (
            self.env["service.order.line"]
            .with_user(user)
            .create({"visit_id": visit.id, "kind": "part", "product_id": self.part.id})
        )
        line.action_use()
        move = line.sudo().stock_move_id
        self.assertRecordValues(
            move,
            [
                {
                    "state": "done",
                    "location_id": self.technician.van_location_id.id,
                    "location_dest_id": self.company.service_consumption_location_id.id,
                    "value": 41.0,
                }
            ],
        )
        self.assertEqual(self._quantity(self.technician), 4)
        self.assertEqual(self.part.with_user(user).service_van_quantity, 4)
        self.assertFalse(self.part.with_user(self.env.ref("base.user_admin")).service_van_quantity)
        with self.assertRaises(AccessError):
            move.with_user(user).read(["value"])

    def test_consumption_location_of_an_earlier_installation_is_taken_back(self):
        location = self.company.service_consumption_location_id
        self.company.service_consumption_location_id = False
        self.company._create_service_consumption_location()
        self.assertEqual(self.company.service_consumption_location_id, location)

    def test_technician_cannot_take_from_another_van(self):
        line = self._create_line(self._create_visit()).with_user(self.technician_user)
        line.stock_location_id = self.colleague.van_location_id
        with self.assertRaisesRegex(AccessError, "not your van"):
            line.action_use()
        self.assertEqual(self._quantity(self.colleague), 5)

    def test_technician_cannot_work_on_anothers_visit(self):
        line = self._create_line(self._create_visit(technician=self.colleague))
        with self.assertRaises(AccessError):
            line.with_user(self.technician_user).action_use()

    def test_program_fields_cannot_be_written_by_hand(self):
        line = self._create_line(self._create_visit()).with_user(self.dispatcher)
        for vals in ({"state": "settled"}, {"reason": "because"}, {"price_unit": 1.0}):
            with self.assertRaises(AccessError, msg=str(vals)):
                line.write(vals)

    def test_shortage_is_recorded_and_marked(self):
        line = self._create_line(self._create_visit(), quantity=8)
        line.action_use()
        self.assertTrue(line.is_short)
        self.assertEqual(self._quantity(self.technician), -3)

    def test_used_part_can_be_taken_back(self):
        line = self._create_line(self._create_visit())
        line.action_use()
        with self.assertRaisesRegex(UserError, "already used"):
            line.with_user(self.technician_user).quantity = 3
        with self.assertRaisesRegex(UserError, "already used"):
            line.with_user(self.technician_user).unlink()
        line.with_user(self.technician_user).action_take_back()
        self.assertEqual((line.state, self._quantity(self.technician)), ("draft", 5))

    def test_part_comes_back_at_its_cost(self):
        line = self._create_line(self._create_visit())
        line.action_use()
        out = line.stock_move_id
        self.part.with_company(self.company).standard_price = 60
        line.action_take_back()
        back = self.env["stock.move"].search([("origin_returned_move_id", "=", out.id)])
        self.assertEqual((out.value, back.value), (41, 41))

    def test_line_is_named_in_the_customers_language(self):
        self.env["res.lang"]._activate_lang("pl_PL")
        self.part.with_context(lang="pl_PL").name = "Rolka"
        self.customer.lang = "pl_PL"
        self.assertIn("Rolka", self._create_line(self._create_visit()).name)
        self.part.default_code = "R-1"
        labour = self.env.ref("service_order.product_labour")
        labour.with_context(lang="pl_PL").name = "Robocizna"
        work = self.env["service.order.line"].create(
            {"order_id": self._create_order().id, "kind": "labour"}
        )
        names = (self._create_line(self._create_visit()).name, work.name)
        self.assertEqual(names, ("[R-1] Rolka", "Robocizna"), "the code of an hour is ours")

    def test_negative_price_is_refused(self):
        line = self._create_line(self._create_visit()).with_user(self.manager)
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            line.write({"price_unit": -50, "override_reason": "Rebate"})
            line.flush_recordset()

    def test_serial_part_needs_its_number(self):
        part = self._create_part("Board", tracking="serial")
        line = self._create_line(self._create_visit(), part)
        with self.assertRaisesRegex(UserError, "serial or lot number"):
            line.action_use()
        lot = self.env["stock.lot"].create({"name": "B-1", "product_id": part.id})
        self.env["stock.quant"]._update_available_quantity(
            part, self.technician.van_location_id, 1, lot_id=lot
        )
        line.write({"lot_name": " ", "quantity": 2})
        with self.assertRaisesRegex(UserError, "serial or lot number"):
            line.action_use()
        line.lot_name = "B-1"
        with self.assertRaisesRegex(UserError, "a line for each"):
            line.action_use()
        line.quantity = 1
        line.action_use()
        self.assertEqual(line.stock_move_id.move_line_ids.lot_id, lot)

    def test_part_is_counted_in_a_unit_of_its_own(self):
        visit = self._create_visit()
        line = self._create_line(visit, uom_id=self.env.ref("uom.product_uom_dozen").id)
        line.customer_fault = True
        self.assertEqual(line.amount, 12 * 84)
        line.action_use()
        self.assertEqual(self._quantity(self.technician), 5 - 12)
        with self.assertRaisesRegex(ValidationError, "is counted in Units"):
            self._create_line(visit, uom_id=self.env.ref("uom.product_uom_kgm").id)

    def test_cover_is_shown_at_once_and_overruled_with_a_reason(self):
        line = self._create_line(self._create_visit())
        self.assertTrue(line.covered)
        line.customer_fault = True
        self.assertRecordValues(line, [{"covered": False, "amount": 84.0, "rule": "fault"}])
        boss = line.with_user(self.manager)
        with self.assertRaisesRegex(UserError, "say why"):
            boss.price_unit = 50
        boss.write({"price_unit": 50, "override_reason": "Goodwill"})
        self.assertRecordValues(line, [{"amount": 50.0, "rule": "manual", "reason": "Goodwill"}])
        self.assertIn("Goodwill", line.order_id.message_ids[0].body)

    def test_day_of_performance_is_the_companys_whoever_asks(self):
        """Half an hour before midnight in UTC it is the next day in Warsaw, but not in New York."""
        line = self._create_line(self._create_visit())
        line.visit_id.date_start = "2026-10-31 23:30:00"
        self.company.partner_id.tz = False
        for user_zone in (False, "America/New_York"):
            self.dispatcher.tz = user_zone
            day = line.with_user(self.dispatcher)._get_performance_date()
            self.assertEqual(str(day), "2026-11-01", user_zone)
        self.company.partner_id.tz = "America/New_York"
        self.assertEqual(str(line._get_performance_date()), "2026-10-31")

    def test_some_of_several_come_back(self):
        line = self._create_line(self._create_visit(), quantity=3)
        line.action_use()
        user = self.technician_user
        self.assertEqual(line.with_user(user).action_return()["target"], "new")
        wizard = self.env["service.order.line.return"].with_user(user)
        wizard.create({"line_id": line.id, "quantity": 1}).action_take_back()
        self.assertEqual(
            (line.state, line.quantity, self._quantity(self.technician)), ("used", 2, 3)
        )
        self.assertEqual(line.stock_move_id.value, 82)
        with self.assertRaisesRegex(UserError, "were used: 2"):
            line._take_back_part(2)
        wizard.create({"line_id": line.id, "quantity": 2}).action_take_back()
        self.assertEqual((line.state, self._quantity(self.technician)), ("draft", 5))

    def test_what_was_planned_stays(self):
        visit = self._create_visit()
        line = self._create_line(visit, quantity=2)
        line.quantity = 3
        visit.action_start()
        line.with_user(self.technician_user).quantity = 1
        self.assertEqual((line.planned_quantity, line.quantity), (3, 1))
        line.with_user(self.technician_user).planned_quantity = 1
        late = self._create_line(visit, planned_quantity=1)
        self.env.invalidate_all()
        self.assertEqual((line.planned_quantity, late.planned_quantity), (3, 0))

    def test_difference_is_explained_by_the_warehouse(self):
        warehouse = self._user("order_warehouse", "service_customer.group_service_warehouse")
        line = self._create_line(self._create_visit(), quantity=8)
        line.with_user(self.technician_user).action_use()
        activity = line.order_id.activity_ids.filtered(lambda each: each.user_id == warehouse)
        self.assertIn("Roller", activity.note)
        line.order_id.action_settle()
        line = line.with_user(warehouse)
        with self.assertRaisesRegex(UserError, "Write down"):
            line.action_explain()
        line.difference_note = "On the shelf, not booked"
        line.action_explain()
        self.assertFalse(line.is_short or activity.exists().active)

    def test_part_is_taken_from_a_colleague_in_one_tap(self):
        line = self._create_line(self._create_visit(), quantity=8).with_user(self.technician_user)
        line.action_take_from_colleague()
        self.assertEqual((self._quantity(self.technician), self._quantity(self.colleague)), (8, 2))
        line.action_use()
        self.assertFalse(line.is_short)
        used = self._create_line(line.visit_id, quantity=2).with_user(self.technician_user)
        used.action_use()
        self.assertTrue(used.is_short)
        used.action_take_from_colleague()
        self.assertEqual((used.is_short, self._quantity(self.technician)), (False, 0))
        with self.assertRaisesRegex(UserError, "Neither a colleague"):
            self._create_line(line.visit_id).action_take_from_colleague()

    def test_serial_number_that_the_stock_does_not_know_is_recorded(self):
        part = self._create_part("Board", tracking="serial")
        line = self._create_line(self._create_visit(), part, lot_name="NEW-1")
        line.with_user(self.technician_user).action_use()
        self.assertTrue(line.is_short)
        known = self.env["stock.lot"].create({"name": "B-2", "product_id": part.id})
        self.env["stock.quant"]._update_available_quantity(
            part, self.colleague.van_location_id, 1, lot_id=known
        )
        line = self._create_line(self._create_visit(), part, lot_name="B-2")
        line.with_user(self.technician_user).action_use()
        self.assertTrue(line.is_short, "it lies in a colleague's van")
        line.with_user(self.technician_user).action_take_from_colleague()
        self.assertFalse(line.is_short)
        self.assertEqual(known.location_id, line.stock_move_id.location_dest_id)
