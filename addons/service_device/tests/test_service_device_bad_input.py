import base64
import io
import os

from PIL import Image

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import ServiceDeviceCommon

# Core's own sentences: their language is that of the request, and a test has none.
NO_PICTURE = "could not be decoded|zdekodowany"
TOO_LARGE = "Too large image|Zbyt duży obraz"


@tagged("post_install", "-at_install")
class TestServiceDeviceBadInput(ServiceDeviceCommon):
    """Wrong input gets a sentence in Polish that says what to do, and nothing is lost."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("pl_PL")
        cls.env = cls.env(context=dict(cls.env.context, lang="pl_PL"))
        cls.device = cls._create_device(
            "FIRST", customer_id=cls.customer.id, location_id=cls.site.id
        )
        cls.stocked = cls._create_device("STOCKED")

    def _do(self, devices, operation, **vals):
        wizard = self.env["service.device.move"].with_user(self.users["dispatcher"])
        wizard = wizard.with_context(lang="pl_PL")
        wizard = wizard.create(
            {"device_ids": [Command.set(devices.ids)], "operation": operation} | vals
        )
        wizard.action_apply()

    def _assert_refused(self, words, function, *args, **vals):
        before = (self.device | self.stocked).mapped("placement_ids")
        with self.assertRaisesRegex(UserError, words), self.env.cr.savepoint():
            function(*args, **vals)
        self.assertEqual((self.device | self.stocked).mapped("placement_ids"), before)

    def test_device_of_another_company(self):
        company = self.env["res.company"].create({"name": "Druga"})
        foreign = self.env["service.device"].create(
            {"serial": "F", "model_id": self.model.id, "company_id": company.id}
        )
        self.users["dispatcher"].company_ids |= company
        self._assert_refused(
            "kilku firm", self._do, self.device | foreign, "move", customer_id=self.customer.id
        )
        self._assert_refused("kilku firm", self._do, self.device, "swap", replacement_id=foreign.id)

    def test_swap_with_itself(self):
        self._assert_refused(
            "to samo urządzenie", self._do, self.device, "swap", replacement_id=self.device.id
        )

    def test_return_before_install(self):
        self._assert_refused("nie pasuje", self._do, self.stocked, "take_back")

    def test_serial_of_another_product(self):
        other = self.model.copy({"name": "T200"})
        product = self.env["product.product"].create(
            {
                "name": "Testmaker T200",
                "type": "consu",
                "is_storable": True,
                "tracking": "serial",
                "service_device_model_id": other.id,
            }
        )
        lot = self.env["stock.lot"].create({"name": "STOCKED", "product_id": product.id})
        self._assert_refused("w magazynie jako", self.stocked.write, {"lot_id": lot.id})
        right = self.env["stock.lot"].create({"name": "STOCKED", "product_id": self.product.id})
        self.stocked.lot_id = right

    def test_text_file_named_jpg(self):
        """Core's sentence; it speaks Polish in a request, which a browser test reads."""
        text = base64.b64encode(b"This is a text file, whatever its name says.")
        for field in ("image_1920", "reading_image"):
            with self.subTest(field):
                self._assert_refused(
                    "could not be decoded|zdekodowany", self.model.write, {field: text}
                )

    def test_photo_of_80_megabytes(self):
        """It is taken, and made smaller: nothing of the size of a photo stops the work."""
        picture = Image.frombytes("RGB", (5400, 5000), os.urandom(5400 * 5000 * 3))
        stream = io.BytesIO()
        picture.save(stream, "PNG", compress_level=0)
        self.assertGreater(stream.tell(), 80_000_000)
        self.model.reading_image = base64.b64encode(stream.getvalue())
        kept = base64.b64decode(self.model.reading_image)
        self.assertLessEqual(max(Image.open(io.BytesIO(kept)).size), 1024)

    def test_picture_of_too_many_pixels(self):
        stream = io.BytesIO()
        Image.new("1", (9000, 9000)).save(stream, "PNG")
        self._assert_refused(
            "Too large image|Zbyt duży obraz",
            self.model.write,
            {"image_1920": base64.b64encode(stream.getvalue())},
        )
