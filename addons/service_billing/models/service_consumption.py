from psycopg2.errors import SerializationFailure

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.service_meter.tools.rows import announce

from ..tools.ledger import DAYS, ESTIMATE, READING

#: Columns in the order in which rows are inserted.
COLUMNS = (
    "meter_id",
    "device_id",
    "company_id",
    "customer_id",
    "contract_id",
    "stay_id",
    "charge_id",
    "seq",
    "prev_seq",
    "life_from",
    "life_to",
    "date_from",
    "date_to",
    "kind",
    "how",
    "estimates",
    "reading_id",
)


class ServiceConsumption(models.Model):
    """The ledger: all pages of a meter's life, each in exactly one row, and who pays for it.

    A row begins where the one before it ends, in pages and in time; the database refuses any
    other. Pages that nobody pays for are rows, too. A row is never changed: only the charge that
    bills it is taken off when its invoice is corrected to zero.
    """

    _name = "service.consumption"
    _description = "Consumption"
    _order = "meter_id, seq desc"
    _rec_name = "pages"

    meter_id = fields.Many2one("service.meter", required=True, readonly=True, ondelete="restrict")
    device_id = fields.Many2one(
        "service.device", required=True, readonly=True, ondelete="restrict", index=True
    )
    meter_type_id = fields.Many2one(related="meter_id.type_id")
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="restrict", index=True
    )
    customer_id = fields.Many2one(
        "res.partner",
        "Payer",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        help="Whose pages they are; empty: nobody pays for them.",
    )
    contract_id = fields.Many2one(
        "service.contract", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    stay_id = fields.Many2one(
        "service.contract.device",
        "Stay on Contract",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
    )
    charge_id = fields.Many2one(
        "service.charge", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    seq = fields.Integer("Row", required=True, readonly=True, aggregator=None)
    prev_seq = fields.Integer("Row Before", readonly=True, aggregator=None)
    life_from = fields.Integer(
        "From Life Value", required=True, readonly=True, aggregator=None, help="Not counted itself."
    )
    life_to = fields.Integer("To Life Value", required=True, readonly=True, aggregator=None)
    pages = fields.Integer(compute="_compute_pages", store=True, precompute=True)
    date_from = fields.Datetime("From", required=True, readonly=True)
    date_to = fields.Datetime("To", required=True, readonly=True)
    kind = fields.Selection(
        [
            ("billable", "Billable"),
            ("test", "Test Prints"),
            ("out", "Outside a Contract"),
            ("estimate", "Estimate"),
            ("give_back", "Given Back"),
        ],
        required=True,
        readonly=True,
    )
    how = fields.Selection(
        [(READING, "By a Reading"), (DAYS, "By Days"), (ESTIMATE, "Estimated")],
        string="End Known",
        required=True,
        readonly=True,
    )
    estimates = fields.Integer(
        readonly=True,
        aggregator=None,
        help="How many estimates follow each other up to this row.",
    )
    reading_id = fields.Many2one(
        "service.meter.reading",
        "Last Reading",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
    )

    # What a row begins with is what another one of this meter ended with; only the first has none
    # before it. With the sequence also rows without a page stand in one line.
    _meter_seq_uniq = models.Constraint("UNIQUE(meter_id, seq)", "These pages are billed already.")
    _meter_end_uniq = models.Constraint(
        "UNIQUE(meter_id, seq, life_to, date_to)", "These pages are billed already."
    )
    # A key that began with meter_id Odoo would take for that of the field, and drop.
    _meter_predecessor = models.Constraint(
        "FOREIGN KEY (prev_seq, meter_id, life_from, date_from) "
        "REFERENCES service_consumption (seq, meter_id, life_to, date_to)",
        "The ledger of a meter has neither gap nor overlap.",
    )
    # NULLs named: what is unknown would pass a check.
    _seq_rises = models.Constraint(
        "CHECK(CASE seq WHEN 1 THEN prev_seq IS NULL "
        "ELSE seq > 1 AND prev_seq IS NOT NULL AND prev_seq = seq - 1 END)",
        "The rows of a meter's ledger follow each other.",
    )
    _pages_rise = models.Constraint(
        "CHECK(CASE kind WHEN 'give_back' THEN life_to < life_from ELSE life_to >= life_from END)",
        "Only a row that gives pages back ends below its beginning.",
    )
    _dates_rise = models.Constraint(
        "CHECK(date_to >= date_from OR kind = 'give_back')",
        "A row of the ledger ends after it has begun.",
    )
    _payer_known = models.Constraint(
        "CHECK((kind = 'out') = (stay_id IS NULL))",
        "Pages belong to a stay on a contract, or to nobody.",
    )

    @api.depends("life_from", "life_to")
    def _compute_pages(self):
        for row in self:
            row.pages = row.life_to - row.life_from

    def write(self, vals):
        """The ledger is never changed; the charge comes and goes through the program only."""
        if not self.env.su or set(vals) - {"charge_id"}:
            raise UserError(
                self.env._(
                    "The ledger of pages is never changed. Correct the invoice that bills them."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        """What was billed is never forgotten."""
        raise UserError(
            self.env._("Rows of the ledger are never deleted. Correct the invoice that bills them.")
        )

    @api.model
    def _append(self, rows):
        """Write rows in one statement, however many there are.

        :param list[dict] rows: values of ``COLUMNS``; the rows of a meter in their order
        :return: the records
        :raise psycopg2.errors.SerializationFailure: somebody else has just settled such a meter
        """
        if not rows:
            return self.browse()
        columns = [
            SQL(
                "%s::%s[]",
                [None if row[name] is False else row[name] for row in rows],
                SQL(self._fields[name].column_type[0]),
            )
            for name in COLUMNS
        ]
        names = SQL(", ").join(map(SQL.identifier, COLUMNS))
        found = self.env.execute_query(
            SQL(
                """
                INSERT INTO service_consumption
                       (%(names)s, pages, create_uid, create_date, write_uid, write_date)
                SELECT %(names)s, life_to - life_from, %(uid)s, %(now)s, %(uid)s, %(now)s
                  FROM unnest(%(columns)s) AS fact (%(names)s)
                    ON CONFLICT (meter_id, seq) DO NOTHING
             RETURNING id
                """,
                names=names,
                columns=SQL(", ").join(columns),
                uid=self.env.uid,
                now=self.env.cr.now(),
            )
        )
        if len(found) < len(rows):
            raise SerializationFailure("a meter is being settled by another transaction")
        return announce(self.browse(row_id for (row_id,) in found))

    @api.model
    def _ends(self, meters):
        """The last row of each meter, in one query.

        :param list[int] meters: ids
        :return: ``{meter id: dict of its columns}``
        """
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT last.meter_id, last.seq, last.life_to, last.date_to, last.how,
                       last.estimates, last.stay_id, last.reading_id
                  FROM unnest(%s::int[]) AS asked (meter_id)
                  JOIN LATERAL (
                       SELECT * FROM service_consumption
                        WHERE meter_id = asked.meter_id
                        ORDER BY seq DESC LIMIT 1
                  ) last ON TRUE
                """,
                list(meters),
            )
        )
        return {row["meter_id"]: row for row in rows}
