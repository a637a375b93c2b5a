from freezegun import freeze_time
from lxml import etree

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common import ServiceBillingCommon


@tagged("post_install", "-at_install")
class TestServiceContractBill(ServiceBillingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lease = cls._contract("service_contract.type_lease")
        cls.care = cls._contract("service_contract.type_service_only")

    @classmethod
    def _contract(cls, contract_type, **vals):
        contract = cls.env["service.contract"].create(
            {
                "type_id": cls.env.ref(contract_type).id,
                "customer_id": cls.customer.id,
                "company_id": cls.company.id,
                "currency_id": cls.company.currency_id.id,
                "date_start": "2026-01-01",
                **vals,
            }
        )
        contract.action_activate()
        return contract

    def test_vat_follows_the_rule_of_the_contract(self):
        for contract, kind, due in (
            (self.lease, "fee", False),
            (self.lease, "pages", False),
            (self.lease, "labour", "2026-10-31"),
            (self.care, "fee", "2026-10-31"),
            (self.env["service.contract"], "pages", "2026-10-31"),
        ):
            charge = self._charge(contract_id=contract.id, kind=kind, quantity=1000)
            day = charge._bill().taxable_supply_date
            self.assertEqual(day and str(day), due, (contract.name, kind))
        mixed = self._charge(contract_id=self.lease.id, kind="fee", quantity=1000)
        mixed += self._charge(contract_id=self.lease.id, kind="labour", quantity=1000)
        self.assertEqual(len(mixed._bill()), 2, "Two dates of VAT are two documents.")

    def test_the_document_says_what_the_contract_agrees(self):
        term = self.env.ref("account.account_payment_term_15days")
        tender = self._contract(
            "service_contract.type_service_only",
            purchase_order="ZP.1/2026",
            payment_term_id=term.id,
        )
        charges = self._charge(contract_id=tender.id, quantity=1000)
        charges += self._charge(contract_id=self.care.id, quantity=1000)
        moves = charges._bill()
        self.assertRecordValues(
            moves.sorted(lambda move: not move.ref),
            [
                {"ref": "ZP.1/2026", "invoice_payment_term_id": term.id},
                {"ref": False, "invoice_payment_term_id": False},
            ],
        )

    def test_the_paper_names_the_payment_terms(self):
        """Those of the invoices: the contract's, else the recipient's, else none."""
        template = self.env.ref("service_contract.template_service")

        def told(lang="pl_PL"):
            self.env.invalidate_all()
            document = self.care._create_document(template).with_context(lang=lang)
            clauses = document._paper()["sections"]
            [text] = [one["body"] for one in clauses if one["title"] == "Termin zapłaty"]
            rows = [row["text"] for row in document._term_rows() if row["key"] == "payment"]
            return text, rows

        self.env["res.lang"]._activate_lang("pl_PL")
        text, rows = told()
        self.assertIn("w terminie wskazanym na fakturze", text)
        self.assertFalse(rows)
        self.customer.property_payment_term_id = self.env.ref("account.account_payment_term_15days")
        days = "15 dni od dnia wystawienia faktury"
        self.assertEqual(told(), (f"<p>Strony ustalają termin zapłaty: {days}.</p>", [days]))
        self.care.payment_term_id = self.env.ref("account.account_payment_term_advance_60days")
        self.assertEqual(told("en_US")[1], [self.care.payment_term_id.name])

    def test_the_contract_names_who_pays_for_a_place(self):
        partners = self.env["res.partner"]
        place, room, other = partners.create(
            [{"name": name, "type": "location", "parent_id": self.customer.id} for name in "abc"]
        )
        room.parent_id = place
        school, centre, office = partners.create([{"name": name} for name in ("S", "C", "O")])
        room.service_invoice_partner_id = school
        self.care.invoice_partner_id = office
        for places, location, payer in (
            ((), room, school),
            ((), place, office),
            (((place, centre),), room, centre),
            (((place, centre),), other, office),
            (((place, centre), (room, partners)), room, centre),
            (((place, partners),), room, school),
        ):
            self.care.place_ids = [
                Command.clear(),
                *(
                    Command.create({"location_id": at.id, "invoice_partner_id": who.id})
                    for at, who in places
                ),
            ]
            charge = self._charge(contract_id=self.care.id, location_id=location.id)
            self.assertEqual(charge.partner_id, payer, (places, location.name))

    def test_what_was_billed_of_periods_closes_the_contract(self):
        rates = self.env["service.rate"]
        self.assertFalse(self.care._open_from())
        Charge = self.env["service.charge"]
        vals = self._charge_vals(contract_id=self.care.id, quantity=1000)
        period = Charge._take([{**vals, "key": "pages/2026-10"}])
        later = [
            Charge._take([{**vals, "key": "hour", "kind": "labour", "date": "2026-11-20"}]),
            self._charge(contract_id=self.care.id, kind="fee", date="2026-11-30", quantity=1000),
        ]
        self.assertFalse(self.care._open_from(), "Nothing is on a document yet.")
        (period + later[0] + later[1])._bill()
        self.assertEqual(str(self.care._open_from()), "2026-11-01")
        for change in (
            lambda: rates.create({"contract_id": self.care.id, "date_from": "2026-10-31"}),
            lambda: self.care.write({"date_end": "2026-10-30"}),
            lambda: self.care.write({"date_start": "2026-02-01"}),
        ):
            with self.assertRaisesRegex(UserError, "has been billed until"):
                change()
        rates.create({"contract_id": self.care.id, "date_from": "2026-11-01"})
        self.care.date_end = "2026-10-31"

    def _device(self, owner):
        """A device of ours, or of a lessor, at the customer."""
        model = self.env.ref("service_device.demo_model_c300i", raise_if_not_found=False)
        model = model or self.env["service.device.model"].search([], limit=1)
        if not model:
            maker = self.env["service.device.manufacturer"].create({"name": "Maker"})
            category = self.env["service.device.category"].create({"name": "Printer"})
            model = model.create(
                {"name": "M", "manufacturer_id": maker.id, "category_id": category.id}
            )
        return self.env["service.device"].create(
            {
                "serial": owner,
                "model_id": model.id,
                "company_id": self.company.id,
                "customer_id": self.customer.id,
                "owner": owner,
                "date_placed": "2026-01-01 08:00:00",
            }
        )

    def _buy_out(self, **vals):
        return self.env["service.contract.buyout"].create({"contract_id": self.care.id, **vals})

    def test_a_bought_device_is_charged_once_at_the_agreed_price(self):
        ours, leased = self._device("own"), self._device("lessor")
        leased.lessor_id = self.stranger
        self.care.device_ids = [
            Command.create({"device_id": device.id}) for device in ours + leased
        ]
        wizard = self._buy_out(price_unit=1500, date="2026-11-10 10:00:00")
        self.assertEqual(wizard.own_count, 1)
        with self.assertRaisesRegex(ValidationError, "below zero"):
            wizard.copy({"price_unit": -1})
        arch = etree.fromstring(wizard.get_view(view_type="form")["arch"])
        plain, asking = arch.iterfind(".//button[@name='action_buy_out']")
        self.assertFalse(plain.get("confirm"))
        self.assertEqual(plain.get("invisible"), "own_count and not price_unit")
        self.assertEqual(asking.get("invisible"), "not own_count or price_unit")
        self.assertIn("Give them away?", asking.get("confirm"), "a forgotten price is asked about")
        wizard.action_buy_out()
        self.assertEqual(set((ours + leased).mapped("owner")), {"customer"})
        charge = self.care.charge_ids
        self.assertRecordValues(
            charge,
            [
                {
                    "device_id": ours.id,
                    "amount": 1500,
                    "state": "to_bill",
                    "partner_id": self.customer.id,
                }
            ],
        )
        self.assertEqual(str(charge.date), "2026-11-10")
        paid = self._charge(device_id=leased.id, payer="lessor")
        self.assertEqual(paid.partner_id, self.stranger)

    def test_a_device_sold_again_is_charged_again(self):
        """Bought, taken back into our property, and bought again under one contract."""
        device = self._device("own")
        self.care.device_ids = [Command.create({"device_id": device.id})]
        self._buy_out(price_unit=1500, date="2026-03-10 10:00:00").action_buy_out()
        back = {"device_ids": device.ids, "operation": "owner", "owner": "own"}
        place = {"customer_id": self.customer.id, "date": "2026-04-10 10:00:00"}
        self.env["service.device.move"].create(back | place).action_apply()
        self._buy_out(price_unit=900, date="2026-05-10 10:00:00").action_buy_out()
        self.assertEqual(sorted(self.care.charge_ids.mapped("amount")), [900, 1500])

    @freeze_time("2026-11-26 10:00:00")
    def test_a_contract_handed_over_for_days_gone_by_takes_its_charges_along(self):
        clerk = self._staff("accounting")
        device = self._device("customer")
        self.care.device_ids = [Command.create({"device_id": device.id})]
        vals = {"device_id": device.id, "contract_id": self.care.id, "price_unit": 10}
        before = self._charge(**vals, kind="labour", date="2026-11-09")
        work = self._charge(**vals, kind="labour", date="2026-11-10", reason="Agreed")
        alone = self._charge(**vals | {"contract_id": False}, kind="part", date="2026-11-20")
        ours = self._charge(**vals, kind="part", date="2026-11-20", covered=True)
        fee = self._charge(**vals, name="Fee", kind="fee", date="2026-11-30")
        billed = self._charge(**vals, name="Toner", kind="part", date="2026-11-15")
        billed._bill().action_post()
        wizard = self.env["service.contract.assign"].create(
            {"contract_id": self.care.id, "customer_id": self.stranger.id, "date": "2026-11-10"}
        )
        self.assertEqual(wizard.charge_ids, work | alone | ours | fee | billed)
        shown = wizard.new(origin=wizard).charge_ids
        self.assertEqual(shown.mapped("amount"), wizard.charge_ids.mapped("amount"))
        new = self.env["service.contract"].browse(wizard.action_assign()["res_id"])
        moved = {"customer_id": self.stranger.id, "partner_id": self.stranger.id}
        stays = {"customer_id": self.customer.id, "partner_id": self.customer.id}
        self.assertRecordValues(
            before | work | alone | ours | fee | billed,
            [
                {**stays, "contract_id": self.care.id},
                {**moved, "contract_id": new.id},
                {**moved, "contract_id": False},
                {**moved, "contract_id": new.id},
                {**stays, "contract_id": self.care.id},
                {**stays, "contract_id": self.care.id},
            ],
        )
        self.assertEqual(work.reason, f"Agreed, taken over by {new.name}")
        activity = self.care.activity_ids
        self.assertEqual(activity.user_id, clerk)
        for text in ("Toner", billed.move_id.name, "Fee"):
            self.assertIn(text, activity.note)

    @freeze_time("2026-11-26 10:00:00")
    def test_charges_of_a_handed_over_contract_stay_if_so_chosen(self):
        work = self._charge(contract_id=self.care.id, kind="labour", date="2026-11-10")
        self.env["service.contract.assign"].create(
            {
                "contract_id": self.care.id,
                "customer_id": self.stranger.id,
                "date": "2026-11-10",
                "move_charges": False,
            }
        ).action_assign()
        self.assertEqual(work.customer_id, self.customer)
        self.assertIn(work.name, self.care.activity_ids.note)

    def test_what_the_customer_agreed_is_nothing_to_an_insurer(self):
        term = self.env.ref("account.account_payment_term_15days")
        tender = self._contract(
            "service_contract.type_service_only",
            purchase_order="ZP.1/2026",
            payment_term_id=term.id,
        )
        damage = {"payer": "insurer", "partner_id": self.stranger.id}
        move = self._charge(contract_id=tender.id, kind="part", quantity=1000, **damage)._bill()
        self.assertFalse(move.ref or move.invoice_payment_term_id)

    def test_a_charge_begins_in_the_money_of_its_contract(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        contract = self._contract("service_contract.type_service_only", currency_id=euro.id)
        vals = {"name": "Fee", "customer_id": self.customer.id, "contract_id": contract.id}
        charge = self.env["service.charge"].create(vals)
        taken = self.env["service.charge"]._take([vals | {"key": "fee"}])
        self.assertEqual((charge + taken).currency_id, euro)
        charge.contract_id = self.care
        self.assertEqual(charge.currency_id, euro, "What was entered is not another price.")
