from datetime import timedelta

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import ServiceDeviceCommon

SIGNATURE = (
    b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADU"
    b"lEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@tagged("post_install", "-at_install")
class TestServiceDeviceMove(ServiceDeviceCommon):
    """The wizard of everything that can happen to where a device is and whose it is."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Protocols speak the customer's language.
        cls.customer.lang = "en_US"
        cls.later = cls.now + timedelta(minutes=5)
        cls.device = cls._create_device(
            "FIRST", customer_id=cls.customer.id, location_id=cls.site.id
        )
        cls.stocked = cls._create_device("STOCKED")

    def _wizard(self, devices, operation, user="dispatcher", **vals):
        return (
            self.env["service.device.move"]
            .with_user(self.users[user])
            .create({"device_ids": [Command.set(devices.ids)], "operation": operation} | vals)
        )

    def _do(self, devices, operation, **vals):
        wizard = self._wizard(devices, operation, **vals)
        return wizard.action_apply()

    # --- what is offered ---

    def test_only_what_fits_is_offered(self):
        cases = (
            (self.device, ["move", "swap", "owner", "courier", "workshop", "take_back", "scrap"]),
            (self.stocked, ["prepare", "install", "loan", "courier", "workshop", "scrap"]),
            (self.device | self.stocked, ["courier", "workshop", "scrap"]),
            (self.env["service.device"], ["scrap"]),
        )
        for devices, offered in cases:
            with self.subTest(len(devices)):
                wizard = self._wizard(devices, "scrap")
                self.assertEqual(wizard.offered_operations, offered)

    def test_from_a_list_what_fits_comes_first(self):
        form = Form(
            self.env["service.device.move"].with_context(
                active_model="service.device", active_ids=self.device.ids
            )
        )
        self.assertEqual(form.operation, "move")

    def test_dialogs_open_for_several_devices_of_a_list(self):
        """What the web client asks first, with the fields of the tags that it shows."""
        devices = self.device | self.stocked
        for dialog in ("service.device.move", "service.device.label.print"):
            dialog = self.env[dialog].with_context(
                active_model="service.device", active_ids=devices.ids
            )
            spec = {"device_ids": {"fields": {"display_name": {}}}}
            commands = dialog.onchange({}, [], spec)["value"]["device_ids"]
            self.assertEqual({command[1] for command in commands}, set(devices.ids))

    def test_button_on_the_device_opens_the_operation(self):
        """The web client adds the form's own record to the context of its buttons."""
        action = self.device.action_swap()
        form = Form(
            self.env["service.device.move"].with_context(
                **action["context"], active_model="service.device", active_ids=self.device.ids
            )
        )
        self.assertEqual(form.operation, "swap")
        self.assertEqual(form.device_ids[:], self.device)
        form.replacement_id = self.stocked
        form.save().action_apply()
        self.assertEqual(self.stocked.status, "installed")

    def test_prepared_loaned_and_with_courier(self):
        for operation, status, vals in (
            ("prepare", "prepared", {}),
            ("courier", "with_courier", {}),
            ("loan", "loaned", {"customer_id": self.customer.id}),
        ):
            device = self._create_device(operation)
            self._do(device, operation, **vals)
            self.assertEqual(device.status, status)
            self.assertEqual(device.placement_id.operation, operation)

    def test_a_moved_loaner_is_still_lent(self):
        self._do(self.stocked, "loan", customer_id=self.customer.id, date=self.now)
        self._do(self.stocked, "move", location_id=self.site.id, date=self.later)
        self.assertEqual(self.stocked.status, "loaned")

    def test_custodian(self):
        person = self.env["res.partner"].create({"name": "Anna", "parent_id": self.customer.id})
        self._do(self.stocked, "install", customer_id=self.customer.id, custodian_id=person.id)
        self.assertEqual(self.stocked.placement_id.custodian_id, person)

    def test_options_move_along(self):
        option = self._create_device("OPTION", parent_id=self.stocked.id)
        self._do(self.stocked, "install", customer_id=self.customer.id, location_id=self.site.id)
        self.assertEqual((option.status, option.location_id), ("installed", self.site))

    # --- swap ---

    def test_swap(self):
        self._do(self.device, "swap", replacement_id=self.stocked.id)
        self.assertRecordValues(
            self.device | self.stocked,
            [
                {"status": "in_stock", "customer_id": False, "location_id": False},
                {
                    "status": "installed",
                    "customer_id": self.customer.id,
                    "location_id": self.site.id,
                },
            ],
        )
        self.assertEqual(self.stocked.placement_id.replaced_device_id, self.device)
        self.assertEqual(self.stocked.placement_id.date_start, self.device.placement_id.date_start)

    def test_loaner_comes_and_goes(self):
        self._do(self.device, "swap", replacement_id=self.stocked.id, is_loaner=True, date=self.now)
        self.assertEqual((self.device.status, self.stocked.status), ("in_workshop", "loaned"))
        self.assertEqual(self.device.customer_id, self.customer)
        self._do(self.stocked, "swap", replacement_id=self.device.id, date=self.later)
        self.assertEqual((self.device.status, self.stocked.status), ("installed", "in_stock"))

    def test_customers_device_is_swapped_with_ours(self):
        theirs = self._create_device("THEIRS", customer_id=self.customer.id, owner="customer")
        self._do(theirs, "swap", replacement_id=self.stocked.id, is_loaner=True)
        self.assertEqual((theirs.owner, self.stocked.owner), ("customer", "own"))

    def test_impossible_swaps_are_said(self):
        other = self._create_device("OTHER", customer_id=self.customer.id)
        for devices, vals, words in (
            (self.device, {}, "takes the place"),
            (self.device, {"replacement_id": self.device.id}, "itself"),
            (self.device, {"replacement_id": other.id}, "not free"),
            (self.device | other, {"replacement_id": self.stocked.id}, "one device"),
        ):
            with self.subTest(words), self.assertRaisesRegex(UserError, words):
                self._do(devices, "swap", **vals)
        self.assertEqual(self.device.status, "installed")

    def test_error_leaves_all_as_it_was(self):
        """The replacement cannot be placed: the first device stays where it is."""
        self._do(self.stocked, "workshop", date=self.later)
        wizard = self._wizard(self.device, "swap", replacement_id=self.stocked.id, date=self.now)
        with self.assertRaisesRegex(UserError, "later date"), self.env.cr.savepoint():
            wizard.action_apply()
        self.assertEqual((self.device.status, self.stocked.status), ("installed", "in_workshop"))
        self.assertEqual(wizard.replacement_id, self.stocked)

    # --- owner ---

    def test_buy_out_leaves_our_stock(self):
        lot = self._receive("SOLD")
        device = lot.service_device_id
        self._do(device, "install", customer_id=self.customer.id, date=self.later)
        self.assertEqual(lot.location_id, self.at_customers)
        self._do(device, "owner", owner="customer", date=self.later + timedelta(minutes=1))
        self.assertEqual((device.owner, device.status), ("customer", "installed"))
        self.assertEqual(lot.location_id.usage, "customer")
        self._do(device, "owner", owner="own", date=self.later + timedelta(minutes=2))
        self.assertEqual(lot.location_id, self.at_customers)

    def test_assignment_to_another_customer(self):
        self._do(
            self.device, "owner", customer_id=self.other_customer.id, location_id=self.other_site.id
        )
        self.assertEqual(self.device.customer_id, self.other_customer)
        self.assertFalse(self.device.protocol_line_ids)

    def test_change_that_changes_nothing(self):
        with self.assertRaisesRegex(UserError, "Nothing would change"):
            self._do(self.device, "owner")

    # --- backdating ---

    def test_backdating_within_what_later_records_allow(self):
        self._place(self.device, 10)
        with self.assertRaisesRegex(UserError, f"{self.device.name} is where it is since"):
            self._do(self.device, "take_back", date=self.now - timedelta(days=11))
        self._do(self.device, "take_back", date=self.now - timedelta(days=9))
        self.assertEqual(self.device.status, "in_stock")

    def test_future_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "future"):
            self._do(self.device, "take_back", date=self.now + timedelta(days=1))

    def test_device_of_another_company_is_refused(self):
        company = self.env["res.company"].create({"name": "Second"})
        foreign = self.env["service.device"].create(
            {"serial": "F", "model_id": self.model.id, "company_id": company.id}
        )
        wizard = self.env["service.device.move"]
        with self.assertRaises(UserError):
            wizard.create(
                {
                    "device_ids": [Command.set(self.device.ids)],
                    "operation": "swap",
                    "replacement_id": foreign.id,
                }
            ).action_apply()

    # --- protocols ---

    def test_handover_protocol_is_attached(self):
        action = self._do(
            self.stocked, "install", customer_id=self.customer.id, location_id=self.site.id
        )
        protocol = self.stocked.protocol_line_ids.protocol_id
        self.assertEqual((action["res_model"], action["res_id"]), (protocol._name, protocol.id))
        self.assertRecordValues(
            protocol,
            [
                {
                    "kind": "handover",
                    "customer_id": self.customer.id,
                    "location_id": self.site.id,
                    "company_id": self.company.id,
                }
            ],
        )
        html = (
            self.env["ir.actions.report"]
            ._render_qweb_html("service_device.action_report_protocol", protocol.ids)[0]
            .decode()
        )
        for part in (protocol.name, "Handover Protocol", "STOCKED", "Test Customer", "Main Site"):
            self.assertIn(part, html)

    def test_swap_makes_both_protocols(self):
        self._do(self.device, "swap", replacement_id=self.stocked.id)
        self.assertEqual(self.device.protocol_line_ids.protocol_id.kind, "return")
        self.assertEqual(self.stocked.protocol_line_ids.protocol_id.kind, "handover")

    def test_move_within_the_customer_needs_none(self):
        self._do(self.device, "move", location_id=False)
        self.assertFalse(self.device.protocol_line_ids)

    def test_many_devices_one_protocol(self):
        devices = self.stocked | self._create_device("SECOND")
        self._do(devices, "install", customer_id=self.customer.id)
        self.assertEqual(len(devices.protocol_line_ids.protocol_id), 1)

    def test_take_back_tells_of_data_toner_and_waste(self):
        toner = self.env["product.product"].create(
            {"name": "Toner K", "type": "consu", "is_storable": True}
        )
        wizard = self._wizard(
            self.device,
            "take_back",
            toner_line_ids=[Command.create({"product_id": toner.id, "quantity": 2})],
            waste_quantity=12.5,
            waste_note_number="KPO/7",
            waste_producer="customer",
        )
        self.assertTrue(wizard.is_return)
        wizard.wipe_line_ids.write({"method": "overwritten", "disk_serial": "WD-1"})
        wizard.action_apply()
        protocol = self.device.protocol_line_ids.protocol_id
        self.assertRecordValues(
            protocol,
            [{"kind": "return", "waste_code": "16 02 14", "waste_quantity": 12.5}],
        )
        self.assertRecordValues(
            protocol.line_ids,
            [
                {
                    "wipe_method": "overwritten",
                    "wipe_user_id": self.users["dispatcher"].id,
                    "disk_serial": "WD-1",
                }
            ],
        )
        self.assertEqual(protocol.toner_ids.stock_move_id.state, "done")
        in_stock = toner.with_context(location=self.stock.id).qty_available
        self.assertEqual(in_stock, 2)
        html = (
            self.env["ir.actions.report"]
            ._render_qweb_html("service_device.action_report_protocol", protocol.ids)[0]
            .decode()
        )
        for part in ("WD-1", "KPO/7", "16 02 14", "Toner K"):
            self.assertIn(part, html)

    def test_what_is_told_of_a_return_is_kept_once(self):
        other = self._create_device("OTHER", customer_id=self.customer.id)
        with self.assertRaisesRegex(UserError, "kept on the protocol"):
            self._do(self.device, "take_back", with_protocol=False, waste_quantity=3)
        wizard = self._wizard(self.device, "take_back", with_protocol=False)
        wizard.wipe_line_ids.method = "overwritten"
        with self.assertRaisesRegex(UserError, "kept on the protocol"):
            wizard.action_apply()
        with self.assertRaisesRegex(UserError, "one place at a time"):
            self._do(self.device | other, "take_back", waste_quantity=3)
        self.assertEqual((self.device | other).mapped("status"), ["installed"] * 2)

    def test_toner_of_a_return_does_not_follow_a_move(self):
        toner = self.env["product.product"].create(
            {"name": "Toner K", "type": "consu", "is_storable": True}
        )
        buyer = self.env["res.partner"].create({"name": "Buyer", "is_company": True})
        self._do(
            self.device,
            "move",
            customer_id=buyer.id,
            toner_line_ids=[Command.create({"product_id": toner.id, "quantity": 2})],
        )
        self.assertEqual(self.device.customer_id, buyer)
        self.assertEqual(toner.qty_available, 0)

    def test_change_of_owner_leaves_devices_where_they_are(self):
        keeper = self.env["res.partner"].create({"name": "Jan", "parent_id": self.customer.id})
        cellar = self.env["res.partner"].create(
            {"name": "Cellar", "type": "location", "parent_id": self.customer.id}
        )
        other = self._create_device("OTHER", customer_id=self.customer.id, location_id=cellar.id)
        self.device.placement_id.custodian_id = keeper
        devices = self.device | other
        places = devices.mapped("location_id")
        self._do(devices, "owner", owner="lessor", date=self.later)
        self.assertEqual(devices.mapped("owner"), ["lessor"] * 2)
        self.assertEqual((self.device.location_id, other.location_id), tuple(places))
        self.assertEqual(self.device.placement_id.custodian_id, keeper)

    def test_toner_comes_back_when_the_devices_do(self):
        toner = self.env["product.product"].create(
            {"name": "Toner K", "type": "consu", "is_storable": True}
        )
        when = self.now - timedelta(days=3)
        lines = [Command.create({"product_id": toner.id, "quantity": 2})]
        self._do(self.device, "take_back", date=when, toner_line_ids=lines)
        move = self.device.protocol_line_ids.protocol_id.toner_ids.stock_move_id
        self.assertEqual((move.date, move.move_line_ids.date), (when, when))

    def test_what_is_signed_stays(self):
        self._do(self.device, "take_back")
        protocol = self.device.protocol_line_ids.protocol_id
        with self.assertRaisesRegex(UserError, "name of the person"):
            protocol.signature = SIGNATURE
        protocol.write({"signature": SIGNATURE, "signed_by": "Jan"})
        self.assertTrue(protocol.signed_on)
        for record, vals in (
            (protocol, {"waste_quantity": 1}),
            (protocol, {"signature": False}),
            (protocol.line_ids, {"disk_serial": "X"}),
        ):
            with self.subTest(vals), self.assertRaisesRegex(UserError, "signed"):
                record.write(vals)
        with self.assertRaisesRegex(UserError, "signed"):
            protocol.unlink()

    def test_protocol_pdf(self):
        """A protocol is printed on our paper, wkhtmltopdf or not; it is attached once."""
        self._do(self.device, "take_back")
        protocol = self.device.protocol_line_ids.protocol_id
        protocol.with_context(force_report_rendering=True)._attach_pdf()
        attachment = self.env["ir.attachment"].search(
            [("res_model", "=", protocol._name), ("res_id", "=", protocol.id)]
        )
        self.assertEqual(attachment.mapped("mimetype"), ["application/pdf"])
        self.assertEqual(attachment.name, f"{protocol.name.replace('/', '-')}.pdf")
