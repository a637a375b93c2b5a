from datetime import timedelta

from odoo.tests import tagged

from .common import ServiceContractCommon


@tagged("post_install", "-at_install")
class TestServiceCoverWarranty(ServiceContractCommon):
    """The manufacturer pays under its warranty, an insurer the customer's fault."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manufacturer = cls.model.manufacturer_id
        cls.importer = cls.env["res.partner"].create({"name": "Importer"})
        cls.manufacturer.warranty_partner_id = cls.importer
        cls.customer_device.warranty_date = cls.today + timedelta(days=30)

    def _payer(self, *args, **vals):
        answer = self._ask(self.customer_device, *args, **vals)
        [share] = answer.shares
        return answer.covered, share.payer, share.partner, answer.rule

    def test_parts_and_labour_are_the_manufacturers(self):
        claimed = (True, "manufacturer", self.importer, "warranty")
        self.assertEqual(self._payer(), claimed)
        self.assertEqual(self._payer("labour"), claimed)
        self.assertEqual(self._payer("travel")[3], "general_price")
        self.assertEqual(self._payer("consumable")[3], "general_price")
        self.manufacturer.write({"warranty_labour": False, "warranty_travel": True})
        self.assertEqual(self._payer("labour")[3], "general_price")
        self.assertEqual(self._payer("travel"), claimed)

    def test_the_warranty_ends_with_its_last_day(self):
        last = self.customer_device.warranty_date
        self.assertEqual(self._payer(date=last)[3], "warranty")
        self.assertEqual(self._payer(date=last + timedelta(days=1))[3], "general_price")
        self.customer_device.warranty_date = False
        self.assertEqual(self._payer()[3], "general_price")

    def test_the_warranty_ends_with_its_pages(self):
        self._place(self.customer_device, 300)
        self.customer_device.warranty_pages = 1000
        self.customer_device._take_readings(
            {"mono": 600, "colour": 400}, date=self._days_ago(5), source="staff"
        )
        self.assertEqual(self._payer()[3], "warranty")
        self.customer_device._take_readings(
            {"mono": 601, "colour": 400}, date=self._days_ago(2), source="staff"
        )
        self.assertEqual(self._payer()[3], "general_price")

    def test_pages_printed_after_the_day_of_performance_do_not_end_the_warranty(self):
        self._place(self.customer_device, 300)
        self.customer_device.warranty_pages = 1000
        for pages, days in ((900, 20), (1500, 2)):
            self.customer_device._take_readings(
                {"mono": pages}, date=self._days_ago(days), source="staff"
            )
        self.assertEqual(self._payer(date=self.today - timedelta(days=10))[3], "warranty")
        self.assertEqual(self._payer()[3], "general_price")
        questions = [
            self._question(self.customer_device, date=self.today - timedelta(days=days))
            for days in (25, 10, 0)
        ]
        answers = self.env["service.cover"].resolve(questions)
        self.assertEqual(
            [answer.rule for answer in answers], ["warranty", "warranty", "general_price"]
        )

    def test_the_fault_comes_before_the_warranty_and_the_contract_after_it(self):
        contract = self._create_contract(self.all_in_type, self.customer_device)
        self.assertEqual(self._payer(fault=True)[3], "fault")
        answer = self._ask(self.customer_device)
        self.assertEqual((answer.rule, answer.contract), ("warranty", contract))
        self.assertIn(self.customer_device.name, answer.reason)
        self.assertEqual(self._payer("travel")[3], "contract")

    def test_without_a_partner_for_claims_it_stays_with_us(self):
        self.manufacturer.warranty_partner_id = False
        self.assertEqual(self._payer()[:3], (True, "manufacturer", self.company.partner_id))

    def test_an_insurer_pays_the_fault_where_the_contract_says_so(self):
        insurer = self.env["res.partner"].create({"name": "Insurer"})
        row = self.all_in_type.coverage_ids.filtered(lambda row: row.item_kind == "part")
        row.fault_rule = "insurer"
        contract = self._create_contract(self.all_in_type, self.customer_device)
        self.assertEqual(self._payer(fault=True), (False, "customer", self.customer, "fault"))
        contract.insurer_id = insurer
        self.assertEqual(self._payer(fault=True), (False, "insurer", insurer, "fault"))

    def test_a_leasing_company_pays_what_it_agreed_to(self):
        """The rest of what its contract covers; never the fault, nor for another's device."""
        lessor = self.env["res.partner"].create({"name": "Leasing"})
        leased = self._create_device(
            "SN-LEASED", customer_id=self.customer.id, location_id=self.site.id, owner="lessor"
        )
        leased.lessor_id = lessor
        self.customer_device.warranty_date = False
        self._create_contract(self.service_type, leased | self.customer_device)
        rows = self.service_type.coverage_ids.filtered(lambda row: row.item_kind == "part")
        rows.write({"mode": "percent", "percent": 40, "payer": "lessor"})
        for device, fault, payer, partner, discount in (
            (leased, False, "lessor", lessor, 40),
            (leased, True, "customer", self.customer, 0),
            (self.customer_device, False, "customer", self.customer, 40),
        ):
            answer = self._ask(device, fault=fault)
            [share] = answer.shares
            self.assertEqual(
                (share.payer, share.partner, share.discount), (payer, partner, discount)
            )
            self.assertEqual("leasing company" in answer.reason, payer == "lessor")
        rows.write({"mode": "full"})
        self.assertEqual(self._ask(leased).shares[0].payer, "own", "Covered is covered.")

    def test_a_fault_that_the_contract_forgives_is_no_claim(self):
        """No manufacturer pays for what the customer broke: it is ours to bear."""
        self.all_in_type.coverage_ids.fault_rule = "covered"
        self._create_contract(self.all_in_type, self.customer_device)
        self.assertEqual(
            self._payer(fault=True), (True, "own", self.company.partner_id, "contract")
        )
        self.assertEqual(self._payer()[3], "warranty")
