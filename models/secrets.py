"""Sealed secrets: Fernet, with a key that is not in the database.

The key is looked for, in this order, in the environment variable ``BANK_FEED_SECRET_KEYS``, in the option
``bank_feed_secret_keys`` of ``odoo.conf``, and in a file of mode 0600 in Odoo's data directory, which is made when there
is none. Several keys are separated by commas, newest first: the first seals, all unseal."""

import contextlib
import os
import time
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from psycopg2 import OperationalError

from odoo.exceptions import UserError
from odoo.tools import config

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


#: how often a record that others work on is tried
ATTEMPTS = 50
#: every column that holds a sealed secret
SEALED = (
    ('bank.provider', 'credential_sealed'),
    ('bank.vault', 'sealed'),
    ('bank.connect', 'token_sealed'),
    ('bank.provider.setting', 'value_sealed'),
    ('bank.consent', 'bank_ref_sealed'),
    ('bank.consent', 'memory_sealed'),
    ('bank.history', 'content_sealed'),
)


def reseal_all(env, commit=None):
    """Seal every secret of the database under the newest key, one by one: whoever works on a record meanwhile keeps it, and it
    is looked at again.

    :param commit: called after each; with it, other people's work is no obstacle
    :return: (how many there are, how many could not be sealed anew)"""
    newest = Fernet(read_keys(env)[0])
    count = left = 0
    for model, field in SEALED:
        records = env[model].sudo().with_context(active_test=False)
        for record_id in records.search([(field, '!=', False)]).ids:
            count += 1
            for _attempt in range(ATTEMPTS if commit else 1):
                if _reseal_one(records.browse(record_id), field, newest, commit):
                    break
                time.sleep(0.1)
            else:
                left += 1
    return count, left


def _reseal_one(record, field, newest, commit):
    """Whether one secret is under the newest key now."""
    try:
        sealed = record.exists()[field]
        if sealed and not _opens(newest, sealed):
            record[field] = reseal(record.env, sealed)
            record.flush_recordset()
        if commit:
            commit()
            record.env.invalidate_all()
        return True
    except OperationalError as error:
        if not commit or error.pgcode not in ('40001', '40P01', '55P03'):
            raise
        record.env.cr.rollback()
        record.env.invalidate_all()
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
