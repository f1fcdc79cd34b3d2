"""Shared by the scripts that run inside Odoo: ``python script.py odoo.conf DB [arguments]``."""

import contextlib
import sys

import odoo.modules.registry
from odoo import SUPERUSER_ID, api
from odoo.tools import config


@contextlib.contextmanager
def environment():
    """Environment of the database in the arguments; committed at the end."""
    config.parse_config(
        ['-c', sys.argv[1], '-d', sys.argv[2], '--max-cron-threads=0', '--no-http', '--log-level=warn'],
        setup_logging=True,
    )
    registry = odoo.modules.registry.Registry(sys.argv[2])
    with registry.cursor() as cr:
        yield api.Environment(cr, SUPERUSER_ID, {'tracking_disable': True})
        cr.commit()
