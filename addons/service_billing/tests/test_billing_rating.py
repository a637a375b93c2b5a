from datetime import datetime

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_period import ServicePeriodCommon, day


@tagged("post_install", "-at_install")
class TestBillingRating(ServicePeriodCommon):
    """What a contract costs for a period, and that each page is in one row of the ledger."""

    def test_pages_run_from_reading_to_reading(self):
        device = self._make_device("SN-1")
        self._take(device, {"1-1": 1000, "2-2": 1500, "2-27": 2500})
        contract = self._contract([{"price_unit": 0.05}], {device: "1-1"})
        charges = self._settle(contract, "3-1")
        rows = [
            (c.period_start.month, c.pages, c.quantity, c.amount) for c in charges.sorted("date")
        ]
        self.assertEqual(rows, [(1, 500, 500, 25), (2, 1000, 1000, 50)])
        ledger = charges.consumption_ids.sorted("seq")
        self.assertEqual(ledger.mapped("pages"), [500, 1000])
        self.assertEqual(set(ledger.mapped("how")), {"reading"})
        self.assertEqual(self._statement(contract, "3-1").state, "nothing")

    def test_a_missing_reading_is_named(self):
        device = self._make_device("SN-1")
        self._take(device, {"1-1": 1000})
        contract = self._contract([{"price_unit": 0.05}], {device: "1-1"})
        statement = self._statement(contract, "2-15")
        self.assertEqual(statement.state, "missing")
        self.assertIn("SN-1", self._texts(statement)[0])

    def test_a_device_that_was_charged_was_on_the_contract(self):
        device = self._make_device("SN-1")
        self._take(device, {"1-1": 1000, "2-1": 1500})
        contract = self._contract([{"price_unit": 0.05}], {device: "1-1"})
        self._settle(contract, "2-1")
        with self.assertRaisesRegex(UserError, "leave on a later day"):
            contract.device_ids._leave(day("1-1"))
        contract.device_ids._leave(day("1-2"))
        self.assertEqual(contract.device_ids.date_end, day("1-2"))

    def test_the_number_of_queries_does_not_grow(self):
        counts = {}
        for count in (1, 2, 12):  # The first one also reads what the others find in memory.
            devices = [self._make_device(f"Q{count}-{number}") for number in range(count)]
            contracts = self.env["service.contract"]
            for device in devices:
                self._take(device, {"1-1": 1000, "2-1": 1500})
                prices = [{"price_unit": 0.05}, {"kind": "base_fee", "price_unit": 100}]
                contracts |= self._contract(prices, {device: "1-1"})
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            statements = self.env["service.billing.rating"]._statements(contracts, day("2-1"))
            counts[count] = self.cr.sql_log_count - before
            self.assertEqual({each.state for each in statements.values()}, {"ready"})
        self.assertEqual(counts[2], counts[12])

    def test_a_charge_is_of_the_place_where_the_device_was(self):
        device = self._make_device("SN-1")
        self._take(device, {"1-1": 1000, "2-1": 1500})
        contract = self._contract([{"price_unit": 0.05}], {device: "1-1"})
        first, second = self.env["res.partner"].create(
            [
                {"name": name, "type": "location", "parent_id": self.customer.id}
                for name in ("Ground floor", "First floor")
            ]
        )
        for place, when in ((first, "1-10"), (second, "2-1")):
            self.env["service.device.placement"].create(
                {
                    "device_id": device.id,
                    "date_start": datetime.combine(day(when), datetime.min.time()),
                    "kind": "customer",
                    "customer_id": self.customer.id,
                    "location_id": place.id,
                    "owner": "customer",
                }
            )
        self.assertEqual(device.location_id, second)
        self.assertEqual(self._settle(contract, "2-1").location_id, first)

    def test_who_reads_a_counter_says_how_much_were_test_prints(self):
        device = self._make_device("SN-1")
        self._take(device, {"1-1": 1000})
        contract = self._contract([{"price_unit": 0.05}], {device: "1-1"})
        entry = self.env["service.meter.entry"].with_user(self.users["technician"])
        entry = entry.create({"device_id": device.id, "date": datetime(2026, 2, 1, 11)})
        line = entry.line_ids.filtered(lambda line: line.meter_id.type_id == self.mono_type)
        line.write({"value": "1500", "test_pages": 20})
        entry.action_take()
        self.assertEqual(self._settle(contract, "2-1").pages, 480)
