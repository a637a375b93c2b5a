import base64

from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .test_service_contract_document import ServiceDocumentCommon, drawing


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

    def test_what_is_given_is_text_and_takes_no_other_place(self):
        document = self.contract._create_document("contract").with_user(self.manager)
        for given in (["given.reason"], "x", {"given.reason": ["x"]}, {"customer.name": "Other"}):
            with self.subTest(given), self._refused("texts by these names only: given.amount"):
                document.given = given
        paper = document.new({"contract_id": self.contract.id, "given": ["x"]})
        paper.template_id = self._create_template("notice", ["<p>{{ given.reason }}</p>"])
        self.assertIn("……", paper.shown_html)

    def test_a_clause_loads_nothing_from_elsewhere(self):
        clause = self.template.clause_ids[0].with_user(self.manager)
        with self._refused("clause “Clause 1”: https://x.test/a.png lies outside"):
            clause.body = '<p>Seal <img src="https://x.test/a.png"></p>'
        picture = self.env["ir.attachment"].create(
            {"name": "seal.png", "raw": base64.b64decode(drawing())}
        )
        clause.body = f'<p>Seal <img src="/web/image/{picture.id}"></p>'
        document = self._issue()
        self.assertIn(f'<img src="data:image/png;base64,{drawing()}">', self._texts(document))
        self.env.cr.execute(
            "UPDATE service_contract_clause SET body = %s WHERE id = %s",
            ('<p>Seal <img src="https://x.test/a.png"></p>', clause.id),
        )
        self.env.invalidate_all()
        self.assertNotIn("x.test", self.template.preview_html)
        self.assertIn("Seal", self.template.preview_html)

    def test_what_is_no_signature_or_name_is_refused_in_words(self):
        document = self._issue()
        with self._refused("Draw your signature"):
            document._sign_drawn("Ewa", ["picture"], self.customer, "192.0.2.7")
        with self._refused("Enter your name"):
            document._sign_drawn({}, "", self.customer, "192.0.2.7")
