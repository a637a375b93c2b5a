from odoo import api, fields, models
from odoo.tools import SQL

from .service_order_margin import MARGIN_GROUPS


class ServiceOrderAnalysis(models.Model):
    """What orders earn: the same sums as on each order, to compare models, people and customers."""

    _inherit = "service.order.analysis"
    _depends = {
        "service.charge": [
            *("service_order_id", "amount", "currency_id", "date", "state", "is_reopened"),
        ],
        "service.order.line": [
            *("order_id", "visit_id", "kind", "state", "amount", "quantity", "uom_id"),
            "stock_move_id",
        ],
        "service.visit": ["order_id", "state", "technician_id", "work_minutes", "travel_minutes"],
        "service.technician": ["hour_cost"],
        "stock.move": ["value"],
        "res.company": ["service_hour_cost"],
    }

    currency_id = fields.Many2one("res.currency", readonly=True)
    income = fields.Monetary(
        readonly=True,
        groups=MARGIN_GROUPS,
        help="What is paid for this order, without tax: its charges, and before they are made what "
        "is payable.",
    )
    part_cost = fields.Monetary(
        "Cost of Parts",
        readonly=True,
        groups=MARGIN_GROUPS,
        help="What the parts used were worth in stock.",
    )
    labour_cost = fields.Monetary(
        "Cost of Work",
        readonly=True,
        groups=MARGIN_GROUPS,
        help="Hours of work and travel at what an hour of the technicians costs us.",
    )
    margin = fields.Monetary(readonly=True, groups=MARGIN_GROUPS, help="Income less the costs.")

    @api.model
    def _further(self):
        # EXTENDS service_order: PostgreSQL leaves out the sums of which no column is read.
        columns = SQL(
            """,
            company.currency_id,
            COALESCE(paid.amount, 0) + COALESCE(used.payable, 0) AS income,
            COALESCE(used.part_cost, 0) AS part_cost,
            COALESCE(spent.cost, 0) + COALESCE(used.labour_cost, 0) AS labour_cost,
            COALESCE(paid.amount, 0) + COALESCE(used.payable, 0) - COALESCE(used.part_cost, 0)
                 - COALESCE(spent.cost, 0) - COALESCE(used.labour_cost, 0) AS margin
            """
        )
        joins = SQL(
            """
            JOIN res_company company ON company.id = done.company_id
            LEFT JOIN (%s) paid ON paid.order_id = done.id
            LEFT JOIN (%s) used ON used.order_id = done.id
            LEFT JOIN (%s) spent ON spent.order_id = done.id
            """,
            self._paid(),
            self._used(),
            self._spent(),
        )
        known = super()._further()
        return SQL("%s %s", known[0], columns), SQL("%s %s", known[1], joins)

    @api.model
    def _paid(self):
        """What the charges of each order come to, in the company's currency of their day."""
        return SQL(
            """
            SELECT charge.service_order_id AS order_id,
                   SUM(charge.amount * CASE WHEN charge.currency_id = company.currency_id THEN 1
                       ELSE %(to)s / %(from)s END) AS amount
              FROM service_charge charge
              JOIN (
                   SELECT id, currency_id, SPLIT_PART(parent_path, '/', 1)::int AS root_id
                     FROM res_company
              ) company ON company.id = charge.company_id
             WHERE charge.service_order_id IS NOT NULL AND charge.state != 'covered'
               AND charge.is_reopened IS NOT TRUE
             GROUP BY charge.service_order_id
            """,
            **{
                "to": self._rate(SQL("company.currency_id")),
                "from": self._rate(SQL("charge.currency_id")),
            },
        )

    @api.model
    def _rate(self, currency):
        """The rate of a currency on the day of a charge, else its first one, as core has it."""
        return SQL(
            """COALESCE(
                   (SELECT rate FROM res_currency_rate
                     WHERE currency_id = %(currency)s AND name <= charge.date
                       AND (company_id = company.root_id OR company_id IS NULL)
                     ORDER BY company_id, name DESC LIMIT 1),
                   (SELECT rate FROM res_currency_rate
                     WHERE currency_id = %(currency)s
                       AND (company_id = company.root_id OR company_id IS NULL)
                     ORDER BY company_id, name LIMIT 1),
                   1.0)""",
            currency=currency,
        )

    @api.model
    def _used(self):
        """Of the lines of each order: what is payable and not charged yet, what parts were worth,
        and the work without a visit at the cost of the order's technician."""
        hour = self.env.ref("uom.product_uom_hour")
        root = hour.parent_path.split("/")[0]
        units = self.env["uom.uom"].search([("parent_path", "=like", f"{root}/%")])
        return SQL(
            """
            SELECT line.order_id,
                   SUM(line.amount) FILTER (WHERE line.state != 'settled') AS payable,
                   SUM(move.value) AS part_cost,
                   SUM(line.quantity * unit.factor / %(hour)s * %(cost)s)
                       FILTER (WHERE line.kind = 'labour' AND line.visit_id IS NULL
                               AND line.state != 'draft') AS labour_cost
              FROM service_order_line line
              JOIN service_order orders ON orders.id = line.order_id
              JOIN res_company company ON company.id = line.company_id
              LEFT JOIN service_technician technician ON technician.id = orders.technician_id
              LEFT JOIN uom_uom unit ON unit.id = line.uom_id AND unit.id IN %(units)s
              LEFT JOIN stock_move move ON move.id = line.stock_move_id
             GROUP BY line.order_id
            """,
            hour=hour.factor,
            units=tuple(units.ids),
            cost=self._hour_cost(),
        )

    @api.model
    def _spent(self):
        """What the time of the visits of each order costs, of everybody who was there."""
        return SQL(
            """
            SELECT visit.order_id,
                   SUM((visit.work_minutes + visit.travel_minutes) / 60.0 * %(cost)s) AS cost
              FROM service_visit visit
              JOIN (
                   SELECT id AS visit_id, technician_id FROM service_visit
                   UNION ALL
                   SELECT %(visit)s, %(helper)s FROM %(crew)s
              ) crew ON crew.visit_id = visit.id
              JOIN service_technician technician ON technician.id = crew.technician_id
              JOIN res_company company ON company.id = visit.company_id
             WHERE visit.state = 'done'
             GROUP BY visit.order_id
            """,
            cost=self._hour_cost(),
            **self._crew_columns(),
        )

    @api.model
    def _crew_columns(self):
        field = self.env["service.visit"]._fields["helper_ids"]
        return {
            "crew": SQL.identifier(field.relation),
            "visit": SQL.identifier(field.column1),
            "helper": SQL.identifier(field.column2),
        }

    @api.model
    def _hour_cost(self):
        """An hour of a technician: at the own cost, else at the company's."""
        return SQL("COALESCE(NULLIF(technician.hour_cost, 0), company.service_hour_cost, 0)")
