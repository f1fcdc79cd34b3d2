import os
import stat
import tempfile
from pathlib import Path
from unittest.mock import patch

from cryptography.fernet import Fernet

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import config, file_path

from ...models.lib import sealing
from ..cases.common import BankFeedCase


@tagged('post_install', '-at_install')
class TestSecrets(BankFeedCase):
    """Promise 6: sealed at rest with a key outside the database."""

    def test_nothing_clear_in_the_database(self):
        self.connect()
        reference = self.consent._bank_ref()
        self.assertIn(reference, self.bank.state['consents'])
        self.provider.credential = 'very-secret-key'
        self.env.flush_all()
        self.env.cr.execute("SELECT bank_ref_sealed, memory_sealed, return_hash FROM bank_consent")
        columns = ' '.join(str(value) for row in self.env.cr.fetchall() for value in row)
        self.env.cr.execute("SELECT credential_sealed FROM bank_provider WHERE id = %s", [self.provider.id])
        columns += self.env.cr.fetchone()[0]
        self.assertNotIn(reference, columns)
        self.assertNotIn('very-secret-key', columns)
        self.provider.invalidate_recordset()
        self.assertEqual((self.provider.credential, self.provider.has_credential), (False, True))
        self.assertEqual(self.provider._client().transport._headers['X-API-Key'], 'very-secret-key')
        self.provider.credential = False
        self.assertTrue(self.provider.has_credential, "an empty field does not erase the key")

    def test_key_file(self):
        with (
            tempfile.TemporaryDirectory() as folder,
            patch.dict(config.options, {'data_dir': folder}),
            patch.dict(os.environ),
        ):
            os.environ.pop(sealing.VARIABLE, None)
            sealed = sealing.seal(self.env, 'x')
            path = sealing.key_file(self.env.cr.dbname)
            self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600)
            self.assertEqual(stat.S_IMODE(path.parent.stat().st_mode), 0o700)
            self.assertEqual(sealing.unseal(self.env, sealed), 'x')
            path.unlink()
            with self.assertRaisesRegex(UserError, "is missing on this server"):
                sealing.unseal(self.env, sealed)
            path.write_text('no key')
            with self.assertRaisesRegex(UserError, "is not a Fernet key"):
                sealing.unseal(self.env, sealed)

    def test_environment_and_configuration(self):
        first, second = Fernet.generate_key().decode(), Fernet.generate_key().decode()
        with patch.dict(os.environ, {sealing.VARIABLE: first}):
            sealed = sealing.seal(self.env, 'x')
        with (
            patch.dict(os.environ, {sealing.VARIABLE: second}),
            self.assertRaisesRegex(UserError, "cannot be read with this server's key"),
        ):
            sealing.unseal(self.env, sealed)
        with patch.dict(os.environ), patch.dict(config.options, {sealing.OPTION: f'{second}, {first}'}):
            os.environ.pop(sealing.VARIABLE, None)
            self.assertEqual(sealing.unseal(self.env, sealed), 'x')
            again = sealing.reseal(self.env, sealed)
        with patch.dict(os.environ, {sealing.VARIABLE: second}):
            self.assertEqual(sealing.unseal(self.env, again), 'x')

    def test_rotate_everything(self):
        self.connect()
        reference = self.consent._bank_ref()
        with tempfile.TemporaryDirectory() as folder:
            old = sealing.read_keys(self.env)
            with patch.dict(config.options, {'data_dir': folder}):
                new = Fernet.generate_key().decode()
                sealing.write_keys(self.env.cr.dbname, [new, *old])
                self.assertGreaterEqual(sealing.reseal_all(self.env)[0], 2)
                sealing.write_keys(self.env.cr.dbname, [new])
                self.assertEqual(self.consent._bank_ref(), reference)
                self.assertEqual(stat.S_IMODE(sealing.key_file(self.env.cr.dbname).stat().st_mode), 0o600)

    def test_a_secret_of_a_lost_key_stops_no_rotation(self):
        self.connect()
        lost = Fernet(Fernet.generate_key()).encrypt(b'x').decode()
        self.provider.sudo().credential_sealed = lost
        before = self.consent.sudo().bank_ref_sealed
        with tempfile.TemporaryDirectory() as folder:
            old = sealing.read_keys(self.env)
            with patch.dict(config.options, {'data_dir': folder}):
                sealing.write_keys(self.env.cr.dbname, [Fernet.generate_key().decode(), *old])
                self.assertEqual(sealing.reseal_all(self.env)[1], 0)
        self.assertEqual(self.provider.sudo().credential_sealed, lost)
        self.assertNotEqual(self.consent.sudo().bank_ref_sealed, before)

    def test_every_sealed_column_is_known(self):
        """Rotation and neutralisation go by the list: no column with a sealed secret is missing in it."""
        stored = {
            (model._table, name)
            for model in (self.env[name] for name in self.env.registry if name.startswith('bank.'))
            if not model._abstract
            for name, field in model._fields.items()
            if field.store and field.column_type and name.endswith('_sealed')
        }
        listed = {(entry[0].replace('.', '_'), entry[1]) for entry in sealing.SEALED}
        self.assertEqual(stored - listed, set())

    def test_neutralize(self):
        feed = self.connect()
        self.provider.credential = 'very-secret-key'
        self.env.flush_all()
        self.env.cr.execute(Path(file_path('account_bank_feed/data/neutralize.sql')).read_text())
        self.env.invalidate_all()
        self.assertEqual((self.provider.mode, self.provider.has_credential), ('off', False))
        self.assertEqual(
            (self.consent.state, self.consent.sudo().bank_ref_sealed, feed.sudo().cover_id.account_session),
            ('terminatedByTpp', False, False),
        )
        self.assertEqual(feed.connection_id.state, 'disconnected')
        self.fetch(feed)
        self.assertFalse(feed.run_ids.filtered('called'))

    def test_a_second_copy_of_the_database_reads_no_secret(self):
        """The key belongs to one database: a copy under another name has every record, and can use none of them."""
        self.connect()
        sealed = self.consent.sudo().bank_ref_sealed
        self.assertTrue(sealing.unseal(self.env, sealed))
        other = sealing.key_file(self.env.cr.dbname + '_copy')
        self.assertFalse(other.exists())
        with patch.object(sealing, 'key_file', lambda dbname: other), self.assertRaises(UserError):
            sealing.unseal(self.env, sealed)
