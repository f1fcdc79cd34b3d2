"""A demo company: Slovak chart, EUR, customers with open invoices of all spellings, a vendor bill, a bank journal, and
a sandbox bank at which the customers have paid.

    python demo_company.py odoo.conf DB BASE_URL"""

import sys
from datetime import timedelta

import demo_months

from odoo import fields
from odoo.fields import Command

from inside import environment

CUSTOMERS = (
    "Alfa stavby s.r.o.",
    "Biely vlk, a.s.",
    "Cukráreň Mária",
    "Dopravná firma Duna",
    "Elektro Eliáš",
    "Farma Ondava",
    "Galéria Hron",
    "Hotel Tatran",
    "Inštal servis",
    "Jazyková škola Lingua",
    "Kováčstvo Kysuca",
    "Lekáreň Slnko",
    "Mliekareň Orava",
    "Nábytok Novotný",
    "Optika Oko",
    "Pekáreň Pod lipou",
    "Realitná Rača",
    "Stolárstvo Smrek",
    "Tlačiareň Typo",
    "Účtovníctvo Uno",
    "Vinárstvo Vajnory",
    "Webové štúdio Wia",
    "Záhradníctvo Zelenka",
    "Železiarstvo Žilina",
)
INVOICES = 40
#: login → name, groups: who keeps the books has no account at the bank; the director pays, and banks there; a colleague only banks there
COLLEAGUES = {
    'zuzana': (
        "Zuzana Účtovná",
        (
            'account_bank_feed.bank_feed_group_manager',
            'account_bank_feed.bank_feed_group_payroll',
            'account.group_account_user',
            'account.group_validate_bank_account',
            'base.group_partner_manager',
        ),
    ),
    'peter': ("Peter Kováč", ('account_bank_feed.bank_feed_group_payer', 'account_bank_feed.bank_feed_group_payroll')),
    'jana': ("Jana Nováková", ()),
}


def company(env, base_url):
    env['ir.config_parameter'].set_param('web.base.url', base_url)
    env['ir.config_parameter'].set_param('web.base.url.freeze', 'True')
    main = env.ref('base.main_company')
    main.write(
        {
            'name': "Demo s.r.o.",
            'country_id': env.ref('base.sk').id,
            'currency_id': env.ref('base.EUR').id,
            'street': "Hlavná 1",
            'city': "Košice",
            'zip': '04001',
        }
    )
    env['account.chart.template'].try_loading('sk', company=main, install_demo=False)
    env.ref('base.EUR').active = True
    since = fields.Date.context_today(main) - timedelta(days=90)
    env['res.currency.rate'].create(
        {'currency_id': env.ref('base.USD').id, 'company_id': main.id, 'name': since, 'rate': 1.0924}
    )
    # the chart's own button for fees books them as material
    fees = env['account.account'].search([('code', '=like', '568%'), ('company_ids', 'in', main.id)], limit=1)
    env['account.reconcile.model'].search(
        [('name', 'ilike', 'fee'), ('company_id', '=', main.id)]
    ).line_ids.account_id = fees
    admin = env.ref('base.user_admin')
    admin.write({'name': "Adela Adminová", 'email': 'admin@demo.example', 'tz': 'Europe/Bratislava'})
    return main


def invoices(env, main):
    """Open invoices with numbers, variable symbols and RF references."""
    today = fields.Date.context_today(env['res.company'])
    partners = env['res.partner'].create(
        [{'name': name, 'is_company': True, 'country_id': env.ref('base.sk').id} for name in CUSTOMERS]
    )
    product = env['product.product'].create({'name': "Služby", 'type': 'service'})
    journal = env['account.journal'].search([('type', '=', 'sale'), ('company_id', '=', main.id)], limit=1)
    values = []
    for number in range(INVOICES):
        date = today - timedelta(days=44 - number)
        values.append(
            {
                'move_type': 'out_invoice',
                'partner_id': partners[number % len(partners)].id,
                'invoice_date': date,
                'journal_id': journal.id,
                'invoice_date_due': date + timedelta(days=14),
                'invoice_line_ids': [
                    Command.create(
                        {'product_id': product.id, 'quantity': 1, 'price_unit': 48.0 + 7.35 * number, 'tax_ids': []}
                    )
                ],
            }
        )
    moves = env['account.move'].create(values)
    moves.action_post()
    for number, move in enumerate(moves):
        if number % 3 == 1:  # a variable symbol, as Slovak companies print it
            move.payment_reference = ''.join(char for char in move.name if char.isdigit())[-10:]
        elif number % 3 == 2:  # an ISO 11649 creditor reference
            move.payment_reference = move._get_invoice_reference_euro_invoice()
    return moves


def bill(env):
    vendor = env['res.partner'].create(
        {'name': "Kancelária potreby s.r.o.", 'is_company': True, 'country_id': env.ref('base.sk').id}
    )
    today = fields.Date.context_today(vendor)
    move = env['account.move'].create(
        {
            'move_type': 'in_invoice',
            'partner_id': vendor.id,
            'invoice_date': today - timedelta(days=10),
            'ref': 'FV2026118',
            'payment_reference': '2026118',
            'invoice_line_ids': [Command.create({'name': "Papier", 'quantity': 10, 'price_unit': 8.4, 'tax_ids': []})],
        }
    )
    move.action_post()
    return move


#: vendors: name, number of the account, whether somebody trusts it; one account is closed at the bank, one was never looked at
VENDORS = (
    ("Papier a farby s.r.o.", 8800001, True),
    ("Elektráreň Sever a.s.", 8800002, True),
    ("Nájom Centrum s.r.o.", 8800003, True),
    ("Zatvorený účet s.r.o.", 7700666, True),
    ("Nový dodávateľ s.r.o.", 8800005, False),
)
EMPLOYEES = ("Alena Adamová", "Branislav Bielik", "Cecília Cibulová", "Daniel Dobrý", "Eva Ederová")


