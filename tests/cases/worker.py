"""What the process tests run in Odoo processes of their own: ``python worker.py odoo.conf DB COMMAND [JSON]``.

prepare: a company with a journal for each account, connected to the bank at the given address
fetch: the scheduler's job, once; fetch_feeds: the same behind the scheduler's lock"""

import json
import sys
from datetime import date, timedelta
from urllib.parse import parse_qsl, urlsplit

import psycopg2

import odoo.modules.registry
from odoo import SUPERUSER_ID, api
from odoo.fields import Command
from odoo.tools import config


def slovak_company(env):
    """The main company with accounts, in euro."""
    company = env.ref('base.main_company')
    env.ref('base.EUR').active = True
    company.write({'currency_id': env.ref('base.EUR').id, 'country_id': env.ref('base.sk').id})
    env['account.chart.template'].try_loading('generic_coa', company=company, install_demo=False)
    company.currency_id = env.ref('base.EUR')
    return company


def prepare(env, url, accounts):
    common = sys.modules['odoo.addons.account_bank_feed.tests.cases.common']
    env.ref('base.EUR').active = True
    company = env.ref('base.main_company')
    company.currency_id = env.ref('base.EUR')
    env['account.chart.template'].try_loading('generic_coa', company=company, install_demo=False)
    company.currency_id = env.ref('base.EUR')
    env = env(user=env.ref('base.user_admin'))
    provider = env['bank.provider'].create(
        {'name': "Test bank", 'interface': 'nextgenpsd2', 'mode': 'sandbox', 'base_url': url}
    )
    provider.action_refresh_institutions()
    consent, address = env['bank.consent']._start(provider.institution_ids, company, common.PSU)
    common.at_the_bank(address, accounts=accounts)
    consent._finish({}, common.PSU)
    result = env['bank.connect.result']._from_consent(consent, common.PSU)
    result.line_ids.action = 'create'
    result.action_confirm()


def prepare_payments(env, url, account):
    """A connected account, and an order of two payments that its director has approved; prints the order's id."""
    people = sys.modules['odoo.addons.account_bank_feed.sandbox.people']
    prepare(env, url, [account])
    company = env.ref('base.main_company')
    company.write({'country_id': env.ref('base.sk').id, 'currency_id': env.ref('base.EUR').id})
    director = env.ref('base.user_admin')
    director.group_ids |= env.ref('account_bank_feed.bank_feed_group_payer')
    journal = env['bank.feed'].search([], limit=1).journal_id
    vendor = env['res.partner'].create({'name': "Vendor", 'country_id': env.ref('base.sk').id})
    values = {'partner_id': vendor.id, 'acc_number': people.sk_iban(8800001), 'allow_out_payment': True}
    env['res.partner.bank'].create(values)
    bills = env['account.move'].create(
        [
            {
                'move_type': 'in_invoice',
                'partner_id': vendor.id,
                'invoice_date': date.today(),
                'ref': f'F{amount}',
                'invoice_line_ids': [Command.create({'name': "Goods", 'price_unit': amount, 'tax_ids': []})],
            }
            for amount in (100, 200)
        ]
    )
    bills.action_post()
    env['bank.pay'].create({'move_ids': [Command.set(bills.ids)], 'journal_id': journal.id, 'when': 'now'}).action_pay()
    order = bills.matched_payment_ids.bank_payment_order_id
    order._submit(env.user)
    values = {'order_id': order.id, 'user_id': director.id, 'decision': 'approved', 'content_hash': order.content_hash}
    env['bank.payment.approval'].create(values)
    order.line_ids._set_state('approved')
    print(json.dumps(order.id))


def race_limits(env, order_id):
    """The approved order and another like it, together more than the day's limit, sent as files by two transactions that began before either
    ended; prints what each was told, and what became of it."""
    limits = sys.modules['odoo.addons.account_bank_feed.models.pay.limits']
    order = env['bank.payment.order'].browse(order_id)
    other = order.copy({'state': 'draft', 'currency_id': order.currency_id.id})
    env['bank.payment.line'].create({'order_id': other.id, 'amount': order.total, 'state': 'approved'})
    order.company_id.bank_payment_limit_day = order.total * 1.5
    env.cr.commit()
    told = []
    with env.registry.cursor() as first, env.registry.cursor() as second:
        one = api.Environment(first, SUPERUSER_ID, {})['bank.payment.order'].browse(order.id)
        two = api.Environment(second, SUPERUSER_ID, {})['bank.payment.order'].browse(other.id)
        for each in (one, two):
            each._lock()
        told.append(str(limits.Limits(one).today()))
        one.sent_at = odoo.fields.Datetime.now()
        one.line_ids._set_state('sending')
        one.env.cr.commit()
        try:
            told.append(str(limits.Limits(two).today()))
        except psycopg2.errors.SerializationFailure:
            second.rollback()  # as Odoo does, before it begins anew
            told.append(str(bool(limits.Limits(two).today())))
    print(json.dumps(told))


