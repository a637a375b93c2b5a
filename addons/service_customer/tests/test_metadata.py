import base64
import io

from PIL import Image

from odoo.tests import tagged

from odoo.addons.service_customer.tools.metadata import strip_metadata

from .common import ServiceCustomerCommon

SECRET = b"Krakowska 1, flat 5"


def photo(kind="JPEG", orientation=6, size=(40, 20)):
    """A picture that carries a place, and lies on its side."""
    image = Image.new("RGB", size, "red")
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010E] = SECRET.decode()
    exif.get_ifd(0x8825)[1] = "N"
    output = io.BytesIO()
    image.save(output, kind, exif=exif)
    return output.getvalue()


@tagged("post_install", "-at_install")
class TestMetadata(ServiceCustomerCommon):
    def _create_file(self, content, **vals):
        return self.env["ir.attachment"].create(
            {
                "name": "photo",
                "raw": content,
                "res_model": "res.partner",
                "res_id": self.person.id,
                **vals,
            }
        )

    def assertBare(self, content):
        """Nothing but pixels, and upright: the lying picture stands."""
        self.assertNotIn(SECRET, content)
        with Image.open(io.BytesIO(content)) as image:
            self.assertFalse(dict(image.getexif()))
            self.assertEqual(image.size, (20, 40))

    def test_every_kind_loses_what_the_camera_wrote_and_stands_upright(self):
        for kind in ("JPEG", "PNG", "WEBP"):
            content = photo(kind)
            self.assertIn(SECRET, content, kind)
            with self.subTest(kind=kind):
                self.assertBare(strip_metadata(content))

    def test_what_has_nothing_to_hide_is_left_alone(self):
        output = io.BytesIO()
        Image.new("RGB", (4, 4), "blue").save(output, "JPEG")
        for content in (output.getvalue(), b"no picture", b"\xff\xd8\xff damaged"):
            self.assertIs(strip_metadata(content), content)

    def test_files_on_contacts_and_on_our_documents_are_stored_bare(self):
        content = photo()
        self.assertBare(self._create_file(content).raw)
        self.assertBare(self._create_file(False, datas=base64.b64encode(content)).raw)
        self.assertBare(self._create_file(content, res_model="service.region", res_id=False).raw)
        late = self._create_file(b"first")
        late.raw = content
        self.assertBare(late.raw)

    def test_files_of_others_are_not_ours_to_change(self):
        country = self._create_file(photo(), res_model="res.country", res_id=self.poland.id)
        self.assertIn(SECRET, country.raw)
