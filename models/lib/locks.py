"""Rows that other workers look at for a moment."""

import time

ATTEMPTS, PAUSE = 30, 0.1
#: PostgreSQL's codes for "somebody else was at it": serialization failure, deadlock, lock not available
CONFLICTS = ('40001', '40P01', '55P03')


def refusal(env, error):
    """What a database error says to people; a passing conflict is raised again: it is no verdict, all is done anew.

    :param error: :class:`psycopg2.Error` of a savepoint that was rolled back"""
    if error.pgcode in CONFLICTS:
        raise error
    return env._("The database refused it (%s).", type(error).__name__)


def lock_again(records):
    """Lock rows after the network, in a fresh transaction, and wait for whoever looks at them for a moment.

    For jobs of the scheduler: each attempt ends the transaction. False: somebody keeps them, or they are no more."""
    for _attempt in range(ATTEMPTS):
        records.env['ir.cron']._commit_progress()  # the lock must not meet a snapshot older than the row
        if records.try_lock_for_update(allow_referencing=True) == records:
            return True
        if not records.exists():
            return False
        time.sleep(PAUSE)
    return False