def poll_payments(env):
    env.ref('account_bank_feed.ir_cron_payments').method_direct_trigger()


def leave(env):
    """Invoice in a Slovak, a Czech and a Hungarian company, uninstall the module, and go on invoicing; prints the references."""
    env.ref('base.EUR').active = True
    journals, before = [], []
    for code in ('sk', 'cz', 'hu'):
        company = env['res.company'].create({'name': f"Leaving {code}", 'currency_id': env.ref('base.EUR').id})
        env.user.company_ids |= company
        env['account.chart.template'].try_loading('generic_coa', company=company, install_demo=False)
        company.write(
            {'country_id': env.ref(f'base.{code}').id, 'account_fiscal_country_id': env.ref(f'base.{code}').id}
        )
        there = env['account.journal'].search([('type', '=', 'sale'), ('company_id', '=', company.id)], limit=1)
        values = {
            'name': "New sales",
            'type': 'sale',
            'code': 'NSAL',
            'default_account_id': there.default_account_id.id,
        }
        journal = env['account.journal'].with_company(company).create({**values, 'company_id': company.id})
        journals.append(journal.id)
        before.append([journal.invoice_reference_model, _invoiced(env, journal)])
    modules = env['ir.module.module']
    modules.search([('state', '=', 'to install')]).state = 'uninstalled'  # what Odoo would add for these countries
    modules.search([('name', '=', 'account_bank_feed')]).button_immediate_uninstall()
    with odoo.modules.registry.Registry(env.cr.dbname).cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        after = [
            [journal.invoice_reference_model, _invoiced(env, journal)]
            for journal in env['account.journal'].browse(journals)
        ]
        gone = 'bank.feed' not in env
    print(json.dumps([before, after, gone]))


def _invoiced(env, journal):
    """Payment reference of a new invoice of the journal."""
    move = (
        env['account.move']
        .with_company(journal.company_id)
        .create(
            {
                'move_type': 'out_invoice',
                'journal_id': journal.id,
                'partner_id': env['res.partner'].create({'name': "Customer"}).id,
                'invoice_date': date.today(),
                'invoice_line_ids': [Command.create({'name': "Service", 'price_unit': 100, 'tax_ids': []})],
            }
        )
    )
    move.action_post()
    return move.payment_reference


def prepare_sandbox(env, url):
    """The built-in sandbox bank, one invoice that is paid there in full and one that a stranger pays short; prints the first's number."""
    env['ir.config_parameter'].set_param('web.base.url', url)
    env['ir.config_parameter'].set_param('web.base.url.freeze', 'True')
    company = slovak_company(env)
    moves = env['account.move'].create(
        [
            {
                'move_type': 'out_invoice',
                'partner_id': env['res.partner'].create({'name': f"Customer {amount}"}).id,
                'invoice_date': date.today() - timedelta(days=20),
                'invoice_line_ids': [Command.create({'name': "Service", 'price_unit': amount, 'tax_ids': []})],
            }
            for amount in (120, 80)
        ]
    )
    moves.action_post()
    provider = env.ref('account_bank_feed.bank_provider_sandbox')
    provider.action_use()
    with env['bank.sandbox']._bank() as bank:
        key = provider._sandbox_account(company)
        for move, amount, payer in zip(moves, ('120.00', '77.00'), (moves[0].partner_id.name, "Somebody")):
            bank.add_entry(
                key,
                amount=amount,
                booked=date.today().isoformat(),
                name=payer,
                remittance=[f"Faktura {move.name}"],
            )
    print(json.dumps(moves[0].name))


