"""Scheduled work that may meet another transaction."""

import random
import time

from psycopg2 import OperationalError

from odoo.exceptions import LockError


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
