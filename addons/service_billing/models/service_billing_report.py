from odoo import fields, models
from odoo.tools import SQL
from odoo.tools.query import Query

from .service_charge import INVOICED_PAYERS

#: What is divided by the pages: without labour and parts.
OF_PAGES = ("fee", "pages")


class ServiceBillingReport(models.Model):
    """What customers are charged, device by device and month by month.

    A charge for pages that are counted together is shared out among its devices by their pages.
    Amounts are in the currency of the company, by the rate of the day.
    """

    _name = "service.billing.report"
    _description = "Revenue and Pages"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "charge_id"

    charge_id = fields.Many2one("service.charge", readonly=True)
    date = fields.Date("Performed On", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    customer_id = fields.Many2one("res.partner", "Customer", readonly=True)
    contract_id = fields.Many2one("service.contract", readonly=True)
    device_id = fields.Many2one("service.device", readonly=True)
    model_id = fields.Many2one("service.device.model", readonly=True)
    kind = fields.Selection(lambda self: self._selection_of("kind"), readonly=True)
    state = fields.Selection(lambda self: self._selection_of("state"), readonly=True)
    meter_type_id = fields.Many2one("service.meter.type", readonly=True)
    pages = fields.Integer(readonly=True)
    amount = fields.Monetary("Revenue", readonly=True, help="Without taxes.")
    page_amount = fields.Monetary("Fees and Pages", readonly=True, help="Without taxes.")
    page_price = fields.Float(
        "Price of a Page",
        digits=(16, 4),
        readonly=True,
        aggregator="avg",
        help="Fees and pages, divided by the pages.",
    )
    currency_id = fields.Many2one("res.currency", readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """
            WITH shared AS (%(shared)s)
            SELECT charge.id * 65536::bigint
                   + ROW_NUMBER() OVER (PARTITION BY charge.id ORDER BY shared.first_id) AS id,
                   charge.id AS charge_id, charge.date, charge.company_id, charge.customer_id,
                   charge.contract_id, charge.kind, charge.state, price.meter_type_id,
                   shared.device_id, device.model_id, shared.pages, shared.amount,
                   CASE WHEN charge.kind IN %(of_pages)s THEN shared.amount ELSE 0 END
                        AS page_amount,
                   CASE WHEN charge.kind IN %(of_pages)s AND shared.pages != 0
                        THEN shared.amount / shared.pages END AS page_price,
                   company.currency_id
              FROM shared
              JOIN service_charge charge ON charge.id = shared.charge_id
              JOIN res_company company ON company.id = charge.company_id
              LEFT JOIN service_device device ON device.id = shared.device_id
              LEFT JOIN service_rate_line price ON price.id = charge.rate_line_id
            """,
            shared=self._shared(),
            of_pages=OF_PAGES,
        )

    def _shared(self):
        """Charges, shared out among the devices whose pages they bill."""
        return SQL(
            """
            WITH part AS (
                 SELECT row.charge_id, row.device_id, SUM(row.pages) AS pages,
                        MIN(row.id) AS first_id
                   FROM service_consumption row
                  WHERE row.charge_id IS NOT NULL AND row.kind != 'test'
                  GROUP BY row.charge_id, row.device_id
            ), whole AS (
                 SELECT charge_id, SUM(pages) AS pages, COUNT(*) AS devices
                   FROM part GROUP BY charge_id
            )
            SELECT charge.id AS charge_id, part.first_id,
                   COALESCE(part.device_id, charge.device_id) AS device_id,
                   COALESCE(part.pages, 0) AS pages,
                   charge.amount * %(factor)s * CASE
                       WHEN part.charge_id IS NULL THEN 1
                       WHEN whole.pages = 0 THEN 1.0 / whole.devices
                       ELSE part.pages::numeric / whole.pages
                   END AS amount
              FROM service_charge charge
              JOIN res_company company ON company.id = charge.company_id
              LEFT JOIN part ON part.charge_id = charge.id
              LEFT JOIN whole ON whole.charge_id = charge.id
             WHERE charge.payer IN %(payers)s AND charge.is_reopened IS NOT TRUE
               AND charge.covered IS NOT TRUE OR part.charge_id IS NOT NULL
            """,
            factor=SQL(
                "CASE WHEN charge.currency_id = company.currency_id THEN 1 "
                "ELSE %(own)s / %(foreign)s END",
                own=self._rate_of("company.currency_id"),
                foreign=self._rate_of("charge.currency_id"),
            ),
            payers=INVOICED_PAYERS,
        )

    def _selection_of(self, name):
        """The choices of a field of charges, in the language of the user."""
        return self.env["service.charge"]._fields[name]._description_selection(self.env)

    def _rate_of(self, currency):
        """The rate of a currency on the day of a charge; 1 where none is known."""
        return SQL(
            """
            COALESCE((
                SELECT known.rate FROM res_currency_rate known
                 WHERE known.currency_id = %(currency)s AND known.name <= charge.date
                   AND (known.company_id IS NULL OR known.company_id = charge.company_id)
                 ORDER BY known.name DESC LIMIT 1
            ), 1)
            """,
            currency=SQL(currency),
        )

    def _read_group_select(self, aggregate_spec: str, query: Query) -> SQL:
        """The price of a page of many rows is all they cost by all their pages; none has none."""
        if aggregate_spec != "page_price:avg":
            return super()._read_group_select(aggregate_spec, query)
        return SQL(
            "SUM(%(amount)s) / NULLIF(SUM(%(pages)s), 0)",
            amount=self._field_to_sql(self._table, "page_amount", query),
            pages=self._field_to_sql(self._table, "pages", query),
        )
