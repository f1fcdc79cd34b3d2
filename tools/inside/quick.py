"""Tests of the pure cores, without a database: ``python quick.py odoo.conf``.

Those are the classes with the tag ``bank_feed_pure``; exit status 0 when all passed and there were some."""

import importlib
import sys
import unittest

from odoo.tools import config

config.parse_config(['-c', sys.argv[1], '--no-http', '--log-level=error'], setup_logging=True)
import odoo.modules.module  # noqa: E402  after the configuration

odoo.modules.module.initialize_sys_path()
tests = importlib.import_module('odoo.addons.account_bank_feed.tests')
suite = unittest.TestSuite()
for module in vars(tests).values():
    if getattr(module, '__name__', '').rpartition('.')[2].startswith('test_'):
        for case in unittest.defaultTestLoader.loadTestsFromModule(module):
            for test in case:
                if 'bank_feed_pure' in getattr(test, 'test_tags', ()):
                    suite.addTest(test)
result = unittest.TextTestRunner(verbosity=0).run(suite)
sys.exit(0 if result.wasSuccessful() and result.testsRun else 1)
