"""What the tests need again and again, once for all copies of a database: the bundles of styles and scripts, and companies
with their chart of accounts.

python prepare_tests.py odoo.conf DB"""

from inside import environment

COMPANIES = ("Tests a.s.", "Druhá firma", "Susedia s.r.o.")

with environment() as env:
    env.ref('base.EUR').active = True
    for name in COMPANIES:
        # a country comes after the chart: before, Odoo would load that country's own at the end of the transaction
        company = env['res.company'].create({'name': name, 'currency_id': env.ref('base.EUR').id})
        env['account.chart.template'].try_loading('generic_coa', company=company, install_demo=False)
        company.write({'country_id': env.ref('base.sk').id, 'currency_id': env.ref('base.EUR').id})
    env['ir.qweb']._pregenerate_assets_bundles()
