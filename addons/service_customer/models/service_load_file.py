import base64

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..tools.load_entry import Entry, digest, fold
from ..tools.spreadsheet import (
    MAX_BYTES,
    MAX_CELLS,
    MAX_ROWS,
    MAX_WIDTH,
    SpreadsheetError,
    read,
)


class ServiceLoad(models.Model):
    """How the file of a first load is read and checked."""

    _inherit = "service.load"

    def _check_file(self):
        """Read the file into rows that say what would happen to them.

        :raise UserError: the file can't be read or has nothing in it
        """
        load = self.with_company(self.company_id)
        entries_by_kind, notes = load._read_entries()
        if not any(entries_by_kind.values()):
            raise UserError(
                self.env._(
                    "No rows were found. Use the template: its first line says what stands in"
                    " which column."
                )
            )
        fresh = load._recognise(entries_by_kind)
        for kind, entries in fresh.items():
            self.env[kind].with_env(load.env)._check(entries, entries_by_kind)
        for kind, entries in fresh.items():
            self.env[kind].with_env(load.env)._conclude(self, entries)
        # Rows of an earlier check; nobody makes or deletes them by hand.
        self.row_ids.sudo().unlink()
        load.env["service.load.row"]._create_from(self, entries_by_kind)
        # The state says what was done, so it isn't written by hand.
        self.sudo().write({"state": "checked", "note": "\n".join(notes)})

    def _recognise(self, entries_by_kind):
        """Find rows that say what they said when they were last loaded, if their record is there.

        They get that record, and the row of then into ``entry.row``.

        :return: the other rows, ``{kind: entries}``
        """
        names = {
            digest([self.company_id.id, kind], entry.texts): entry
            for kind, entries in entries_by_kind.items()
            for entry in entries
        }
        Row = self.env["service.load.row"]
        Row.flush_model(["digest", "res_id"])
        rows = self.env.execute_query(
            SQL(
                "SELECT id, digest, res_model, res_id FROM service_load_row WHERE digest = ANY(%s)",
                list(names),
            )
        )
        ids = {}
        for _id, _digest, model, res_id in rows:
            ids.setdefault(model, []).append(res_id)
        # Archived ones are there as well; those of other companies are not.
        alive = {
            model: set(
                self.env[model]
                .with_context(active_test=False)
                .search([("id", "in", some)], order="id")
                ._ids
            )
            for model, some in ids.items()
        }
        for row_id, name, model, res_id in rows:
            if res_id in alive[model]:
                names[name].record = self.env[model].browse(res_id)
                names[name].row = Row.browse(row_id)
        return {
            kind: [entry for entry in entries if not entry.record]
            for kind, entries in entries_by_kind.items()
        }

    # ------------------------------------------------------------ reading

    def _read_entries(self):
        """Rows of the file by kind, and sentences about what was left out."""
        sheets = self._read_sheets()
        if self._is_mapped():
            return self._read_mapped_entries(sheets)
        entries = {kind: [] for kind in self._get_own_kinds()}
        columns = {kind: self._get_headers(kind) for kind in entries}
        notes = []
        for sheet in sheets:
            if not sheet.rows:
                continue
            (_number, header), *rows = sheet.rows
            kind = self._find_kind(sheet.title, header, columns)
            if not kind:
                notes.append(self.env._("Skipped, no known columns: %s", sheet.title or "CSV"))
                continue
            names = [columns[kind].get(_header(text)) for text in header]
            strange = [
                text for text, name in zip(header, names, strict=True) if text and name is None
            ]
            if strange:
                notes.append(self.env._("Columns not known, skipped: %s", ", ".join(strange)))
            entries[kind] += self._to_entries(kind, names, rows)
        return entries, notes

    def _read_sheets(self):
        try:
            return read(base64.b64decode(self.file))
        except SpreadsheetError as error:
            raise UserError(self._get_refusals()[error.code]) from error

    def _get_refusals(self):
        """Why a file is not read, by the code of the error."""
        return {
            "big": self.env._("The file is larger than %s MB. Split it.", MAX_BYTES // 2**20),
            "bomb": self.env._(
                "The file is much larger inside than outside and was not opened. Save it anew."
            ),
            "rows": self.env._("The file has more than %s rows. Split it.", MAX_ROWS),
            "cells": self.env._(
                "The file has more than %s cells. Delete the columns that are not needed, or split"
                " it.",
                MAX_CELLS,
            ),
            "wide": self.env._(
                "A row of the file has more than %s cells: no spreadsheet is that wide. Open it in"
                " your spreadsheet and save it anew.",
                MAX_WIDTH,
            ),
            "old": self.env._("This is an old XLS file. Save it as XLSX or CSV."),
            "encoding": self.env._("This is no text and no XLSX file. Save it as XLSX or CSV."),
            "damaged": self.env._(
                "The file is damaged. Open it in your spreadsheet and save it anew."
            ),
        }

    def _get_headers(self, kind):
        """``{header as it is compared: name of the column}``, in both languages."""
        columns = self.env[kind]._get_columns()
        english = self.env[kind].with_context(lang="en_US")._get_columns()
        reason = {_header(self.env._("Reason")): "", _header("Reason"): ""}
        return reason | {
            _header(label): column.name
            for column, other in zip(columns, english, strict=True)
            for label in (other.label, column.name, column.label)
        }

    def _find_kind(self, title, header, columns):
        """The kind a sheet is of: by its title, else the one that most headers belong to."""
        titles = {
            fold(model._get_label()): kind
            for kind in columns
            for model in (self.env[kind].with_context(lang="en_US"), self.env[kind])
        }
        if fold(title) in titles:
            return titles[fold(title)]
        found = {
            kind: sum(_header(text) in known for text in header) for kind, known in columns.items()
        }
        best = max(found, key=found.get)
        return best if found[best] >= 2 else None

    def _to_entries(self, kind, names, rows):
        """Entries of rows; the example of the template is left out."""
        example = {c.name: c.example for c in self.env[kind]._get_columns() if c.example}
        entries = []
        for number, cells in rows:
            texts = {name: text for name, text in zip(names, cells, strict=False) if name and text}
            if texts and texts != example:
                entries.append(Entry(number=number, texts=texts))
        return entries


def _header(text):
    return fold(text.replace("*", ""))
