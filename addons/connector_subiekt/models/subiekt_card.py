from functools import partial

from psycopg2 import Error as DatabaseError

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import split_every

from ..epp import writer

BATCH = 500


class SubiektCard(models.AbstractModel):
    """How cards of one kind are taken over: find, compare, create or write, in batches.

    A model for a kind of card says what it pairs (``_binding_kind``, ``_target``), finds records
    that fit a card not yet paired (`_match`) and prepares values (`_prepare_vals`).
    """

    _name = "subiekt.card"
    _description = "Import of Subiekt Cards"

    _binding_kind = None
    _target = None

    def _import_cards(self, exchange, file):
        """Take over the cards of the file (`epp.EppFile`), in batches of constant queries."""
        backend = exchange.backend_id
        rows = self._unique(exchange, self._get_rows(file))
        known = self.env["subiekt.binding"]._get_map(backend, self._binding_kind, self._target)
        context = self._prepare_context(exchange, file, rows)
        for batch in split_every(BATCH, rows, list):
            self._import_batch(exchange, batch, known, context)

    def _unique(self, exchange, rows):
        """Return the rows without those whose symbol stood before."""
        unique = {}
        for row in rows:
            first = unique.setdefault(row.code.upper(), row)
            if first is not row:
                exchange._say(
                    self.env._("The symbol stands twice: line %s was taken.", first.source_line),
                    "error",
                    row.source_line,
                    row.code,
                )
        return list(unique.values())

    def _import_batch(self, exchange, rows, known, context):
        vals_by_row = {id(row): self._prepare_vals(exchange, row, context) for row in rows}
        unknown = [row for row in rows if row.code.upper() not in known]
        matches = self._match(exchange, unknown, vals_by_row, known, context)
        to_create, unchanged = [], 0
        for row in rows:
            binding, record = known.get(row.code.upper()), matches.get(row.code.upper())
            vals = vals_by_row[id(row)]
            if binding:
                if self._is_unchanged(binding, row, vals):
                    unchanged += 1
                else:
                    self._attempt(
                        exchange, [row], partial(self._update, exchange, binding, row, vals)
                    )
            elif record:
                self._attempt(exchange, [row], partial(self._adopt, exchange, record, row, vals))
            else:
                to_create.append(row)
        exchange._count(unchanged=unchanged)
        self._create_all(exchange, to_create, vals_by_row, context)

    # ------------------------------------------------------------ writing

    def _create_all(self, exchange, rows, vals_by_row, context):
        """Create the batch at once; when that fails, one by one to find the bad rows."""
        if not rows or self._attempt(
            exchange,
            rows if len(rows) == 1 else [],
            partial(self._create_records, exchange, rows, vals_by_row, context),
        ):
            return
        if len(rows) > 1:
            for row in rows:
                self._create_all(exchange, [row], vals_by_row, context)

    def _attempt(self, exchange, rows, action):
        """Run ``action`` in a savepoint; return whether it held. The refused ``rows`` are told."""
        try:
            with self.env.cr.savepoint():
                action()
                self.env.flush_all()
        except (UserError, DatabaseError) as error:
            # what must repeat the whole request is not the row's fault
            if getattr(error, "pgcode", None) in ("40001", "40P01", "55P03"):
                raise
            for row in rows:
                exchange._say(str(error), "error", row.source_line, row.code)
            return False
        return True

    def _create_records(self, exchange, rows, vals_by_row, context):
        vals_list = [
            self._prepare_create_vals(exchange, row, context) | vals_by_row[id(row)] for row in rows
        ]
        records = self._silent(self.env[self._target]).create(vals_list)
        self._bind(exchange, zip(rows, records, strict=True), vals_by_row)
        exchange._count(created=len(records))

    def _update(self, exchange, binding, row, vals):
        payload = self._payload(row)
        checksum = binding._checksum(vals)
        if binding.checksum == checksum:
            binding.payload = payload
            exchange._count(unchanged=1)
            return
        record = self.env[self._target].browse(binding.res_id)
        self._silent(record).write(self._prepare_write_vals(record, vals))
        binding.write({"checksum": checksum, "payload": payload})
        exchange._count(updated=1)

    def _adopt(self, exchange, record, row, vals):
        """Pair a record found in Odoo and write the card to it."""
        self._silent(record).write(self._prepare_write_vals(record, vals))
        self._bind(exchange, [(row, record)], {id(row): vals})
        exchange._count(updated=1)

    def _bind(self, exchange, pairs, vals_by_row):
        Binding = self.env["subiekt.binding"]
        Binding.create(
            [
                {
                    "backend_id": exchange.backend_id.id,
                    "kind": self._binding_kind,
                    "external_key": row.code,
                    "res_model": self._target,
                    "res_id": record.id,
                    "checksum": Binding._checksum(vals_by_row[id(row)]),
                    "payload": self._payload(row),
                }
                for row, record in pairs
            ]
        )

    def _is_unchanged(self, binding, row, vals):
        return binding.payload == self._payload(row) and binding.checksum == binding._checksum(vals)

    def _payload(self, row):
        """Return the card as one line of a file."""
        return writer.plain_row(row)

    def _silent(self, records):
        """Without creation messages and followers: thousands of cards are no news."""
        return records.with_context(tracking_disable=True, mail_create_nosubscribe=True)

    def _group_records(self, exchange, kind, model, names):
        """Return {name: record} for named groups, made and paired where they are new."""
        Binding = self.env["subiekt.binding"]
        known = Binding._get_map(exchange.backend_id, kind, model)
        missing = [name for name in dict.fromkeys(names) if name.upper() not in known]
        missing = list({name.upper(): name for name in missing}.values())
        if missing:
            paired = [binding.res_id for binding in known.values()]
            free = self.env[model].search(
                [("name", "in", missing), ("parent_id", "=", False), ("id", "not in", paired)]
            )
            same = {record.name: record for record in free.sorted("id", reverse=True)}
            new = [name for name in missing if name not in same]
            created = self.env[model].create([{"name": name} for name in new])
            same |= dict(zip(new, created, strict=True))
            records = [same[name] for name in missing]
            bindings = Binding.create(
                [
                    {
                        "backend_id": exchange.backend_id.id,
                        "kind": kind,
                        "external_key": name,
                        "res_model": model,
                        "res_id": record.id,
                    }
                    for name, record in zip(missing, records, strict=True)
                ]
            )
            known |= {binding.external_key.upper(): binding for binding in bindings}
        return {key: self.env[model].browse(binding.res_id) for key, binding in known.items()}

    # ------------------------------------------------------------ for each kind of card

    def _get_rows(self, file):
        """Return the rows of the file, each with a ``code``."""
        raise NotImplementedError

    def _prepare_context(self, exchange, file, rows):
        """Return what all rows need, looked up once (a dict)."""
        return {}

    def _match(self, exchange, rows, vals_by_row, known, context):
        """Return {symbol in capitals: record} for unpaired rows that a record already fits."""
        return {}

    def _prepare_vals(self, exchange, row, context):
        """Return the values Subiekt owns: written again whenever they change there."""
        raise NotImplementedError

    def _prepare_create_vals(self, exchange, row, context):
        """Return the values a new record has besides: never written again."""
        return {}

    def _prepare_write_vals(self, record, vals):
        """Return ``vals`` as they may be written to an existing record.

        A dict of their own: some models change what they are given, and the checksum is of what
        the card said.
        """
        return dict(vals)