def prepare_reconcile(env, _url):
    """Movements that wait, and open items for them, without a bank; prints the invoices' numbers."""
    slovak_company(env)
    env.user.group_ids |= env.ref('account_bank_feed.bank_feed_group_manager')
    partners = env['res.partner'].create([{'name': name} for name in ("Alfa", "Beta", "Gamma", "Delta")])
    moves = env['account.move'].create(
        [
            {
                'move_type': 'out_invoice',
                'partner_id': partners[number % 4].id,
                'invoice_date': date.today() - timedelta(days=20),
                'invoice_line_ids': [Command.create({'name': "Service", 'price_unit': amount, 'tax_ids': []})],
            }
            for number, amount in enumerate((100, 200, 300, 400, 500, 600))
        ]
    )
    moves.action_post()
    journal, savings = env['account.journal'].create(
        [{'name': name, 'type': 'bank', 'code': name[:4].upper()} for name in ("Current", "Savings")]
    )
    lines = env['account.bank.statement.line'].create(
        [
            {
                'journal_id': target.id,
                'date': date.today() - timedelta(days=days),
                'payment_ref': label,
                'partner_name': payer,
                'amount': amount,
            }
            for days, target, label, payer, amount in (
                (1, journal, f"Faktura {moves[0].name}", "Stranger", 97.0),
                (2, journal, f"Faktura {moves[1].name}", "Stranger", 196.0),
                (3, journal, "for everything", "Zeta group", 800.0),
                (4, journal, "thank you", "Nobody", 350.0),
                (5, journal, "Monthly fee", "Bank", -12.0),
                (6, journal, "To savings", "Us", -1000.0),
                (6, savings, "From current", "Us", 1000.0),
                (7, journal, "advance", "New customer", 75.0),
                (8, journal, f"Faktura {moves[5].name}", "Stranger", 590.0),
            )
        ]
    )
    again = sys.modules['odoo.addons.account_bank_feed.models.match.again']
    for _journal, of_journal in lines.grouped('journal_id').items():
        of_journal.bank_match_state = 'none'
        again.Waiting(of_journal).match()
    print(json.dumps(moves.mapped('name')))


def prepare_codings(env, _url):
    """Two months that a person has booked, and the third one, which waits; without a bank."""
    company = slovak_company(env)
    env.user.group_ids |= env.ref('account_bank_feed.bank_feed_group_manager')
    by_hand = sys.modules['odoo.addons.account_bank_feed.models.reconcile.by_hand'].ByHand
    again = sys.modules['odoo.addons.account_bank_feed.models.match.again']
    phone, rent = env['account.account'].create(
        [
            {'name': name, 'code': code, 'account_type': 'expense', 'company_ids': company.ids}
            for name, code in (("Telephone", '998300'), ("Rent", '998400'))
        ]
    )
    env['account.reconcile.model']._provide_bank_feed_settings(company)
    journal = env['account.journal'].create({'name': "Current", 'type': 'bank', 'code': 'CUR'})

    def line(payee, amount, days, account=None):
        values = {'payment_ref': f"{payee} services", 'partner_name': payee, 'account_number': f'SK99{len(payee):018d}'}
        day = date.today() - timedelta(days=days)
        made = env['account.bank.statement.line'].create(
            {'journal_id': journal.id, 'date': day, 'amount': amount, **values}
        )
        if account:
            by_hand(made).reconcile([], {'kind': 'account', 'lines': [{'account_id': account.id}]})
        return made

    for days in (95, 65):
        line("Telecom", -45.9, days, phone)
        line("Landlord Ltd", -780, days, rent)
    waiting = line("Telecom", -46.2, 35) | line("Telecom", -44.8, 20) | line("Landlord Ltd", -780, 34)
    waiting |= line("Landlord Ltd", -780, 4) | line("Stranger Shop", -12, 5) | line("Stranger Store", -13, 6)
    waiting.bank_match_state = 'none'
    again.Waiting(waiting).match()
    print(json.dumps(waiting.ids))


