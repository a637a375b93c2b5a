from datetime import datetime, timedelta

from odoo.tests import BaseCase, tagged

from ..tools.life import Point, follow, judge

START = datetime(2026, 1, 1)


def points(*facts):
    """Points a day apart: ``value`` or ``(value, verdict)``."""
    result = []
    for day, fact in enumerate(facts):
        value, verdict = fact if isinstance(fact, tuple) else (fact, None)
        result.append(Point(START + timedelta(days=day), value, verdict))
    return result


@tagged("post_install", "-at_install")
class TestLife(BaseCase):
    def test_a_growing_counter_is_accepted_and_its_life_is_its_value(self):
        chain = points(100, 100, 250)
        judge(chain)
        follow(chain)
        self.assertEqual([p.verdict for p in chain], ["accepted"] * 3)
        self.assertEqual([(p.life, p.usage) for p in chain], [(100, 0), (100, 0), (250, 150)])

    def test_a_lower_value_is_suspect_and_does_not_lower_the_next_one(self):
        chain = points(100, 40, 120)
        judge(chain)
        last = follow(chain)
        self.assertEqual([p.verdict for p in chain], ["accepted", "suspect", "accepted"])
        self.assertEqual([p.life for p in chain], [100, 0, 120])
        self.assertIs(last, chain[-1])

    def test_a_backdated_value_above_a_later_one_is_suspect(self):
        chain = points(100, 900, (200, "accepted"))
        judge(chain)
        self.assertEqual(chain[1].verdict, "suspect")

    def test_after_a_reset_there_is_no_ceiling(self):
        chain = points(100, 900, (20, "reset"))
        judge(chain)
        follow(chain)
        self.assertEqual(chain[1].verdict, "accepted")
        self.assertEqual([p.life for p in chain], [100, 900, 920])

    def test_the_anchor_carries_life_over_a_reset(self):
        anchor = Point(START - timedelta(days=1), 30, "accepted", life=1030)
        chain = points(50)
        judge(chain, anchor)
        follow(chain, anchor)
        self.assertEqual((chain[0].life, chain[0].usage), (1050, 20))

    def test_an_accepted_point_that_falls_becomes_suspect(self):
        chain = points((100, "accepted"), (60, "accepted"), (110, "accepted"))
        follow(chain)
        self.assertEqual([p.verdict for p in chain], ["accepted", "suspect", "accepted"])
        self.assertEqual([p.life for p in chain], [100, 0, 110])
