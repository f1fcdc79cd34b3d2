"""Open invoices by the thousand: fifty made by Odoo, the rest copied by SQL with numbers of their own.

python bench_data.py odoo.conf DB COUNT [terms]      (terms: only the open items, no other lines)"""

import sys
from datetime import date

from odoo.fields import Command

from inside import environment

MODELS = 50
NUMBER = f"'INV/2026/' || lpad(({MODELS + 1000} + c.number)::text, greatest(5, length(({MODELS + 1000} + c.number)::text)), '0')"


#: each copy has an amount of its own at any size, so that only the size differs
FACTOR = "(1 + (c.number % 999983) / 1000.0)"
AMOUNTS = ('debit', 'credit', 'balance', 'price_unit', 'price_subtotal', 'price_total')


def scaled(name, table):
    """The column of a copy: amounts are multiplied, everything else is as it was."""
    amount = name in AMOUNTS or (name.startswith('amount_') and name != 'amount_total_words')
    return f'round({table}.{name} * {FACTOR}, 2)' if amount else f'{table}.{name}'


def columns(env, table):
    env.cr.execute("SELECT column_name FROM information_schema.columns WHERE table_name = %s", [table])
    return [row[0] for row in env.cr.fetchall()]


def main():
    count = int(sys.argv[3])
    with environment() as env:
        main_company = env.ref('base.main_company')
        main_company.write({'country_id': env.ref('base.sk').id, 'currency_id': env.ref('base.EUR').id})
        env['account.chart.template'].try_loading('sk', company=main_company, install_demo=False)
        partners = env['res.partner'].create(
            [{'name': f'Customer {number}', 'is_company': True} for number in range(MODELS)]
        )
        moves = env['account.move'].create(
            [
                {
                    'move_type': 'out_invoice',
                    'partner_id': partner.id,
                    'invoice_date': date(2026, 1, 5),
                    'invoice_line_ids': [
                        Command.create({'name': "Service", 'price_unit': 100 + 3.17 * number, 'tax_ids': []})
                    ],
                }
                for number, partner in enumerate(partners)
            ]
        )
        moves.action_post()
        env.flush_all()
        copy(env, moves, count - MODELS, terms_only='terms' in sys.argv)
        journal = env['account.journal'].search([('type', '=', 'bank')], limit=1)
        journal.bank_acc_number = 'SK0599520000000001000001'
    with environment() as env:
        env.cr.commit()
        env.cr._cnx.autocommit = True
        env.cr.execute('VACUUM ANALYZE')
        env.cr._cnx.autocommit = False


def copy(env, moves, count, terms_only=False):
    """INSERT … SELECT with new ids, names and payment references."""
    env.cr.execute("SELECT max(id) FROM account_move")
    base = env.cr.fetchone()[0]
    env.cr.execute(
        "CREATE TEMP TABLE copies AS SELECT number, %s + number AS new_id, (%s::int[])[1 + number %% %s] AS old_id FROM generate_series(1, %s) AS number",
        [base, moves.ids, MODELS, count],
    )
    own = {
        'id': 'c.new_id',
        'name': NUMBER,
        'payment_reference': NUMBER,
        'sequence_number': f'{MODELS + 1000} + c.number',
        'access_token': 'NULL',
    }
    names = columns(env, 'account_move')
    env.cr.execute(
        f"INSERT INTO account_move ({', '.join(names)}) SELECT {', '.join(own.get(name, scaled(name, 'm')) for name in names)} FROM copies c JOIN account_move m ON m.id = c.old_id"
    )
    own = {
        'id': "nextval('account_move_line_id_seq')",
        'move_id': 'c.new_id',
        'move_name': NUMBER,
    }
    names = columns(env, 'account_move_line')
    only = "WHERE l.display_type = 'payment_term'" if terms_only else ''
    env.cr.execute(
        f"INSERT INTO account_move_line ({', '.join(names)}) SELECT {', '.join(own.get(name, scaled(name, 'l')) for name in names)} FROM copies c JOIN account_move_line l ON l.move_id = c.old_id {only}"
    )
    env.cr.execute("SELECT setval('account_move_id_seq', (SELECT max(id) FROM account_move))")
    env.invalidate_all()


if __name__ == '__main__':
    main()
