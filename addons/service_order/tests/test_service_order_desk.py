from datetime import timedelta

from lxml import etree

from odoo import fields
from odoo.tests import Form, tagged
from odoo.tools.safe_eval import safe_eval

from .common import ServiceOrderCommon

TILES = ("new", "late", "unanswered", "unassigned", "today", "waiting_parts", "waiting_customer")


@tagged("post_install", "-at_install")
class TestServiceOrderDesk(ServiceOrderCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.site.write({"city": "Kłodzko", "phone": "+48 74 555 02 10"})
        cls.device.inventory_number = "INW/0042"
        cls.caller = cls._person("desk_caller").partner_id
        cls.caller.phone = "601 602 603"

    # Telephone

    def _intake(self):
        form = Form(self.env["service.order.intake"].with_user(self.dispatcher))
        return form

    def _found(self, text):
        """Devices offered by the one field."""
        devices = self.env["service.device"].with_user(self.dispatcher)
        found = devices.with_context(service_find=True).name_search(text)
        return devices.browse([number for number, _name in found])

    def test_one_field_finds_by_anything(self):
        token = f"https://serwis.example/service/d/{self.device.qr_token}"
        for text in (
            *(self.device.name, "sn-1", "inw/0042", "Kłodzko", "odra c300 oddział", token),
            *("+48 74 555 02 10", "745550210", "0048 74 5550210"),
        ):
            self.assertEqual(self._found(text), self.device, text)
        self.assertEqual(self._found("601-602-603"), self.device | self.free_device, "the caller")
        self.assertFalse(self._found("odra nieznane"))

    def test_drop_down_says_whose_and_where(self):
        device = self.device.with_context(service_find=True, formatted_display_name=True)
        self.assertIn("--Odra Testowa S.A., Oddział--", device.display_name)
        self.assertNotIn("Odra", self.device.display_name)

    def test_request_by_telephone(self):
        earlier = self._create_order()
        form = self._intake()
        form.device_id = self.device
        self.assertEqual((form.customer_id, form.location_id), (self.customer, self.site))
        self.assertEqual(form.contract_id, self.contract)
        self.assertTrue(form.cover)
        self.assertEqual(form.other_order_ids.ids, earlier.ids)
        form.reporter_id = self.caller
        form.topic_id = self.env.ref("service_order.topic_paper_jam")
        form.description = "Mieli papier"
        order = self._done(form)
        self.assertEqual(
            (order.device_id, order.reporter_id, order.source, order.user_id, order.stage_kind),
            (self.device, self.caller, "phone", self.dispatcher, "new"),
        )
        self.assertEqual(order.duplicate_ids, earlier)

    def test_telephone_without_a_device(self):
        form = self._intake()
        form.reporter_id = self.caller
        self.assertEqual(form.customer_id, self.customer, "the caller's only customer")
        form.location_id = self.other_site
        form.description = "Pytanie o toner"
        order = self._done(form)
        self.assertFalse(order.device_id)
        self.assertEqual((order.customer_id, order.location_id), (self.customer, self.other_site))

    def _done(self, form):
        action = form.save().action_create_order()
        return self.env[action["res_model"]].browse(action["res_id"])

    # Search and counts

    def test_orders_are_found_by_everything_on_the_label(self):
        order = self._create_order()
        bare = self._create_order(device_id=False, customer_id=self.customer.id)
        bare.location_id = self.site
        Order = self.env["service.order"].with_user(self.dispatcher)
        mine = [("id", "in", (order | bare).ids)]
        for text in (order.name, "SN-1", "inw/0042", f"/service/d/{self.device.qr_token}"):
            self.assertEqual(Order.search([*mine, ("find_text", "ilike", text)]), order, text)
        for text in ("Kłodzko", "odra oddział", "odra"):
            found = Order.search([*mine, ("find_text", "ilike", text)])
            self.assertEqual(found, order | bare, text)

    def test_tiles_count_what_their_filters_show(self):
        Order = self.env["service.order"].with_user(self.dispatcher)
        before = Order.count_domains(self._domains())
        now = fields.Datetime.now()
        self._create_order()  # new, unassigned
        planned = self._create_order()  # today's, late by an hour
        start = now - timedelta(hours=1)
        self._create_visit(planned, date_start=start, date_end=start + timedelta(minutes=30))
        waiting = self._create_order(technician_id=self.technician.id)
        waiting.stage_id = self.on_site._get_stage("waiting_parts")
        waiting.message_post(
            body="I co?",
            author_id=self.caller.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        self.env.flush_all()
        domains = self._domains()
        with self.assertQueryCount(10):
            counts = Order.count_domains(domains)
        more = {name: counts[name] - before[name] for name in TILES}
        today = int(fields.Datetime.context_timestamp(Order, start).date() == fields.Date.today())
        self.assertEqual(
            more,
            dict(new=1, late=1, unanswered=1, unassigned=1, today=today)
            | dict(waiting_parts=1, waiting_customer=0),
        )
        waiting.with_user(self.dispatcher).action_answered()
        self.assertFalse(waiting.is_unanswered)

    def _domains(self):
        """Domains of the tiles, as the search view has them."""
        view = self.env["service.order"].get_view(view_type="search")
        filters = etree.fromstring(view["arch"]).iter("filter")
        return {
            each.get("name"): safe_eval(each.get("domain"), {"uid": self.dispatcher.id})
            for each in filters
            if each.get("name") in TILES
        }

    def test_my_work_is_the_dispatchers_and_the_technicians(self):
        orders = self._create_order(user_id=self.dispatcher.id) | self._create_order()
        self.technician.user_id = self.dispatcher
        self._create_visit(orders[1])
        view = self.env["service.order"].get_view(view_type="search")
        [mine] = etree.fromstring(view["arch"]).xpath("//filter[@name='mine']")
        domain = safe_eval(mine.get("domain"), {"uid": self.dispatcher.id})
        found = orders.with_user(self.dispatcher).search([*domain, ("id", "in", orders.ids)])
        self.assertEqual(found, orders.sorted("id", reverse=True))

    def test_a_page_of_the_list_takes_few_queries_however_long(self):
        """Of all columns, hidden ones included, as the client asks for them."""
        orders = self.env["service.order"].create(
            [{"device_id": self.device.id, "description": str(number)} for number in range(6)]
        )
        for order in orders:
            visit = self._create_visit(order)
            self._create_line(visit)
            self.env["service.order.line"].create(
                {"order_id": order.id, "kind": "labour"}
            ).state = "used"
        Order = self.env["service.order"].with_user(self.dispatcher)
        columns = etree.fromstring(Order.get_view(view_type="list")["arch"]).iter("field")
        specification = {
            each.get("name"): {"fields": {"display_name": {}}}
            if Order._fields[each.get("name")].type == "many2one"
            else {}
            for each in columns
        }

        def asked(specification, limit):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            Order.web_search_read([("id", "in", orders.ids)], specification, limit=limit)
            return self.env.cr.sql_log_count - before

        asked(specification, 80)  # fills the caches
        self.assertLessEqual(asked(specification, 80), asked(specification, 3) + 1, "count apart")
        shown = ("name", "date_reported", "customer_id", "location_id", "device_id", "topic_id")
        shown += ("type_id", "contract_id", "technician_id", "next_visit_date", "priority")
        few = {name: specification[name] for name in (*shown, "stage_id")}
        self.assertLessEqual(asked(few, 80), 15)
        self.assertEqual(asked({"name": {}, "priority": {}}, 80), 1, "the rule asks for no more")
