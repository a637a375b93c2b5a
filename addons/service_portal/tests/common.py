import io
import re

from PIL import Image

from odoo import fields
from odoo.tests import HttpCase, new_test_user


def make_photo(fmt="JPEG", size=(64, 48), color="teal", **params):
    """:return: the bytes of a picture in a format that Pillow knows."""
    output = io.BytesIO()
    Image.new("RGB", size, color).save(output, fmt, **params)
    return output.getvalue()


def make_exif():
    """:return: EXIF data of a sideways photo that tells device and owner."""
    exif = Image.Exif()
    exif[0x010F] = "Spy Camera Works"
    exif[0x013B] = "Jan Tajny"
    exif[0x0112] = 6
    return exif


class ServicePortalCommon(HttpCase):
    """A customer with two branches, a device in each, another customer, and people of all kinds."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        partners = cls.env["res.partner"]
        cls.customer, cls.stranger = partners.create(
            [{"name": "Odra", "is_company": True}, {"name": "Wisla", "is_company": True}]
        )
        cls.site_a, cls.site_b, cls.site_other = partners.create(
            [
                {"name": "Branch A", "type": "location", "parent_id": cls.customer.id},
                {"name": "Branch B", "type": "location", "parent_id": cls.customer.id},
                {"name": "Elsewhere", "type": "location", "parent_id": cls.stranger.id},
            ]
        )
        cls._create_devices()
        cls._create_people()

    @classmethod
    def _create_devices(cls):
        model = cls.env["service.device.model"].create(
            {
                "name": "bizhub C300i",
                "manufacturer_id": cls.env["service.device.manufacturer"]
                .create({"name": "Konica Minolta"})
                .id,
                "category_id": cls.env["service.device.category"].create({"name": "Copiers"}).id,
                "resource_ids": [
                    (0, 0, {"name": "User manual", "file": "TUFOVUFM", "audience": "customer"}),
                    (0, 0, {"name": "Service codes", "file": "Q09ERVM=", "audience": "staff"}),
                ],
            }
        )
        cls.manual, cls.codes = model.resource_ids.sorted("id")
        cls.device_a, cls.device_b, cls.device_other = cls.env["service.device"].create(
            [
                cls._device_vals(model, "SER-AAA", cls.customer, cls.site_a),
                cls._device_vals(model, "SER-BBB", cls.customer, cls.site_b),
                cls._device_vals(model, "SER-OTHER", cls.stranger, cls.site_other),
            ]
        )
        cls.topic = cls.env["service.topic"].create({"name": "Jam", "help_text": "Open the cover."})

    @classmethod
    def _device_vals(cls, model, serial, customer, location):
        return {
            "model_id": model.id,
            "serial": serial,
            "customer_id": customer.id,
            "location_id": location.id,
            "owner": "customer",
        }

    @classmethod
    def _create_people(cls):
        cls.decision = cls._create_person("p_decision", "decision")
        cls.user = cls._create_person("p_user", "user")
        cls.local = cls._create_person("p_local", "user", cls.site_a)
        cls.accounting = cls._create_person("p_accounting", "accounting")
        cls.other = cls._create_person("p_other", "user", customer=cls.stranger)
        cls.former = cls._create_person("p_former", "user")
        yesterday = fields.Date.add(fields.Date.today(), days=-1)
        cls.former.partner_id.service_person_membership_ids.write(
            {"date_from": fields.Date.add(yesterday, days=-9), "date_to": yesterday}
        )
        # A portal user as Odoo knows them: nobody ever gave this person a role.
        cls.plain = cls._create_user("p_plain", cls.stranger)

    @classmethod
    def _create_user(cls, login, customer):
        return new_test_user(
            cls.env, login, "base.group_portal", password=login, parent_id=customer.id
        )

    @classmethod
    def _create_person(cls, login, role, location=None, customer=None):
        customer = customer or cls.customer
        user = cls._create_user(login, customer)
        cls.env["service.membership"].create(
            {
                "contact_id": user.partner_id.id,
                "customer_id": customer.id,
                "role": role,
                "scope": "locations" if location else "all",
                "location_ids": location.ids if location else [],
            }
        )
        return user

    def _login(self, user):
        self.authenticate(user.login, user.login)

    def _create_order(self, device=None, reporter=None, **vals):
        device = self.device_a if device is None else device
        return self.env["service.order"].create(
            {
                "device_id": device.id,
                "customer_id": device.customer_id.id,
                "location_id": device.location_id.id,
                "topic_id": self.topic.id,
                "description": "It jams.",
                "reporter_id": (reporter or self.user).partner_id.id,
                "source": "portal",
                **vals,
            }
        )

    def _csrf_of(self, url):
        """:return: the token in the form at ``url``, as the browser would send it back."""
        page = self.url_open(url)
        self.assertEqual(page.status_code, 200)
        return re.search(r'name="csrf_token" value="([^"]+)"', page.text).group(1)

    def _report(self, url, photos=(), **post):
        """Fill in and send the form at ``url``; ``photos`` are tuples of name and content.

        :return: the response, redirects not followed
        """
        post.setdefault("csrf_token", self._csrf_of(url))
        files = [("photos", (name, content, "image/jpeg")) for name, content in photos]
        return self.url_open(url, data=post, files=files or None, allow_redirects=False)
