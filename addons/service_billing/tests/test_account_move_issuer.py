from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ServiceBillingCommon


@tagged("post_install", "-at_install")
class TestAccountMoveIssuer(ServiceBillingCommon):
    """One issuer for each company; the other path refuses."""

    def _external(self):
        self.company.service_issuer = "external"
        return self.company.service_settlement_journal_id

    def test_settlement_journal(self):
        journal = self._external()
        self.assertRecordValues(
            journal, [{"code": "ROZ", "type": "sale", "service_is_settlement": True}]
        )
        self.company.service_issuer = "odoo"
        self.company.service_issuer = "external"
        self.assertEqual(self.company.service_settlement_journal_id, journal, "Made once only")

    def test_settlement_journal_beside_one_that_was_left(self):
        """Uninstalled, the addon leaves its journal; installed again, it makes another one."""
        left = self._external()
        self.company.service_settlement_journal_id = False
        journal = self.company._get_service_journal()
        self.assertNotEqual(journal, left)
        self.assertEqual((journal.code, journal.type), ("ROZ2", "sale"))

    def test_journal_in_the_language_of_the_company(self):
        self.env["res.lang"]._activate_lang("pl_PL")
        self.company.partner_id.lang = "pl_PL"
        self.assertEqual(self._external().with_context(lang="pl_PL").name, "Rozliczenia")

    def test_bill_makes_invoices(self):
        move = self._posted()
        self.assertFalse(move.service_is_settlement)
        self.assertFalse(move.service_issue_state)
        self.assertTrue(move._is_fiscally_complete())

    def test_bill_makes_settlements(self):
        journal = self._external()
        move = self._posted()
        self.assertRecordValues(
            move,
            [
                {
                    "journal_id": journal.id,
                    "service_is_settlement": True,
                    "service_issue_state": "not_issued",
                }
            ],
        )
        self.assertTrue(move.name.startswith("ROZ/"))
        self.assertEqual(move.type_name, "Settlement")

    def test_settlements_never_turn_into_invoices(self):
        journal = self._external()
        move = self._posted()
        with self.assertRaisesRegex(UserError, "has documents"):
            journal.service_is_settlement = False
        self.assertTrue(move.service_is_settlement)

    def test_no_invoice_beside_the_external_issuer(self):
        draft = self._charge()._bill()
        self._external()
        with self.assertRaisesRegex(UserError, "Another program issues the invoices"):
            draft.action_post()
        draft.journal_id = self.company.service_settlement_journal_id
        draft.action_post()
        self.assertTrue(draft.service_is_settlement)

    def test_no_settlement_without_the_external_issuer(self):
        self._external()
        draft = self._charge()._bill()
        self.company.service_issuer = "odoo"
        with self.assertRaisesRegex(UserError, "Odoo issues the invoices"):
            draft.action_post()

    def test_documents_by_hand_follow_the_issuer(self):
        journal = self._external()
        by_hand = self.env["account.move"].create({"move_type": "out_invoice"})
        self.assertEqual(by_hand.journal_id, journal)
        self.company.service_issuer = "odoo"
        by_hand = self.env["account.move"].create({"move_type": "out_invoice"})
        self.assertFalse(by_hand.service_is_settlement)

    def test_bills_of_suppliers_are_no_concern(self):
        self._external()
        bill = self._create_invoice("in_invoice", invoice_date="2026-10-31", post=True)
        self.assertEqual(bill.state, "posted")

    def test_number_from_the_other_program(self):
        """The own name stays; the number that the customer knows comes first."""
        self._external()
        move = self._posted()
        name = move.name
        move.write({"service_external_number": "FS 12/2026", "service_ksef_number": "K-1"})
        self.assertRecordValues(move, [{"name": name, "service_issue_state": "issued"}])
        self.assertEqual(move.display_name, f"FS 12/2026 ({name})")
        following = self._posted(name="Next")
        self.assertEqual(following.sequence_number, move.sequence_number + 1)
        self.assertFalse(move.copy().service_external_number)

    def test_issued_settlement_stays(self):
        self._external()
        move = self._posted()
        move.service_external_number = "FS 12/2026"
        with self.assertRaisesRegex(UserError, "Correct it there"):
            move.button_draft()
        with self.assertRaisesRegex(UserError, "Correct it there"):
            move.button_cancel()
        self.assertEqual(move.service_charge_ids.state, "billed")

    def test_waiting_is_kept(self):
        self._external()
        move = self._posted()
        move.service_issue_state = "waiting"
        move.narration = "Something else changes"
        self.env.flush_all()
        self.assertEqual(move.service_issue_state, "waiting")

    def test_company_without_accounts(self):
        company = self.env["res.company"].create({"name": "New", "service_issuer": "external"})
        with self.assertRaisesRegex(UserError, "no chart of accounts"):
            company._get_service_journal()
        company.service_issuer = "odoo"
        with self.assertRaisesRegex(UserError, "no sale journal"):
            company._get_service_journal()