def bills_to_pay(env):
    """Open bills of vendors, each with an account: what is to be paid through the bank."""
    people = sys.modules['odoo.addons.account_bank_feed.sandbox.people']
    today = fields.Date.context_today(env['res.company'])
    values = []
    for place, (name, number, trusted) in enumerate(VENDORS):
        vendor = env['res.partner'].create({'name': name, 'is_company': True, 'country_id': env.ref('base.sk').id})
        account = {'partner_id': vendor.id, 'acc_number': people.sk_iban(number), 'allow_out_payment': trusted}
        env['res.partner.bank'].create(account)
        for part in range(2 if place < 2 else 1):
            reference = f'26{place}{part}0117'
            values.append(
                {
                    'move_type': 'in_invoice',
                    'partner_id': vendor.id,
                    'invoice_date': today - timedelta(days=12 - place),
                    'invoice_date_due': today + timedelta(days=2 + place),
                    'invoice_payment_term_id': False,
                    'ref': f'FV{reference}',
                    'payment_reference': reference,
                    'invoice_line_ids': [
                        Command.create(
                            {
                                'name': "Tovar a služby",
                                'quantity': 1,
                                'price_unit': 84.5 + 61.3 * place + 20 * part,
                                'tax_ids': [],
                            }
                        )
                    ],
                }
            )
    moves = env['account.move'].create(values)
    moves[1:].action_post()  # one is a draft: post and pay
    return moves


def employees(env, main):
    """Contacts of employees with their accounts, and their wages as they are owed."""
    people = sys.modules['odoo.addons.account_bank_feed.sandbox.people']
    wages = env['account.account'].search([('code', '=like', '331%'), ('company_ids', 'in', main.id)], limit=1)
    costs = env['account.account'].search([('code', '=like', '521%'), ('company_ids', 'in', main.id)], limit=1)
    wages.reconcile = True
    contacts = env['res.partner'].create([{'name': name, 'country_id': env.ref('base.sk').id} for name in EMPLOYEES])
    env['res.partner.bank'].create(
        [
            {'partner_id': contact.id, 'acc_number': people.sk_iban(8810001 + place), 'allow_out_payment': True}
            for place, contact in enumerate(contacts)
        ]
    )
    rows = [
        Command.create(
            {'account_id': wages.id, 'partner_id': contact.id, 'credit': 1120.5 + 47.25 * place, 'name': "Mzda"}
        )
        for place, contact in enumerate(contacts)
    ]
    total = sum(row[2]['credit'] for row in rows)
    entry = env['account.move'].create(
        {
            'move_type': 'entry',
            'ref': "Mzdy",
            'line_ids': [*rows, Command.create({'account_id': costs.id, 'debit': total, 'name': "Mzdy"})],
        }
    )
    entry.action_post()


def bank_journal(env, main):
    """A bank journal with the account's number and its opening balance, so that the first comparison is even."""
    people = sys.modules['odoo.addons.account_bank_feed.sandbox.people']
    account = people.accounts_of('jana')[0]
    journal = env['account.journal'].search([('type', '=', 'bank'), ('company_id', '=', main.id)], limit=1)
    journal.write({'name': "Bank", 'bank_acc_number': account['iban']})
    if not env['account.journal'].search_count([('type', '=', 'cash'), ('company_id', '=', main.id)]):
        env['account.journal'].create({'name': "Cash", 'type': 'cash', 'code': 'CSH1', 'company_id': main.id})
    key = f"{account['iban']}/{account['currency']}"
    demo_months.earlier_fees(env, journal, key)
    total = demo_months.two_months(env, journal)
    opening = env['account.bank.statement.line'].create(
        {
            'journal_id': journal.id,
            'date': fields.Date.context_today(journal) - timedelta(days=100),
            'amount': float(account['opening']) - total,
            'payment_ref': "Opening balance",
        }
    )
    suspense = opening._seek_for_lines()[1]
    equity = env['account.account'].search(
        [('company_ids', 'in', main.id), ('account_type', 'in', ('equity', 'equity_unaffected'))], limit=1
    )
    suspense.account_id = equity
    return journal, key


def colleagues(env, main):
    """Who gives consents and signs; the password is the login."""
    for login, (name, groups) in COLLEAGUES.items():
        env['res.users'].with_context(no_reset_password=True).create(
            {
                'name': name,
                'login': login,
                'password': login,
                'email': f'{login}@demo.example',
                'tz': 'Europe/Bratislava',
                'company_id': main.id,
                'company_ids': [Command.set(main.ids)],
                'group_ids': [Command.link(env.ref(group).id) for group in ('base.group_user', *groups)],
            }
        )
    users = env['res.users'].search([])
    if 'odoobot_state' in users._fields:  # its greeting covers a phone's whole screen
        users.odoobot_state = 'disabled'


def main():
    with environment() as env:
        own = company(env, sys.argv[3])
        env = env(context={**env.context, 'allowed_company_ids': [own.id]})
        colleagues(env, own)
        moves = invoices(env, own) + bill(env)
        _journal, key = bank_journal(env, own)
        bills_to_pay(env)
        employees(env, own)
        provider = env.ref('account_bank_feed.bank_provider_sandbox')
        provider.action_use()
        provider._customers_pay(moves, key)
        demo_months.third_month(env, key)
        env['mail.alias.domain'].create(
            {'name': 'demo.example', 'bounce_alias': 'bounce', 'catchall_alias': 'catchall'}
        )
        env['bank.mailbox'].create({'company_id': own.id, 'alias_name': 'bank', 'server': 'mail.demo.example'})


if __name__ == '__main__':
    main()
