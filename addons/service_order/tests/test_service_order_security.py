import base64

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import file_open

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

    def test_requests_without_a_place_reach_their_reporter(self):
        """Limited to a place, a person still follows what the same person asked for."""
        person = self._person("order_place", locations=self.site)
        vals = {"customer_id": self.customer.id, "description": "All is dark"}
        mine, other = self.env["service.order"].create(
            [{**vals, "reporter_id": person.partner_id.id}, vals]
        )
        visit = self._create_visit(mine)
        self.assertEqual(self._visible(person) & (mine + other), mine)
        self.assertEqual(self._visible(person, "service.visit"), visit)
        message = mine.message_post(
            body="We come", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.assertEqual(message.notified_partner_ids & person.partner_id, person.partner_id)
        self.assertFalse(mine.unreached)
        # What nobody there sees, the dispatcher sees.
        unseen = (
            self.env["service.order"]
            .with_user(self.dispatcher)
            .search([("is_unseen", "=", True), ("id", "in", (mine + other).ids)])
        )
        self.assertEqual(unseen, other)
        self.assertIn("Nobody at", other.unreached)
        self._person("order_whole")
        self.assertFalse(other.is_unseen)
        mine.location_id = self.other_site
        self.assertFalse(self._visible(person) & mine)
        self.assertIn("hears nothing of it", mine.unreached)
        mine.location_id = self.site
        person.partner_id.email = False
        self.assertIn("no e-mail address", mine.unreached)
        for order in mine + other:
            order.stage_id = order.type_id._get_stage("to_accept")
            self.assertIn("Ask by telephone", " ".join(order.activity_ids.mapped("summary")))

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

    def test_technicians_do_not_learn_costs(self):
        """Neither by reading nor by searching, sorting, grouping or a view."""
        self.env["product.supplierinfo"].create(
            {"partner_id": self.stranger.id, "product_id": self.part.id, "price": 40}
        )
        product = self.part.with_user(self.technician_user)
        for ask in (
            lambda: product.standard_price,
            lambda: product.product_tmpl_id.standard_price,
            lambda: product.search([("standard_price", ">", 40)]),
            lambda: product.search([], order="standard_price"),
            lambda: product.formatted_read_group([], ["categ_id"], ["standard_price:sum"]),
            lambda: product.seller_ids,
            lambda: product.env["service.order.line"].search(
                [("product_id.standard_price", ">", 40)]
            ),
        ):
            with self.assertRaises(AccessError):
                ask()
        self.assertFalse(product.env["product.supplierinfo"].search([]))
        for model in ("product.product", "product.template"):
            for user, shown in ((self.technician_user, False), (self.dispatcher, True)):
                arch = self.env[model].with_user(user).get_view(view_type="form")["arch"]
                self.assertEqual('name="standard_price"' in arch, shown, (model, user.login))
        self.assertEqual(self.part.with_user(self.dispatcher).standard_price, 41.0)

    def test_technicians_learn_prices_only_where_the_settings_say_so(self):
        """Neither by reading nor by searching, sorting, grouping, a view or from the order."""
        line = self._create_line(self._create_visit())
        order = line.order_id.with_user(self.technician_user)
        mine = line.with_user(self.technician_user)
        asks = (
            lambda: mine.price_unit,
            lambda: mine.search([("amount", ">", 40)]),
            lambda: mine.search([], order="price_unit"),
            lambda: mine.formatted_read_group([], ["kind"], ["amount:sum"]),
            lambda: mine.formatted_read_group([], ["discount"]),
            lambda: order.search([("line_ids.price_unit", ">", 40)]),
            lambda: order.search([("line_ids", "any", [("discount", ">", 40)])]),
            lambda: order.search([("amount_payable", ">", 40)]),
            lambda: order.amount_payable,
        )
        for ask in asks:
            with self.assertRaises(AccessError):
                ask()
        for model in ("service.order", "service.order.line", "service.visit"):
            arch = self.env[model].with_user(self.technician_user).get_view(view_type="form")
            self.assertNotIn('name="amount', arch["arch"])
        self.assertTrue(mine.reason)
        line.with_user(self.manager).write(
            {"covered": False, "price_unit": 777.0, "override_reason": "Goodwill"}
        )
        log = order.message_ids[0].with_user(self.technician_user)
        self.assertIn("Goodwill", log.body)
        self.assertNotIn("777", log.body)
        shown = log.sudo().tracking_value_ids._filter_has_field_access
        self.assertFalse(shown(order.env))
        self.assertEqual(shown(self.env(user=self.dispatcher)).new_value_float, 777.0)
        self.env["res.config.settings"].create({"group_service_prices": True}).execute()
        for ask in asks:
            ask()
        self.env["res.config.settings"].create({"group_service_prices": False}).execute()
        self.assertFalse(self.technician_user.has_group("service_order.group_service_prices"))
        self.assertTrue(self.dispatcher.has_group("service_order.group_service_prices"))

    def test_nobody_types_what_the_program_writes(self):
        """Also where the form only shows it: a reader of forms is not the only one who writes."""
        order = self._create_order()
        visit, moment = self._create_visit(order), "2020-01-01 10:00:00"
        line = self._create_line(visit)
        parcel = self.env["service.parcel"].create({"order_id": order.id})
        claim = self.env["service.warranty.claim"].create({"order_id": order.id})
        typed = {
            order: {
                "access_token": "guess",
                "name": "ZS/1",
                "is_signed": True,
                "date_done": moment,
                "decision": "agreed",
                "accept_until": moment,
                "repair_state": "met",
                "amount_payable": 0.0,
                "held_reason": "",
            },
            visit: {"signed_on": moment, "started_on": moment, "finished_on": moment},
            line: {"amount": 0.0, "currency_id": self.env.ref("base.EUR").id, "state": "settled"},
            parcel: {"name": "P/1", "state": "delivered", "date_sent": moment},
            claim: {"name": "R/1", "state": "credited"},
        }
        for record, vals in typed.items():
            for name, value in vals.items():
                with self.subTest(name), self.assertRaises(AccessError):
                    record.with_user(self.dispatcher).write({name: value})
        with self.assertRaises(AccessError):
            parcel.with_user(self.dispatcher).create({"order_id": order.id, "state": "lost"})

    def test_nobody_shows_others_a_file_they_may_not_see(self):
        """What is on an order or a visit is printed and shown to the customer, as superuser."""
        visit = self._create_visit()
        invoice = self.env["account.move"].create({"move_type": "out_invoice"})
        secret = self.env["ir.attachment"].create(
            {"name": "secret.png", "raw": b"x", "res_model": invoice._name, "res_id": invoice.id}
        )
        mine = visit.with_user(self.technician_user)
        order = visit.order_id.with_user(self.dispatcher)
        for act in (
            lambda: mine.write({"photo_ids": [Command.link(secret.id)]}),
            lambda: order.write({"photo_ids": [Command.set(secret.ids)]}),
            lambda: order.copy({"photo_ids": [Command.set(secret.ids)]}),
        ):
            with self.assertRaises(AccessError):
                act()
        mine.photo_ids = [Command.create({"name": "own.png", "raw": b"x"})]
        self.assertEqual(visit.photo_ids.mapped("name"), ["own.png"])

    def test_a_visit_stays_with_its_order(self):
        visit = self._create_visit().with_user(self.dispatcher)
        with self.assertRaisesRegex(UserError, "belongs to its order"):
            visit.order_id = self._create_order(self.free_device)
        visit.action_finish()
        same = {"technician_id": self.technician.id, "date_start": visit.date_start}
        visit.write(same)
        for vals in ({"technician_id": self.colleague.id}, {"date_start": "2026-01-05 08:00:00"}):
            with self.assertRaisesRegex(UserError, "is finished: who made it"):
                visit.write(vals)
        visit.with_user(self.manager).technician_id = self.colleague

    def test_a_visit_is_worked_through_not_typed_in(self):
        """Not even a dispatcher records a visit that nobody started and finished."""
        visits = self.env["service.visit"].with_user(self.dispatcher)
        vals = {
            "order_id": self._create_order().id,
            "technician_id": self.technician.id,
            "date_start": "2026-01-05 08:00:00",
        }
        with self.assertRaises(AccessError):
            visits.create({**vals, "state": "done"})
        visit = visits.create(vals)
        with self.assertRaises(AccessError):
            visit.state = "done"
        self.assertEqual(visit.state, "planned")

    def test_a_signature_on_a_finished_visit_stays(self):
        visit = self._create_visit()
        with file_open("service_order/static/description/icon.png", "rb") as picture:
            signature = base64.b64encode(picture.read())
        mine = visit.with_user(self.technician_user)
        mine.action_start()
        mine.write({"signature": signature, "signed_by": "Wrong person"})
        mine.write({"signature": signature, "signed_by": "Jan Kowalski"})
        mine.action_finish()
        for user in (self.technician_user, self.dispatcher):
            for vals in ({"signature": False}, {"signed_by": "Somebody else"}):
                with self.assertRaisesRegex(UserError, "the signature stays"):
                    visit.with_user(user).write(vals)

    def test_a_draft_line_tells_nothing_of_a_foreign_order(self):
        visit = self._create_visit(technician=self.colleague)
        lines = self.env["service.order.line"].with_user(self.technician_user)
        values = {"order_id": visit.order_id.id, "kind": "labour"}
        spec = {"customer_id": {"fields": {"display_name": {}}}, "order_id": {}}
        with self.assertRaises(AccessError):
            lines.onchange(values, ["order_id"], spec)
        visit.order_id.diagnosis = "Water inside"
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            entry = self.env["service.bench.entry"].with_user(self.technician_user)
            entry = entry.create({"order_id": visit.order_id.id}).diagnosis

    def test_technicians_do_not_see_moved_goods(self):
        """Core lets every employee read and change them; parts are used through the own line."""
        line = self._create_line(self._create_visit())
        line.with_user(self.technician_user).action_use()
        goods = self.env["stock.move.line"].search([("product_id", "=", self.part.id)])
        self.assertTrue(goods)
        self.assertFalse(goods.with_user(self.technician_user).search([("id", "in", goods.ids)]))
        with self.assertRaises(AccessError):
            goods.with_user(self.technician_user).write({"quantity": 5})

    def test_purchases_from_a_customer_are_for_its_roles(self):
        purchase = self.env["purchase.order"].create({"partner_id": self.customer.id})
        for role, sees in (("user", False), ("accounting", True), ("decision", True)):
            user = self._person(f"purchase_{role}", role=role)
            user.partner_id.parent_id = self.customer
            found = self._visible(user, "purchase.order") & purchase
            self.assertEqual(bool(found), sees, role)
