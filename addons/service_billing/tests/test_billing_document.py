from datetime import date

from lxml import etree

from odoo import Command
from odoo.tests import tagged

from .common import ServiceBillingCommon
from .common_period import ServicePeriodCommon, day


class BillingDocumentCommon(ServicePeriodCommon, ServiceBillingCommon):
    """Contracts that a run settles."""

    FEE = {"kind": "base_fee", "price_unit": 100}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.write({"vat": "PL5252248481", "is_company": True})
        cls.other_site = cls._create_location("Other Site")

    @classmethod
    def _create_location(cls, name, **vals):
        return cls.env["res.partner"].create(
            {"name": name, "type": "location", "parent_id": cls.customer.id, **vals}
        )

    @classmethod
    def _make_device(cls, name, site=None):
        return cls._create_device(
            name,
            customer_id=cls.customer.id,
            location_id=(site or cls.site).id,
            owner="customer",
        )

    def _bill(self, contracts, until):
        """The line of a run, settled as by the program."""
        run = self.env["service.billing.run"].search([("month", "=", day(until).replace(day=1))])
        if not run:
            run = self.env["service.billing.run"].create({"date": day(until)})
        known = run.line_ids.contract_id
        run.line_ids = [
            Command.create({"contract_id": contract.id}) for contract in contracts - known
        ]
        run.date = day(until)
        self.env.flush_all()
        run.line_ids._settle(automatic=True)
        return run.line_ids.filtered(lambda line: line.contract_id in contracts)

    def _html(self, move):
        html, _type = self.env["ir.actions.report"]._render_qweb_html(
            "account.report_invoice_with_payments", move.ids
        )
        return html.decode()


