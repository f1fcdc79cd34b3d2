"""Every example in a docstring is run; a file that shows one and runs none fails."""

import doctest
import importlib

from odoo.tests import BaseCase, tagged

from ..cases.files_case import ROOT

PACKAGES = (
    'banks',
    'matching',
    'booking',
    'payments',
    'signing',
    'sandbox',
    'models/agreement',
    'models/lib',
    'models/match',
    'models/book',
)


@tagged('post_install', '-at_install', 'bank_feed_pure')
class TestDoctests(BaseCase):
    def test_every_example(self):
        base, ran = __name__.rpartition('.tests.')[0], 0
        for package in PACKAGES:
            for path in sorted((ROOT / package).rglob('*.py')):
                if '>>>' not in path.read_text():
                    continue
                name = '.'.join(path.relative_to(ROOT).with_suffix('').parts).removesuffix('.__init__')
                done = doctest.testmod(importlib.import_module(f'{base}.{name}'))
                with self.subTest(name):
                    self.assertEqual(done.failed, 0)
                    self.assertGreater(done.attempted, 0)
                ran += done.attempted
        self.assertGreater(ran, 50)
