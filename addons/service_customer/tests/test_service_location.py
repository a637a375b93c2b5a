from ast import literal_eval

from lxml import etree

from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .common import ServiceCustomerCommon


@tagged("post_install", "-at_install")
class TestServiceLocation(ServiceCustomerCommon):
    """Daily work with many locations: found by their path, moved with what lies in them."""

    def _found(self, words, **context):
        partners = self.env["res.partner"].with_context(**context)
        return {id_ for id_, _name in partners.name_search(words)}

    def _move(self, locations, parent, user=None):
        move = self.env["service.location.move"].with_user(user or self.dispatcher)
        move = move.with_context(active_model="res.partner", active_ids=locations.ids)
        move.create({"parent_id": parent.id}).action_move()

    def test_dropdown_shows_the_path_first(self):
        room = self.room.with_context(formatted_display_name=True)
        self.assertEqual(room.display_name, "Site A / Floor 1 / Room 12 \t --Odra--")
        room = room.with_context(partner_display_name_hide_company=True)
        self.assertEqual(room.display_name, "Site A / Floor 1 / Room 12")
        person = self.person.with_context(formatted_display_name=True)
        self.assertEqual(person.display_name, f"Odra \t --{person.name}--")

    def test_names_in_lists_are_those_put_together_anew(self):
        """They are taken as stored: never an old one, and what has no name gets the user's word."""
        self.env["res.lang"]._activate_lang("pl_PL")
        nameless = self.env["res.partner"].create(
            {"type": "invoice", "parent_id": self.customer.id, "is_company": False}
        )
        partners = self.customer | self.room | self.person | nameless | self.env.user.partner_id
        hidden = {"partner_display_name_hide_company": True}

        def check(**context):
            named = partners.with_context(**context)
            anew = [partner._get_complete_name() for partner in named]
            self.assertEqual(named.mapped("display_name"), anew)
            return anew

        check()
        self.customer.name = "Odra and Sons"
        self.site.name = "Site C"
        self.assertIn("Odra and Sons, Site C / Floor 1 / Room 12", check())
        self.assertIn("Site C / Floor 1 / Room 12", check(**hidden))
        self.assertIn(self.person.name, check(**hidden, lang="pl_PL"))
        self.assertNotEqual(check(lang="pl_PL")[3], check()[3], "the kind of address is a word")
        self.person.email = "person@example.com"
        shown = self.person.with_context(show_email=True).display_name
        self.assertEqual(shown, f"Odra and Sons, {self.person.name} <person@example.com>")

    def test_found_by_any_words_of_path_and_customer(self):
        self.assertEqual(self._found("odra floor 1"), {self.floor.id, self.room.id})
        self.assertEqual(self._found("12 site odra"), {self.room.id})
        self.assertEqual(self._found("Odra, Site A / Floor 1 / Room"), {self.room.id})
        self.assertFalse(self._found("lis floor 1"))
        self.assertEqual(
            self._found(f"{self.person.name} Odra"), set(), "people are found as in core"
        )
        View = self.env.ref("service_customer.service_location_view_search")
        self.assertIn("[('display_name', 'ilike', self)]", View.arch)

    def test_tree_is_indented(self):
        names = (self.site | self.floor | self.room).mapped("service_location_tree")
        self.assertEqual(names, ["Site A", "\u2003\u2003Floor 1", "\u2003" * 4 + "Room 12"])

    def test_five_hundred_branches_in_constant_queries(self):
        branches = self.env["res.partner"].create(
            [
                {"name": f"Branch {i}", "type": "location", "parent_id": self.customer.id}
                for i in range(500)
            ]
        )
        self.env["res.partner"].create(
            [{"name": "Floor", "type": "location", "parent_id": b.id} for b in branches[:50]]
        )
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(self.customer.service_location_count, 554)
        self.assertEqual(len(self._found("odra branch 49 floor")), 1)
        specification = dict.fromkeys(
            ("service_location_path", "service_address", "service_region_id"), {}
        )
        for page in (branches[:10], branches[100:180]):
            self.env.invalidate_all()
            with self.assertQueryCount(6):
                page.web_read(specification)

    def test_address_used_is_the_nearest(self):
        self.assertEqual(self.room.service_address, "Krakowska 1, 50-001 Wrocław")
        self.assertTrue(self.room.service_address_inherited)
        self.floor.write({"street": "Boczna 2", "city": "Wrocław"})
        self.assertEqual(self.room.service_address, "Boczna 2, Wrocław")
        self.assertFalse(self.floor.service_address_inherited)

    def test_map_shows_position_or_address(self):
        self.assertIn("query=Krakowska+1%2C+50-001", self.room.action_open_service_map()["url"])
        self.site.write({"partner_latitude": 51.1, "partner_longitude": 17.03})
        self.assertIn("mlat=51.1&mlon=17.03", self.room.action_open_service_map()["url"])
        self.floor.write({"street": "Boczna 2"})
        self.assertIn("Boczna", self.room.action_open_service_map()["url"])
        nowhere = self._create_location("N", self._create_customer("No address"))
        with self.assertRefused("neither an address nor a position"):
            nowhere.action_open_service_map()

    def test_position_typed_or_from_the_address_in_use(self):
        with self.assertRefused("not on Earth"):
            self.site.partner_latitude = 170.3
        asked = []

        def find(partners, street, *address):
            asked.append(street)
            return (51.0, 17.0)

        self.patch(type(self.env["res.partner"]), "_geo_localize", find)
        self.room.with_context(force_geo_localize=True).geo_localize()
        self.assertEqual(asked, ["Krakowska 1"])
        self.assertEqual(self.room._get_service_position(), (51.0, 17.0))

    def test_move_takes_everything_along(self):
        user = self._create_membership(locations=self.other_site)
        self._move(self.floor + self.room, self.other_site)
        self.assertEqual(self.room.service_location_path, "Site B / Floor 1 / Room 12")
        self.assertEqual(self.room.parent_id, self.floor, "what lies in a moved place stays in it")
        self.assertIn(self.room, user.scope_location_ids)
        self.assertIn("Site A / Floor 1 → Site B / Floor 1", self.floor.message_ids[:1].body)
        self._move(self.floor, self.customer)
        self.assertEqual(self.room.service_location_path, "Floor 1 / Room 12")

    def test_move_is_refused_in_words(self):
        with self.assertRefused("can't be moved to another customer"):
            self._move(self.floor, self.other_customer)
        with self.assertRefused("Site A can't be moved into .*Room 12.*lies in it"):
            self._move(self.site, self.room)
        with self.assertRefused("Site A can't be moved into Site A"):
            self.site.parent_id = self.site
        with self.assertRefused("several customers: Odra, Lis"):
            self._move(self.site + self.foreign_site, self.customer)
        with self.assertRaises(AccessError):
            self._move(self.floor, self.other_site, user=self.technician)

    def test_not_among_the_contacts_of_the_customer(self):
        self.assertEqual(self.customer.child_ids, self.person)
        self.assertFalse(self.site.child_ids)
        self.assertEqual(self.customer.service_location_ids, self.site + self.other_site)
        self.assertEqual(len(self.customer.service_all_location_ids), 4)

    def test_company_and_tax_data_still_reach_what_lies_below(self):
        keeper = self.env["res.partner"].create({"name": "Jan", "parent_id": self.floor.id})
        self.room.active = False
        self.customer.write({"company_id": self.env.company.id, "vat": "PL8971234561"})
        self.assertEqual((self.site + self.room + keeper).company_id, self.env.company)
        self.assertEqual(keeper.vat, "PL8971234561")
        self.assertFalse(self.site.vat)

    def test_nearest_value(self):
        calendar = self.env["resource.calendar"].create({"name": "8-16"})
        self.site.service_calendar_id = calendar
        self.assertEqual(self.room._get_service_nearest("service_calendar_id"), calendar)
        self.assertFalse(self.other_site._get_service_nearest("service_calendar_id"))

    def test_form_has_what_a_technician_must_know(self):
        form = Form(
            self.site.with_user(self.dispatcher),
            view="service_customer.service_location_view_form",
        )
        form.service_access_notes = "Gate 2"
        form.service_parking_notes = "Behind the building"
        form.service_contact_id = self.person
        form.service_invoice_partner_id = self.other_customer
        form.partner_latitude, form.partner_longitude = 51.1, 17.0
        form.save()
        self.assertRecordValues(
            self.site.with_user(self.technician),
            [
                {
                    "service_access_notes": "Gate 2",
                    "service_parking_notes": "Behind the building",
                    "service_contact_id": self.person.id,
                    "partner_latitude": 51.1,
                }
            ],
        )

    def test_lists_of_customers_without(self):
        Partner = self.env["res.partner"].with_user(self.dispatcher)
        view = Partner.get_view(self.env.ref("base.view_res_partner_filter").id, "search")
        for name in ("no_location", "no_people", "no_portal", "no_decision", "no_accounting"):
            self.assertIn(f'name="service_{name}"', view["arch"])
        self._create_membership(role="decision")
        ended = self._create_membership(
            contact=self.env["res.partner"].create({"name": "Ewa"}), customer=self.other_customer
        )
        domain = self._filter_domain("service_no_portal")
        mine = [("id", "in", (self.customer + self.other_customer).ids)]
        self.assertEqual(Partner.search(domain + mine), self.other_customer)
        ended.write({"date_from": "2000-01-01", "date_to": "2000-01-02"})
        self.assertEqual(
            Partner.search(self._filter_domain("service_no_people") + mine), self.other_customer
        )
        self.assertEqual(
            Partner.search(self._filter_domain("service_no_accounting") + mine),
            self.customer + self.other_customer,
        )
        self.assertFalse(Partner.search(self._filter_domain("service_no_location") + mine))

    def _filter_domain(self, name):
        view = self.env["res.partner"].get_view(
            self.env.ref("base.view_res_partner_filter").id, "search"
        )
        return literal_eval(
            etree.fromstring(view["arch"]).find(f".//filter[@name='{name}']").get("domain")
        )

    def test_own_company_is_no_customer(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_customer.service_customer_action"
        )
        customers = self.env["res.partner"].search(literal_eval(action["domain"]))
        self.assertNotIn(self.env.company.partner_id, customers)
        self.assertIn(self.customer, customers)
        self.assertNotIn(self.site, customers)
