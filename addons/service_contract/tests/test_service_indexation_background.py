from unittest.mock import patch

from dateutil.relativedelta import relativedelta
from psycopg2.errors import SerializationFailure

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.service_contract.models import service_indexation_background as background

from .common import ServiceContractCommon


@tagged("post_install", "-at_install")
class TestServiceIndexationBackground(ServiceContractCommon):
    """Many contracts are raised in the background, batch by batch."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        rule = {"indexation_method": "percent", "indexation_percent": 10, "indexation_month": "1"}
        cls.contracts = cls.env["service.contract"].union(
            *(cls._create_contract(cls.service_type, days_ago=800, **rule) for _turn in range(3))
        )
        for contract in cls.contracts:
            cls._create_rate(contract, labour=100)

    def setUp(self):
        super().setUp()
        self.patch(background, "AT_ONCE", 1)
        self.patch(background, "BATCH", 2)
        vals = {
            "date": self.today + relativedelta(months=1, day=1),
            "contract_ids": [Command.set(self.contracts.ids)],
        }
        self.indexation = (
            self.env["service.indexation.run"].with_user(self.users["manager"]).create(vals)
        )
        self.indexation.action_preview()

    def _work(self, *times):
        """The cron, with so much time left after each batch."""
        left = iter((60, *times))
        progress = patch.object(
            type(self.env["ir.cron"]), "_commit_progress", lambda *args, **kwargs: next(left)
        )
        with progress:
            self.env["service.indexation.run"]._cron_service_indexation()
        self.indexation.invalidate_recordset()

    def test_what_is_left_waits_for_the_next_time(self):
        cron = self.env.ref("service_contract.ir_cron_service_indexation")
        before = self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)])
        self.indexation.action_apply()
        after = self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)])
        self.assertGreater(after, before, "the cron is woken")
        self.assertRecordValues(
            self.indexation, [{"work": "apply", "progress": 0, "applied_count": 0}]
        )
        for step in (
            self.indexation.action_preview,
            self.indexation.action_apply,
            self.indexation.unlink,
        ):
            with self.assertRaisesRegex(UserError, "in the background"):
                step()
        self._work(0)
        self.assertRecordValues(
            self.indexation, [{"work": "apply", "progress": 66, "applied_count": 2}]
        )
        self._work(60)
        self.assertRecordValues(self.indexation, [{"work": False, "applied_count": 3}])
        self.assertEqual(self.contracts.rate_ids.mapped("line_ids.price_unit"), [100, 110] * 3)
        lines = self.indexation.line_ids
        by = lines.new_rate_id.create_uid | lines.document_id.create_uid
        self.assertEqual(by, self.users["manager"], "as the one who asked")
        self.indexation.action_undo()
        self._work(60, 60)
        self.assertRecordValues(self.indexation, [{"work": False, "state": "undone"}])

    def test_stopped_work_leaves_the_rest_as_it_is(self):
        self.indexation.action_apply()
        self._work(0)
        self.indexation.action_stop()
        self._work()
        self.assertRecordValues(
            self.indexation, [{"work": False, "applied_count": 2, "proposed_count": 1}]
        )

    def test_a_batch_that_met_another_change_is_done_anew(self):
        self.indexation.action_apply()
        tries, work = [], type(self.indexation)._work_batch

        def meets(run, lines):
            tries.append(lines)
            if len(tries) == 1:
                raise SerializationFailure("could not serialize access")
            return work(run, lines)

        with (
            patch.object(type(self.indexation), "_work_batch", meets),
            patch.object(self.env.cr, "rollback", lambda: None),
        ):
            self._work(60, 60)
        self.assertEqual([len(lines) for lines in tries], [2, 2, 1])
        self.assertEqual(self.indexation.applied_count, 3)
