import base64
import hashlib
import io

from PIL import Image

from odoo.exceptions import UserError
from odoo.http import Request
from odoo.tests import tagged

from .common import ServicePortalCommon, make_photo


def make_signature(drawn=True):
    """:return: what core's pad sends, as base64."""
    picture = Image.new("RGBA", (300, 120))
    if drawn:
        picture.putpixel((5, 5), (0, 0, 139, 255))
    output = io.BytesIO()
    picture.save(output, "PNG")
    return base64.b64encode(output.getvalue()).decode()


@tagged("post_install", "-at_install")
class TestPortalAcceptance(ServicePortalCommon):
    """The page of a request asks; those who may answer do, by login or by the link of an e-mail."""

    def setUp(self):
        super().setUp()
        self.order = self._create_order()
        self.url = f"/my/service/{self.order.id}"
        self.authenticate(None, None)  # a visitor, with a session

    def _to_accept(self):
        self.order.stage_id = self.order.type_id._get_stage("to_accept")

    def _to_agree(self):
        self.line = self.env["service.order.line"].create(
            {"order_id": self.order.id, "kind": "fee", "name": "Scanner", "product_id": self._fee()}
        )
        self.order._ask_agreement()

    def _fee(self):
        vals = {"name": "Scanner", "type": "service", "list_price": 500.0, "taxes_id": False}
        return self.env["product.product"].create(vals).id

    def _link(self, user, action):
        links = self.env["service.link"]
        return links._issue(self.order, user.partner_id, action)[user.partner_id]

    def _post(self, act, photos=(), **post):
        post["csrf_token"] = Request.csrf_token(self)
        files = [("photos", (name, content, "image/jpeg")) for name, content in photos]
        url = f"{self.url}/{act}"
        return self.url_open(url, data=post, files=files or None, allow_redirects=False)

    def test_accept(self):
        self._to_accept()
        self._login(self.user)
        self.assertIn("I accept the work", self.url_open(self.url).text)
        for nothing in ("", "no picture", make_signature(drawn=False)):
            page = self._post("accept", name="Jan Nowak", signature=nothing).text
            self.assertIn("Draw your signature in the box.", page)
            self.assertIn('value="Jan Nowak"', page)
        self.assertFalse(self.order.answer_ids)
        signature = make_signature()
        for _press in range(2):
            response = self._post("accept", name="Jan Nowak", signature=signature)
            self.assertEqual(response.status_code, 303)
        answer = self.order.answer_ids
        self.assertEqual((answer.how, answer.signed_by), ("panel", "Jan Nowak"))
        drawn = base64.b64decode(signature)
        self.assertEqual(base64.b64decode(answer.signature), drawn)
        self.assertEqual(answer.signature_sha256, hashlib.sha256(drawn).hexdigest())
        with self.assertRaisesRegex(UserError, "neither changed nor deleted"):
            answer.signature = False
        self.assertEqual(answer.partner_id, self.user.partner_id)
        self.assertIn("Work accepted (Jan Nowak", self.url_open(self.url).text)

    def test_reject_with_a_photo(self):
        self._to_accept()
        self._login(self.user)
        page = self._post("reject", name="Jan", reason="  ").text
        self.assertIn("Write what is still wrong", page)
        page = self._post("reject", [("a.jpg", b"no photo")], name="Jan", reason="Still jams").text
        self.assertIn("Still jams", page)
        self.assertFalse(self.order.answer_ids)
        self._post("reject", [("a.jpg", make_photo())], name="Jan", reason="Still jams")
        self.assertEqual(len(self.order.answer_ids.photo_ids), 1)
        self.assertEqual(self.order.stage_kind, "working")

    def test_accept_by_link(self):
        self._to_accept()
        token = self._link(self.user, "accept")
        self.assertIn("I accept the work", self.url_open(f"/service/l/{token}").text)
        # Scanners of mails look at each address they find.
        signature = make_signature()
        for method in ("GET", "HEAD"):
            for act in ("accept", "reject", "agree", "refuse"):
                query = {"access_token": token, "reason": "X", "signature": signature}
                response = self.opener.request(
                    method, f"{self.base_url()}{self.url}/{act}", params=query
                )
                self.assertIn(response.status_code, (404, 405))
        self.assertFalse(self.order.answer_ids)
        page = self.url_open(
            f"{self.url}/accept",
            data={
                "csrf_token": Request.csrf_token(self),
                "access_token": token,
                "name": "Jan",
                "signature": make_signature(),
            },
        )
        self.assertIn("Work accepted (Jan", page.text)
        self.assertIn("Thank you, we have your answer", page.text)
        answer = self.order.answer_ids
        self.assertEqual((answer.how, answer.partner_id), ("link", self.user.partner_id))
        self.assertTrue(answer.address)

    def test_link_of_another_kind(self):
        """One to read, revoked, expired or of another request, and none at all answer nothing."""
        self._to_accept()
        self._to_agree()
        links = self.env["service.link"]
        reading, over = self._link(self.user, "read"), self._link(self.user, "accept")
        links._find(over).action_revoke()
        expired = self._link(self.user, "accept")
        links._find(expired).date_end = self.order.create_date
        person = self.user.partner_id
        other = links._issue(self._create_order(), person, "accept")[person]
        self.assertNotIn("I accept", self.url_open(f"/service/l/{reading}").text)
        for token in (reading, over, expired, other, "wrong", ""):
            for act in ("accept", "reject", "agree", "refuse"):
                response = self._post(act, access_token=token, name="X", reason="X")
                self.assertEqual(response.status_code, 303)
        self.assertFalse(self.order.answer_ids)

    def test_costs_are_for_the_decision_maker(self):
        self._to_agree()
        self._login(self.user)
        page = self.url_open(self.url).text
        self.assertIn("Your company decides", page)
        self.assertNotIn("500", page)
        for act in ("agree", "refuse"):
            self.assertEqual(self._post(act, name="X", reason="X").status_code, 404)
        self._login(self.decision)
        page = self.url_open(self.url).text
        self.assertIn("I agree to the costs", page)
        self.assertIn("500", page)
        self.assertIn("have changed", self._post("agree", name="X", seen="older").text)
        self._post("agree", name="Dyrektor", seen=self.order._get_cost_seal())
        self.assertEqual(self.order.decision, "agreed")
        self.assertEqual(self.order.answer_ids.partner_id, self.decision.partner_id)
        self.order.stage_id = self.order.type_id._get_stage("waiting_customer")
        page = self.url_open(f"{self.url}?answered=1").text
        self.assertIn("Thank you, we have your answer", page)
        self.assertIn("Cost agreed to (Dyrektor", page)
        self.assertNotIn("We are waiting for your answer", page)

    def test_refuse_by_link(self):
        self._to_agree()
        token = self._link(self.decision, "agree")
        self.assertIn("500", self.url_open(f"/service/l/{token}").text)
        self._post("refuse", access_token=token, name="X", reason="Too dear")
        self.assertEqual(self.order.decision, "refused")
        self.assertEqual(self.order.answer_ids.reason, "Too dear")
        self._login(self.user)
        page = self.url_open(self.url).text
        self.assertIn("Cost refused", page)
        self.assertNotIn("Too dear", page)
