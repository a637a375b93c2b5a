from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .test_service_contract_document import ServiceDocumentCommon


@tagged("post_install", "-at_install")
class TestServiceContractDocumentGuard(ServiceDocumentCommon):
    """What the API offers beside the buttons changes nothing that was issued."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(
            cls.env, "d_manager", groups="service_customer.group_service_manager"
        )

    def test_whose_a_document_is_its_contract_says(self):
        document = self._issue().with_user(self.manager)
        document.customer_id = self.env["res.partner"].create({"name": "Heir"})
        self.env.invalidate_all()
        self.assertEqual(document.customer_id, self.customer)

    def test_a_copy_is_a_draft(self):
        copy = self._sign(self._issue()).with_user(self.manager).copy()
        self.assertRecordValues(
            copy, [{"state": "draft", "kind": "contract", "sha256": False, "signed_by": False}]
        )

    def test_no_other_file_takes_the_place_of_the_issued_one(self):
        document = self._issue()
        place = {"res_model": document._name, "res_field": "pdf", "res_id": document.id}
        attachments = self.env["ir.attachment"].with_user(self.manager)
        forged = {"name": "pdf", "raw": b"%PDF-1.7 forged"}
        for act in (
            lambda: attachments.create(forged | place),
            lambda: attachments.create(forged).write(place),
        ):
            with self.assertRaisesRegex(UserError, "neither changed nor deleted"):
                act()

    def test_a_contract_that_is_given_up_waits_for_no_signature(self):
        self.contract = self._create_contract(self.lease_type, activate=False)
        self._create_rate(self.contract, base_fee=1)
        document = self._issue()
        self.contract.action_cancel()
        self.assertEqual(document.state, "cancelled")

    def test_what_is_no_signature_or_name_is_refused_in_words(self):
        document = self._issue()
        with self._refused("Draw your signature"):
            document._sign_drawn("Ewa", ["picture"], self.customer, "192.0.2.7")
        with self._refused("Enter your name"):
            document._sign_drawn({}, "", self.customer, "192.0.2.7")
