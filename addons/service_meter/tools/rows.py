"""Row locks that also protect from a transaction with an older snapshot."""

from odoo.exceptions import LockError
from odoo.tools import SQL


def claim(records):
    """Lock the rows of ``records`` until the end of the transaction and mark them as touched.

    Transactions are REPEATABLE READ: a mere lock does not stop a transaction that began before
    ours was committed from deciding on data it cannot see. The update without a change makes the
    database refuse such a late one with a serialization failure, and Odoo repeats its request.

    :raises odoo.exceptions.LockError: somebody else is changing one of the rows right now
    """
    if not records.ids:
        return
    try:
        records.lock_for_update(allow_referencing=True)
    except LockError:
        raise LockError(somebody_else(records.env))
    records.env.cr.execute(
        SQL(
            "UPDATE %(table)s SET write_date = write_date WHERE id IN %(ids)s",
            table=SQL.identifier(records._table),
            ids=tuple(records.ids),
        )
    )


def somebody_else(env):
    """The sentence for whoever comes second."""
    return env._("Somebody else is changing the same right now. Try again in a moment.")
