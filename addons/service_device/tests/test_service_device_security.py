from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import ServiceDeviceCommon

# role: letters of what it may do (create, read, write, unlink) with a model
MATRIX = {
    "service.device": {
        "technician": "r",
        "dispatcher": "crw",
        "manager": "crw",
        "warehouse": "crw",
        "accounting": "r",
        "administrator": "cruw",
        "portal": "r",
        "outsider": "",
    },
    "service.device.placement": {
        "technician": "r",
        "dispatcher": "crw",
        "manager": "cruw",
        "warehouse": "crw",
        "accounting": "r",
        "administrator": "cruw",
        "portal": "",
        "outsider": "",
    },
    "service.device.event": {
        "technician": "r",
        "dispatcher": "r",
        "manager": "r",
        "warehouse": "r",
        "accounting": "r",
        "administrator": "r",
        "portal": "r",
        "outsider": "",
    },
    "service.device.model": {
        "technician": "r",
        "dispatcher": "r",
        "manager": "cruw",
        "warehouse": "crw",
        "accounting": "r",
        "administrator": "cruw",
        "portal": "r",
        "outsider": "",
    },
    "service.device.consumable": {
        "technician": "r",
        "dispatcher": "r",
        "manager": "cruw",
        "warehouse": "cruw",
        "accounting": "r",
        "administrator": "cruw",
        "portal": "",
        "outsider": "",
    },
    "service.device.resource": {
        "technician": "r",
        "dispatcher": "r",
        "manager": "cruw",
        "warehouse": "cruw",
        "accounting": "r",
        "administrator": "cruw",
        "portal": "r",
        "outsider": "",
    },
    "service.device.move": {
        "technician": "",
        "dispatcher": "crw",
        "manager": "crw",
        "warehouse": "crw",
        "accounting": "",
        "administrator": "crw",
        "portal": "",
        "outsider": "",
    },
    "service.device.protocol": {
        "technician": "r",
        "dispatcher": "crw",
        "manager": "cruw",
        "warehouse": "crw",
        "accounting": "r",
        "administrator": "cruw",
        "portal": "",
        "outsider": "",
    },
    "service.device.protocol.line": {
        "technician": "r",
        "dispatcher": "crw",
        "manager": "cruw",
        "warehouse": "crw",
        "accounting": "r",
        "administrator": "cruw",
        "portal": "",
        "outsider": "",
    },
    "service.device.protocol.toner": {
        "technician": "r",
        "dispatcher": "crw",
        "manager": "cruw",
        "warehouse": "crw",
        "accounting": "r",
        "administrator": "cruw",
        "portal": "",
        "outsider": "",
    },
    "service.device.tag": {
        "technician": "r",
        "dispatcher": "crw",
        "manager": "cruw",
        "warehouse": "crw",
        "accounting": "r",
        "administrator": "cruw",
        "portal": "",
        "outsider": "",
    },
    "service.device.disagreement": {
        "technician": "",
        "dispatcher": "",
        "manager": "",
        "warehouse": "r",
        "accounting": "",
        "administrator": "r",
        "portal": "",
        "outsider": "",
    },
}
OPERATIONS = {"c": "create", "r": "read", "u": "unlink", "w": "write"}


