import io

from PIL import Image

from odoo.tests import TransactionCase, tagged

from odoo.addons.service_customer.tools import photo as photo_tools
from odoo.addons.service_customer.tools.photo import (
    MAX_BYTES,
    MAX_SIDE,
    PhotoError,
    clean_photo,
)

from .common import make_exif, make_photo


@tagged("post_install", "-at_install")
class TestPhoto(TransactionCase):
    def _clean(self, content):
        return Image.open(io.BytesIO(clean_photo(io.BytesIO(content))))

    def _assert_refused(self, content, reason):
        with self.assertRaises(PhotoError) as caught:
            clean_photo(io.BytesIO(content))
        self.assertEqual(caught.exception.reason, reason)

    def test_accepted_kinds_become_jpeg(self):
        for fmt in ("JPEG", "PNG", "WEBP"):
            with self.subTest(fmt):
                self.assertEqual(self._clean(make_photo(fmt)).format, "JPEG")

    def test_exif_is_removed_and_picture_upright(self):
        source = make_photo(exif=make_exif())
        self.assertIn(b"Jan Tajny", source, "the test's photo must carry what is to be removed")
        cleaned = clean_photo(io.BytesIO(source))
        self.assertNotIn(b"Jan Tajny", cleaned)
        image = Image.open(io.BytesIO(cleaned))
        self.assertFalse(image.getexif())
        self.assertEqual(image.size, (48, 64), "turned by its orientation before that is removed")

    def test_appended_data_and_comment_are_removed(self):
        source = make_photo(comment=b"secret comment") + b"<script>alert(1)</script>"
        cleaned = clean_photo(io.BytesIO(source))
        self.assertNotIn(b"secret comment", cleaned)
        self.assertNotIn(b"<script>", cleaned)

    def test_big_photo_is_reduced(self):
        self.assertEqual(max(self._clean(make_photo(size=(3200, 1600))).size), MAX_SIDE)

    def test_transparent_becomes_white(self):
        output = io.BytesIO()
        Image.new("RGBA", (8, 8), (0, 0, 0, 0)).save(output, "PNG")
        self.assertEqual(self._clean(output.getvalue()).getpixel((4, 4)), (255, 255, 255))

    def test_kind_is_judged_by_content(self):
        for name, content in {
            "text": b"this is not a picture",
            "svg": b'<svg xmlns="http://www.w3.org/2000/svg"/>',
            "html": b"<html><script>alert(1)</script></html>",
            "pdf": b"%PDF-1.7 ...",
            "gif": make_photo("GIF"),
            "bmp": make_photo("BMP"),
            "empty": b"",
            "truncated": make_photo(size=(600, 600))[:300],
        }.items():
            with self.subTest(name):
                self._assert_refused(content, "not_a_photo")

    def test_iphone_format_is_named(self):
        """Whoever took it hears what to do, not only that it is no photo."""
        for brand in (b"heic", b"mif1"):
            self._assert_refused(b"\0\0\0\x18ftyp" + brand + b"\0" * 64, "heic")
        self._assert_refused(b"\0\0\0\x18ftypmp42" + b"\0" * 64, "not_a_photo")

    def test_too_many_bytes(self):
        self._assert_refused(make_photo() + b"0" * MAX_BYTES, "too_big")

    def test_too_many_pixels(self):
        self.patch(photo_tools, "MAX_PIXELS", 64 * 48 - 1)
        self._assert_refused(make_photo(), "too_many_pixels")
