from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .common import ServiceBillingCommon


@tagged("post_install", "-at_install")
class TestServiceCharge(ServiceBillingCommon):
    def test_amount_is_exact(self):
        """A page price has four decimals and more; the amount is rounded once, half up."""
        for quantity, expected in ((1, 0.03), (100, 2.85), (1000, 28.5), (12345, 351.83), (7, 0.2)):
            with self.subTest(quantity=quantity):
                self.assertEqual(self._charge(quantity=quantity).amount, expected)

    def test_price_keeps_six_decimals(self):
        charge = self._charge(price_unit=0.012345, quantity=1000000)
        charge.invalidate_recordset()
        self.assertRecordValues(charge, [{"price_unit": 0.012345, "amount": 12345.0}])

    def test_discount(self):
        self.assertEqual(self._charge(price_unit=10, quantity=3, discount=12.5).amount, 26.25)

    def test_states(self):
        charges = (
            self._charge()
            + self._charge(covered=True)
            + self._charge(payer="own")
            + self._charge(payer="manufacturer")
            + self._charge(payer="lessor")
            + self._charge(price_unit=0)
            + self._charge(quantity=0.1, price_unit=0.01)
        )
        self.assertEqual(
            charges.mapped("state"),
            ["to_bill", "covered", "covered", "covered", "to_bill", "covered", "to_bill"],
        )

    def test_charge_with_a_source_is_not_lost_or_repriced_in_silence(self):
        """What was done stays charged; who changes the price says why."""
        [charge] = self.env["service.charge"]._take(
            [self._charge_vals(key="test/source", res_model="res.partner", res_id=self.customer.id)]
        )
        clerk = charge.with_user(self._staff("accounting"))
        with self.assertRaisesRegex(UserError, "cannot be deleted"):
            clerk.unlink()
        for vals in ({"price_unit": 1}, {"covered": True}, {"customer_id": self.stranger.id}):
            with self.assertRaisesRegex(UserError, "write the reason"):
                clerk.write(vals)
        clerk.write({"covered": True, "reason": "Goodwill after the fault of 12 October"})
        self.assertEqual(charge.state, "covered")
        with self.assertRaisesRegex(UserError, "cannot be typed"):
            clerk.res_id = False
        clerk.name = "Mono pages of October"
        self._charge().with_user(clerk.env.user).unlink()

    def test_contract_with_charges_is_not_deleted(self):
        contract = self.env["service.contract"].create(
            {
                "customer_id": self.customer.id,
                "type_id": self.env.ref("service_contract.type_lease").id,
            }
        )
        charge = self._charge(contract_id=contract.id)
        with self.assertRaisesRegex(UserError, "Something was charged under contract"):
            contract.unlink()
        charge.unlink()
        contract.unlink()

    def test_invoice_recipient(self):
        """Contract, then location upwards, then customer."""
        of_customer, of_site = (self._create_customer(f"Payer {number}") for number in (1, 2))
        site = self.env["res.partner"].create(
            {"name": "Site", "type": "location", "parent_id": self.customer.id}
        )
        floor = self.env["res.partner"].create(
            {"name": "Floor", "type": "location", "parent_id": site.id}
        )
        self.assertEqual(self._charge(location_id=floor.id).partner_id, self.customer)
        self.customer.service_invoice_partner_id = of_customer
        self.assertEqual(self._charge(location_id=floor.id).partner_id, of_customer)
        site.service_invoice_partner_id = of_site
        self.assertEqual(self._charge(location_id=floor.id).partner_id, of_site)
        [taken] = self.env["service.charge"]._take(
            [self._charge_vals(key="test/recipient", location_id=floor.id)]
        )
        self.assertEqual(taken.partner_id, of_site)

    def test_take_once(self):
        charges = self.env["service.charge"]
        vals = [self._charge_vals(key=f"test/{number}", quantity=number) for number in (2, 1, 3)]
        first = charges._take(vals)
        self.assertRecordValues(
            first,
            [
                {"key": "test/2", "quantity": 2, "amount": 0.06, "state": "to_bill"},
                {"key": "test/1", "quantity": 1, "amount": 0.03, "state": "to_bill"},
                {"key": "test/3", "quantity": 3, "amount": 0.09, "state": "to_bill"},
            ],
        )
        again = charges._take([self._charge_vals(key="test/1", quantity=999), vals[0]])
        self.assertEqual(again, first[1] + first[0])
        self.assertEqual(again[0].quantity, 1, "A stored charge is given back as it is")
        self.assertEqual(charges.search_count([("key", "=like", "test/%")]), 3)

    def test_take_completes_like_create(self):
        """A taken charge is the same record that ``create`` makes, defaults and all."""
        [taken] = self.env["service.charge"]._take([self._charge_vals(key="test/same")])
        created = self._charge()
        skipped = {"id", "key", "create_date", "write_date", "display_name"}
        for name in taken._fields.keys() - skipped:
            self.assertEqual(taken[name], created[name], name)

    def test_take_needs_a_key(self):
        with self.assertRaises(ValueError):
            self.env["service.charge"]._take([self._charge_vals()])

    def test_duplicate_keys_in_one_call(self):
        vals = self._charge_vals(key="test/twice")
        charges = self.env["service.charge"]._take([vals, vals])
        self.assertEqual(len(charges.browse(set(charges.ids))), 1)

    def test_immutable_on_an_invoice(self):
        charge = self._charge()
        charge.quantity = 200
        move = charge._bill()
        for attempt in ("draft", "posted"):
            if attempt == "posted":
                move.action_post()
            with self.assertRaisesRegex(UserError, "cannot be changed or deleted"):
                charge.quantity = 300
            with self.assertRaisesRegex(UserError, "cannot be changed or deleted"):
                charge.unlink()
        self.assertRecordValues(charge, [{"quantity": 200, "amount": 5.7, "state": "billed"}])

    def test_program_fields_cannot_be_typed(self):
        user = self._staff("accounting")
        charge = self._charge().with_user(user)
        line = self._posted().invoice_line_ids[:1]
        for vals in ({"move_line_id": line.id}, {"amount": 1}, {"state": "billed"}, {"key": "x"}):
            with self.subTest(vals=vals), self.assertRaisesRegex(UserError, "cannot be typed"):
                charge.write(vals)
        with self.assertRaisesRegex(UserError, "cannot be typed"):
            charge.create(self._charge_vals(move_line_id=line.id))

    def test_entered_by_hand(self):
        with Form(self.env["service.charge"].with_user(self._staff("accounting"))) as form:
            form.name = "Base fee October"
            form.customer_id = self.customer
            form.price_unit = 150
        charge = form.save()
        self.assertRecordValues(
            charge, [{"partner_id": self.customer.id, "amount": 150, "state": "to_bill"}]
        )
        self.assertTrue(charge.key.startswith("manual/"))

    def test_history_tells_posted_invoices(self):
        category = self.env["service.device.category"].create({"name": "Test Copiers"})
        manufacturer = self.env["service.device.manufacturer"].create({"name": "Test Maker"})
        model = self.env["service.device.model"].create(
            {"name": "T1", "manufacturer_id": manufacturer.id, "category_id": category.id}
        )
        device = self.env["service.device"].create(
            {"serial": "TB1", "model_id": model.id, "customer_id": self.customer.id}
        )
        events = self.env["service.device.event"]
        domain = [("device_id", "=", device.id), ("kind", "=", "invoice")]
        charges = self._charge(device_id=device.id) + self._charge(device_id=device.id, name="A3")
        move = charges._bill()
        self.assertFalse(events.search(domain))
        move.action_post()
        event = events.search(domain)
        self.assertRecordValues(
            event,
            [{"summary": move.name, "audience": "staff", "customer_id": self.customer.id}],
        )
        self.assertEqual(event.action_open_source()["res_id"], move.id)
        self.assertEqual(device.charge_count, 2)
