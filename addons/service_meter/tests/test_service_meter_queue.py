from odoo.tests import tagged

from .common import ServiceMeterCommon


@tagged("post_install", "-at_install")
class TestServiceMeterQueue(ServiceMeterCommon):
    """Readings that wait: a thousand of them are read and decided in few queries."""

    def _suspects(self, count, prefix="SN-WAIT"):
        """A suspect of each of so many devices: 500 after 1000."""
        devices = self.env["service.device"].create(
            [
                {
                    "serial": f"{prefix}-{number}",
                    "model_id": self.model.id,
                    "date_placed": self._days_ago(300),
                }
                for number in range(count)
            ]
        )
        take = self.env["service.meter.reading.set"]._take
        for value, days in ((1000, 30), (500, 20)):
            sets = take(
                [
                    {"device": device, "values": {"mono": value}, "date": self._days_ago(days)}
                    for device in devices
                ]
            )
        self.assertEqual(set(sets.reading_ids.mapped("verdict")), {"suspect"})
        self.env.flush_all()
        # As the web client sends them: one list of ids.
        return sets.reading_ids.browse(sets.reading_ids.ids)

    def _count(self, act):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        act()
        self.env.flush_all()
        return self.cr.sql_log_count - before

    def test_a_page_of_the_queue_costs_the_same_for_few_and_many(self):
        action = self.env.ref("service_meter.service_meter_reading_action_suspect")
        self.assertIn("service_suspects_only", action.context)
        readings = self.env["service.meter.reading"].with_user(self.users["dispatcher"])

        def page():
            readings.web_search_read(
                [("verdict", "=", "suspect")],
                {name: {} for name in ("date", "value", "previous_value", "suspicion_words")}
                | {"device_id": {"fields": {"display_name": {}}}},
                limit=80,
            )

        self._suspects(5)
        page()
        few = self._count(page)
        self._suspects(100, "SN-MANY")
        self.assertLessEqual(self._count(page), few + 1)

    def test_a_verdict_on_many_costs_little_more_than_on_few(self):
        few, many = self._suspects(5, "SN-FEW"), self._suspects(60, "SN-MANY")
        self._suspects(2, "SN-WARM").action_reset()
        cost = self._count(few.action_reset)
        self.assertLessEqual(self._count(many.action_reset), cost + 5)
        self.assertEqual(set(many.mapped("verdict")), {"reset"})
        self.assertEqual(set(many.meter_id.mapped("value")), {1500})

    def test_the_refused_ones_of_many_cost_no_step_each(self):
        refused, fine = self._suspects(40, "SN-LOW"), self._suspects(40, "SN-FINE")
        # After a later reset a lower one may be accepted; without it the life would fall.
        wrong = fine.meter_id.last_reading_id
        wrong.action_reject()
        cost = self._count(lambda: (refused | fine).action_accept())
        self.assertEqual(set(fine.mapped("verdict")), {"accepted"})
        self.assertEqual(set(refused.mapped("verdict")), {"suspect"})
        self.assertLess(cost, 150)

    def test_many_refusals_are_told_in_few_sentences(self):
        notice = self._suspects(15).action_accept()
        sentences = notice["params"]["message"].splitlines()
        self.assertEqual(len(sentences), 11)
        self.assertEqual(sentences[-1], "And 5 more.")
        self.assertEqual(notice["params"]["title"], "Not decided: 15")

    def test_in_the_queue_what_a_colleague_decided_is_not_decided_again(self):
        first, second = self._suspects(2)
        first.with_user(self.users["manager"]).action_reset()
        queue = (first | second).with_user(self.users["dispatcher"])
        notice = queue.with_context(service_suspects_only=True).action_reject()
        self.assertIn("decided already: Accepted after a reset", notice["params"]["message"])
        self.assertEqual((first.verdict, second.verdict), ("reset", "rejected"))
        queue[0].action_reject()
        self.assertEqual(first.verdict, "rejected", "opened, it can be seen otherwise")

    def test_the_earlier_one_was_wrong_for_many(self):
        readings = self._suspects(30)
        earlier = readings.meter_id.last_reading_id
        self.assertLess(self._count(readings.action_earlier_wrong), 120)
        self.assertEqual(set(earlier.mapped("verdict")), {"rejected"})
        self.assertEqual(set(readings.mapped("verdict")), {"accepted"})
        self.assertEqual({len(reading.decision_ids) for reading in readings | earlier}, {1})

    def test_two_of_one_meter_one_after_the_other(self):
        """The second one is the lower: it blames the first one, too."""
        first = self._suspects(1)
        lower = self._read(400, 10, device=first.device_id)
        self.assertEqual(lower.verdict, "suspect")
        (first | lower).action_earlier_wrong()
        self.assertEqual((first.verdict, lower.verdict), ("rejected", "accepted"))
