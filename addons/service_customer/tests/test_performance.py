from lxml import etree

from odoo.tests import new_test_user, tagged

from .common import ServiceCustomerCommon

LISTED = {"complete_name": {}, "city": {}, "email": {}, "type": {}}


@tagged("post_install", "-at_install")
class TestPerformance(ServiceCustomerCommon):
    """The number of queries does not grow with the rows, for staff and for customer people."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {"dispatcher": cls.dispatcher, "technician": cls.technician}
        for role, locations in (("decision", None), ("accounting", None), ("user", cls.site)):
            person = cls.env["res.partner"].create({"name": role, "parent_id": cls.customer.id})
            cls._create_membership(role, contact=person, locations=locations)
            cls.users[role] = new_test_user(
                cls.env, f"list_{role}", groups="base.group_portal", partner_id=person.id
            )
        cls._grow(10)

    @classmethod
    def _grow(cls, rows):
        """More branches in scope of everybody, in towns of their own, and people with roles."""
        for number in range(rows):
            place = {"type": "location", "parent_id": cls.site.id, "city": f"Town {rows}/{number}"}
            person = {"name": f"Person {number}", "parent_id": cls.customer.id, "email": "a@b.pl"}
            places = cls.env["res.partner"].create(
                [{"name": f"Branch {number}", **place}, {"city": place["city"], **person}]
            )
            cls._create_membership(contact=places[1])

    def _card(self, partners):
        """What the web client reads for a card, with its lists."""
        if partners.env.user.share:
            return LISTED
        answer = partners.get_views([(self.env.ref("base.view_partner_form").id, "form")])
        arch = etree.fromstring(answer["views"]["form"]["arch"])
        return self._specification(arch, "res.partner", answer["models"])

    def _specification(self, arch, model, models):
        names = models[model]["fields"]
        outer = len(arch.xpath("ancestor-or-self::field"))
        found = {}
        for node in arch.xpath(".//field"):
            field = names.get(node.get("name"))
            if not field or len(node.xpath("ancestor::field")) != outer:
                continue
            if field["type"] in ("one2many", "many2many") and (inner := node.xpath("list|kanban")):
                rows = self._specification(inner[0], field["relation"], models)
                found[node.get("name")] = {"fields": rows}
            else:
                found[node.get("name")] = {"fields": {"display_name": {}}}
        return found

    def _calls(self, user):
        """{name: (call, number of rows it answers with)} of what the web client asks."""
        partners = self.env["res.partner"].with_user(user)
        listed = dict(LISTED)
        if not user.share:
            listed |= {"service_location_count": {}, "service_region_id": {}}
        card, typed = self._card(partners), [("complete_name", "ilike", "Branch")]
        return {
            "list": lambda: partners.web_search_read([], listed)["records"],
            "search": lambda: partners.web_search_read(typed, listed)["records"],
            "group": lambda: partners.web_read_group([], ["city"], ["__count"])["groups"],
            "card": lambda: partners.browse(self.customer.id).web_read(card),
        }

    def _count(self, call):
        """Rows of the answer, and queries that it took with all caches of records empty."""
        call()  # fills the caches that requests share
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        rows = call()
        return len(rows), self.env.cr.sql_log_count - before

    def test_queries_are_constant_in_rows(self):
        """A list, a search, groups and a card, as staff and as customer people."""
        calls = {
            (role, name): call
            for role, user in self.users.items()
            for name, call in self._calls(user).items()
        }
        few = {asked: self._count(call) for asked, call in calls.items()}
        self._grow(50)
        for (role, name), call in calls.items():
            with self.subTest(role=role, call=name):
                rows, queries = self._count(call)
                self.assertEqual(queries, few[role, name][1])
                self.assertGreaterEqual(rows - few[role, name][0], 0 if name == "card" else 50)

    def test_a_request_looks_roles_up_once(self):
        """One query brings all rows of a person, and neither the account nor the contact."""
        partners = self.env["res.partner"].with_user(self.users["decision"]).with_context(tz=False)
        partners.search([], limit=1)
        self.env.flush_all()
        self.env.invalidate_all()
        partners.env.company.parent_id  # noqa: B018  core's rule reads companies
        with self.assertQueryCount(3):  # the roles once, the contacts twice
            partners.search([], limit=1)
            partners.search([], limit=1)

    def test_rule_begins_with_the_persons_customers(self):
        """The database must be able to use the index on the customer of a contact."""
        partners = self.env["res.partner"].with_user(self.users["decision"])
        query = partners._search([])
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        self.env.cr.execute("ANALYZE res_partner")
        select = query.select()
        self.env.cr.execute("EXPLAIN " + select.code, select.params)
        plan = "\n".join(line for (line,) in self.env.cr.fetchall())
        self.assertIn("res_partner__commercial_partner_id_index", plan)

    def test_losing_the_own_company_leaves_the_own_contact(self):
        """The cached rule of somebody who decides elsewhere, too, follows a row that goes."""
        user = self.users["decision"]
        self._create_membership("user", contact=user.partner_id, customer=self.other_customer)
        partners = self.env["res.partner"].with_user(user)
        self.assertIn(self.site, partners.search([]))
        own = user.partner_id.service_person_membership_ids.filtered(
            lambda row: row.customer_id == self.customer
        )
        for change in (lambda: own.write({"active": False}), own.unlink):
            change()
            found = partners.search([])
            self.assertIn(user.partner_id, found)
            self.assertIn(self.other_customer, found)
            self.assertNotIn(self.site, found)
