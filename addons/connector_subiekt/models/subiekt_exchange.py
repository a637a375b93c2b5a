import base64
import hashlib

from psycopg2.errors import SerializationFailure

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

MARK = "[SRV:%s]"


class SubiektExchange(models.Model):
    """One file or document exchanged with Subiekt, what came of it and what went wrong.

    A repeated import is a new exchange; a document sent is one exchange for ever, found by its
    ``key``. An EPP file brings no reply: a sent document waits for somebody to import it in
    Subiekt, and is matched when a file that comes back carries its key in the notes.
    """

    _name = "subiekt.exchange"
    _description = "Subiekt Exchange"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _mail_post_access = "read"

    backend_id = fields.Many2one(
        "subiekt.backend", "Connection", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="backend_id.company_id", store=True, index=True)
    direction = fields.Selection(
        [("in", "From Subiekt"), ("out", "To Subiekt")], required=True, readonly=True
    )
    kind = fields.Selection(
        [("file", "File"), ("sale_document", "Sales document")], required=True, readonly=True
    )
    key = fields.Char(
        required=True,
        readonly=True,
        help="Names the exchange: the checksum of a file and the number of the attempt, or the "
        "key of a sent document, which stands in its notes.",
    )
    state = fields.Selection(
        [
            ("draft", "New"),
            ("waiting", "Requires manual import"),
            ("matched", "Matched"),
            ("done", "Done"),
            ("refused", "Refused"),
        ],
        required=True,
        readonly=True,
        default="draft",
        tracking=True,
    )
    file = fields.Binary(attachment=True, readonly=True)
    filename = fields.Char("File Name", readonly=True)
    sha256 = fields.Char("Checksum (SHA-256)", readonly=True)
    error = fields.Text(readonly=True)

    created_count = fields.Integer("Created", readonly=True)
    updated_count = fields.Integer("Updated", readonly=True)
    unchanged_count = fields.Integer("Unchanged", readonly=True)
    failed_count = fields.Integer("Failed", readonly=True)
    matched_count = fields.Integer("Matched Documents", readonly=True)
    message_line_ids = fields.One2many(
        "subiekt.exchange.message", "exchange_id", string="Messages of the Import"
    )

    res_model = fields.Char("Source Model", readonly=True)
    res_id = fields.Many2oneReference("Source", model_field="res_model", readonly=True)
    external_number = fields.Char("Number in Subiekt", readonly=True, index="btree_not_null")
    external_date = fields.Date("Date in Subiekt", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount_total = fields.Monetary("Our Total", readonly=True)
    external_total = fields.Monetary("Total in Subiekt", readonly=True)
    amount_difference = fields.Monetary(
        "Difference",
        compute="_compute_amount_difference",
        store=True,
        help="Subiekt's total less ours. Subiekt's total is the one on the invoice.",
    )

    _key_uniq = models.Constraint(
        "UNIQUE(backend_id, direction, key)", "This has already been exchanged with Subiekt."
    )
    _source_idx = models.Index("(res_model, res_id) WHERE res_id IS NOT NULL")

    @api.depends("amount_total", "external_total", "state")
    def _compute_amount_difference(self):
        for exchange in self:
            matched = exchange.state == "matched"
            exchange.amount_difference = (
                exchange.external_total - exchange.amount_total if matched else 0.0
            )

    @api.depends("external_number", "filename", "key")
    def _compute_display_name(self):
        for exchange in self:
            exchange.display_name = exchange.external_number or exchange.filename or exchange.key

    @api.ondelete(at_uninstall=False)
    def _unlink_except_sent(self):
        if any(exchange.direction == "out" for exchange in self):
            raise UserError(
                self.env._(
                    "A document sent to Subiekt stays: without it the same document could be "
                    "sent twice."
                )
            )

    # ------------------------------------------------------------ actions

    def action_download(self):
        """Download the file."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/file/{self.filename}?download=true",
            "target": "self",
        }

    def action_open_source(self):
        """Open the record the document was made from."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "views": [(False, "form")],
        }

    # ------------------------------------------------------------ business

    def _mark(self):
        """Return the text that carries the key through Subiekt, in the notes of the document."""
        self.ensure_one()
        return MARK % self.key

    @api.model
    def _take(self, backend, direction, key, kind):
        """Return (exchange, new) for the key: exactly one exchange ever has it.

        The key is taken before anything else is done. A key taken by a transaction this one
        cannot see makes PostgreSQL raise a serialization failure: Odoo repeats the request,
        which then finds the exchange.
        """
        rows = self.env.execute_query(
            SQL(
                """
                INSERT INTO subiekt_exchange
                    (backend_id, company_id, direction, key, kind, state,
                     create_uid, write_uid, create_date, write_date)
                VALUES (%s, %s, %s, %s, %s, 'draft', %s, %s,
                        now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC')
                ON CONFLICT (backend_id, direction, key) DO NOTHING RETURNING id
                """,
                backend.id,
                backend.company_id.id,
                direction,
                key,
                kind,
                self.env.uid,
                self.env.uid,
            )
        )
        if rows:
            return self.browse(rows[0][0]), True
        found = self.search(
            [("backend_id", "=", backend.id), ("direction", "=", direction), ("key", "=", key)]
        )
        if not found:
            raise SerializationFailure(f"The key {key} was taken by another transaction.")
        return found, False

    @api.model
    def _receive(self, backend, data, filename):
        """Return the exchange of a file that came in. Each import of a file is its own attempt;
        the caller has locked the connection, so attempts are counted one by one."""
        sha256 = hashlib.sha256(data).hexdigest()
        attempts = self.search_count([("backend_id", "=", backend.id), ("sha256", "=", sha256)])
        exchange, _new = self._take(backend, "in", f"{sha256}/{attempts + 1}", "file")
        exchange._store_file(data, filename)
        return exchange

    def _store_file(self, data, filename):
        self.write(
            {
                "file": base64.b64encode(data),
                "filename": filename,
                "sha256": hashlib.sha256(data).hexdigest(),
            }
        )

    def _refuse(self, error):
        """Record why the file was not read (`EppError`), in the language of the user."""
        # the sentences are marked for translation where they stand, in epp/errors.py
        sentence = self.env._(error.template, **error.values)
        if error.field:
            sentence = self.env._(
                "Field %(field)s: %(sentence)s", field=error.field, sentence=sentence
            )
        if error.line:
            sentence = self.env._("Line %(line)s: %(sentence)s", line=error.line, sentence=sentence)
        self.write({"state": "refused", "error": sentence})

    def _say(self, message, level="warning", line=0, symbol=""):
        """Add a message; an error also counts as a failed row."""
        self.env["subiekt.exchange.message"].create(
            {
                "exchange_id": self.id,
                "level": level,
                "line": line,
                "symbol": symbol,
                "message": message,
            }
        )
        if level == "error":
            self.failed_count += 1

    def _count(self, created=0, updated=0, unchanged=0):
        self.created_count += created
        self.updated_count += updated
        self.unchanged_count += unchanged

    def _on_document_matched(self, header):
        """Hook: the document of ``self`` came back from Subiekt. ``header`` is its `epp.Header`;
        number, date and total are written already. Called once, as superuser."""
