from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.misc import split_every

from ..tools.load_entry import Entry, digest

CELL = Markup('<span class="d-inline-block me-3"><small class="text-muted">%s</small> %s</span>')
WRONG_CELL = Markup(
    '<span class="d-inline-block me-3 px-1 rounded bg-danger-subtle">'
    '<small class="text-muted">%s</small> <strong class="text-danger">%s</strong>'
    ' <span class="text-danger">%s</span></span>'
)


class ServiceLoadRow(models.Model):
    """A row of a first load: its texts, the record it stands for, what is wrong at which cell.

    ``values`` is ``{column: text}``, ``errors`` ``{column: sentence}`` with "" for the row as a
    whole. ``digest`` names what the row says; it stands only on the last loaded row of a record, so
    that a row loaded again is known to be unchanged without looking at its record.
    """

    _name = "service.load.row"
    _description = "Row of a First Load"
    _order = "load_id desc, position, number, id"
    _rec_name = "title"

    load_id = fields.Many2one("service.load", required=True, index=True, ondelete="cascade")
    kind = fields.Selection(selection="_selection_kind", string="Sheet", required=True)
    position = fields.Integer(help="Place of the kind: rows are loaded in this order.")
    depth = fields.Integer(help="Rows of a depth are loaded after those above.")
    bundle = fields.Char(help="Rows of a bundle are loaded together.")
    number = fields.Integer(string="Row", aggregator=None, help="Number of the row in the file.")
    title = fields.Char(string="Name")
    values = fields.Json()
    errors = fields.Json()
    state = fields.Selection(
        [
            ("new", "New"),
            ("changed", "Changed"),
            ("unchanged", "Unchanged"),
            ("refused", "With errors"),
            ("chosen", "Waiting"),
            ("loaded", "Loaded"),
        ],
        string="Status",
        required=True,
        default="new",
        readonly=True,
    )
    res_model = fields.Char(readonly=True)
    res_id = fields.Many2oneReference(string="Record", model_field="res_model", readonly=True)
    digest = fields.Char(readonly=True)
    cells = fields.Html(compute="_compute_cells", help="What stands in the row, errors in red.")

    _state_idx = models.Index("(load_id, state)")
    _digest_uniq = models.UniqueIndex(
        "(digest) WHERE digest IS NOT NULL",
        "These rows are being loaded by somebody else as well. Check the file again.",
    )

    @api.model
    def _selection_kind(self):
        return [
            (name, self.env[name]._get_label()) for name in self.env["service.load"]._get_kinds()
        ]

    @api.depends("values", "errors", "kind")
    @api.depends_context("lang")
    def _compute_cells(self):
        for kind, rows in self.grouped("kind").items():
            columns = self.env[kind]._get_columns() if kind else []
            for row in rows:
                values, errors = row.values or {}, row.errors or {}
                cells = [
                    _render_cell(column.label, values.get(column.name), errors.get(column.name))
                    for column in columns
                    if values.get(column.name) or column.name in errors
                ]
                if "" in errors:
                    cells.append(_render_cell("", "", errors[""]))
                row.cells = Markup('<div class="text-wrap">%s</div>') % Markup(" ").join(cells)

    def action_load(self):
        """Load these rows, as far as they are new or changed and have no error."""
        self._choose()
        return self.load_id[:1]._get_form_action()

    def action_open_record(self):
        """Open the record the row stands for."""
        self.ensure_one()
        return self.env[self.res_model].browse(self.res_id)._get_records_action()

    def _choose(self):
        """Let the rows be loaded in the background."""
        rows = self.filtered(lambda row: row.state in ("new", "changed"))
        loads = rows.load_id
        loads.check_access("write")
        # The state of a row and of a load is written by buttons like this one only.
        rows.sudo().write({"state": "chosen"})
        loads.sudo().write({"state": "loading"})
        loads._start()

    def _to_entries(self, env):
        """The rows as the kinds work with them; records are in ``env``."""
        return [
            Entry(
                number=row.number,
                texts=row.values,
                row=row,
                record=env[row.res_model].browse(row.res_id) if row.res_id else None,
                depth=row.depth,
                bundle=row.bundle or "",
            )
            for row in self
        ]

    @api.model
    def _create_from(self, load, entries_by_kind):
        """Keep the checked rows of a file.

        :param entries_by_kind: ``{kind: entries}`` in the order of loading
        """
        # Rows say what was found in the file: nobody makes them by hand.
        rows = self.sudo()
        for position, (kind, entries) in enumerate(entries_by_kind.items()):
            common = {"load_id": load.id, "kind": kind, "position": position}
            known = [entry for entry in entries if entry.row]
            rows._copy_known(known, common)
            fresh = (entry for entry in entries if not entry.row)
            for batch in split_every(1000, fresh, list):
                rows.create([common | self._prepare_checked_vals(kind, entry) for entry in batch])

    @api.model
    def _prepare_checked_vals(self, kind, entry):
        """Values of the row of an entry."""
        return {
            "depth": entry.depth,
            "bundle": entry.bundle,
            "number": entry.number,
            "title": entry.texts.get(self.env[kind]._get_title_column()),
            "values": entry.texts,
            "errors": entry.errors or False,
            "state": entry.state,
            "res_model": self.env[kind]._target,
            "res_id": entry.record.id if entry.record else False,
        }

    @api.model
    def _copy_known(self, entries, common):
        """Keep rows that say what they said when they were last loaded: copies of those rows.

        A file loaded again is mostly such rows, so the database copies them where they lie.

        :param common: values that are not the former row's
        """
        values = dict(common, state="unchanged", errors=None, digest=None)
        values |= dict.fromkeys(("create_uid", "write_uid"), self.env.uid)
        values |= dict.fromkeys(("create_date", "write_date"), self.env.cr.now())
        copied = [
            name
            for name, field in self._fields.items()
            if field.store and field.column_type and name not in {"id", "number", *values}
        ]
        self.flush_model()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO service_load_row (number, %(names)s)
                SELECT entry.number, %(values)s
                  FROM unnest(%(ids)s::int[], %(numbers)s::int[]) AS entry (id, number)
                  JOIN service_load_row former ON former.id = entry.id
                """,
                names=SQL(", ").join(map(SQL.identifier, [*values, *copied])),
                values=SQL(", ").join(
                    [
                        *(SQL("%s", value) for value in values.values()),
                        *(SQL.identifier("former", name) for name in copied),
                    ]
                ),
                ids=[entry.row.id for entry in entries],
                numbers=[entry.number for entry in entries],
            )
        )
        self.env["service.load"].invalidate_model(["row_ids"])

    def _get_digest(self):
        """What the row says, and to whom: rows of another company stand for other records."""
        self.ensure_one()
        return digest([self.load_id.company_id.id, self.kind], self.values)


def _render_cell(label, text, error):
    if error:
        return WRONG_CELL % (label, text or "…", error)
    return CELL % (label, text)
