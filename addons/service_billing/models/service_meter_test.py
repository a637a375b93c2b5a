from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import SQL

from .account_move import CHARGE_GROUPS


class ServiceMeterTest(models.Model):
    """Pages that a technician printed to try a device: they are deducted where pages are billed.

    They are deducted from the next row of the ledger that a reading ends, never more than it has;
    what is left waits for the one after it, as long as the device stays on its contract.
    """

    _name = "service.meter.test"
    _description = "Test Prints"
    _order = "date desc, id desc"
    _rec_name = "pages"
    _check_company_auto = True

    meter_id = fields.Many2one(
        "service.meter", required=True, ondelete="restrict", index=True, check_company=True
    )
    device_id = fields.Many2one(
        related="meter_id.device_id", store=True, precompute=True, index=True
    )
    company_id = fields.Many2one(
        related="meter_id.company_id", store=True, precompute=True, index=True
    )
    date = fields.Datetime(required=True, default=fields.Datetime.now)
    pages = fields.Integer(required=True, aggregator="sum")
    user_id = fields.Many2one(
        "res.users",
        "Entered by",
        readonly=True,
        default=lambda self: self.env.user,
        ondelete="restrict",
    )
    note = fields.Char()

    _pages_positive = models.Constraint(
        "CHECK(pages > 0)", "Enter how many pages were test prints: at least one."
    )

    @api.model
    def _waiting(self, meters, ends):
        """Test prints of the stays in which meters are that no row of the ledger has, in a query.

        :param list[int] meters: ids
        :param dict ends: see ``service.consumption._ends``
        :return: ``{meter id: [(moment, pages)]}`` in order of time
        """
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                WITH asked AS (
                     SELECT asked.*
                       FROM unnest(%(meters)s::int[], %(stays)s::int[]) AS asked (meter_id, stay_id)
                      WHERE EXISTS (SELECT FROM service_meter_test test
                                     WHERE test.meter_id = asked.meter_id)
                ), deducted AS (
                     SELECT asked.meter_id, MIN(entry.date_from) AS since,
                            SUM(entry.pages) FILTER (WHERE entry.kind = 'test') AS pages
                       FROM asked
                       JOIN service_consumption entry ON entry.meter_id = asked.meter_id
                        AND entry.stay_id = asked.stay_id
                      GROUP BY asked.meter_id
                )
                SELECT test.meter_id, test.date, test.pages, COALESCE(deducted.pages, 0)
                  FROM asked
                  JOIN service_meter_test test ON test.meter_id = asked.meter_id
                  LEFT JOIN deducted ON deducted.meter_id = asked.meter_id
                 WHERE deducted.since IS NULL OR test.date > deducted.since
                 ORDER BY test.meter_id, test.date, test.id
                """,
                meters=list(meters),
                stays=[ends[meter]["stay_id"] if meter in ends else None for meter in meters],
            )
        )
        found, deducted = defaultdict(list), {}
        for meter, moment, pages, total in rows:
            left = deducted.setdefault(meter, total)
            deducted[meter] = max(left - pages, 0)
            if pages > left:
                found[meter].append((moment, pages - left))
        return found


class ServiceDevice(models.Model):
    """What was printed to try a device."""

    _inherit = "service.device"

    meter_test_ids = fields.One2many(
        "service.meter.test",
        "device_id",
        "Test Prints",
        groups=CHARGE_GROUPS,
    )
