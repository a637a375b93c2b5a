from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common import ServiceOrderCommon

CARD_QUERIES = 37
HISTORY_QUERIES = 8


@tagged("post_install", "-at_install")
class TestServiceDeviceCard(ServiceOrderCommon):
    def _facts(self, user=None):
        """The facts about orders and visits: ``{order: fact}``."""
        self.env.invalidate_all()
        facts = self.device.with_user(user or self.technician_user)._card_facts()
        return {fact["order"]: fact for fact in facts if fact["order"] in (40, 50)}

    def _visit_in(self, days, order, **vals):
        return self._create_visit(
            order, date_start=fields.Datetime.now() + timedelta(days=days), **vals
        )

    def test_nothing_to_do(self):
        self.assertFalse(self._facts())

    def test_open_order_and_next_visit(self):
        order = self._create_order()
        self._visit_in(5, order, technician=self.colleague)
        visit = self._visit_in(2, order)
        for user in (self.technician_user, self.dispatcher, self.manager, self.accountant):
            with self.subTest(user.login):
                facts = self._facts(user)
                self.assertEqual(facts[40]["value"], order.name)
                self.assertEqual(facts[40]["note"], order.stage_id.name)
                self.assertEqual(facts[50]["label"], "Next Visit")
                self.assertEqual(facts[50]["note"], self.technician.name)
                self.assertEqual(facts[50]["url"], f"/odoo/service-visits/{visit.id}")

    def test_a_visit_that_nobody_made_is_told(self):
        self._visit_in(-2, self._create_order())
        self.assertEqual(self._facts()[50]["label"], "Missed Visit")

    def test_done_visits_are_past(self):
        self._visit_in(-2, self._create_order()).state = "done"
        self.assertNotIn(50, self._facts())

    def _form(self):
        """Ask for what the web client asks for when it opens the device's form."""
        devices = self.env["service.device"].with_user(self.manager)
        names = devices.get_views([(False, "form")])["models"]["service.device"]["fields"]
        specification = {
            name: {"fields": {"display_name": {}}} if devices._fields[name].relational else {}
            for name in names
            if name in devices._fields
        }
        return lambda: devices.browse(self.device.id).web_read(specification)

    def _history(self):
        """Open the device's history and ask for its first page."""
        devices = self.env["service.device"].with_user(self.manager)
        names = ("date", "kind", "summary", "location_id", "user_id")
        specification = {name: {} for name in names}

        def page():
            action = devices.browse(self.device.id).action_open_history()
            events = devices.env["service.device.event"]
            return events.web_search_read(action["domain"], specification, limit=80)

        return page

    def _comment(self, count):
        self.env["mail.message"].create(
            [
                {
                    "model": "service.device",
                    "res_id": self.device.id,
                    "message_type": "comment",
                    "body": f"Note {number}",
                }
                for number in range(count)
            ]
        )

    def test_form_and_history_cost_the_same_whatever_happened(self):
        self._visit_in(2, self._create_order())
        for page, limit in ((self._form(), CARD_QUERIES), (self._history(), HISTORY_QUERIES)):
            for comments in (1, 300):
                self._comment(comments)
                for _warm in range(2):
                    self.env.flush_all()
                    self.env.invalidate_all()
                    page()
                self.env.invalidate_all()
                with self.subTest(limit=limit, comments=comments), self.assertQueryCount(limit):
                    page()
