"""Row locks that also protect from a transaction with an older snapshot."""

from odoo.exceptions import LockError
from odoo.tools import SQL


def lock(records):
    """Lock the rows of ``records`` until the end of the transaction, for one that will write them.

    Transactions are REPEATABLE READ: a mere lock does not stop a transaction that began before
    ours was committed from deciding on data it cannot see. That the rows are then written, even
    without a change, makes the database refuse such a late one with a serialization failure, and
    Odoo repeats its request.

    :raises odoo.exceptions.LockError: somebody else is changing one of the rows right now
    """
    try:
        records.lock_for_update(allow_referencing=True)
    except LockError:
        raise LockError(somebody_else(records.env))


def claim(records):
    """Lock the rows of ``records`` and write them at once, for what is not sure to write them.

    :raises odoo.exceptions.LockError: see ``lock``
    """
    if not records.ids:
        return
    lock(records)
    records.env.cr.execute(
        SQL(
            "UPDATE %(table)s SET write_date = write_date WHERE id IN %(ids)s",
            table=SQL.identifier(records._table),
            ids=tuple(records.ids),
        )
    )


def insert(model, rows, absent=()):
    """Store new records of facts all in one statement, however many there are.

    Made by ``create``, they would take several times as long. It is for models whose records come
    from one place that has checked everything: nothing is defaulted, computed or checked here.

    :param list[dict] rows: values of columns, alike in all
    :param absent: columns (or expressions) of a unique index: a row that is there already stands,
        and one that another transaction has just stored, out of sight of this one, is a
        serialization failure
    :return: the new records
    """
    if not rows:
        return model.browse()
    conflict = SQL(", ").join(
        each if isinstance(each, SQL) else SQL.identifier(each) for each in absent
    )
    columns = {
        name: SQL(
            "%s::%s[]",
            [None if row[name] is False else row[name] for row in rows],
            SQL(model._fields[name].column_type[0]),
        )
        for name in rows[0]
    }
    names = SQL(", ").join(map(SQL.identifier, columns))
    ids = model.env.execute_query(
        SQL(
            """
            INSERT INTO %(table)s (%(names)s, create_uid, create_date, write_uid, write_date)
            SELECT %(names)s, %(uid)s, %(now)s, %(uid)s, %(now)s
              FROM unnest(%(columns)s) AS fact (%(names)s)
                   %(conflict)s
         RETURNING id
            """,
            table=SQL.identifier(model._table),
            names=names,
            columns=SQL(", ").join(columns.values()),
            conflict=SQL("ON CONFLICT (%s) DO NOTHING", conflict) if absent else SQL(),
            uid=model.env.uid,
            now=model.env.cr.now(),
        )
    )
    return announce(model.browse(record_id for (record_id,) in ids))


def announce(records):
    """Let all that depends on records know that they were stored, past ``create``."""
    relations = [name for name, field in records._fields.items() if field.type == "many2one"]
    records.invalidate_recordset(relations, flush=False)
    records.modified(records._fields, create=True)
    return records


def somebody_else(env):
    """The sentence for whoever comes second."""
    return env._("Somebody else is changing the same right now. Try again in a moment.")
