"""What the tests need again and again, once for all copies of a database: the bundles of styles and scripts, and companies with
their chart of accounts.

python prepare_tests.py odoo.conf DB"""

import importlib

from inside import environment

with environment() as env:
    common = importlib.import_module('odoo.addons.account_bank_feed.tests.cases.common')
    env.ref('base.EUR').active = True
    for name in common.COMPANIES:
        common.make_company(env, name)
    env['ir.qweb']._pregenerate_assets_bundles()
