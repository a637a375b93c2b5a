from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.service_meter.tools.repeat import repeated

#: So many contracts are done while the person waits; more are done in the background.
AT_ONCE = 100
#: So many are kept at once in the background.
BATCH = 50
#: So often in a row the database may ask to repeat a batch.
RETRIES = 5
WAITING = Domain("waiting_for", "!=", False)


class ServiceIndexationLine(models.Model):
    """What still has to be done to a contract in the background."""

    _inherit = "service.indexation.line"

    waiting_for = fields.Selection(
        [("apply", "Apply"), ("undo", "Undo"), ("issue", "Issue Documents")],
        readonly=True,
        index="btree_not_null",
    )
    waiting_user_id = fields.Many2one("res.users", readonly=True, ondelete="set null")

    def _step(self, step):
        """Take one step with each of these contracts."""
        steps = {"apply": self._apply_each, "undo": self._undo_each, "issue": self._issue_each}
        steps[step]()


class ServiceIndexationRun(models.Model):
    """Runs over many contracts: done in the background, batch by batch, each kept by itself."""

    _inherit = "service.indexation.run"

    work = fields.Selection(
        lambda self: self.env["service.indexation.line"]
        ._fields["waiting_for"]
        ._description_selection(self.env),
        "In the Background",
        compute="_compute_work",
    )
    work_total = fields.Integer("Contracts at First", readonly=True, copy=False)
    progress = fields.Integer(compute="_compute_work")

    @api.depends("line_ids.waiting_for", "work_total")
    def _compute_work(self):
        waiting = {
            run: (step, count)
            for run, step, count in self.env["service.indexation.line"]._read_group(
                WAITING & Domain("run_id", "in", self.ids),
                ["run_id", "waiting_for"],
                ["__count"],
            )
        }
        for run in self:
            run.work, count = waiting.get(run._origin, (False, 0))
            total = max(run.work_total, count)
            run.progress = 100 * (total - count) // total if total else 0

    def _work(self, step, lines):
        """Take a step with contracts: few at once, many in the background.

        :param str step: key of ``waiting_for``
        :param lines: ``service.indexation.line`` of this run
        """
        self.ensure_one()
        self._check_idle()
        # sudo: nobody writes lines but the run they belong to.
        lines = lines.sudo()
        if len(lines) <= AT_ONCE:
            lines._step(step)
            return
        lines.write({"waiting_for": step, "waiting_user_id": self.env.uid})
        self.work_total = len(lines)
        # sudo: who raises prices need not manage scheduled actions.
        self.env.ref("service_contract.ir_cron_service_indexation").sudo()._trigger()

    def _check_idle(self):
        for run in self:
            if run.work:
                raise UserError(
                    self.env._(
                        "“%s” is being worked on in the background. Wait until it is done, or stop "
                        "it.",
                        run.name,
                    )
                )

    def action_stop(self):
        """Leave the contracts that are still waiting as they are."""
        self.check_access("write")
        self._forget(self.line_ids)

    def _forget(self, lines):
        # sudo: nobody writes lines but the run they belong to.
        lines.sudo().write({"waiting_for": False, "waiting_user_id": False})

    @api.model
    def _cron_service_indexation(self):
        """Do what waits, batch by batch, as long as there is time.

        Where somebody changed one of the contracts meanwhile, the batch is done anew.
        """
        waiting = self.env["service.indexation.line"].search_count(WAITING)
        self.env["ir.cron"]._commit_progress(remaining=waiting)
        while repeated(self.env, self._work_next, RETRIES):
            pass

    @api.model
    def _work_next(self):
        """Do the next batch, in a transaction of its own; whether to go on."""
        lines = self.env["service.indexation.line"]
        found = lines.search(WAITING, order="run_id, waiting_for, id", limit=BATCH)
        run = found[:1].run_id
        if not run.try_lock_for_update():
            return False
        batch = found.filtered(lambda line: line.run_id == run)
        run._work_batch(batch)
        return self.env["ir.cron"]._commit_progress(len(batch))

    def _work_batch(self, lines):
        """Take the step with some contracts, as the person who asked for it."""
        step, user = lines[0].waiting_for, lines[0].waiting_user_id or self.env.user
        context = {"lang": user.lang, "tz": user.tz, "allowed_company_ids": self.company_id.ids}
        # sudo: nobody writes lines but the run they belong to.
        lines.with_user(user).with_context(**context).sudo()._step(step)
        self._forget(lines)
        if not self.work:
            self.with_user(user).with_context(**context)._tell_done(step)

    def _tell_done(self, step):
        """Tell the person, wherever he is now."""
        if step == "apply":
            self._tell_failed()
        self.env.user._bus_send(
            "simple_notification",
            {
                "type": "warning" if self.error_count else "success",
                "title": self.display_name,
                "message": self.env._(
                    "Done for %(count)s contracts, failed: %(failed)s.",
                    count=self.work_total,
                    failed=self.error_count,
                ),
                "sticky": True,
            },
        )
