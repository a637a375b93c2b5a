from odoo.tests import new_test_user, tagged

from .common import ServiceCustomerCommon

LISTED = {"complete_name": {}, "city": {}, "email": {}, "type": {}}


@tagged("post_install", "-at_install")
class TestPerformance(ServiceCustomerCommon):
    """The number of queries does not grow with the rows, for staff and for customer people."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        partners = cls.env["res.partner"]
        partners.create(
            [
                {"name": f"Branch {number}", "type": "location", "parent_id": cls.site.id}
                for number in range(100)
            ]
        )
        partners.create(
            [{"name": f"Person {number}", "parent_id": cls.customer.id} for number in range(100)]
        )
        cls.users = {"dispatcher": cls.dispatcher, "technician": cls.technician}
        for role, locations in (("decision", None), ("accounting", None), ("user", cls.site)):
            person = partners.create({"name": role, "parent_id": cls.customer.id})
            cls._create_membership(role, contact=person, locations=locations)
            cls.users[role] = new_test_user(
                cls.env, f"list_{role}", groups="base.group_portal", partner_id=person.id
            )

    def _count(self, partners, limit):
        """Queries of a list with so many rows, all caches of records empty."""
        domain = [("name", "like", "Branch")] if limit else []
        self.env.flush_all()
        partners.env.invalidate_all()
        before = self.env.cr.sql_log_count
        answer = partners.web_search_read(domain, self.listed, limit=limit)
        self.assertEqual(len(answer["records"]), limit)
        return self.env.cr.sql_log_count - before

    def test_queries_of_a_list_are_constant_in_rows(self):
        for role, user in self.users.items():
            self.listed = dict(LISTED)
            if not user.share:
                self.listed |= {"service_location_count": {}, "service_region_id": {}}
            partners = self.env["res.partner"].with_user(user)
            self._count(partners, 10)
            with self.subTest(role=role):
                self.assertEqual(self._count(partners, 10), self._count(partners, 100))

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