@tagged("post_install", "-at_install")
class TestServiceDeviceSecurity(ServiceDeviceCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second_site = cls.env["res.partner"].create(
            {"name": "Second Site", "type": "location", "parent_id": cls.customer.id}
        )
        cls.here = cls._create_device("HERE", customer_id=cls.customer.id, location_id=cls.site.id)
        cls.there = cls._create_device(
            "THERE", customer_id=cls.customer.id, location_id=cls.second_site.id
        )
        cls.elsewhere = cls._create_device(
            "ELSEWHERE", customer_id=cls.other_customer.id, location_id=cls.other_site.id
        )
        cls.in_stock = cls._create_device("STOCK")
        cls.all = cls.here | cls.there | cls.elsewhere | cls.in_stock

    def _portal_user(self, login, role=None, **membership):
        """A person of the test customer, with a membership when a role is given."""
        user = new_test_user(self.env, login, groups="base.group_portal")
        user.partner_id.parent_id = self.customer
        if role:
            self.env["service.membership"].create(
                {
                    "contact_id": user.partner_id.id,
                    "customer_id": self.customer.id,
                    "role": role,
                    "scope": "all",
                }
                | membership
            )
        return user

    def _visible(self, user):
        return (
            self.env["service.device"].with_user(user).search([("id", "in", self.all.ids)]).sudo()
        )

    def test_matrix(self):
        users = self.users | {
            "portal": new_test_user(self.env, "device_portal", groups="base.group_portal"),
            "outsider": new_test_user(self.env, "device_outsider", groups="base.group_user"),
        }
        for model, roles in MATRIX.items():
            for role, letters in roles.items():
                records = self.env[model].with_user(users[role])
                granted = "".join(
                    letter for letter, name in OPERATIONS.items() if records.has_access(name)
                )
                with self.subTest(model=model, role=role):
                    self.assertEqual(granted, letters)

    def test_staff_sees_all_of_the_own_companies(self):
        for role, user in self.users.items():
            with self.subTest(role):
                self.assertEqual(self._visible(user), self.all)
        stranger = self.env["res.company"].create({"name": "Second"})
        foreign = self._create_device("FOREIGN", company_id=stranger.id)
        technician = self.users["technician"]
        self.assertFalse(foreign.with_user(technician).has_access("read"))
        self.assertFalse(foreign.placement_ids.with_user(technician).has_access("read"))
        self.assertFalse(
            self.env["service.device.event"]
            .with_user(technician)
            .search_count([("device_id", "=", foreign.id)])
        )

    def test_people_see_devices_by_role_and_scope(self):
        mine = self.here | self.there
        scope = {"scope": "locations", "location_ids": self.site.ids}
        past = {"date_from": "2020-01-01", "date_to": "2020-12-31"}
        for login, role, membership, expected in (
            ("p_decision", "decision", {}, mine),
            ("p_user", "user", {}, mine),
            ("p_scoped", "user", scope, self.here),
            ("p_accounting", "accounting", {}, self.env["service.device"]),
            ("p_former", "user", past, self.env["service.device"]),
            ("p_none", None, {}, mine),
        ):
            with self.subTest(login):
                user = self._portal_user(login, role, **membership)
                self.assertEqual(self._visible(user), expected)
                events = self.env["service.device.event"].with_user(user).search([])
                self.assertEqual(events.sudo().device_id & self.all, expected)

    def test_history_is_narrowed_row_by_row(self):
        """The next customer does not learn where the device stood before."""
        self._place(
            self.here, 1, customer_id=self.other_customer.id, location_id=self.other_site.id
        )
        self.here.message_post(body="For us", message_type="comment")
        user = new_test_user(self.env, "p_next", groups="base.group_portal")
        self.env["service.membership"].create(
            {
                "contact_id": user.partner_id.id,
                "customer_id": self.other_customer.id,
                "role": "user",
                "scope": "all",
            }
        )
        events = (
            self.here.with_user(user)
            .sudo(False)
            .env["service.device.event"]
            .search([("device_id", "=", self.here.id)])
        )
        self.assertEqual(len(events), 1)
        self.assertEqual(events.customer_id.id, self.other_customer.id)

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.models", "odoo.orm.models")
    def test_portal_reads_listed_fields_only(self):
        user = self._portal_user("p_fields", "user")
        device = self.here.with_user(user)
        allowed = device._service_portal_fields()
        self.assertFalse(allowed & {"qr_token", "qr_url", "qr_image", "lot_id", "owner", "note"})
        device.read(sorted(allowed))
        for name in device._fields.keys() - allowed:
            with self.subTest(name), self.assertRaises(AccessError):
                device.read([name])
        with self.assertRaises(AccessError):
            device.search([("qr_token", "like", "a")])

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.models", "odoo.orm.models")
    def test_portal_cannot_write_or_read_the_conversation(self):
        message = self.here.message_post(
            body="Public", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        user = self._portal_user("p_message", "decision")
        with self.assertRaises(AccessError):
            self.here.with_user(user).write({"inventory_number": "1"})
        with self.assertRaises(AccessError):
            message.with_user(user).read(["body"])
        self.assertFalse(self.env["mail.message"].with_user(user).search([("id", "=", message.id)]))

    def test_portal_sees_resources_for_customers_only(self):
        resources = self.env["service.device.resource"].create(
            [
                {
                    "model_id": self.model.id,
                    "name": audience,
                    "url": "https://maker.example",
                    "audience": audience,
                }
                for audience in ("staff", "customer")
            ]
        )
        user = self._portal_user("p_resource", "user")
        visible = resources.with_user(user).search([("id", "in", resources.ids)])
        self.assertEqual(visible.mapped("name"), ["customer"])

    def test_other_internal_users_are_not_hindered(self):
        """Our fields on core's models do not refuse a reader who has no service role."""
        lot = self._receive("SN1")
        user = new_test_user(
            self.env, "device_stock_only", groups="base.group_user,stock.group_stock_user"
        )
        for record in (self.customer, lot, self.product, self.company):
            with self.subTest(record):
                record = record.with_user(user)
                names = [name for name in record.fields_get() if name.startswith("service_")]
                self.assertTrue(record.read(names))
        # and receives a device, which nobody but the suite's own people sees
        other = self._receive("SN2", user=user)
        self.assertEqual(other.service_device_id.serial, "SN2")

    def test_nobody_types_a_token(self):
        device = self._create_device("SN-TOKEN").with_user(self.users["dispatcher"])
        before = device.qr_token
        with self.assertRaises(AccessError):
            device.qr_token = "guess"
        device.action_revoke_qr()
        self.assertNotIn(device.qr_token, (before, "guess"))
        with self.assertRaises(AccessError):
            device.with_user(self.users["technician"]).action_revoke_qr()
