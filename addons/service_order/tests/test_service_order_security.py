from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import ServiceOrderCommon


@tagged("post_install", "-at_install")
class TestServiceOrderSecurity(ServiceOrderCommon):
    def _visible(self, user, model="service.order"):
        return self.env[model].with_user(user).search([]).sudo()

    def test_customers_see_orders_by_role_and_scope(self):
        here, there = self._create_order(), self._create_order(self.free_device)
        strange = self.env["service.order"].create({"customer_id": self.stranger.id})
        everything = self._person("order_all")
        decision = self._person("order_decision", role="decision")
        one_site = self._person("order_site", locations=self.site)
        accounting = self._person("order_accounting", role="accounting")
        for user, orders in (
            (everything, here + there),
            (decision, here + there),
            (one_site, here),
            (accounting, here.browse()),
        ):
            self.assertEqual(self._visible(user) & (here + there + strange), orders, user.login)

    def test_customers_read_an_allow_list(self):
        order = self._create_order()
        visit = self._create_visit(order)
        user = self._person("order_fields")
        mine = order.with_user(user)
        self.assertEqual(mine.name, order.name)
        self.assertEqual(mine.visit_ids.technician_name, self.technician.name)
        for record, allowed in (
            (mine, order._service_portal_fields()),
            (visit.with_user(user), visit._service_portal_fields()),
        ):
            readable = set(record.fields_get(attributes=[]))
            self.assertLessEqual(readable, allowed)
        with self.assertRaises(AccessError):
            mine.read(["amount_payable"])
        with self.assertRaises(AccessError):
            mine.write({"description": "changed"})
        with self.assertRaises(AccessError):
            self.env["service.order.line"].with_user(user).search([])

    def test_customers_report_for_themselves_only(self):
        user = self._person("order_scope", locations=self.site)
        orders = self.env["service.order"].with_user(user)
        orders._report({"device_id": self.device.id, "source": "portal"})
        for vals in (
            {"device_id": self.free_device.id},
            {"customer_id": self.stranger.id},
            {"customer_id": self.customer.id, "location_id": self.other_site.id},
        ):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                orders._report({"source": "portal", **vals})

    def test_technicians_see_the_own_visits(self):
        mine, other = self._create_order(), self._create_order(self.free_device)
        visit = self._create_visit(mine)
        self._create_visit(other, self.colleague)
        self.assertEqual(self._visible(self.technician_user) & (mine + other), mine)
        self.assertEqual(self._visible(self.technician_user, "service.visit"), visit)
        with self.assertRaises(AccessError):
            visit.with_user(self.technician_user).write({"technician_id": self.colleague.id})
        with self.assertRaises(AccessError):
            visit.with_user(self.technician_user).write({"state": "done"})
        with self.assertRaises(AccessError):
            mine.with_user(self.technician_user).write({"priority": "3"})

    def test_qr_of_a_device_leads_staff_to_the_open_order(self):
        order = self._create_order()
        target = self.device._qr_target(self.dispatcher)
        self.assertEqual(target["url"], f"/odoo/service-orders/{order.id}")
