import json

from odoo.tests import HttpCase, tagged
from odoo.tests.common import ChromeBrowser

from odoo.addons.base.models import ir_actions_report as core

from .common import WeasyprintCommon


@tagged("post_install", "-at_install")
class TestRoutes(WeasyprintCommon, HttpCase):
    """The ways by which a person gets a PDF."""

    def test_backend_routes(self):
        """The address of core gives the PDF, the preview the HTML."""
        self.authenticate("admin", "admin")
        # Tests print HTML unless they ask for more.
        context = '{"force_report_rendering": true}'
        url = f"/report/pdf/test_report_weasyprint.letter/{self.partners[0].id}"
        response = self.url_open(f"{url}?context={context}")
        self.assertEqual(response.headers["Content-Type"], "application/pdf")
        self.assertIn("Jan Łoś", self.texts(response.content)[0])
        preview = self.url_open(url.replace("/pdf/", "/html/"))
        self.assertIn("Jan Łoś", preview.text)
        self.assertIn("/report_weasyprint/static/src/paper.css", preview.text)

    def test_web_client(self):
        """The web client downloads the PDF where wkhtmltopdf is missing, told the engine or not."""
        missing = core.WkhtmlInfo("install", False, "absent", "", False, "absent", None)
        printed = []

        def record(reports, report_ref, res_ids=None, data=None):
            printed.append((report_ref, res_ids))
            return b"%PDF", "pdf"

        self.patch(core, "_wkhtml", lambda: missing)
        self.patch(self.env.registry["ir.actions.report"], "_render_qweb_pdf", record)
        name = "test_report_weasyprint.letter"
        action = {
            **{"type": "ir.actions.report", "report_type": "qweb-pdf", "report_name": name},
            "context": {"active_ids": self.partners[:2].ids},
        }
        told = {**action, "pdf_engine": "weasyprint"}
        code = f"""
            const {{ action }} = odoo.__WOWL_DEBUG__.root.env.services;
            Promise.resolve()
                .then(() => action.doAction({json.dumps(action)}))
                .then(() => action.doAction({json.dumps(told)}))
                .then(() => console.log("test successful"));
        """
        self.patch(ChromeBrowser, "_handle_console", self._handle_console)
        self.browser_js("/odoo", code, "Boolean(odoo.__WOWL_DEBUG__?.root?.env)", login="admin")
        self.assertEqual(printed, [(name, self.partners[:2].ids)] * 2)

    @staticmethod
    def _handle_console(browser, type, args=None, original=ChromeBrowser._handle_console, **more):
        # Debian's Odoo lacks a file of another addon, which the client tells as an error.
        if "Could not get content for" in str(args):
            type = "warning"
        return original(browser, type, args, **more)
