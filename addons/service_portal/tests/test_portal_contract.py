import base64
import hashlib
from unittest.mock import patch

from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.service_contract.tests.signed_pdf import sign_pdf
from odoo.addons.service_contract.tests.test_service_contract_document import drawing

from .common import ServicePortalCommon

QUIET = ("odoo.http", "odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")


@tagged("post_install", "-at_install")
class TestPortalContract(ServicePortalCommon):
    """Contract documents: decision makers of the whole customer read, sign and refuse; others
    find nothing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        reports = cls.env.registry["ir.actions.report"]
        original = reports._render_qweb_pdf

        def render(report, *args, **kwargs):
            # In tests core gives HTML in place of a PDF unless it is told otherwise.
            return original(report.with_context(force_report_rendering=True), *args, **kwargs)

        cls.startClassPatcher(patch.object(reports, "_render_qweb_pdf", render))
        template = cls.env["service.contract.template"].create(
            {
                "name": "Service",
                "title": "Contract {{ contract.number }}",
                "kind": "contract",
                "lang_id": cls.env.ref("base.lang_en").id,
                "clause_ids": [(0, 0, {"title": "One", "body": "<p>We serve.</p>"})],
            }
        )
        cls.contract = cls.env["service.contract"].create(
            {
                "customer_id": cls.customer.id,
                "type_id": cls.env.ref("service_contract.type_service_only").id,
            }
        )
        cls.document = cls.contract._create_document(template)
        cls.document.action_issue()
        cls.draft = cls.contract._create_document(template)
        cls.limited = cls._create_person("p_decision_site", "decision", cls.site_a)
        cls.url = f"/my/contracts/{cls.document.id}"

    def _sign(self, **values):
        params = {"name": "Jan Decyzyjny", "signature": drawing()}
        with mute_logger(*QUIET):
            answer = self.url_open(f"{self.url}/sign", json={"params": params | values}).json()
        self.env.invalidate_all()
        return answer

    def test_a_decision_maker_reads_and_signs(self):
        self._login(self.decision)
        self.assertIn("Waiting for your signature", self.url_open("/my/home").text)
        page = self.url_open("/my/contracts").text
        self.assertIn(self.document.name, page)
        self.assertNotIn(self.draft.name, page)
        page = self.url_open(self.url).text
        self.assertIn("We serve.", page)
        self.assertIn(self.document.sha256, page)
        issued = self.url_open(f"{self.url}/pdf").content
        self.assertEqual(hashlib.sha256(issued).hexdigest(), self.document.sha256)
        self.assertIn("Draw your signature", self._sign(signature="")["result"]["error"])
        self.assertIn("done=signed", self._sign()["result"]["redirect_url"])
        self.assertEqual(
            (self.document.state, self.document.signed_by, self.document.signed_partner_id),
            ("signed", "Jan Decyzyjny", self.decision.partner_id),
        )
        self.assertTrue(self.document.signed_ip)
        signed = self.url_open(f"{self.url}/pdf").content
        self.assertEqual(signed, base64.b64decode(self.document.signed_file))
        self.assertNotIn("portal.signature_form", self.url_open(self.url).text)
        self.assertIn("cannot become", self._sign()["result"]["error"])

    def test_nobody_else_finds_or_signs_it(self):
        for user in (self.user, self.accounting, self.limited, self.other, self.former, self.plain):
            self._login(user)
            with self.subTest(user.login), mute_logger(*QUIET):
                for url in (self.url, f"{self.url}/pdf"):
                    self.assertEqual(self.url_open(url).status_code, 404)
                self.assertNotIn(self.document.name, self.url_open("/my/contracts").text)
                self.assertIn("error", self._sign())
                self.assertEqual(self.document.state, "issued")

    def test_customer_people_read_what_it_is_called(self):
        [row] = self.document.with_user(self.decision).read(["display_name", "state"])
        self.assertEqual(row["display_name"], f"Service {self.document.name}")

    def test_our_staff_reads_and_signs_for_nobody(self):
        group = "service_customer.group_service_dispatcher"
        self._login(new_test_user(self.env, "p_dispatcher", group, password="p_dispatcher"))
        page = self.url_open(self.url).text
        self.assertIn("We serve.", page)
        self.assertNotIn("portal.signature_form", page)
        self.assertIn("error", self._sign())
        self.assertEqual(self.document.state, "issued")

    def test_a_draft_is_not_there(self):
        self._login(self.decision)
        with mute_logger(*QUIET):
            response = self.url_open(f"/my/contracts/{self.draft.id}")
        self.assertEqual(response.status_code, 404)

    def test_a_personal_link_reads_and_does_not_sign(self):
        contact = self.decision.partner_id
        token = self.env["service.link"]._issue(self.document, contact)[contact]
        page = self.url_open(f"/service/l/{token}").text
        self.assertIn("We serve.", page)
        self.assertIn("To sign, log in", page)
        self.assertNotIn("portal.signature_form", page)
        pdf = self.url_open(f"{self.url}/pdf?access_token={token}")
        self.assertEqual(pdf.headers["Content-Type"], "application/pdf")
        self.assertIn("error", self._sign(access_token=token))
        self.assertEqual(self.document.state, "issued")

    def test_a_personal_link_ends_with_the_document(self):
        contact = self.decision.partner_id
        token = self.env["service.link"]._issue(self.document, contact)[contact]
        self.document.action_cancel()
        self.assertNotIn("We serve.", self.url_open(f"/service/l/{token}").text)

    def test_refusal_says_why(self):
        self._login(self.decision)
        post = {"csrf_token": self._csrf_of(self.url), "reason": "Too <b>dear</b>"}
        self.url_open(f"{self.url}/refuse", data=post)
        self.env.invalidate_all()
        self.assertEqual(self.document.state, "refused")
        page = self.url_open(self.url).text
        self.assertIn("Too &lt;b&gt;dear&lt;/b&gt;", page)

    def _written(self, form="written", by=None):
        template = self.document.template_id.copy({"form": form})
        document = self.contract._create_document(template)
        document.with_user(by or self.env.user).action_issue()
        self.url = f"/my/contracts/{document.id}"
        return document

    def _upload(self, data, **post):
        files = {"file": ("skan umowy.png", data)} if data is not None else {}
        with mute_logger(*QUIET):
            page = self.url_open(f"{self.url}/upload", data=post, files=files)
        self.env.invalidate_all()
        return page

    def test_a_decision_maker_sends_the_signed_file_and_staff_looks_at_it(self):
        manager = "service_customer.group_service_manager"
        issuer, keeper = (new_test_user(self.env, login, manager) for login in ("p_iss", "p_keep"))
        self.env.company.service_contract_user_id = keeper
        document = self._written(by=issuer)
        self._login(self.decision)
        post = {"csrf_token": self._csrf_of(self.url), "signed_by": "Ewa <Prezes>"}
        for data, sentence in (
            (None, "The file is empty"),
            (b"MZ program", "Only PDF, JPG and PNG"),
            (b"%PDF-1.7" + bytes(20 * 2**20), "larger than 20 MB"),
            (sign_pdf(document._frozen_pdf()) + b"more", "was added to this PDF after"),
        ):
            page = self._upload(data, **post).text
            self.assertIn(sentence, page)
            self.assertIn('value="Ewa &lt;Prezes&gt;"', page, "nothing typed is lost")
            self.assertFalse(document.received_on or document.activity_ids)
        scan = base64.b64decode(drawing())
        self.assertIn("Enter who signed", self._upload(scan, **post | {"signed_by": " "}).text)
        for told in (issuer, keeper):  # Who issued it, as long as that person works here.
            page = self._upload(scan, **post)
            self.assertIn("done=sent", page.url)
            self.assertEqual(document.activity_ids.user_id, told)
            issuer.active = False
        self.assertIn("Being checked", page.text)
        self.assertNotIn(f'href="{self.url}"', self.url_open("/my/home").text)
        self.assertEqual(document.state, "issued", "a scan proves nothing by itself")
        self.assertEqual(len(document.activity_ids), 1)
        context = document.action_sign()["context"]
        form = Form(self.env["service.contract.sign"].with_context(**context))
        self.assertEqual((form.signed_by, form.received_on), ("Ewa <Prezes>", document.received_on))
        form.save().action_confirm()
        self.assertEqual(
            (document.state, document.signed_by, document.signed_partner_id, document.signed_how),
            ("signed", "Ewa <Prezes>", self.decision.partner_id, "scan"),
        )
        self.assertEqual(base64.b64decode(document.signed_file), scan)
        self.assertFalse(document.activity_ids)
        self.assertIn("cannot become", self._upload(scan, **post).text)

    def test_a_qualified_signature_names_its_signer(self):
        document = self._written("qualified")
        self._login(self.decision)
        post = {"csrf_token": self._csrf_of(self.url)}
        self.assertIn("no electronic signature", self._upload(document._frozen_pdf(), **post).text)
        self._upload(sign_pdf(document._frozen_pdf()), **post)
        self.assertEqual(document.received_name, "Jan Kowalski")

    def test_nobody_else_sends_a_file(self):
        document = self._written()
        staff = new_test_user(
            self.env, "p_manager", "service_customer.group_service_manager", password="p_manager"
        )
        people = (self.user, self.accounting, self.limited, self.other, self.former, self.plain)
        for user in (*people, staff):
            self._login(user)
            with self.subTest(user.login):
                post = {"csrf_token": self._csrf_of("/my/account"), "signed_by": "Ewa"}
                page = self._upload(base64.b64decode(drawing()), **post)
                self.assertEqual(page.status_code, 404)
                self.assertFalse(document.received_on)
        contact = self.decision.partner_id
        token = self.env["service.link"]._issue(document, contact)[contact]
        self.authenticate(None, None)
        page = self._upload(base64.b64decode(drawing()), access_token=token, signed_by="Ewa")
        self.assertNotIn("done=sent", page.url)
        self.assertFalse(document.received_on)

    def test_other_forms_are_not_signed_here(self):
        self._written()
        self._login(self.decision)
        page = self.url_open(self.url).text
        self.assertIn("signed in writing", page)
        self.assertNotIn("portal.signature_form", page)
        self.assertIn("needs another form", self._sign()["result"]["error"])
