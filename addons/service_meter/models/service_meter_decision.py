from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.facts import keep_facts


class ServiceMeterDecision(models.Model):
    """One verdict on a reading: what, when, by whom. A later one never rewrites it.

    The reading itself carries its present verdict. What the rules decide when it comes in is said
    there only; what anybody, also the rules, decides later is said here.
    """

    _name = "service.meter.decision"
    _description = "Verdict on a Meter Reading"
    _order = "date desc, id desc"
    _rec_name = "verdict"

    reading_id = fields.Many2one(
        "service.meter.reading", required=True, readonly=True, ondelete="restrict", index=True
    )
    # Copied from the reading, which keeps them for good.
    device_id = fields.Many2one("service.device", required=True, readonly=True, ondelete="restrict")
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="restrict"
    )
    date = fields.Datetime("Decided On", required=True, readonly=True)
    user_id = fields.Many2one(
        "res.users",
        "Decided by",
        readonly=True,
        ondelete="restrict",
        help="Empty when the system decided by the rules.",
    )
    verdict_before = fields.Selection("_get_verdicts", readonly=True)
    verdict = fields.Selection("_get_verdicts", required=True, readonly=True)
    note = fields.Char("Reason", readonly=True)

    _device_date_idx = models.Index("(device_id, date DESC, id DESC)")

    def init(self):
        """The database keeps decisions as they were signed, whoever writes to it."""
        super().init()
        keep_facts(self.env.cr, self._table, ["reading_id", "date", "user_id", "verdict", "note"])

    @api.model
    def _get_verdicts(self):
        verdicts = self.env["service.meter.reading"]._fields["verdict"]
        return verdicts._description_selection(self.env)

    def write(self, vals):  # pylint: disable=method-required-super
        """Refuse to rewrite what was signed."""
        raise UserError(self.env._("A decision is never changed. Decide anew on the reading."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        """Who decided what stays to be seen."""
        raise UserError(self.env._("Decisions are never deleted. Decide anew on the reading."))


class ServiceMeterReading(models.Model):
    """A reading remembers all that was decided about it."""

    _inherit = "service.meter.reading"

    decision_ids = fields.One2many(
        "service.meter.decision",
        "reading_id",
        string="Decisions",
        readonly=True,
        groups="base.group_user",
    )

    def _log_decisions(self, before):
        """Keep what was just decided about these readings for good.

        :param dict before: ``{reading: the verdict it had}``
        """
        # Superuser: no role may write decisions, they only come from verdicts.
        self.env["service.meter.decision"].sudo().create(
            [
                {
                    "reading_id": reading.id,
                    "device_id": reading.device_id.id,
                    "company_id": reading.company_id.id,
                    "date": reading.verdict_date,
                    "user_id": reading.verdict_user_id.id,
                    "verdict_before": before[reading],
                    "verdict": reading.verdict,
                    "note": reading.verdict_note,
                }
                for reading in self
            ]
        )
