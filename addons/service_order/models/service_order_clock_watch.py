import logging

from odoo import api, fields, models
from odoo.tools import format_datetime

from odoo.addons.service_meter.tools.repeat import alone, by_batches

_logger = logging.getLogger(__name__)


class ServiceOrderClock(models.Model):
    """Somebody is warned before a promise breaks, and told when it has: each once."""

    _inherit = "service.order.clock"

    @api.model
    def _cron_clocks(self):
        """Tell about the times that run out, batch by batch, as long as there is time."""
        by_batches(self, self._process_due, self._due_domain)

    @api.model
    def _process_due(self, limit=100):
        """Tell about the next times whose moment has come; what another worker took is left to it.

        :return: how many
        """
        clocks = self.search(self._due_domain(), limit=limit).try_lock_for_update()
        now = fields.Datetime.now()
        late = clocks.filtered(lambda clock: clock.date_due and clock.date_due <= now)
        late.write({"state": "breached", "told": "breached"})
        (clocks - late).write({"state": "warning", "told": "warning"})
        for clock in clocks:
            with alone(self.env, clock._nobody_told):
                clock._tell()
        return len(clocks)

    @api.model
    def _due_domain(self):
        """Times that run and whose warning or end has come without anybody being told."""
        now = fields.Datetime.now()
        return [
            *[("date_stop", "=", False), ("state", "!=", "paused"), "|"],
            *["&", ("told", "=", False), ("date_warn", "<=", now)],
            *["&", ("told", "!=", "breached"), ("date_due", "<=", now)],
        ]

    def _nobody_told(self, error):
        """Say on the order that a time runs out, when telling its dispatcher failed."""
        _logger.error("A time of order %s was told to nobody", self.order_id.name, exc_info=error)
        text = self.env._("A contract time runs out, but nobody could be told.")
        self.order_id._message_log(body=text)

    def _tell(self):
        """Put it on the dispatcher's desk; that a promise broke is in the order's log as well."""
        company = self.company_id
        order = self.order_id.with_context(lang=company._get_service_lang())
        zone = company._get_service_tz()
        due = format_datetime(order.env, self.date_due, tz=zone, dt_format="short")
        text = self.with_env(order.env)._in_words(due)
        order.activity_unlink(["service_order.mail_activity_type_clock"])
        order._put_on_desk("service_order.mail_activity_type_clock", summary=text)
        if self.told == "breached":
            order._message_log(body=text)

    def _in_words(self, due):
        """A line about a time that has run out or is about to."""
        if self.kind == "response":
            if self.told == "breached":
                return self.env._("Response overdue since %s", due)
            return self.env._("Response due on %s", due)
        if self.told == "breached":
            return self.env._("Repair overdue since %s", due)
        return self.env._("Repair due on %s", due)
