from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.service_meter.tools.life import COUNTED

from .service_order import SOURCES
from .service_order_type import MODES
from .service_stage import KINDS

#: Parcels of consumables are no repairs: nobody calls back because of them.
REPAIR_MODES = ("on_site", "workshop", "remote")


class ServiceOrderAnalysis(models.Model):
    """How well we work: fixed at the first visit, called back, how soon there, how soon done.

    Times are in hours by the clock; what was promised is measured by the clocks of the order.
    """

    _name = "service.order.analysis"
    _description = "Quality of Service"
    _auto = False
    _order = "date_reported desc, id desc"
    _rec_name = "order_id"
    _depends = {
        "service.order": [
            *("company_id", "customer_id", "location_id", "device_id", "technician_id"),
            *("topic_id", "type_id", "stage_kind", "source", "date_reported", "date_done"),
        ],
        "service.order.type": ["mode"],
        "service.visit": ["order_id", "state", "started_on", "finished_on"],
        "service.device": ["model_id", "manufacturer_id", "category_id"],
        "service.meter.reading": ["meter_id", "date", "life_value"],
        "res.company": ["service_callback_days", "service_callback_pages"],
    }

    order_id = fields.Many2one("service.order", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    customer_id = fields.Many2one("res.partner", "Customer", readonly=True)
    location_id = fields.Many2one("res.partner", "Location", readonly=True)
    device_id = fields.Many2one("service.device", readonly=True)
    model_id = fields.Many2one("service.device.model", readonly=True)
    manufacturer_id = fields.Many2one("service.device.manufacturer", readonly=True)
    category_id = fields.Many2one("service.device.category", readonly=True)
    technician_id = fields.Many2one("service.technician", readonly=True)
    topic_id = fields.Many2one("service.topic", readonly=True)
    type_id = fields.Many2one("service.order.type", "Process", readonly=True)
    mode = fields.Selection(MODES, readonly=True)
    stage_kind = fields.Selection(KINDS, readonly=True)
    source = fields.Selection(SOURCES, readonly=True)
    date_reported = fields.Datetime("Reported", readonly=True)
    date_done = fields.Datetime("Repaired", readonly=True)
    visit_count = fields.Integer("Visits", aggregator="avg", readonly=True)
    response_hours = fields.Float(
        "Hours to Response",
        aggregator="avg",
        readonly=True,
        help="From the report until the first visit began.",
    )
    repair_hours = fields.Float(
        "Hours to Repair",
        aggregator="avg",
        readonly=True,
        help="From the report until the last visit ended; without a visit, until it was closed.",
    )
    first_time_fix = fields.Float(
        "Fixed the First Time (%)",
        aggregator="avg",
        readonly=True,
        help="Share of the repairs closed with one visit at most, after which nobody called back.",
    )
    call_back = fields.Float(
        "Called Back (%)",
        aggregator="avg",
        readonly=True,
        help="Share of the repairs after which the same device was reported again too soon: within"
        " the days or pages of the company's settings.",
    )

    def action_open_order(self):
        """Open the order behind a row."""
        self.ensure_one()
        return self.order_id._get_records_action()

    @api.model
    def _further(self):
        """Columns that other pieces add, each after a comma, and the joins they need."""
        return SQL(), SQL()

    @property
    def _table_query(self):
        columns, joins = self._further()
        return SQL(
            """
            WITH done AS (%(done)s)
            SELECT done.id, done.id AS order_id, done.company_id, done.customer_id,
                   done.location_id, done.device_id, device.model_id, device.manufacturer_id,
                   device.category_id, done.technician_id, done.topic_id, done.type_id, done.mode,
                   done.stage_kind, done.source, done.date_reported,
                   done.repaired AS date_done, done.visit_count,
                   EXTRACT(EPOCH FROM done.first_start - done.date_reported) / 3600
                        AS response_hours,
                   EXTRACT(EPOCH FROM done.repaired - done.date_reported) / 3600 AS repair_hours,
                   CASE WHEN done.is_repair
                        THEN 100.0 * (done.visit_count < 2 AND again.id IS NULL)::int END
                        AS first_time_fix,
                   CASE WHEN done.is_repair THEN 100.0 * (again.id IS NOT NULL)::int END
                        AS call_back
                   %(columns)s
              FROM done
              LEFT JOIN service_device device ON device.id = done.device_id
              LEFT JOIN LATERAL (%(again)s) again ON TRUE
                   %(joins)s
            """,
            columns=columns,
            joins=joins,
            done=self._done(),
            again=self._again(),
        )

    @api.model
    def _done(self):
        """Orders with their visits, and when what was reported was repaired."""
        return SQL(
            """
            SELECT orders.*, process.mode, visits.first_start,
                   COALESCE(visits.number, 0) AS visit_count,
                   CASE WHEN orders.stage_kind = 'done'
                        THEN COALESCE(visits.last_end, orders.date_done) END AS repaired,
                   orders.stage_kind = 'done' AND orders.device_id IS NOT NULL
                        AND process.mode IN %(modes)s AS is_repair
              FROM service_order orders
              JOIN service_order_type process ON process.id = orders.type_id
              LEFT JOIN (
                   SELECT order_id, COUNT(*) AS number, MIN(started_on) AS first_start,
                          MAX(finished_on) AS last_end
                     FROM service_visit
                    WHERE state IN ('in_progress', 'done')
                    GROUP BY order_id
              ) visits ON visits.order_id = orders.id
             WHERE orders.stage_kind != 'cancelled'
            """,
            modes=REPAIR_MODES,
        )

    @api.model
    def _again(self):
        """The next repair of the same device, if it came too soon after a repair.

        Where it did not, no later one did: neither days nor pages of a device ever become fewer.
        """
        return SQL(
            """
            SELECT later.id
              FROM (
                   SELECT later.id, later.date_reported
                     FROM service_order later
                     JOIN service_order_type process ON process.id = later.type_id
                    WHERE done.is_repair
                      AND later.device_id = done.device_id
                      AND later.id != done.id
                      AND later.stage_kind != 'cancelled'
                      AND process.mode IN %(modes)s
                      AND later.date_reported > done.repaired
                    ORDER BY later.date_reported
                    LIMIT 1
              ) later
              JOIN res_company company ON company.id = done.company_id
             WHERE later.date_reported
                        <= done.repaired + company.service_callback_days * INTERVAL '1 day'
                OR company.service_callback_pages > 0
                AND %(pages_later)s - %(pages_then)s <= company.service_callback_pages
            """,
            modes=REPAIR_MODES,
            pages_later=self._pages(SQL("later.date_reported")),
            pages_then=self._pages(SQL("done.repaired")),
        )

    @api.model
    def _pages(self, moment):
        """Pages of the device's life up to a moment: its counter of all pages, else the sum of its
        counters of pages; nothing without a reading by then."""
        return SQL(
            """(
            SELECT SUM(last.life_value)
              FROM service_meter meter
              JOIN service_meter_type type ON type.id = meter.type_id
              JOIN LATERAL (
                   SELECT reading.life_value
                     FROM service_meter_reading reading
                    WHERE reading.meter_id = meter.id
                      AND reading.date <= %(moment)s
                      AND reading.verdict IN %(counted)s
                    ORDER BY reading.date DESC, reading.id DESC
                    LIMIT 1
              ) last ON TRUE
             WHERE meter.device_id = done.device_id
               AND type.kind = 'physical'
               AND type.a3_type_id IS NOT NULL
               AND (
                   type.code = 'total'
                   OR NOT EXISTS (
                       SELECT
                         FROM service_meter other
                         JOIN service_meter_type total ON total.id = other.type_id
                        WHERE other.device_id = done.device_id AND total.code = 'total'
                   )
               )
            )""",
            moment=moment,
            counted=tuple(COUNTED),
        )


class ResCompany(models.Model):
    """How soon after a repair another report counts against it."""

    _inherit = "res.company"

    service_callback_days = fields.Integer(
        "Called Back within Days",
        default=30,
        help="A report of the same device within this time after a repair counts as a call-back.",
    )
    service_callback_pages = fields.Integer(
        "Called Back within Pages",
        help="So does one before the device has made this many pages more; 0: only days count.",
    )

    _service_callback_natural = models.Constraint(
        "CHECK(service_callback_days >= 0 AND service_callback_pages >= 0)",
        "Days and pages until a call-back can't be negative.",
    )


class ResConfigSettings(models.TransientModel):
    """How soon after a repair another report counts against it."""

    _inherit = "res.config.settings"

    service_callback_days = fields.Integer(
        related="company_id.service_callback_days", readonly=False
    )
    service_callback_pages = fields.Integer(
        related="company_id.service_callback_pages", readonly=False
    )
