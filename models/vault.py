"""Where bank clients keep their tokens: sealed in a field of a record, each change in a transaction of its own, so that a
rotated token is stored whatever becomes of the work that needed it."""

import json

from psycopg2.errors import LockNotAvailable

from odoo.http import request
from odoo.tools import SQL

from ..banks.client import BankUnavailable, Vault, next_turn
from . import secrets

#: a worker waits so long for another one's short change
PATIENCE = '5s'


class RecordVault(Vault):
    """:class:`banks.client.Vault` in a sealed Text field of one record.

    What the present transaction made or changed itself cannot be seen or locked by another one: then the change is a part
    of the present transaction."""

    def __init__(self, record, field):
        super().__init__()
        self.record, self.field = record.sudo(), field

    def read(self):
        return self._change(lambda values: (values, None))

    def store(self, **values):
        self._change(lambda kept: (None, {**kept, **values}))

    def reserve(self, name, seconds, patience=0.0):
        return self._change(lambda kept: next_turn(kept, name, seconds, patience))

    def _change(self, function):
        """Run ``function(values)`` → (result, values to keep or None) while nobody else changes them."""
        record, env = self.record, self.record.env
        record.flush_recordset([self.field])
        wait = SQL('NOWAIT') if request else SQL()
        query = SQL(
            'SELECT %s FROM %s WHERE id = %s FOR NO KEY UPDATE %s',
            SQL.identifier(self.field),
            SQL.identifier(record._table),
            record.id,
            wait,
        )
        with env.registry.cursor() as cr:
            try:
                cr.execute(SQL('SET LOCAL lock_timeout = %s', PATIENCE))
                cr.execute(query)
                found = cr.fetchone()
            except LockNotAvailable:
                cr.rollback()
                if not request:
                    raise BankUnavailable("Another worker uses the same permission.") from None
                found = None
            if found:
                result, values = function(self._open(found[0]))
                if values is not None:
                    update = SQL(
                        'UPDATE %s SET %s = %s WHERE id = %s',
                        SQL.identifier(record._table),
                        SQL.identifier(self.field),
                        secrets.seal(env, json.dumps(values)),
                        record.id,
                    )
                    cr.execute(update)
                    cr.commit()
                    record.invalidate_recordset([self.field])
                return result
        result, values = function(self._open(record[self.field]))
        if values is not None:
            record[self.field] = secrets.seal(env, json.dumps(values))
        return result

    def _open(self, sealed):
        return json.loads(secrets.unseal(self.record.env, sealed) or '{}')
