from odoo.exceptions import UserError
from odoo.tests import tagged, users

from .common import ServiceMeterCommon


@tagged("post_install", "-at_install")
class TestServiceMeterVerdict(ServiceMeterCommon):
    def setUp(self):
        super().setUp()
        self.first = self._read(1000, 30)
        self.low = self._read(50, 20)
        self.next = self._read(1200, 10)

    def _lives(self):
        return [(r.verdict, r.life_value) for r in self.first | self.low | self.next]

    def test_the_suspect_does_not_disturb_the_others(self):
        self.assertEqual(self._lives(), [("accepted", 1000), ("suspect", 0), ("accepted", 1200)])

    def test_each_reading_shows_the_accepted_one_before_it(self):
        readings = self.first | self.low | self.next
        self.assertEqual(readings.mapped("previous_value"), [0, 1000, 1000])

    @users("device_dispatcher")
    def test_a_verdict_is_dated_and_signed(self):
        self.low.with_env(self.env).action_reject()
        self.assertRecordValues(
            self.low, [{"verdict": "rejected", "verdict_user_id": self.env.uid}]
        )
        self.assertTrue(self.low.verdict_date)

    def test_a_reset_carries_life_on(self):
        self.low.action_reset()
        self.assertEqual(self._lives(), [("accepted", 1000), ("reset", 1050), ("accepted", 2200)])
        self.assertEqual(self.mono.value, 2200)

    def test_the_life_never_falls_by_accepting_a_lower_reading(self):
        with self.assertRaisesRegex(UserError, "would go down"):
            self.low.action_accept()

    def test_the_earlier_one_was_wrong(self):
        self.first.action_reject()
        self.low.action_accept()
        self.assertEqual(self._lives(), [("rejected", 0), ("accepted", 50), ("accepted", 1200)])
        self.assertEqual(self.next.usage, 1150)

    def test_rejecting_a_reset_puts_what_hung_on_it_to_be_explained(self):
        last = self._read(1300, 5)
        self.next.action_reject()
        last.action_reject()
        self.low.action_reset()
        small = self._read(80, 2)
        self.assertEqual(small.life_value, 1080)
        self.low.action_reject()
        self.assertRecordValues(
            small, [{"verdict": "suspect", "life_value": 0, "verdict_user_id": False}]
        )
        self.assertTrue(small.verdict_note)
        self.assertEqual(self.mono.value, 1000)

    def test_rejecting_the_last_reading_sets_the_meter_back(self):
        self.next.action_reject()
        self.assertRecordValues(self.mono, [{"value": 1000, "last_reading_id": self.first.id}])

    def test_rejecting_all_leaves_a_meter_that_was_never_read(self):
        (self.first | self.low | self.next).action_reject()
        self.assertRecordValues(
            self.mono, [{"value": 0, "last_reading_id": False, "last_date": False}]
        )
