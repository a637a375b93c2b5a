from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import ServiceContractCommon


@tagged("post_install", "-at_install")
class TestServiceContractSecurity(ServiceContractCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.contract = cls._create_contract(cls.lease_type, cls.own_device)
        cls.rate = cls._create_rate(cls.contract, labour=1)
        cls.person = cls.env["res.partner"].create(
            {"name": "Person", "parent_id": cls.customer.id, "email": "p@test.example"}
        )
        cls.portal = new_test_user(
            cls.env, "contract_portal", groups="base.group_portal", partner_id=cls.person.id
        )

    def _grant(self, role, locations=None):
        self.env["service.membership"].create(
            {
                "contact_id": self.person.id,
                "customer_id": self.customer.id,
                "role": role,
                "scope": "locations" if locations else "all",
                "location_ids": locations.ids if locations else False,
            }
        )

    def _visible(self):
        return (
            self.env["service.contract"]
            .with_user(self.portal)
            .search([("id", "=", self.contract.id)])
        )

    def test_only_decision_makers_of_the_whole_customer_see_contracts(self):
        self._grant("user")
        self._grant("accounting")
        self.assertFalse(self._visible())
        self._grant("decision")
        self.assertEqual(self._visible().name, self.contract.name)

    def test_decision_makers_of_some_locations_see_none(self):
        self._grant("decision", self.site)
        self.assertFalse(self._visible())

    def test_drafts_are_not_shown_to_customers(self):
        self._grant("decision")
        draft = self._create_contract(self.lease_type, activate=False)
        self.assertFalse(draft.with_user(self.portal).has_access("read"))

    def test_customer_people_read_the_allowed_fields_only(self):
        self._grant("decision")
        contract = self._visible()
        contract.read(["name", "type_id", "date_start", "date_end", "state", "customer_id"])
        for name in ("pricelist_id", "rate_ids", "note", "device_ids", "invoice_partner_id"):
            with self.subTest(field=name), self.assertRaises(AccessError):
                contract.read([name])
        with self.assertRaises(AccessError):
            contract.write({"name": "x"})

    def test_customer_people_of_any_role_are_told_the_cover_in_words(self):
        self._grant("user")
        device = self.own_device.with_user(self.portal)
        self.assertIn("Labour: covered", device._cover_in_words()[device])

    def test_roles(self):
        for role, rights in {
            "technician": (True, False, False),
            "dispatcher": (True, False, True),
            "manager": (True, True, True),
            "warehouse": (True, False, False),
            "accounting": (True, False, True),
            "administrator": (True, True, True),
        }.items():
            user = self.users[role]
            found = (
                self.contract.with_user(user).has_access("read"),
                self.contract.with_user(user).has_access("write"),
                self.rate.with_user(user).has_access("read"),
            )
            self.assertEqual(found, rights, role)

    def test_values_are_for_those_who_see_prices(self):
        for role in ("technician", "warehouse"):
            contract = self.contract.with_user(self.users[role])
            device = self.own_device.with_user(self.users[role])
            with self.subTest(role), self.assertRaises(AccessError):
                contract.search([("ceiling_amount", ">", 0)])
            with self.subTest(role), self.assertRaises(AccessError):
                device.read(["lease_buyout_price"])
            form = contract.get_view(view_type="form")["arch"]
            self.assertNotIn("ceiling_stop", form)
            self.assertNotIn("lease_buyout_price", device.get_view(view_type="form")["arch"])

    def test_contracts_of_another_company_are_not_seen(self):
        company = self.env["res.company"].create({"name": "Second Company"})
        contract = self.env["service.contract"].create(
            {
                "type_id": self.lease_type.id,
                "customer_id": self.customer.id,
                "company_id": company.id,
            }
        )
        self.assertFalse(contract.with_user(self.users["manager"]).has_access("read"))

    def test_nothing_is_given_to_a_company_of_somebody_else(self):
        company = self.env["res.company"].create({"name": "Second Company"})
        vals = {"type_id": self.lease_type.id, "customer_id": self.customer.id}
        mine, theirs = (
            self.env["service.contract"].create(vals | {"company_id": each.id})
            for each in (self.company, company)
        )
        rate = self.env["service.rate"].create({"contract_id": mine.id})
        group = self.env["service.billing.group"].create({"contract_id": mine.id})
        run = self.env["service.indexation.run"].create({})
        for record, name, value in (
            (rate, "contract_id", theirs),
            (group, "contract_id", theirs),
            (mine, "company_id", company),
            (run, "company_id", company),
        ):
            with self.subTest(record), self.assertRaises(AccessError), self.env.cr.savepoint():
                record.with_user(self.users["manager"]).write({name: value.id})
