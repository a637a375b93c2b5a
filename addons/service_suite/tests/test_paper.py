import base64
from unittest.mock import patch

from odoo.tests import HttpCase, new_test_user, tagged

from odoo.addons.report_weasyprint.tests.common import WeasyprintCommon


@tagged("post_install", "-at_install")
class TestPaper(WeasyprintCommon, HttpCase):
    """The other report engine by the ways that Odoo's own addons have for a PDF."""

    def test_mail(self):
        """A template's mail has the PDF attached."""
        template = self.env["mail.template"].create(
            {
                **{"name": "Pismo", "model_id": self.env["ir.model"]._get_id("res.partner")},
                **{"report_template_ids": self.report.ids, "email_to": "a@b.example"},
            }
        )
        mail = self.env["mail.mail"].browse(template.send_mail(self.partners[0].id))
        (attachment,) = mail.attachment_ids
        self.assertIn("Jan Łoś", self.texts(base64.b64decode(attachment.datas))[0])

    def test_portal(self):
        """A customer gets the PDF of an own document by the portal's route."""
        user = new_test_user(self.env, "weasy_customer", groups="base.group_portal")
        order = self.env["sale.order"].create({"partner_id": user.partner_id.id})
        order.action_quotation_sent()
        self.env.ref("sale.action_report_saleorder").pdf_engine = "weasyprint"
        reports = self.env.registry["ir.actions.report"]
        original = reports._pre_render_qweb_pdf

        def forced(report, *args, **kwargs):
            return original(report.with_context(force_report_rendering=True), *args, **kwargs)

        self.authenticate(user.login, user.login)
        with patch.object(reports, "_pre_render_qweb_pdf", forced):
            response = self.url_open(f"/my/orders/{order.id}?report_type=pdf", timeout=60)
        self.assertEqual(response.headers["Content-Type"], "application/pdf")
        self.assertIn(order.name, self.texts(response.content)[0])
