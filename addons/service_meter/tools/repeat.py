"""Scheduled work that may meet another transaction."""

import random
import time
from contextlib import contextmanager

from psycopg2 import OperationalError

from odoo.exceptions import LockError, UserError

#: How often a batch that met another transaction is repeated.
RETRIES = 5


def by_batches(model, process, domain):
    """Do what waits in a table, batch by batch, as long as the scheduled job has time.

    Each batch is a transaction of its own, repeated when it met another one.

    :param model: the model whose rows wait
    :param process: does the next batch and returns how many rows that were, 0 when none is left
    :param domain: returns the domain of the rows that wait
    """

    def work():
        if not (done := process()):
            return False
        remaining = model.search_count(domain())
        return model.env["ir.cron"]._commit_progress(done, remaining=remaining)

    while repeated(model.env, work, RETRIES):
        pass


@contextmanager
def alone(env, failed):
    """Do one of many by itself: when it fails it is undone and told, and the others go on.

    A conflict with another transaction is not caught: then all is repeated.

    :param failed: tells it, called with the exception once everything is undone
    """
    try:
        with env.cr.savepoint():
            yield
    except (OperationalError, LockError):
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, one fails alone
        failed(error)


def in_words(error):
    """What to tell people of a failure: the sentence that was meant for them, else its name."""
    return error.args[0] if isinstance(error, UserError) else repr(error)


def repeated(env, work, retries):
    """Do the work of a transaction, from its beginning again when it met another transaction.

    Odoo repeats a request that did, but no cron: it would count as failed. What is not committed
    yet is rolled back, so begin with nothing uncommitted.

    :param work: what to do, called without arguments
    :param int retries: how often it is done again before it counts as failed
    :return: what the work returns
    :raise psycopg2.OperationalError, odoo.exceptions.LockError: it met another one each time
    """
    for failed in range(1, retries + 1):
        try:
            return _stored(env, work)
        except (OperationalError, LockError):
            env.cr.rollback()
            time.sleep(random.uniform(0, 0.1 * failed))
    return _stored(env, work)


def _stored(env, work):
    """What the work returns, once the database has taken all of it."""
    result = work()
    env.flush_all()
    return result
