from odoo import fields, models


class ResourceCalendarLeaves(models.Model):
    _inherit = "resource.calendar.leaves"

    l10n_pl_holiday = fields.Boolean(
        "Polish Public Holiday", readonly=True, help="Entered by the program."
    )

    def _copy_leave_vals(self):
        # EXTENDS 'resource': new working hours start with the days off of the company's usual ones.
        return super()._copy_leave_vals() | {"l10n_pl_holiday": self.l10n_pl_holiday}
