from functools import partial

from psycopg2 import Error as DatabaseError

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

BATCH = 500
RETRIED = ("40001", "40P01", "55P03")


class ServiceLoad(models.Model):
    """How chosen rows are written: in the background, in batches that are kept one by one.

    A load that is stopped at any moment goes on where it was: rows of a batch that was not kept are
    still waiting.
    """

    _inherit = "service.load"

    def _start(self):
        """Wake the background work."""
        # Whoever loads rows need not manage scheduled actions.
        self.env.ref("service_customer.ir_cron_service_load").sudo()._trigger()

    @api.model
    def _cron_load(self):
        """Write the chosen rows of all loads, batch by batch, as long as there is time."""
        Cron = self.env["ir.cron"]
        Row = self.env["service.load.row"]
        Cron._commit_progress(remaining=Row.search_count([("state", "=", "chosen")]))
        while load := self.search([("state", "=", "loading")], order="id", limit=1):
            if not load.try_lock_for_update():
                break
            left = Cron._commit_progress(load._load_batch())
            if not left:
                break

    def _load_batch(self):
        """Write the next rows of one kind and depth, those that belong before others first.

        :return: number of rows done; 0 when the load is done
        """
        self.ensure_one()
        Row = self.env["service.load.row"]
        waiting = [("load_id", "=", self.id), ("state", "=", "chosen")]
        first = Row.search(waiting, order="position, depth, number", limit=1)
        if not first:
            self.state = "done"
            self._tell_done()
            return 0
        waiting += [("kind", "=", first.kind), ("depth", "=", first.depth)]
        rows = Row.search(waiting, order="number", limit=BATCH)
        if bundles := [bundle for bundle in rows.mapped("bundle") if bundle]:
            rows |= Row.search([*waiting, ("bundle", "in", bundles)], order="number")
        # As the one who made the load: nobody writes by a file what he could not write by hand.
        user = self.env(user=self.create_uid.id, su=False, context=self._get_user_context())
        entries, kind = rows._to_entries(user), user[first.kind]
        try:
            kind._check(entries)
        except UserError as error:
            for entry in entries:
                entry.refuse("", error)
        self._write_entries(kind, [entry for entry in entries if not entry.errors])
        self._keep(entries)
        return len(rows)

    def _get_user_context(self):
        return {
            "lang": self.create_uid.lang,
            "tz": self.create_uid.tz,
            "allowed_company_ids": self.company_id.ids,
        }

    def _write_entries(self, kind, entries):
        """Write rows at once; when that fails, halve them until the bad ones are alone."""
        if not entries or self._attempt(entries, partial(kind._write, entries)):
            return
        if len(entries) > 1:
            middle = len(entries) // 2
            self._write_entries(kind, entries[:middle])
            self._write_entries(kind, entries[middle:])

    def _attempt(self, entries, action):
        """Run ``action`` in a savepoint; return whether it held. A single row is told why not."""
        records = [entry.record for entry in entries]
        try:
            with self.env.cr.savepoint():
                action()
                self.env.flush_all()
        except (UserError, ValueError, DatabaseError) as error:
            # What must repeat the whole batch is not a row's fault.
            if getattr(error, "pgcode", None) in RETRIED:
                raise
            for entry, record in zip(entries, records, strict=True):
                entry.record = record
            if len(entries) == 1:
                entries[0].refuse("", self._get_sentence(error))
            return False
        return True

    def _get_sentence(self, error):
        if isinstance(error, DatabaseError):
            # The sentence belongs to the model whose table has refused.
            models = (model for model in self.env.values() if model._table == error.diag.table_name)
            return next(models, self)._sql_error_to_message(error)
        return str(error)

    def _keep(self, entries):
        """Note on the rows what came of them."""
        rows = self.env["service.load.row"].browse(entry.row.id for entry in entries)
        good = [entry for entry in entries if not entry.errors]
        digests = {entry.row: entry.row._get_digest() for entry in good}
        # Of rows that say the same, the last one is remembered.
        lasts = {name: row for row, name in digests.items()}
        former = (
            Domain("res_model", "=", rows[:1].res_model)
            & Domain("res_id", "in", [entry.record.id for entry in good])
            & Domain("load_id", "!=", self.id)
        )
        former = rows.search(
            (former | Domain("digest", "in", list(lasts))) & Domain("digest", "!=", False)
        )
        former.digest = False
        former.flush_recordset(["digest"])
        for row, entry in zip(rows, entries, strict=True):
            if entry.errors:
                row.write({"state": "refused", "errors": entry.errors})
            else:
                name = digests[entry.row]
                name = name if lasts[name] == row else False
                row.write({"state": "loaded", "res_id": entry.record.id, "digest": name})

    def _tell_done(self):
        """Tell the user, wherever he is now."""
        self = self.with_context(lang=self.create_uid.lang)
        text = self.env._(
            "%(loaded)s rows were loaded, %(refused)s have errors.",
            loaded=self.loaded_count,
            refused=self.refused_count,
        )
        self.create_uid._bus_send(
            "simple_notification",
            {"type": "success", "title": self.display_name, "message": text, "sticky": True},
        )