def prepare_rests(env, _url):
    """Two invoices of which the payer's bank kept a fee, booked by a person, and a third one, whose payment waits."""
    slovak_company(env)
    env.user.group_ids |= env.ref('account_bank_feed.bank_feed_group_manager')
    by_hand = sys.modules['odoo.addons.account_bank_feed.models.reconcile.by_hand'].ByHand
    again = sys.modules['odoo.addons.account_bank_feed.models.match.again']
    fees = env['account.account'].create({'name': "Bank fees", 'code': '998500', 'account_type': 'expense'})
    env['account.reconcile.model']._provide_bank_feed_settings(env.company)
    journal = env['account.journal'].create({'name': "Current", 'type': 'bank', 'code': 'CUR'})
    customer = env['res.partner'].create({'name': "Overseas Ltd", 'customer_rank': 1})
    for number, fee in ((1, 12), (2, 12), (3, 15)):
        day = date.today() - timedelta(days=20 - 5 * number)
        move = env['account.move'].create(
            {
                'move_type': 'out_invoice',
                'partner_id': customer.id,
                'invoice_date': day - timedelta(days=2),
                'payment_reference': f'OV{number}77120',
                'invoice_line_ids': [Command.create({'name': "Service", 'price_unit': 500, 'tax_ids': []})],
            }
        )
        move.action_post()
        text = f"OV{number}77120 CHARGES {fee}.00"
        values = {'payment_ref': text, 'partner_name': "Overseas Ltd", 'amount': 500 - fee, 'date': day}
        line = env['account.bank.statement.line'].create({'journal_id': journal.id, **values})
        if number < 3:
            [item] = move.line_ids.filtered(lambda item: item.display_type == 'payment_term')
            by_hand(line).reconcile([[item.id, 500]], {'kind': 'account', 'lines': [{'account_id': fees.id}]})
    line.bank_match_state = 'none'
    again.Waiting(line).match()
    print(json.dumps(line.ids))


def prepare_push(env, odoo_url, bank_url, settings):
    """A provider that pushes, connected, fetched once, and an invoice that nobody has paid yet."""
    common = sys.modules['odoo.addons.account_bank_feed.tests.cases.common']
    env['ir.config_parameter'].set_param('web.base.url', odoo_url)
    env['ir.config_parameter'].set_param('web.base.url.freeze', 'True')
    company = slovak_company(env)
    env = env(user=env.ref('base.user_admin'))
    provider = env['bank.provider'].create({'name': "Pushing bank", 'interface': 'tatra'})
    provider.write({'base_url': bank_url, 'mode': 'sandbox'})
    for row in provider.setting_ids:
        row.value = settings.get(row.name)
    provider.action_refresh_institutions()
    consent, address = env['bank.consent']._start(provider.institution_ids, company, common.PSU)
    location = common.at_the_bank(address, accounts=[common.MAIN])
    consent._finish(dict(parse_qsl(urlsplit(location).query)), common.PSU)
    result = env['bank.connect.result']._from_consent(consent, common.PSU)
    result.line_ids.action = 'create'
    result.action_confirm()
    move = env['account.move'].create(
        {
            'move_type': 'out_invoice',
            'partner_id': env['res.partner'].create({'name': "Customer"}).id,
            'invoice_date': date.today() - timedelta(days=3),
            'invoice_line_ids': [Command.create({'name': "Service", 'price_unit': 321, 'tax_ids': []})],
        }
    )
    move.action_post()
    fetch_feeds(env(user=SUPERUSER_ID))
    print(json.dumps({'webhook': provider.webhook_url, 'invoice': move.name}))


def use_token(env):
    """Read the accounts with the permission's token, which is renewed first where it is old; prints how many."""
    consent = env['bank.consent'].search([('state', '=', 'valid')], limit=1)
    print(len(consent._client().accounts(consent._bank_ref(), None)))


def age_token(env):
    """Time passes: the access token is old, and nobody is about to renew it."""
    consent = env['bank.consent'].search([('state', '=', 'valid')], limit=1)
    consent._client().vault.store(expires_at=0, refreshing=0)


def fetch(env):
    env.ref('account_bank_feed.ir_cron_fetch').method_direct_trigger()


def fetch_feeds(env):
    """The job's body, without the scheduler's lock that lets a job run once at a time."""
    env['bank.feed']._cron_fetch()


def main():
    conf, database, command, *arguments = sys.argv[1:]
    config.parse_config(
        ['-c', conf, '-d', database, '--no-http', '--max-cron-threads=0', '--log-level=warn'], setup_logging=True
    )
    registry = odoo.modules.registry.Registry(database)
    if command in ('prepare', 'prepare_push', 'prepare_payments'):
        __import__('odoo.addons.account_bank_feed.tests.cases.common')
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        {
            'prepare': prepare,
            'prepare_sandbox': prepare_sandbox,
            'prepare_reconcile': prepare_reconcile,
            'prepare_codings': prepare_codings,
            'prepare_rests': prepare_rests,
            'prepare_payments': prepare_payments,
            'poll_payments': poll_payments,
            'race_limits': race_limits,
            'prepare_push': prepare_push,
            'use_token': use_token,
            'age_token': age_token,
            'fetch': fetch,
            'fetch_feeds': fetch_feeds,
            'leave': leave,
        }[command](env, *[json.loads(argument) for argument in arguments])


if __name__ == '__main__':
    main()
