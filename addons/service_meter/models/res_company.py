from datetime import timedelta

from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    service_keep_reading_photo_months = fields.Integer(
        string="Months to Keep Photos of Readings",
        help="Photos of counters are deleted after this time; 0 keeps them. Readings stay.",
    )

    service_reading_trend_months = fields.Integer(
        "Months of the Trend of Readings",
        default=6,
        required=True,
        help="A new reading is compared with the usage of so many months before it.",
    )
    service_reading_tolerance = fields.Integer(
        "Tolerance of Readings",
        default=300,
        required=True,
        help="In percent of the usual usage: more pages than that wait to be explained."
        " 0 questions nothing.",
    )
    service_reading_allowance = fields.Integer(
        "Pages Never Questioned",
        default=1000,
        required=True,
        help="So many pages more than the tolerance allows are still accepted, so that devices"
        " that print little do not ask at every turn.",
    )

    _service_reading_trend_positive = models.Constraint(
        "CHECK(service_reading_trend_months BETWEEN 1 AND 60)",
        "The trend of readings looks back from 1 to 60 months.",
    )
    _service_reading_tolerance_natural = models.Constraint(
        "CHECK(service_reading_tolerance >= 0 AND service_reading_allowance >= 0)",
        "The tolerance of readings can't be negative. Enter 0 to question nothing.",
    )
    _service_keep_reading_photo_months_natural = models.Constraint(
        "CHECK(service_keep_reading_photo_months >= 0)",
        "The months to keep photos can't be negative. Enter 0 to keep them for good.",
    )

    def _get_reading_rules(self):
        """How far a reading may be from the usual here, as arguments of a ``Gauge``."""
        self.ensure_one()
        tolerance = self.service_reading_tolerance
        return {
            "window": timedelta(days=365 / 12 * self.service_reading_trend_months),
            "tolerance": tolerance / 100 if tolerance else None,
            "allowance": self.service_reading_allowance,
        }
