from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from odoo.addons.connector_subiekt.tests.common import SubiektCommon

CODES = ("GM-WISNIOWA", "SP1-WISNIOWA", "SP2-WISNIOWA")


@tagged("post_install", "-at_install")
class TestSharedCards(SubiektCommon):
    """The shipped export has a municipality with two schools: three cards with one NIP."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dispatcher = new_test_user(
            cls.env,
            "subiekt_dispatcher",
            groups="service_customer.group_service_dispatcher",
            company_id=cls.company.id,
            company_ids=cls.company.ids,
        )

    def cards(self):
        return [self.record("partner", code) for code in CODES]

    def join(self):
        """Join what the proposal says, as a dispatcher."""
        context = {"active_model": "res.partner", "active_ids": [card.id for card in self.cards()]}
        Join = self.env["service.join"].with_user(self.dispatcher).with_context(**context)
        join = Join.create({})
        join.action_join()
        return join.customer_id.sudo()

    def test_import_proposes_and_joins_nothing(self):
        exchange = self.load(self.export)
        self.assertEqual(len(set(self.cards())), 3)
        proposals = exchange.message_line_ids.filtered(lambda line: "share the tax" in line.message)
        self.assertRecordValues(proposals, [{"level": "info"}])
        action = exchange.action_open_shared_cards()
        found = self.env["res.partner"].search(action["domain"])
        self.assertEqual(set(found), set(self.cards()))

    def test_joined_cards_are_one_customer_whose_locations_keep_their_symbols(self):
        self.load(self.export)
        names = [card.name for card in self.cards()]
        gmina = self.join()
        self.assertEqual(gmina.name, "Gmina Wiśniowa")
        self.assertEqual(gmina.service_location_ids.mapped("name"), names[1:])
        self.assertEqual(self.cards(), [gmina, *gmina.service_location_ids])
        self.assertEqual(gmina.service_location_ids.mapped("ref"), list(CODES[1:]))

    def test_later_import_keeps_the_location_a_location(self):
        self.load(self.export)
        gmina = self.join()
        school = gmina.service_location_ids[0]
        school.name = "SP 1"
        file = self.file()
        for partner in file.partners:
            if partner.code in CODES:
                partner.street = "Nowa 9"
                partner.full_name = f"Inna {partner.code}"
        exchange = self.load(file)
        self.assertEqual(exchange.failed_count, 0)
        self.assertRecordValues(
            school, [{"type": "location", "name": "SP 1", "street": "Nowa 9", "is_company": False}]
        )
        self.assertEqual(self.cards(), [gmina, *gmina.service_location_ids])
        self.assertFalse(
            exchange.message_line_ids.filtered(lambda line: "share the tax" in line.message)
        )

    def test_card_with_invoices_stays_a_customer(self):
        self.load(self.export)
        card = self.cards()[1]
        self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": card.id,
                "invoice_line_ids": [Command.create({"name": "x", "price_unit": 1})],
            }
        )
        with self.assertRaisesRegex(UserError, "has invoices"):
            self.join()
        self.assertTrue(card.active)
