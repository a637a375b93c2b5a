from itertools import zip_longest

from odoo import fields, models
from odoo.exceptions import UserError

from ..tools import life
from ..tools.rows import claim, somebody_else

#: A notice tells so many refusals in words.
MAX_SENTENCES = 10


class VerdictRefusal(UserError):
    """A verdict that cannot be.

    :ivar sentences: one for each meter
    :ivar readings: those on which nothing was decided
    """

    def __init__(self, sentences, readings):
        super().__init__("\n".join(sentences))
        self.sentences = sentences
        self.readings = readings


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
        """Decide on all; where some of many are refused, the others are decided nevertheless.

        :param str verdict: key of ``verdict``, or ``earlier_wrong``
        :return: an action that says which were refused and why, or None
        """
        self.check_access("write")
        if len(self) == 1:
            self._decide_so(verdict)
            return None
        # What is decided so already is not signed once more.
        refusals = self.filtered(lambda reading: reading.verdict != verdict)._decide_many(verdict)
        return self._refusals_action(refusals) if refusals else None

    def _decide_many(self, verdict):
        """Decide on these readings in as few steps as possible.

        :return: the sentences of those that were refused
        """
        # Superuser: locking a meter is not changing it.
        meters = self.sudo().meter_id
        free = meters.try_lock_for_update(allow_referencing=True)
        rest = self.filtered(lambda reading: reading.meter_id in free)
        refusals = [somebody_else(self.env)] if rest != self else []
        while rest:
            try:
                with self.env.cr.savepoint():
                    rest._decide_so(verdict)
                break
            except VerdictRefusal as refusal:
                refusals += refusal.sentences
                rest -= refusal.readings
        return refusals

    def _decide_so(self, verdict):
        if verdict == "earlier_wrong":
            self._decide_earlier_wrong()
        else:
            self._decide(verdict)

    def _refusals_action(self, refusals):
        """A notice that stays until it was read; the list behind it shows what was decided."""
        shown = refusals[:MAX_SENTENCES]
        if len(refusals) > len(shown):
            shown.append(self.env._("And %s more.", len(refusals) - len(shown)))
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "sticky": True,
                "title": self.env._("Not decided: %s", len(refusals)),
                "message": "\n".join(shown),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _decide_earlier_wrong(self):
        """Reject the counted readings before each that are higher, back to the last new start."""
        self._check_decidable("earlier_wrong")
        ordered = self.sorted(lambda reading: (reading.date, reading.id)).grouped("meter_id")
        # Of one meter one after the other, as each changes what the next one follows.
        for step in zip_longest(*ordered.values(), fillvalue=self.browse()):
            readings = self.browse().union(*step)
            higher = {reading: reading._higher_before() for reading in readings}
            self._refuse(
                readings.filtered(lambda reading, higher=higher: not higher[reading]),
                lambda reading: self.env._(
                    "No reading of %(meter)s of %(device)s before this one is higher than"
                    " %(value)s. Accept it or reject it.",
                    meter=reading.meter_id.display_name,
                    device=reading.device_id.display_name,
                    value=reading.value,
                ),
            )
            note = self.env._("A later reading showed that it was wrong.")
            self.browse().union(*higher.values())._decide(life.REJECTED, note)
            readings._decide(life.ACCEPTED)

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
        :raises VerdictRefusal: accepting it would make the life of a meter fall
        """
        self.check_access("write")
        # Superuser: life values and states of meters follow the verdict; nobody writes them.
        readings = self.sudo()
        claim(readings.meter_id)
        self._check_decidable(verdict)
        before = {reading: reading.verdict for reading in readings}
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
        readings._log_decisions(before)
        since = {
            meter: min(group.mapped("date"))
            for meter, group in readings.grouped("meter_id").items()
        }
        flipped = readings.meter_id._recompute_life(since).grouped("meter_id")
        if verdict != life.REJECTED:
            self._refuse(
                self.filtered(lambda reading: reading.meter_id in flipped),
                lambda reading: flipped[reading.meter_id][0]._contradiction(),
            )

    def _contradiction(self):
        """The sentence that refuses a verdict by which this reading would contradict another."""
        return self.env._(
            "%(meter)s of %(device)s would go down at the reading %(value)s of %(date)s. Mark a "
            "reset if the counter was reset, or reject the wrong reading first.",
            meter=self.meter_id.display_name,
            device=self.device_id.display_name,
            value=self.value,
            date=fields.Date.to_string(fields.Datetime.context_timestamp(self, self.date)),
        )

    def _check_decidable(self, verdict):
        """Refuse verdicts on what was not read or is decided, and a rollover without an end."""
        self._refuse(
            self.filtered(lambda reading: reading.meter_id.kind == "computed"),
            lambda reading: self.env._(
                "%(meter)s of %(device)s is computed. Decide on the counters it comes from.",
                meter=reading.meter_id.display_name,
                device=reading.device_id.display_name,
            ),
        )
        if self.env.context.get("service_suspects_only"):
            # In the queue, whoever decides second has not seen what the first one said.
            self._refuse(
                self.filtered(lambda reading: reading.verdict != life.SUSPECT),
                lambda reading: reading._decided_already(),
            )
        if verdict == life.ROLLOVER:
            self._refuse(
                self.filtered(lambda reading: not reading.meter_id.digits),
                lambda reading: self.env._(
                    "How many digits %(meter)s of %(device)s has is not known. Enter it on the"
                    " device model, then mark the rollover.",
                    meter=reading.meter_id.display_name,
                    device=reading.device_id.display_name,
                ),
            )

    def _decided_already(self):
        labels = dict(self._fields["verdict"]._description_selection(self.env))
        return self.env._(
            "The reading %(value)s of %(meter)s of %(device)s is decided already: %(verdict)s"
            " (%(who)s). Open it if you see it otherwise.",
            value=self.value,
            meter=self.meter_id.display_name,
            device=self.device_id.display_name,
            verdict=labels[self.verdict],
            who=self.verdict_user_id.name or self.env._("by the rules"),
        )

    def _refuse(self, readings, sentence):
        """Refuse to decide on some readings, with a sentence for each meter.

        :param sentence: what says it of one reading
        :raises VerdictRefusal: there are such readings
        """
        if readings:
            firsts = (group[0] for group in readings.grouped("meter_id").values())
            raise VerdictRefusal([sentence(reading) for reading in firsts], readings)
