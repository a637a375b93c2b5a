from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ServiceMeterCommon


@tagged("post_install", "-at_install")
class TestServiceMeterPlausibility(ServiceMeterCommon):
    """About 1000 pages a month; 300 % of it and 1000 pages more are not questioned."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for days in range(150, -1, -30):
            cls.last = cls._read(50_000 - days * 33, days + 40)
        cls.line = cls.model.meter_line_ids.filtered(lambda line: line.type_id == cls.mono_type)

    def test_what_follows_the_trend_is_accepted(self):
        self.assertEqual(set(self.mono.reading_ids.mapped("verdict")), {"accepted"})
        self.assertEqual(self._read(50_000 + 1320 * 3 + 900, 0).verdict, "accepted")

    def test_far_more_than_the_trend_waits_with_its_reason(self):
        reading = self._read(50_000 + 1320 * 3 + 1100, 0)
        self.assertRecordValues(reading, [{"verdict": "suspect", "suspicion": "unusual"}])
        self.assertEqual(
            reading.suspicion_words,
            "5,060 pages since the reading before it; usual would be at most 4,960.",
        )

    def test_the_settings_decide_what_is_far(self):
        self.env.company.service_reading_tolerance = 0
        self.assertEqual(self._read(900_000, 0).verdict, "accepted")

    def test_a_trend_looks_back_only_so_far(self):
        """Nothing in the last month: the model's volume is asked instead, and there is none."""
        self.env.company.service_reading_trend_months = 1
        self.assertEqual(self._read(900_000, 0).verdict, "accepted")

    def test_without_a_trend_the_volume_of_the_model_counts(self):
        self.line.monthly_pages = 304
        device = self._create_device("SN-NEW")
        self._place(device, 100)
        self._read(5, 31, device=device)
        self.assertEqual(self._read(9_000, 1, device=device).verdict, "suspect")
        self.assertEqual(self._read(1_900, 0, device=device).verdict, "accepted")

    def test_reasons_name_what_is_contradicted(self):
        lower = self._read(49_000, 20)
        self.assertEqual(lower.suspicion_words, "Lower by 1,000 than the reading before it.")
        above = self._read(49_500, 80)
        self.assertEqual(above.suspicion_words, "Higher than a later reading: 49,010.")

    def test_a_whole_history_in_one_batch_is_judged_by_its_own_trend(self):
        device = self._create_device("SN-BATCH")
        self._place(device, 200)
        values = [(150, 100), (120, 1100), (90, 2100), (60, 90_000), (30, 4100)]
        sets = self.env["service.meter.reading.set"]._take(
            [
                {"device": device, "values": {"mono": value}, "date": self._days_ago(days)}
                for days, value in values
            ]
        )
        self.assertEqual(
            [taken.reading_ids.verdict for taken in sets],
            ["accepted", "accepted", "accepted", "suspect", "accepted"],
        )

    # --- rollover ---

    def test_a_counter_of_known_length_turns_over_by_itself_when_plausible(self):
        self.line.digits = 5
        self._read(51_000, 39)
        self.env.company.service_reading_allowance = 60_000
        turned = self._read(200, 0)
        self.assertRecordValues(
            turned, [{"verdict": "rollover", "usage": 49_200, "life_value": 100_200}]
        )
        self.assertEqual(self.mono.value, 100_200)

    def test_without_plausibility_a_person_says_that_it_turned_over(self):
        self.line.digits = 5
        low = self._read(200, 0)
        self.assertEqual(low.verdict, "suspect")
        low.action_rollover()
        self.assertEqual((low.usage, low.life_value), (50_200, 100_200))
        with self.assertRaisesRegex(UserError, "already gone through"):
            self.line.digits = 6

    def test_a_reading_before_the_turned_one_takes_the_turn_over(self):
        self.line.digits = 5
        self._read(200, 0).action_rollover()
        between = self._read(100, 10)
        between.action_rollover()
        self.assertEqual(self.mono.reading_ids.sorted("date")[-1].usage, 100)
        self.assertEqual(self.mono.value, 100_200)

    def test_a_rollover_needs_the_number_of_digits(self):
        with self.assertRaisesRegex(UserError, "How many digits Mono"):
            self._read(200, 0).action_rollover()

    def test_a_life_beyond_what_can_be_kept_waits(self):
        self._read(999_999_999, 30).action_accept()
        for days, value in ((28, 0), (26, 999_999_999), (24, 0)):
            reading = self._read(value, days)
            if reading.verdict == "suspect":
                (reading.action_accept if value else reading.action_reset)()
        beyond = self._read(999_999_999, 20)
        self.assertEqual(beyond.verdict, "suspect")
        with self.assertRaises(UserError):
            beyond.action_accept()

    # --- the earlier one was wrong, and many at once ---

    def test_the_earlier_one_was_wrong(self):
        wrong = self._read(51_500, 30)
        right = self._read(50_800, 20)
        self.assertEqual((wrong.verdict, right.verdict), ("accepted", "suspect"))
        right.action_earlier_wrong()
        self.assertRecordValues(
            wrong | right,
            [{"verdict": "rejected", "usage": 0}, {"verdict": "accepted", "usage": 800}],
        )
        self.assertTrue(wrong.verdict_note)

    def test_without_a_higher_one_before_there_is_nothing_to_blame(self):
        unusual = self._read(99_000, 0)
        with self.assertRaisesRegex(UserError, "is higher than 99000"):
            unusual.action_earlier_wrong()

    def test_of_many_the_refused_one_stays_alone(self):
        device = self._create_device("SN-SECOND")
        self._place(device, 100)
        self._read(100, 20, device=device)
        impossible = self._read(50, 10, device=device)
        fine = self._read(99_000, 0)
        notice = (impossible | fine).action_accept()
        self.assertEqual((impossible.verdict, fine.verdict), ("suspect", "accepted"))
        self.assertIn("would go down", notice["params"]["message"])
        self.assertFalse((impossible | fine).action_reject())
