from datetime import timedelta
from types import SimpleNamespace

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from odoo.tests import tagged

from .common import ServiceMeterCommon
from .machine import Meters, prepare


@tagged("post_install", "-at_install")
class TestServiceMeterMachine(ServiceMeterCommon):
    """A short run, the same each time; the long one is ``scripts/test --long``."""

    def test_readings_verdicts_and_moves_in_any_order(self):
        prepare(self.env, self.model)
        since = self.now - timedelta(days=800)
        place = {"customer_id": self.customer.id, "location_id": self.site.id}
        devices = self.env["service.device"].union(
            *(
                self._create_device(f"SN-{owner}", date_placed=since, owner=owner, **place)
                for owner in ("own", "customer", "lessor")
            )
        )
        sites = self.site | self.other_site
        Meters.env = self.env
        Meters.scene = SimpleNamespace(now=self.now, devices=devices, sites=sites)
        run_state_machine_as_test(
            Meters,
            settings=settings(
                max_examples=8,
                stateful_step_count=15,
                derandomize=True,
                database=None,
                deadline=None,
                # The long run finds the smallest example; this one only says that there is one.
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            ),
        )
