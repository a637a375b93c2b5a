import re
from itertools import islice, zip_longest

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..tools.load_entry import Entry, fold

#: A header stands in one of the first lines; programs put a title and a date above it.
HEADER_LINES = 15
SAMPLES = 3


class ServiceLoad(models.Model):
    """What the columns of a file mean that another program has made.

    Its headers are anybody's: people say once what each column means, and that is kept under a name
    (`service.load.profile`) for the next file with the same headers.
    """

    _inherit = "service.load"

    column_ids = fields.One2many("service.load.column", "load_id", string="Columns")
    profile_id = fields.Many2one(
        "service.load.profile",
        string="Columns As In",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="The kept columns that were proposed for this file.",
    )
    profile_name = fields.Char(
        string="Keep the Columns As",
        copy=False,
        help="The next file with the same headers is then read the same way. Empty: not kept.",
    )

    def write(self, vals):
        """Another file has other columns."""
        if "file" in vals:
            vals = vals | {"column_ids": [Command.clear()], "profile_id": False}
        return super().write(vals)

    def action_ask_columns(self):
        """Let the user say anew what the columns of the file mean, before anything is loaded."""
        self.ensure_one()
        if self.state != "checked":
            raise UserError(self.env._("This load has begun. Make a new one for another file."))
        self.check_access("write")
        # Rows and state follow from buttons like this one only.
        self.row_ids.sudo().unlink()
        self.sudo().state = "draft"
        return True

    def _is_mapped(self):
        """Whether people say what the columns of the file mean."""
        return any(self.env[name]._is_mapped for name in self._get_own_kinds())

    def _knows_columns(self):
        """Whether it is clear what the columns mean; else they are put before the user.

        Columns that were kept of the same headers, or have our own names, need no look.
        """
        if not self._is_mapped():
            return True
        if self.column_ids:
            self._keep_columns()
            return True
        sheet, place, profile = self._find_header(self._read_sheets())
        header = sheet.rows[place][1]
        kind = self.env[self._get_own_kinds()[0]]
        kept = profile.targets or kind._guess_targets(header)
        known = {name for name, _label in self.column_ids._selection_target()}
        targets = [target if target in known else "" for target in kept]
        names = self._get_headers(kind._name)
        own = not profile and all(fold(text.replace("*", "")) in names for text in header if text)
        rows = self._prepare_columns(header, targets, sheet.rows[place + 1 :])
        self.write(
            {
                "profile_id": profile.id,
                "profile_name": profile.name or (not own and self._propose_name()),
                "column_ids": [Command.create(vals) for vals in rows],
            }
        )
        if own or (profile and targets == kept):
            self._keep_columns()
            return True
        return False

    def _find_header(self, sheets):
        """The sheet with a header, the place of that among its rows, and the profile kept of it."""
        places = [
            (sheet, place) for sheet in sheets for place in range(len(sheet.rows[:HEADER_LINES]))
        ]
        if not places:
            raise UserError(self.env._("Nothing stands in this file."))
        headers = [sheet.rows[place][1] for sheet, place in places]
        profiles = self.env["service.load.profile"]._find(self.purpose, self.company_id, headers)
        kind = self.env[self._get_own_kinds()[0]]

        def fitness(number):
            header = headers[number]
            known = sum(map(bool, kind._guess_targets(header)))
            # A title is one cell; what is no header at all has numbers.
            words = sum(bool(text) and not text[0].isdigit() for text in header)
            return bool(profiles[number]), known >= 2 and known, min(words, 3), -number

        best = max(range(len(places)), key=fitness)
        return *places[best], profiles[best]

    def _propose_name(self):
        """The name of the file without its date, as a name for its columns."""
        stem = (self.filename or "").rpartition(".")[0]
        return re.sub(r"[\d_\W]+", " ", stem).strip()

    def _prepare_columns(self, header, targets, rows):
        """Values of the columns of a file that have a header or hold something."""
        for position, (text, target) in enumerate(zip_longest(header, targets, fillvalue="")):
            found = (cells[position] for _number, cells in rows if len(cells) > position)
            samples = ", ".join(islice(filter(None, found), SAMPLES))
            if text or samples:
                target = target or False
                yield {
                    "position": position,
                    "header": text,
                    "samples": samples,
                    "target": target,
                }

    def _keep_columns(self):
        """Refuse columns from which no row could be understood; keep the others by their name."""
        targets = [target for target in self.column_ids.mapped("target") if target]
        labels = dict(self.column_ids._selection_target())
        for target in targets:
            if targets.count(target) > 1:
                raise UserError(
                    self.env._(
                        "Several columns mean “%s”. Leave one and empty the others.", labels[target]
                    )
                )
        self.env[self._get_own_kinds()[0]]._check_targets(targets)
        if self.profile_name:
            width = max(self.column_ids.mapped("position")) + 1
            header, kept = [""] * width, [""] * width
            for column in self.column_ids:
                header[column.position] = column.header or ""
                kept[column.position] = column.target or ""
            self.profile_id = self.env["service.load.profile"]._keep(
                self.profile_name, self.purpose, self.company_id, header, kept
            )

    def _read_mapped_entries(self, sheets):
        """Rows of all sheets that have the header of the columns, and sentences about others."""
        targets = {column.position: column.target for column in self.column_ids if column.target}
        wanted = [fold(column.header) for column in self.column_ids if column.header]
        (kind,) = self._get_own_kinds()
        example = {c.name: c.example for c in self.env[kind]._get_columns() if c.example}
        entries, notes = [], []
        for sheet in sheets:
            places = (
                place
                for place, (_number, cells) in enumerate(sheet.rows[:HEADER_LINES])
                if [fold(text) for text in cells if text] == wanted
            )
            place = next(places, None)
            if place is None:
                if sheet.rows:
                    notes.append(self.env._("Skipped, other columns: %s", sheet.title or "CSV"))
                continue
            for number, cells in sheet.rows[place + 1 :]:
                texts = {
                    name: cells[position]
                    for position, name in targets.items()
                    if position < len(cells) and cells[position]
                }
                if texts and texts != example:
                    entries.append(Entry(number=number, texts=texts))
        skipped = [column.header for column in self.column_ids if not column.target]
        if skipped:
            notes.append(self.env._("Columns not used: %s", ", ".join(filter(None, skipped))))
        self.env[kind]._complete(self, entries)
        return {kind: entries}, notes
