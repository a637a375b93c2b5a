from odoo.tests import tagged

from .common import ServiceMeterCommon


@tagged("post_install", "-at_install")
class TestServiceDeviceCard(ServiceMeterCommon):
    def _facts(self, role="technician"):
        """The facts about meters by label, as a person in this role sees them."""
        facts = self.device.with_user(self.users[role])._card_facts()
        return {fact["label"]: fact for fact in facts if fact["order"] == 30}

    def test_last_value_and_trend_of_each_counter(self):
        self._read(1000, 61)
        self._read(7100, 0)
        mono, colour = self._facts().values()
        self.assertEqual(mono["value"], "7,100")
        # 6 100 pages in 61 days, and a month has 30.4 days.
        self.assertIn("3,042 a month", mono["note"])
        self.assertEqual(colour["value"], "Not read yet")

    def test_one_reading_is_no_trend(self):
        self._read(1000, 5)
        self.assertNotIn("month", self._facts()[self.mono.display_name]["note"])

    def test_a_reset_counter_shows_what_its_panel_shows(self):
        self._read(9000, 60)
        self._read(100, 30).action_reset()
        fact = self._facts()[self.mono.display_name]
        self.assertEqual(fact["value"], "100")
        self.assertIn("101 a month", fact["note"])

    def test_every_role_reads_the_card(self):
        self._read(1000, 5)
        for role in self.users:
            with self.subTest(role):
                self.env.invalidate_all()
                self.assertIn("1,000", self.device.with_user(self.users[role]).card_html)

    def test_all_counters_cost_as_one(self):
        device = self.device.with_user(self.users["technician"])
        counts = []
        for meter_type in ("mono", "colour"):
            self.device._take_readings({meter_type: 1000}, date=self._days_ago(61))
            self.device._take_readings({meter_type: 7100}, date=self._days_ago(0))
            for _warm in range(2):
                self.env.invalidate_all()
                before = self.cr.sql_log_count
                device._card_facts()
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(*counts)
