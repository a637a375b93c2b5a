from odoo import models


class ServiceMeter(models.Model):
    """What is billed of a meter's life: the addon that bills says it, nothing is billed here."""

    _inherit = "service.meter"

    def _get_billed_lives(self):
        """Up to which life value the pages of these meters are billed; upper addons fill it.

        :return: ``{meter: life value}``; a meter of which nothing is billed may be missing
        """
        return {}

    def _check_billed(self):
        """Propose a correction for those of these meters that now end below what is billed."""
        billed = self._get_billed_lives()
        for meter in self:
            if meter.value < billed.get(meter, 0):
                meter._propose_correction(billed[meter])

    def _propose_correction(self, billed):
        """Tell somebody that pages were billed which the accepted readings no longer show.

        Upper addons extend it with the proposal itself.

        :param int billed: life value up to which the pages are billed
        """
        self.ensure_one()
        note = self.env._(
            "%(meter)s of %(device)s is billed up to %(billed)s pages of its life, but after a"
            " verdict its accepted readings end at %(value)s. Check whether a correction is due.",
            meter=self.display_name,
            device=self.device_id.display_name,
            billed=billed,
            value=self.value,
        )
        # A customer's reading is nobody's work at the keyboard: then the note alone tells it.
        if self.env.user._is_internal():
            self.device_id.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._("Billed pages were taken back"),
                note=note,
                user_id=self.env.uid,
            )
        else:
            self.device_id._message_log(body=note)
