from hypothesis import HealthCheck, given, settings, strategies as st

from odoo.tests import tagged

from .common_example import ServiceExampleCommon

#: Of each month: whether the counter was read after it, what it printed, whether it was reset.
MONTHS = st.lists(
    st.tuples(st.booleans(), st.integers(0, 800), st.booleans()),
    min_size=5,
    max_size=5,
)


@tagged("post_install", "-at_install")
class TestAnyContract(ServiceExampleCommon):
    """Whatever is read, estimated, reset and agreed anew, and whoever has the device: each page is
    in one row of the ledger, and in one charge."""

    @given(
        MONTHS,
        st.integers(1, 28),
        st.integers(1, 28),
        st.sampled_from(["none", "trend", "minimum"]),
        st.sampled_from(["device", "contract"]),
    )
    @settings(
        max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), database=None
    )
    def test_each_page_is_billed_once(self, months, priced, handed, policy, level):
        with self.cr.savepoint() as savepoint:
            rows, charges = self._play(self._example(months, priced, handed, policy, level))
            self._check_each_page_once(rows, charges)
            readings = self.devices["A"].meter_ids[:1].reading_ids.sorted("date")
            printed = readings[-1].life_value - readings[0].life_value
            statements = [self._statement(each, "8-12") for each in self.contracts.values()]
            if not any(statement.problems for statement in statements):
                billed = sum(rows.mapped("pages"))
                # An estimate that was too high is used up by what is printed later.
                self.assertTrue(
                    billed == printed or (rows[-1].kind == "estimate" and billed > printed),
                    [self._row(row) for row in rows],
                )
            savepoint.rollback()
        self.env.invalidate_all()

    def _example(self, months, priced, handed, policy, level):
        """A device of two customers, one after the other, read in some months only."""
        readings, shown, last = {"1-1": 0}, 0, 0
        for month, (is_read, pages, event) in enumerate([*months, (True, 0, False)], 2):
            shown = pages if event else shown + pages
            if is_read:
                when = f"{month}-1 on {month}-1"
                readings[when] = f"reset {shown}" if shown < last else shown
                last = shown
        readings["7-31 on 7-31"] = shown
        prices = {"1-1": [{"price_unit": 0.05, "level": level, "included_pages": 100}]}
        prices[f"3-{priced}"] = [{"price_unit": 0.06, "level": level, "minimum_pages": 300}]
        handover = f"5-{handed}"
        days = [f"{who} {m}-12" for m in range(2, 9) for who in ("first", "second")]
        return {
            "contracts": {
                "first": {"prices": prices, "policy": policy, "devices": {"A": {"to": handover}}},
                "second": {
                    "other": True,
                    "start": handover,
                    "prices": [{"price_unit": 0.07}],
                    "devices": {"A": {"from": handover}},
                },
            },
            "devices": {"A": {"readings": readings}},
            "days": days,
        }