@tagged("post_install", "-at_install")
class TestBillingDocument(BillingDocumentCommon):
    """What stands on the documents of a run (`trade.md` 2, 6, 7, 10 and 11)."""

    def test_one_line_for_each_price_with_its_days(self):
        """Trade 2 and 10: equal positions of devices are one line; sums are one sum."""
        devices = [self._make_device(f"SN-{number}") for number in range(3)]
        for number, device in enumerate(devices):
            self._take(device, {"1-1": 0, "1-31": 1000 + number})
        contract = self._contract(
            [{"price_unit": 0.0285}, {**self.FEE, "level": "device"}],
            dict.fromkeys(devices, "1-1"),
        )
        moves = self._bill(contract, "2-1").move_ids
        january = moves.filtered(lambda move: move.service_date_from == day("1-1"))
        pages = january.invoice_line_ids.filtered(lambda line: line.quantity == 3003)
        self.assertRecordValues(
            pages,
            [
                {
                    "price_unit": 0.0285,
                    "price_subtotal": 85.59,
                    "service_date_from": day("1-1"),
                    "service_date_to": day("1-31"),
                }
            ],
        )
        self.assertEqual(january.taxable_supply_date, day("1-31"))
        self.assertEqual(january.service_date_to, day("1-31"))
        february = moves.filtered(lambda move: move.service_date_from == day("2-1"))
        self.assertEqual(february.invoice_line_ids.mapped("quantity"), [3])
        self.assertEqual(february.taxable_supply_date, day("2-28"))
        self.assertIn("2026", self._html(january))

    def test_sums_without_a_single_price_are_one_sum(self):
        devices = [self._make_device(f"SN-{number}") for number in range(2)]
        for device in devices:
            self._take(device, {"1-1": 0, "1-31": 1500})
        contract = self._contract(
            [{"price_unit": 0.05, "tiers": {1001: 0.0333}}], dict.fromkeys(devices, "1-1")
        )
        move = self._bill(contract, "2-1").move_ids
        self.assertRecordValues(
            move.invoice_line_ids, [{"quantity": 1, "price_unit": 133.3, "price_subtotal": 133.3}]
        )
        self.assertEqual(sum(move.service_charge_ids.mapped("amount")), 133.3)

    def test_vat_at_issue(self):
        device = self._make_device("SN-L")
        self._take(device, {"1-1": 0, "1-31": 1000})
        contract = self._contract([{"price_unit": 0.05}], {device: "1-1"}, vat_rule="issue")
        move = self._bill(contract, "2-1").move_ids
        self.assertFalse(move.taxable_supply_date)
        self.assertEqual(move.service_date_to, day("1-31"))
        self.assertTrue(move.invoice_date)

    def test_recipient(self):
        """Trade 6: the unit stands on the document as it was when it was made."""
        self.site.write(
            {"service_recipient_role": "local_government", "service_recipient_vat": "1132191233"}
        )
        self.other_site.service_recipient_role = "branch"
        devices = {
            self._make_device("SN-1"): "1-1",
            self._make_device("SN-2", self.other_site): "1-1",
        }
        for device in devices:
            self._take(device, {"1-1": 0, "1-31": 1000})
        contract = self._contract([{"price_unit": 0.05}], devices)
        moves = self._bill(contract, "2-1").move_ids
        self.assertEqual(len(moves), 2, "Two recipients are two documents")
        unit = moves.filtered(lambda move: move.service_recipient_id == self.site)
        self.site.service_recipient_vat = False
        self.assertEqual(unit.service_recipient_role, "local_government")
        self.assertEqual(unit.service_recipient_vat, "1132191233")
        self.assertEqual(unit.partner_shipping_id, self.site)
        self.assertFalse(self.site.street)
        self.customer.street = "Rynek 1"
        block = self._html(unit).partition('name="service_recipient"')[2].partition("</div>")[0]
        self.assertIn("1132191233", block)
        self.assertIn("Rynek 1", block, "It lies where what it belongs to lies.")

    def test_split_payment_and_gtu(self):
        """Trade 7: above the limit with a line of Annex 15; the words are on the paper."""
        self.pages.write({"service_annex_15": True, "service_gtu": "GTU_06"})
        large = self._posted(quantity=1, price_unit=12200)
        small = self._posted(quantity=1, price_unit=12000)
        self.assertTrue(large.service_split_payment)
        self.assertFalse(small.service_split_payment)
        self.assertIn("mechanizm podzielonej płatności", self._html(large))
        self.assertNotIn("mechanizm podzielonej płatności", self._html(small))
        self.pages.service_annex_15 = False
        self.assertFalse(self._posted(quantity=1, price_unit=12200).service_split_payment)

    def test_days_of_work_are_on_the_paper(self):
        move = self._posted(name="Repair", date="2026-10-12")
        self.assertEqual(move.invoice_line_ids.service_date_to, date(2026, 10, 12))
        self.assertFalse(move.service_date_from)
        self.assertIn("10/12/2026", self._html(move))

    def test_zero_is_no_document(self):
        """Trade 11: pages in the fee make a charge that says so, and no invoice."""
        device = self._make_device("SN-0")
        self._take(device, {"1-1": 0, "1-31": 300})
        contract = self._contract([{"price_unit": 0.05, "included_pages": 500}], {device: "1-1"})
        line = self._bill(contract, "2-1")
        self.assertFalse(line.move_ids)
        self.assertEqual(line.state, "nothing")
        self.assertEqual(contract.charge_ids.mapped("state"), ["covered"])

    def test_small_amounts_wait(self):
        """Trade 11: below the minimum they join the next month, but not after the end."""
        self.company.service_minimum_amount = 50
        device = self._make_device("SN-S")
        self._take(device, {"1-1": 0, "1-31": 400, "2-28": 1400})
        contract = self._contract([{"price_unit": 0.05}], {device: "1-1"})
        line = self._bill(contract, "2-1")
        self.assertFalse(line.move_ids)
        self.assertEqual(line.state, "nothing")
        self.assertIn("20.00", line.problem)
        move = self._bill(contract, "3-1").move_ids
        self.assertEqual(move.amount_untaxed, 70)
        self.assertEqual(len(move.invoice_line_ids), 2, "Each month has its own line and days")
        self.assertEqual((move.service_date_from, move.service_date_to), (day("1-1"), day("2-28")))

    def test_small_fees_in_advance_wait_too(self):
        self.company.service_minimum_amount = 50
        device = self._make_device("SN-A")
        contract = self._contract(
            [{"kind": "base_fee", "price_unit": 15}],
            {device: "1-1"},
            group={"base_timing": "advance"},
        )
        line = self._bill(contract, "1-2")
        self.assertEqual((line.state, line.move_ids.ids), ("nothing", []))
        self.assertIn("15.00", line.problem)

    def test_small_amounts_of_an_ended_contract(self):
        self.company.service_minimum_amount = 50
        device = self._make_device("SN-E")
        self._take(device, {"1-1": 0, "1-31": 400})
        contract = self._contract([{"price_unit": 0.05}], {device: "1-1"}, date_end=day("1-31"))
        self.assertEqual(self._bill(contract, "2-1").move_ids.amount_untaxed, 20)

    def test_split_by_cost_centre_and_by_order(self):
        self.site.service_cost_centre = "MPK-1"
        devices = [self._make_device(f"SN-{number}") for number in range(3)]
        for device in devices:
            self._take(device, {"1-1": 0, "1-31": 1000})
        contract = self._contract(
            [{"price_unit": 0.05}],
            dict.fromkeys(devices, "1-1"),
            invoice_split="cost_centre",
            purchase_order="Z/1",
        )
        contract.device_ids[0].write({"cost_centre": "MPK-2", "purchase_order": "Z/2"})
        moves = self._bill(contract, "2-1").move_ids
        self.assertEqual(
            sorted((move.service_cost_centre, move.amount_untaxed, move.ref) for move in moves),
            [("MPK-1", 100, "Z/1"), ("MPK-2", 50, "Z/1")],
        )
        contract.invoice_split = "order"
        for device in devices:
            self._take(device, {"2-28": 2000})
        moves = self._bill(contract, "3-1").move_ids
        self.assertEqual(
            sorted((move.ref, move.amount_untaxed) for move in moves), [("Z/1", 100), ("Z/2", 50)]
        )

    def test_core_s_e_invoice_is_made(self):
        """Trade 4: core's KSeF sending meets a document like any other."""
        if "l10n_pl_edi_status" not in self.env["account.move"]._fields:
            self.skipTest("l10n_pl_edi is not installed")
        self.company.write({"vat": "PL5252248481", "street": "Testowa 1", "city": "Kraków"})
        device = self._make_device("SN-K")
        self._take(device, {"1-1": 0, "1-31": 2000})
        contract = self._contract(
            [{"price_unit": 0.0285, "tiers": {1001: 0.02}}, {**self.FEE, "level": "device"}],
            {device: "1-1"},
            group={"base_timing": "arrears"},
        )
        move = self._bill(contract, "2-1").move_ids
        tree = etree.fromstring(move._l10n_pl_edi_render_xml().encode())
        values = [float(node.text) for node in tree.iterfind(".//{*}FaWiersz/{*}P_11")]
        self.assertEqual(sorted(values), [48.5, 100])
        self.assertEqual(sum(values), move.amount_untaxed)
