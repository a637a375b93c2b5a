from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common import ServiceOrderCommon


@tagged("post_install", "-at_install")
class TestServiceOrderAttention(ServiceOrderCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        now = fields.Datetime.now()
        cls.fresh = cls._create_order()
        cls.forgotten = cls._create_order(date_reported=now - timedelta(days=2))
        cls.missed = cls._create_order()
        cls._create_visit(
            cls.missed,
            date_start=now - timedelta(hours=3),
            date_end=now - timedelta(hours=2),
        )
        cls.ahead = cls._create_order()
        cls._create_visit(
            cls.ahead,
            date_start=now + timedelta(days=1),
            date_end=now + timedelta(days=1, hours=1),
        )
        cls.all_orders = cls.fresh | cls.forgotten | cls.missed | cls.ahead

    def test_filter_and_badge_mean_the_same_orders(self):
        late = self.forgotten | self.missed
        self.assertEqual(self.all_orders.filtered("is_late"), late)
        mine = [("id", "in", self.all_orders.ids)]
        self.assertEqual(self.all_orders.search([*mine, ("is_late", "=", True)]), late)
        self.assertEqual(
            self.all_orders.search([*mine, ("is_late", "=", False)]), self.fresh | self.ahead
        )

    def test_possible_duplicate_opens_by_one_click(self):
        first, second = (self._create_order(self.free_device) for _number in range(2))
        action = second.action_view_duplicates()
        self.assertEqual((action["res_id"], action["views"]), (first.id, [(False, "form")]))
        third = self._create_order(self.free_device)
        action = third.action_view_duplicates()
        self.assertNotIn("res_id", action)
        self.assertEqual(self.all_orders.search(action["domain"]), second | first)

    def test_board_shows_the_closed_stages_too(self):
        board = self.env["service.order"].with_context(read_group_expand=True)
        groups = board.web_read_group([("id", "in", self.fresh.ids)], ["stage_id"])["groups"]
        shown = [group["stage_id"][0] for group in groups]
        self.assertEqual(shown, self.on_site.stage_ids.ids)

    def test_location_counts_the_orders_below_it(self):
        room = self.env["res.partner"].create(
            {"name": "Room 1", "type": "location", "parent_id": self.site.id}
        )
        self._create_order(customer_id=self.customer.id, location_id=room.id, device_id=False)
        site = self.site.with_user(self.dispatcher)
        action = site.action_view_service_orders()
        listed = self.env["service.order"].search(action["domain"])
        self.assertEqual(room, (listed.location_id & room))
        self.assertEqual(site.service_order_count, len(listed))

    def test_technician_leads_to_visits_and_van(self):
        technician = self.technician.with_user(self.manager)
        visits = self.env["service.visit"].search(technician.action_view_visits()["domain"])
        self.assertEqual(visits.technician_id, self.technician)
        self.assertEqual(technician.open_visit_count, len(visits))
        self.assertIn(technician.van_location_id.display_name, technician.action_view_van()["name"])
