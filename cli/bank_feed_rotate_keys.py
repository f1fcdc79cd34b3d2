"""``odoo --addons-path=… bank_feed_rotate_keys -c odoo.conf -d DB``: seal all bank secrets of a database under a new key."""

import sys

from cryptography.fernet import Fernet

from odoo import SUPERUSER_ID, api
from odoo.cli import Command
from odoo.modules.registry import Registry
from odoo.tools import config


class BankFeedRotateKeys(Command):
    """Seal the bank secrets of a database under a new key"""

    name = 'bank_feed_rotate_keys'

    def run(self, cmdargs):
        from odoo.addons.account_bank_feed.models.lib import sealing  # noqa: PLC0415  Odoo's add-ons are found only now

        config.parse_config(cmdargs, setup_logging=True)
        names = config['db_name']
        if len(names) != 1:
            sys.exit("Name one database: odoo bank_feed_rotate_keys -c odoo.conf -d DB")
        with Registry(names[0]).cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            old = sealing.read_keys(env)
            if not sealing.is_configured():
                # both keys are there while the database changes: a crash leaves everything readable
                new = Fernet.generate_key().decode()
                sealing.write_keys(cr.dbname, [new, *old])
            # a command of its own, no request or cron around it: a commit a record
            cr.execute("SELECT clock_timestamp()")
            (since,) = cr.fetchone()
            cr.commit()
            sealing.reseal_all(env, cr.commit)
            alone = sealing.wait_for_others(env, since)  # who began before may have sealed with the old key
            count, left = sealing.reseal_all(env, cr.commit)
            if left or not alone:
                sys.exit(
                    f"{left} of {count} secrets could not be sealed anew, others work on them: run it again. No key was removed."
                )
            if not sealing.is_configured():
                sealing.write_keys(cr.dbname, [new])
        sys.stdout.write(f"{count} secrets are sealed under the newest key.\n")
