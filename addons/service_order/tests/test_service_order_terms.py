from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import ServiceOrderCommon


@tagged("post_install", "-at_install")
class TestServiceOrderTerms(ServiceOrderCommon):
    """By what terms orders are counted, priced and invoiced."""

    def _visited(self, order, minutes=70):
        visit = self._create_visit(order, work_minutes=minutes)
        visit.with_user(self.technician_user).action_finish()
        return order.line_ids

    def _service(self, name, price):
        return self.env["product.product"].create(
            {"name": name, "type": "service", "list_price": price}
        )

    def test_time_is_counted_as_the_contract_type_or_the_company_says(self):
        terms = self.contract.type_id
        for rounding, minimum, minutes, hours in (
            ("1", 0, 70, 1.17),
            ("15", 0, 70, 1.25),
            ("15", 0, 75, 1.25),
            ("30", 0, 61, 1.5),
            ("60", 0, 61, 2),
            ("15", 1.5, 70, 1.5),
        ):
            with self.subTest(rounding=rounding, minimum=minimum, minutes=minutes):
                self.company.service_labour_rounding = rounding
                self.company.service_labour_minimum = minimum
                line = self._visited(self._create_order(), minutes)
                line.invalidate_recordset()
                self.assertEqual(line.quantity, hours)
                self.assertEqual(bool(line.calculation), hours * 60 != minutes and rounding != "1")
        terms.write({"labour_rounding": "60", "labour_minimum": 0})
        line = self._visited(self._create_order())
        self.assertEqual((line.quantity, line.visit_id.work_minutes), (2, 70))
        self.assertEqual(line.calculation, "70 min of work; started hours: 02:00 h")
        line.quantity = 3
        self.assertFalse(line.calculation, "it follows from nothing any more")

    def test_first_zone_that_fits_the_place_charges_the_drive(self):
        region = self.env["service.region"].create({"name": "Zone test"})
        near, city, far = (self._service(name, 100) for name in ("Near", "City", "Far"))
        zones = self.env["service.travel.zone"].create(
            [
                {"name": "City", "region_ids": region.ids, "product_id": city.id},
                {"name": "Near", "km_to": 30, "product_id": near.id},
                {"name": "Far", "product_id": far.id, "counted": "km"},
            ]
        )
        position = {"partner_latitude": 51.1, "partner_longitude": 17.0}
        self.company.partner_id.write(position)
        self.site.write({**position, "partner_longitude": 17.2})  # 14 km, 18 by road
        order = self._create_order()
        self.assertEqual(order.travel_zone_id, zones[1])
        self.site.service_region_id = region
        self.assertEqual(self._create_order().travel_zone_id, zones[0])
        self.customer.service_travel_km = 45.5
        order = self._create_order(self.free_device)
        self.assertEqual(order.travel_zone_id, zones[2])
        travel = self._visited(order).filtered(lambda line: line.kind == "travel")
        self.assertRecordValues(
            travel, [{"product_id": far.id, "quantity": 91, "calculation": "Far: 2 × 45.5 km"}]
        )
        order = self._create_order(self.free_device)
        order.with_user(self.dispatcher).travel_zone_id = zones[0]
        travel = self._visited(order).filtered(lambda line: line.kind == "travel")
        self.assertRecordValues(travel, [{"product_id": city.id, "quantity": 1}])
        workshop = self.env.ref("service_order.type_workshop")
        self.assertFalse(self._create_order(type_id=workshop.id).travel_zone_id)

    def test_flat_price_takes_the_place_of_work_and_travel(self):
        flat = self._service("Inspection", 250)
        topic = self.env["service.topic"].create({"name": "Year", "flat_product_id": flat.id})
        below = topic.create({"name": "Inspection", "parent_id": topic.id})
        order = self._create_order(self.free_device, topic_id=below.id)
        self.assertEqual(order.amount_payable, 250, "seen from the beginning")
        lines = self._visited(order, 300)
        visit = order.visit_ids
        self._create_line(visit).action_use()
        self.assertEqual(order.amount_payable, 250 + 84)
        labour = lines.filtered(lambda line: line.kind == "labour")
        self.assertRecordValues(labour, [{"quantity": 5, "amount": 0, "rule": "flat"}])
        self.assertIn("Inspection", labour.reason)
        self.technician.hour_cost = 60
        order.with_user(self.dispatcher).action_settle()
        self.assertRecordValues(
            order.with_user(self.dispatcher),
            [{"income": 334, "part_cost": 41, "labour_cost": 300, "margin": -7}],
        )
        paid = order.charge_ids.filtered(lambda charge: charge.state != "covered")
        self.assertEqual(sorted(paid.mapped("kind")), ["fee", "part"])
        other = self._create_order(self.free_device, topic_id=below.id)
        self._visited(other)
        other.topic_id = False
        self.assertEqual(other.amount_payable, 210.6, "by time again")

    def test_who_may_see_the_margin(self):
        order = self._create_order()
        for user in (self.technician_user,):
            with self.assertRaises(AccessError):
                order.with_user(user).read(["margin"])
            with self.assertRaises(AccessError):
                self.technician.with_user(user).read(["hour_cost"])

    def test_when_an_order_is_invoiced(self):
        self.assertEqual(self._create_order().billing, "monthly")
        self.assertEqual(self._create_order(self.free_device).billing, "now")
        self.customer.service_order_billing = "monthly"
        self.assertEqual(self._create_order(self.free_device).billing, "monthly")
        self.contract.order_billing = "now"
        self.assertEqual(self._create_order().billing, "now")

    def test_nothing_is_invoiced_by_the_manager_with_a_reason(self):
        order = self._create_order(self.free_device)
        self._visited(order, 60)
        with self.assertRaisesRegex(AccessError, "Only a service manager"):
            order.with_user(self.dispatcher).write({"billing": "none", "billing_note": "Gift"})
        with self.assertRaisesRegex(UserError, "Say why"):
            order.with_user(self.manager).billing = "none"
        order.with_user(self.manager).write({"billing": "none", "billing_note": "Our mistake"})
        self.assertRecordValues(order.line_ids, [{"covered": True, "amount": 0}])
        self.assertIn("Is invoiced: Not at all", str(order.message_ids.mapped("body")))
        order.action_settle()
        self.assertRecordValues(
            order.charge_ids,
            [{"state": "covered", "payer": "own", "reason": "not invoiced: Our mistake"}],
        )

    def test_settled_order_has_its_invoice_by_itself(self):
        order = self._create_order(self.free_device)
        lines = self._visited(order, 60)
        later = self._create_visit(order)
        order.with_user(self.dispatcher).action_settle()
        self.assertFalse(order.invoice_count, "another visit is to come")
        later.action_cancel()
        late = self.env["service.order.line"].create({"order_id": order.id, "kind": "labour"})
        order.with_user(self.dispatcher).action_settle()
        draft = order.charge_ids.move_id
        self.assertRecordValues(draft, [{"state": "draft", "invoice_user_id": False}])
        self.assertEqual(draft.invoice_line_ids.service_charge_ids, (lines | late).charge_id)
        order.with_user(self.dispatcher).action_settle()
        self.assertEqual(order.charge_ids.move_id, draft, "settled twice, invoiced once")
        draft.with_user(self.accountant).unlink()
        self.assertTrue(order.has_to_bill, "a deleted draft loses nothing")
        order.with_user(self.accountant).action_bill()
        self.assertEqual(order.charge_ids.move_id.amount_untaxed, 360)

    def test_invoice_by_itself_as_the_process_says(self):
        process = self.on_site.copy()
        for invoicing, state in (("button", False), ("issue", "posted")):
            process.invoicing = invoicing
            order = self._create_order(self.free_device, type_id=process.id)
            self._visited(order, 60)
            order.with_user(self.dispatcher).action_settle()
            self.assertEqual(order.charge_ids.move_id.state, state)
        order = self._create_order(self.free_device, type_id=process.id)
        self._visited(order, 60)
        self.company.sale_lock_date = fields.Date.today()
        self.env.ref("service_order.product_labour").taxes_id = False
        order.with_user(self.dispatcher).action_settle()
        self.assertEqual((order.stage_kind, order.charge_ids.move_id.state), ("done", "draft"))
        self.assertIn("has no tax", "".join(order.activity_ids.mapped("note")))

    def test_several_orders_on_one_invoice(self):
        orders = self.env["service.order"]
        for _number in range(2):
            order = self._create_order(self.free_device)
            self._visited(order, 60)
            orders |= order
        stranger = self._create_order(customer_id=self.stranger.id, device_id=False)
        self._visited(stranger, 60)
        orders |= stranger
        with self.assertRaisesRegex(UserError, "Settle them first"):
            orders.with_user(self.accountant).action_bill()
        orders.line_ids.with_user(self.accountant).action_settle()
        invoices = orders.charge_ids.move_id
        self.assertEqual(len(invoices), 2)
        ours = invoices.filtered(lambda move: move.partner_id == self.customer)
        names = ours.invoice_line_ids.mapped("name")
        self.assertEqual(len(names), 2, "each order on its own line")
        for order, name in zip(orders, names, strict=False):
            self.assertIn(order.name, name)
        orders.with_user(self.accountant).action_bill()
        self.assertEqual(orders.charge_ids.move_id, invoices)
        self.assertFalse(orders.filtered("has_to_bill"))
        late = self._create_order(self.free_device)
        self._visited(late, 60)
        late.with_user(self.dispatcher).action_settle()
        self.assertEqual(len((orders | late).charge_ids.move_id), 3, "each has its own draft")
        (orders | late).with_user(self.accountant).action_bill()
        joined = (orders | late).charge_ids.move_id
        self.assertEqual(sorted(joined.mapped("amount_untaxed")), [180, 540])

    def test_every_kind_is_overruled_with_a_reason(self):
        order = self._create_order(self.free_device)
        products = {"part": self.part, "consumable": self.part}
        work = self._service("Work", 100)
        kinds = dict(self.env["service.order.line"]._fields["kind"].selection)
        for kind in kinds:
            with self.subTest(kind=kind):
                product = products.get(kind, work)
                line = self.env["service.order.line"].create(
                    {"order_id": order.id, "kind": kind, "product_id": product.id}
                )
                self.assertTrue(line.reason)
                self.assertFalse(line.covered)
                with self.assertRaises(AccessError):
                    line.with_user(self.dispatcher).covered = True
                with self.assertRaisesRegex(UserError, "say why"):
                    line.with_user(self.manager).covered = True
                line.with_user(self.manager).write(
                    {"covered": True, "override_reason": f"Goodwill: {kind}"}
                )
                line._decide_cover()
                self.assertRecordValues(
                    line, [{"covered": True, "amount": 0, "reason": f"Goodwill: {kind}"}]
                )
                self.assertIn(f"Goodwill: {kind}", order.message_ids[0].body)
