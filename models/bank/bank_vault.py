"""Where bank clients keep their tokens: sealed, in a table of their own, each change in a short transaction of its own. So a
rotated token is stored whatever becomes of the work that needed it, and no work ever waits for, or collides with, it."""

import json
import logging
import time

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.tools import SQL

from ...banks.errors import BankUnavailable
from ...banks.vault import Vault, next_turn
from ..lib import sealing

_logger = logging.getLogger(__name__)

#: a change takes milliseconds; who meets another one tries again, so often (each after a growing pause)
ATTEMPTS, PAUSE, PATIENCE = 20, 0.02, '3s'


class BankVault(models.Model):
    """Sealed values under a key that names whose they are. Written by :class:`RecordVault` only, never by the ORM: the
    row must not become a part of anybody's longer transaction."""

    _name = 'bank.vault'
    _description = "Bank Vault"

    key = fields.Char(required=True, groups=fields.NO_ACCESS)
    sealed = fields.Text(groups=fields.NO_ACCESS, exportable=False)

    _key_uniq = models.Constraint('UNIQUE(key)', "This vault is there already.")

    @api.autovacuum
    def _gc_orphans(self):
        """Tokens of permissions that are no more."""
        self.env.cr.execute(
            """DELETE FROM bank_vault v WHERE key LIKE 'bank.consent,%%' AND NOT EXISTS (
                   SELECT FROM bank_consent c WHERE 'bank.consent,' || c.id = v.key
               ) AND write_date < now() at time zone 'UTC' - interval '1 day'"""
        )


class RecordVault(Vault):
    """:class:`banks.vault.Vault` of one record, in table bank_vault."""

    def __init__(self, record):
        super().__init__()
        self.env, self.key = record.env, f'{record._name},{record.id}'

    def read(self):
        return self._change(lambda values: (values, values), lock=False)

    def store(self, **values):
        self._change(lambda kept: (None, {**kept, **values}))

    def replace(self, values):
        """Keep these values and no others."""
        self._change(lambda kept: (None, dict(values)))

    def forget(self):
        """Keep nothing, once the present work is done for good."""
        self.env.cr.postcommit.add(lambda: self.replace({}))

    def reserve(self, name, seconds, patience=0.0):
        return self._change(lambda kept: next_turn(kept, name, seconds, patience))

    def _change(self, function, lock=True):
        """Run ``function(values)`` → (result, values to keep) while nobody else changes them; the same dict: no change."""
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return self._try(function, lock)
            except OperationalError as error:  # serialization failure, lock not available: somebody else was at it
                _logger.info("Vault %s: %s, attempt %s", self.key, type(error).__name__, attempt)
                time.sleep(PAUSE * attempt)
        raise BankUnavailable("Another worker uses the same permission.")

    def _try(self, function, lock):
        with self.env.registry.cursor() as cr:
            cr.execute(SQL('SET LOCAL lock_timeout = %s', PATIENCE))
            tail = SQL('FOR NO KEY UPDATE') if lock else SQL()
            cr.execute(SQL('SELECT sealed FROM bank_vault WHERE key = %s %s', self.key, tail))
            found = cr.fetchone()
            kept = json.loads(sealing.unseal(self.env, found[0]) or '{}') if found else {}
            result, values = function(kept)
            if values is kept:
                return result
            sealed = sealing.seal(self.env, json.dumps(values))
            stamp = SQL("now() at time zone 'UTC'")
            if found:
                cr.execute(
                    SQL('UPDATE bank_vault SET sealed = %s, write_date = %s WHERE key = %s', sealed, stamp, self.key)
                )
            else:
                cr.execute(
                    SQL(
                        'INSERT INTO bank_vault (key, sealed, write_date) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING',
                        self.key,
                        sealed,
                        stamp,
                    )
                )
                if not cr.rowcount:
                    raise OperationalError  # another one was first: read what it stored
            cr.commit()  # pylint: disable=invalid-commit
            return result
