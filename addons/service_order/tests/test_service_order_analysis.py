from datetime import datetime, timedelta

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import ServiceOrderCommon

MONDAY = datetime(2026, 3, 2, 8)


@tagged("post_install", "-at_install")
class TestServiceOrderAnalysis(ServiceOrderCommon):
    def _repair(self, reported, visits=1, device=None, **vals):
        """A done order: the first visit two hours after the report, each an hour, daily."""
        order = self._create_order(device, date_reported=reported, **vals)
        for number in range(visits):
            start = reported + timedelta(days=number, hours=2)
            end = start + timedelta(hours=1)
            visit = self._create_visit(order, date_start=start, date_end=end)
            visit.write({"state": "done", "started_on": start, "finished_on": end})
        order._relocate(order.type_id._get_stage("done"))
        return order

    def _row(self, order):
        self.env.flush_all()
        return self.env["service.order.analysis"].with_user(self.manager).browse(order.id)

    def test_times_and_first_visit(self):
        row = self._row(self._repair(MONDAY))
        self.assertEqual((row.response_hours, row.repair_hours, row.visit_count), (2, 3, 1))
        self.assertEqual((row.first_time_fix, row.call_back), (100, 0))
        self.assertEqual(row.model_id, self.device.model_id)
        self.assertEqual(row.technician_id, self.technician)
        twice = self._row(self._repair(MONDAY, visits=2, device=self.free_device))
        self.assertEqual((twice.repair_hours, twice.first_time_fix), (27, 0))

    def test_call_back_within_the_days_of_the_setting(self):
        first = self._repair(MONDAY)
        self._repair(MONDAY + timedelta(days=20))
        self.assertEqual((self._row(first).first_time_fix, self._row(first).call_back), (0, 100))
        self.company.service_callback_days = 10
        self.env.invalidate_all()
        self.assertEqual((self._row(first).first_time_fix, self._row(first).call_back), (100, 0))

    def test_call_back_within_pages(self):
        """A copier that stood still for two months is called back, however late."""
        device = self.env["service.device"].create(
            {
                "serial": "SN-9",
                "model_id": self.device.model_id.id,
                "customer_id": self.customer.id,
                "location_id": self.site.id,
                "date_placed": MONDAY - timedelta(days=30),
            }
        )
        meter = self.env["service.meter"].create(
            {
                "device_id": device.id,
                "type_id": self.env.ref("service_meter.meter_type_total").id,
            }
        )
        for day, value in ((-1, 10_000), (59, 10_400)):
            device._take_readings({meter: value}, date=MONDAY + timedelta(days=day))
        first = self._repair(MONDAY, device=device)
        self._repair(MONDAY + timedelta(days=60), device=device)
        for pages, called in ((0, 0), (300, 0), (500, 100)):
            self.company.service_callback_pages = pages
            self.env.invalidate_all()
            self.assertEqual(self._row(first).call_back, called, pages)

    def test_margin_is_that_of_the_orders(self):
        """In a contract's currency, with a helper, a part, and work at a desk; closed or open."""
        self.env.ref("base.EUR").active = True
        self.env["res.currency.rate"].create(
            {"currency_id": self.env.ref("base.EUR").id, "rate": 0.25, "name": "2026-01-01"}
        )
        self.technician.hour_cost, self.company.service_hour_cost = 60, 40
        orders = self.env["service.order"]
        for device in (self.device, self.free_device):
            order = self._create_order(device)
            visit = self._create_visit(
                order, work_minutes=50, travel_minutes=10, helper_ids=self.colleague.ids
            )
            self._create_line(visit)
            visit.action_finish()
            self.env["service.order.line"].create(
                {"order_id": order.id, "kind": "labour", "quantity": 0.5}
            )
            order.line_ids.action_use()
            orders |= order
        orders[1].action_settle()
        orders[1].charge_ids.filtered(lambda charge: charge.kind == "part").copy(
            {"currency_id": self.env.ref("base.EUR").id, "quantity": 2}
        )
        self.env.invalidate_all()
        orders.invalidate_recordset()
        self.assertEqual(orders[1].part_cost, 41)
        self.assertEqual(orders[1].labour_cost, 60 + 40 + 30)
        self.assertEqual(orders[1].income, 84 + 0.83 * 180 + 90 + 168 * 4)
        names = ["income", "part_cost", "labour_cost", "margin"]
        for order in orders:
            for name in names:
                self.assertAlmostEqual(self._row(order)[name], order[name], msg=name)
        groups = self.env["service.order.analysis"].with_user(self.accountant)
        [[total]] = groups._read_group([("id", "in", orders.ids)], [], ["margin:sum"])
        self.assertAlmostEqual(total, sum(orders.mapped("margin")))

    def test_margin_is_for_those_who_may_see_it(self):
        """Also where somebody lets technicians look at the quality of their work."""
        rows = self.env["service.order.analysis"].with_user(self.technician_user)
        with self.assertRaises(AccessError):
            rows.formatted_read_group([], ["technician_id"], ["visit_count:avg"])
        self.env["ir.model.access"].create(
            {
                "name": "technicians",
                "model_id": self.env["ir.model"]._get_id(rows._name),
                "group_id": self.env.ref("service_customer.group_service_technician").id,
                "perm_read": True,
            }
        )
        rows.formatted_read_group([], ["technician_id"], ["visit_count:avg"])
        for name in ("income", "part_cost", "labour_cost", "margin"):
            with self.assertRaises(AccessError):
                rows.formatted_read_group([], ["technician_id"], [f"{name}:sum"])
            with self.assertRaises(AccessError):
                rows.search([(name, "<", 0)])

    def test_parcels_and_open_orders_are_no_repairs(self):
        first = self._repair(MONDAY)
        courier = self.env.ref("service_order.type_courier")
        parcel = self._repair(MONDAY + timedelta(days=1), visits=0, type_id=courier.id)
        opened = self._create_order(self.free_device)
        self.assertEqual(self._row(first).call_back, 0)
        for order in (parcel, opened):
            row = self._row(order)
            self.assertFalse(row.first_time_fix or row.call_back)
        groups = self.env["service.order.analysis"]._read_group(
            [("order_id", "in", (first | parcel | opened).ids)], [], ["first_time_fix:avg"]
        )
        self.assertEqual(groups, [(100,)], "what is no repair does not count")
