import base64
import io

from PIL import Image

from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import WeasyprintCommon

BASE = "https://odoo.example"
LOGGER = "odoo.addons.report_weasyprint.models.ir_actions_report"


@tagged("post_install", "-at_install")
class TestResources(WeasyprintCommon):
    """What a document may show: of this Odoo, and as the person who prints may see it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.picture = cls.env.company._get_logo()
        cls.secret = cls.env["ir.attachment"].create(
            {
                **{"name": "x.png", "datas": cls.picture, "mimetype": "image/png"},
                **{"res_model": "res.partner", "res_id": cls.partners[0].id},
            }
        )
        cls.employee = new_test_user(cls.env, "weasy_employee", groups="base.group_user")
        cls.portal = new_test_user(cls.env, "weasy_portal", groups="base.group_portal")

    def _read(self, url, user=None):
        report = self.env["ir.actions.report"].with_user(user or self.employee)
        return report._read_resource(url if ":" in url else BASE + url, BASE)

    def test_readable(self):
        """Pictures of records, static files, style sheets, bar codes and logos of this Odoo."""
        company = self.env.company
        company.logo = self.picture
        # The drawing of bar codes is core's, and needs what not every machine has.
        asked = []

        def draw(_reports, *args, **options):
            asked.append((*args, options))
            return base64.b64decode(self.picture)

        self.patch(self.env.registry["ir.actions.report"], "barcode", draw)
        bundle = self.env["ir.qweb"]._get_asset_bundle("web.report_assets_common", js=False)
        for url, kind in (
            (f"/web/image/{self.secret.id}", "image/png"),
            (f"/web/image/{self.secret.id}-abc123/logo.png", "image/png"),
            (f"/web/image?model=ir.attachment&id={self.secret.id}&field=datas", "image/png"),
            (f"/web/image/res.company/{company.id}/logo/30x30", "image/png"),
            (f"/web/image/res.partner/{company.partner_id.id}/avatar_128", "image/"),
            ("/web/image/web.image_placeholder", "image/png"),
            ("/web/static/img/logo.png", "image/png"),
            ("/report_weasyprint/static/src/paper.css", "text/css"),
            ("/report/barcode/QR/abc?width=99&height=99", "image/png"),
            ("/report/barcode?barcode_type=Code128&value=X/1", "image/png"),
            ("/logo.png", "image/"),
            (f"/web/binary/company_logo?company={company.id}", "image/"),
            (bundle.get_link("css"), "text/css"),
        ):
            with self.subTest(url):
                data, found = self._read(url)
                self.assertTrue(data)
                self.assertIn(kind, found)
        self.assertEqual(asked[0], ("QR", "abc", {"width": "99", "height": "99"}))
        self.assertEqual(asked[1], ("Code128", "X/1", {}))

    def test_size_of_a_picture(self):
        """An address that names a size gives a picture of that size."""

        data, _kind = self._read(f"/web/image/{self.secret.id}/20x20")
        self.assertLessEqual(max(Image.open(io.BytesIO(data)).size), 20)

    def test_refused(self):
        """Nothing outside of this Odoo, nothing of the disk, no other route."""
        reader = self.env["ir.actions.report"].with_user(self.employee)
        for url in (
            "http://example.com/x.png",
            "http://odoo.example/web/static/img/logo.png",
            "https://odoo.example:8069/web/static/img/logo.png",
            "https://user@odoo.example/web/static/img/logo.png",
            "https://odoo.example.evil.example/web/static/img/logo.png",
            "file:///etc/passwd",
            "ftp://odoo.example/x",
            "/etc/passwd",
            "/web/static/../__manifest__.py",
            "/web/static/%2e%2e/__manifest__.py",
            "/web/static/src/%2e%2e/%2e%2e/../__manifest__.py",
            "/web/session/get_session_info",
            f"/web/content/{self.secret.id}",
            "/report/pdf/base.report_irmodeloverview/1",
            "/web/image/res.partner/1/name",
            "/web/image/ir.attachment/1/no_such_field",
            "/web/image/no.such.model/1/raw",
            "/web/image/999999999",
            "/web/image/abc?id=x",
            "/report/barcode/QR/x?width=99999999&height=9",
            "/web/assets/1/nonsense",
        ):
            url = url if ":" in url else BASE + url
            with self.subTest(url):
                fetch, left_out = reader._get_fetcher(BASE)
                with self.assertRaises(ValueError):
                    fetch(url)
                self.assertIn(url, left_out)

    def test_attachment_of_an_address(self):
        """An attachment that only names another address is not followed outside."""
        make = self.env["ir.attachment"].create
        inside, outside, loop = make(
            [
                {"name": name, "type": "url", "url": url, "public": True}
                for name, url in (
                    ("inside", "/web/static/img/logo.png"),
                    ("outside", "http://example.com/x.png"),
                    ("loop", "/web/image/1"),
                )
            ]
        )
        self.assertTrue(self._read(f"/web/image/{inside.id}")[0])
        for attachment in outside + loop:
            with self.subTest(attachment.name), self.assertRaises(UserError):
                self._read(f"/web/image/{attachment.id}")

    def test_rights_of_the_person(self):
        """A picture that the person may not see is not on the paper, also where core is root."""
        url = f"/web/image/{self.secret.id}"
        self.assertTrue(self._read(url, self.employee))
        with self.assertRaises(UserError):
            self._read(url, self.portal)
        self.set_template(f"<img src='{url}' style='width: 20mm' />")
        for user, seen in ((self.employee, 2), (self.portal, 1)):
            with self.subTest(user.login), mute_logger(LOGGER):
                report = self.report.with_user(user).sudo()
                self.assertEqual(self.images(self.print_pdf(report=report)), seen)

    def test_left_out(self):
        """What cannot be shown is left out, named in the log, and the document printed."""
        self.set_template(
            "<img src='file:///etc/passwd' /><img src='http://example.com/x' /><p>koniec</p>"
        )
        with self.assertLogs(LOGGER, "WARNING") as log:
            self.assertIn("koniec", self.texts(self.print_pdf())[0])
        (line,) = log.output
        for part in ("test_report_weasyprint.letter", "file:///etc/passwd", "http://example.com/x"):
            self.assertIn(part, line)
