"""Many accounts with new movements each, fetched by one or more workers of the scheduler's job.

python bench_feeds.py odoo.conf DB prepare BANK_URL ACCOUNTS
python bench_feeds.py odoo.conf DB fetch        (one worker; several are started at once)
python bench_feeds.py odoo.conf DB report       (prints one JSON line)"""

import importlib
import json
import re
import sys
from datetime import timedelta

import requests

from odoo import fields

from inside import environment


def prepare(env, url, accounts):
    """A company connected to the bank: a journal an account, nothing fetched, no job of anybody else's due."""
    # an add-on can be imported only once Odoo knows its path
    psu = importlib.import_module('odoo.addons.account_bank_feed.banks.data').Psu('127.0.0.1', 'bench')
    company = env.ref('base.main_company')
    company.write({'currency_id': env.ref('base.EUR').id, 'country_id': env.ref('base.sk').id})
    env.ref('base.EUR').active = True
    env['account.chart.template'].try_loading('sk', company=company, install_demo=False)
    env = env(user=env.ref('base.user_admin'))
    provider = env['bank.provider'].create(
        {'name': "Bench", 'interface': 'nextgenpsd2', 'mode': 'sandbox', 'base_url': url}
    )
    provider.action_refresh_institutions()
    consent, address = env['bank.consent']._start(provider.institution_ids, company, psu)
    session = requests.Session()
    text = session.post(address, {'step': 'login', 'login': 'jana', 'pin': '1111'}, timeout=60).text
    step = {
        'step': 'approve',
        'ticket': re.search(r'name="ticket" value="([^"]+)"', text)[1],
        'account': re.findall(r'name="account" value="([^"]+)"', text),
    }
    session.post(address, step, timeout=60, allow_redirects=False)
    consent._finish({}, psu)
    result = env['bank.connect.result']._from_consent(consent, psu)
    for number, line in enumerate(result.line_ids):
        line.write({'action': 'create', 'journal_code': f'B{number:04d}'})
    result.action_confirm()
    feeds = env['bank.feed'].sudo().search([])
    feeds.run_ids.unlink()
    feeds.write({'next_fetch': fields.Datetime.now() - timedelta(minutes=1)})
    print(json.dumps({'feeds': len(feeds), 'wanted': int(accounts)}))


def fetch(env):
    """The job's body until nothing is due, as the scheduler runs it."""
    feeds = env['bank.feed']
    from odoo.addons.account_bank_feed.models.feed.fetch import due_domain  # noqa: PLC0415  found only now

    while feeds.search_count(due_domain()):
        feeds._cron_fetch()
        env.cr.commit()


def report(env):
    lines = env['account.bank.statement.line']
    runs = env['bank.feed.run']._read_group([('called', '=', True)], ['state'], ['__count'])
    env.cr.execute(
        "SELECT count(*) FROM (SELECT feed_id FROM bank_feed_run WHERE called GROUP BY 1 HAVING count(*) > 1) x"
    )
    twice = env.cr.fetchone()[0]
    print(
        json.dumps(
            {
                'lines': lines.search_count([('bank_feed_id', '!=', False)]),
                'runs': dict(runs),
                'feeds_fetched_twice': twice,
            }
        )
    )


if __name__ == '__main__':
    with environment() as env:
        {'prepare': prepare, 'fetch': fetch, 'report': report}[sys.argv[3]](env, *sys.argv[4:])
