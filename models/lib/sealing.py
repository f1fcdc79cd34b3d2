"""Sealed secrets: Fernet, with a key that is not in the database.

The key is looked for, in this order, in the environment variable ``BANK_FEED_SECRET_KEYS``, in the option
``bank_feed_secret_keys`` of ``odoo.conf``, and in a file of mode 0600 in Odoo's data directory, which is made when there
is none. Several keys are separated by commas, newest first: the first seals, all unseal."""

import contextlib
import os
import time
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from psycopg2.errors import LockNotAvailable

from odoo.exceptions import UserError
from odoo.tools import SQL, config

VARIABLE = 'BANK_FEED_SECRET_KEYS'
OPTION = 'bank_feed_secret_keys'


def key_file(dbname):
    """Path of the key file of one database."""
    return Path(config['data_dir']) / 'bank_feed' / f'{dbname}.keys'


def _configured():
    return os.environ.get(VARIABLE) or config.get(OPTION) or ''


def is_configured():
    """Whether the administrator keeps the key (then it is not ours to rotate)."""
    return bool(_configured().strip())


def _split(text):
    return [key.strip() for key in text.replace('\n', ',').split(',') if key.strip()]


def write_keys(dbname, keys):
    """Replace the key file at once; it is never readable by others, not even for a moment."""
    path = key_file(dbname)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return _write_private(path, keys).replace(path)


def _write_private(path, keys):
    """A complete file of mode 0600 beside ``path``, to be put in its place."""
    temporary = path.with_name(f'{path.name}.{os.getpid()}.{os.urandom(4).hex()}')
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, 'w') as file:
        file.write('\n'.join(keys) + '\n')
        file.flush()
        os.fsync(file.fileno())
    return temporary


def read_keys(env, create=False):
    """Keys of this database, newest first; with ``create`` a first one is made."""
    keys = _split(_configured())
    if keys:
        return keys
    path = key_file(env.cr.dbname)
    if not path.exists() and create:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        temporary = _write_private(path, [Fernet.generate_key().decode()])
        with contextlib.suppress(FileExistsError):  # two workers may come here at once: the first one's key counts
            os.link(temporary, path)
        temporary.unlink()
    return _split(path.read_text()) if path.exists() else []


def _box(env, create=False):
    keys = read_keys(env, create)
    if not keys:
        raise UserError(
            env._(
                "The key of the sealed bank secrets is missing on this server: restore %s, or connect the banks again.",
                key_file(env.cr.dbname),
            )
        )
    try:
        return MultiFernet([Fernet(key) for key in keys])
    except ValueError:
        raise UserError(env._("The key of the sealed bank secrets is not a Fernet key; see %s.", VARIABLE)) from None


def seal(env, clear):
    """Sealed form of a text, safe to store; False for nothing."""
    return _box(env, create=True).encrypt(clear.encode()).decode() if clear else False


def unseal(env, sealed):
    """The text of :func:`seal`. Raises UserError when this server's key does not fit."""
    if not sealed:
        return ''
    try:
        return _box(env).decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise UserError(
            env._(
                "A stored bank secret cannot be read with this server's key. Restore the key, or connect the bank again."
            )
        ) from None


def reseal(env, sealed):
    """The same secret under the newest key."""
    return _box(env).rotate(sealed.encode()).decode() if sealed else False


#: how often a secret that changes meanwhile is read again; seconds to wait for a row
ATTEMPTS, PATIENCE = 5, 20
#: every column that holds a sealed secret
SEALED = (
    ('bank.provider', 'credential_sealed'),
    ('bank.vault', 'sealed'),
    ('bank.connect', 'token_sealed'),
    ('bank.provider.setting', 'value_sealed'),
    ('bank.consent', 'bank_ref_sealed'),
    ('bank.consent', 'memory_sealed'),
    ('bank.prefetch', 'content_sealed'),
    ('bank.payment.order', 'bank_ref_sealed'),
    ('bank.payment.order', 'bank_page_sealed'),
    ('bank.payment.order', 'bank_memory_sealed'),
    ('bank.signature.provider', 'secret_sealed'),
    ('bank.signature.provider', 'webhook_sealed'),
)


def reseal_all(env, commit=None):
    """Seal every secret of the database under the newest key. Whoever works on a row is waited for, and what changed meanwhile
    is read again: nobody's work is overwritten.

    :param commit: called after each; without it all is one transaction
    :return: (how many there are, how many could not be sealed anew); what no key opens stays as it is and counts as done"""
    env.flush_all()
    newest = Fernet(read_keys(env)[0])
    count = left = 0
    for model, field in SEALED:
        names = {'table': SQL.identifier(env[model]._table), 'field': SQL.identifier(field)}
        env.cr.execute(SQL("SELECT id, %(field)s FROM %(table)s WHERE %(field)s IS NOT NULL", **names))
        rows = env.cr.fetchall()
        count += len(rows)
        for row_id, sealed in rows:
            left += not _reseal_one(env, names, row_id, sealed, newest, commit)
    env.invalidate_all()
    return count, left


def _reseal_one(env, names, row_id, sealed, newest, commit):
    """Whether one secret is under the newest key now."""
    for _attempt in range(ATTEMPTS):
        if not sealed or _opens(newest, sealed):
            return True
        try:
            again = reseal(env, sealed)
        except InvalidToken:
            return True  # its key is lost: nobody can seal it anew, and it stops no other
        if commit:
            commit()
            # waits for a row and goes on with what it is then; a snapshot would fail for ever under load
            env.cr.execute("SET TRANSACTION ISOLATION LEVEL READ COMMITTED")
            env.cr.execute(SQL("SET LOCAL lock_timeout = %s", f'{PATIENCE}s'))
        values = {**names, 'id': row_id, 'old': sealed, 'new': again}
        update = SQL("UPDATE %(table)s SET %(field)s = %(new)s WHERE id = %(id)s AND %(field)s = %(old)s", **values)
        try:
            env.cr.execute(update, log_exceptions=False)
        except LockNotAvailable:
            env.cr.rollback()
            return False
        if env.cr.rowcount:
            if commit:
                commit()
            return True
        env.cr.execute(SQL("SELECT %(field)s FROM %(table)s WHERE id = %(id)s", **values))
        sealed = (env.cr.fetchone() or [None])[0]  # somebody sealed another one, or it is gone
    return False


def _opens(key, sealed):
    try:
        key.decrypt(sealed.encode())
        return True
    except InvalidToken:
        return False


def wait_for_others(env, since, seconds=60):
    """Wait until no transaction of this database is older than a time of the database's clock: what was sealed with an older
    key is committed then, and can be found. Whether it came to that within so many seconds."""
    deadline = time.monotonic() + seconds
    while True:
        env.cr.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start < %s",
            [since],
        )
        (others,) = env.cr.fetchone()
        env.cr.rollback()  # the view is of the transaction
        if not others:
            return True
        if time.monotonic() > deadline:
            return False
        time.sleep(0.2)
