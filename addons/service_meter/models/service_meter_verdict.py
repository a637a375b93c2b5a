from odoo import fields, models
from odoo.exceptions import UserError

from ..tools import life
from ..tools.rows import claim


class ServiceMeterReading(models.Model):
    """The verdicts of people on readings: dated, signed, and never making a life fall."""

    _inherit = "service.meter.reading"

    def action_accept(self):
        """The reading is right and the counter simply went on."""
        return self._decide_each(life.ACCEPTED)

    def action_reset(self):
        """The reading is right: the counter was reset and began again from zero before it."""
        return self._decide_each(life.RESET)

    def action_rollover(self):
        """The reading is right: the counter went through its highest number before it."""
        return self._decide_each(life.ROLLOVER)

    def action_reject(self):
        """The reading is wrong: it stays visible and counts for nothing."""
        return self._decide_each(life.REJECTED)

    def action_earlier_wrong(self):
        """The reading is right: the higher ones before it were wrong and are rejected."""
        return self._decide_each("earlier_wrong")

    def _decide_each(self, verdict):
        """Decide on all; where one of many is refused, the others are decided nevertheless.

        :param str verdict: key of ``verdict``, or ``earlier_wrong``
        :return: an action that says which were refused and why, or None
        """
        groups = self.grouped("meter_id")
        if len(groups) <= 1:
            self._decide_so(verdict)
            return None
        refusals = []
        for readings in groups.values():
            try:
                with self.env.cr.savepoint():
                    readings._decide_so(verdict)
            except UserError as refusal:
                refusals.append(str(refusal))
        return self._refusals_action(refusals) if refusals else None

    def _decide_so(self, verdict):
        if verdict == "earlier_wrong":
            self._decide_earlier_wrong()
        else:
            self._decide(verdict)

    def _refusals_action(self, refusals):
        """A notice that stays until it was read; the list behind it shows what was decided."""
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "sticky": True,
                "title": self.env._("Not decided: %s", len(refusals)),
                "message": "\n".join(refusals),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _decide_earlier_wrong(self):
        """Reject the counted readings before each that are higher, back to the last new start."""
        for reading in self.sorted("date"):
            higher = reading._higher_before()
            if not higher:
                raise UserError(
                    self.env._(
                        "No reading of %(meter)s of %(device)s before this one is higher than"
                        " %(value)s. Accept it or reject it.",
                        meter=reading.meter_id.display_name,
                        device=reading.device_id.display_name,
                        value=reading.value,
                    )
                )
            note = self.env._("A later reading showed that it was wrong.")
            higher._decide(life.REJECTED, note)
            reading._decide(life.ACCEPTED)

    def _higher_before(self):
        """The counted readings just before this one that showed more."""
        self.ensure_one()
        higher = self.browse()
        before = self.search(
            [
                ("meter_id", "=", self.meter_id.id),
                ("verdict", "in", life.COUNTED),
                ("date", "<=", self.date),
                ("id", "!=", self.id),
            ],
            order="date desc, id desc",
        ).filtered(lambda r: (r.date, r.id) < (self.date, self.id))
        for reading in before:
            if reading.value <= self.value:
                break
            higher |= reading
            if reading.verdict != life.ACCEPTED:
                break
        return higher

    def _decide(self, verdict, note=None):
        """Store a signed verdict and recompute life values forward from it.

        :param str verdict: key of ``verdict``
        :param str note: the reason in words
        :raises odoo.exceptions.UserError: accepting it would make the life of a meter fall
        """
        self.check_access("write")
        self._check_decidable(verdict)
        # Superuser: life values and states of meters follow the verdict; nobody writes them.
        readings = self.sudo()
        claim(readings.meter_id)
        readings._write_decision(
            {
                "verdict": verdict,
                "verdict_date": fields.Datetime.now(),
                "verdict_user_id": self.env.uid,
                "verdict_note": note,
                # Only counted readings have a life; theirs is recomputed below.
                "life_value": 0,
                "usage": 0,
            }
        )
        since = {
            meter: min(group.mapped("date"))
            for meter, group in readings.grouped("meter_id").items()
        }
        flipped = readings.meter_id._recompute_life(since)
        if flipped and verdict != life.REJECTED:
            raise UserError(readings._contradiction(flipped[0]))

    def _contradiction(self, flipped):
        """The sentence that refuses a verdict which contradicts another accepted reading."""
        return self.env._(
            "%(meter)s of %(device)s would go down at the reading %(value)s of %(date)s. Mark a "
            "reset if the counter was reset, or reject the wrong reading first.",
            meter=flipped.meter_id.display_name,
            device=flipped.device_id.display_name,
            value=flipped.value,
            date=fields.Date.to_string(fields.Datetime.context_timestamp(flipped, flipped.date)),
        )

    def _check_decidable(self, verdict):
        """Refuse verdicts on what was not read, and a rollover of a counter without an end."""
        computed = self.filtered(lambda reading: reading.meter_id.kind == "computed")
        if computed:
            raise UserError(
                self.env._(
                    "%(meter)s of %(device)s is computed. Decide on the counters it comes from.",
                    meter=computed[0].meter_id.display_name,
                    device=computed[0].device_id.display_name,
                )
            )
        endless = self.filtered(lambda reading: not reading.meter_id.digits)
        if verdict == life.ROLLOVER and endless:
            raise UserError(
                self.env._(
                    "How many digits %(meter)s of %(device)s has is not known. Enter it on the"
                    " device model, then mark the rollover.",
                    meter=endless[0].meter_id.display_name,
                    device=endless[0].device_id.display_name,
                )
            )
