"""From bills to the bank's file: seconds and queries, beside core's own payment of the same bills; and the list at many open bills.

python bench_payments.py odoo.conf DB BILLS"""

import json
import sys
import time
from datetime import date, timedelta

from lxml import etree

from odoo.fields import Command

from inside import environment

VENDORS = 50


def iban(number):
    check = 98 - int(f'1100000000{number:010d}282000') % 97
    return f'SK{check:02d}1100000000{number:010d}'


def bills(env, count):
    company = env.ref('base.main_company')
    company.write({'country_id': env.ref('base.sk').id, 'currency_id': env.ref('base.EUR').id})
    env['account.chart.template'].try_loading('sk', company=company, install_demo=False)
    vendors = env['res.partner'].create(
        [{'name': f'Vendor {number}', 'country_id': env.ref('base.sk').id} for number in range(VENDORS)]
    )
    env['res.partner.bank'].create(
        [
            {'partner_id': vendor.id, 'acc_number': iban(7000 + place), 'allow_out_payment': True}
            for place, vendor in enumerate(vendors)
        ]
    )
    moves = env['account.move'].create(
        [
            {
                'move_type': 'in_invoice',
                'partner_id': vendors[number % VENDORS].id,
                'invoice_date': date.today() - timedelta(days=5),
                'invoice_date_due': date.today() + timedelta(days=number % 10),
                'invoice_payment_term_id': False,
                'ref': f'FV{number:06d}',
                'payment_reference': f'{number:08d}',
                'invoice_line_ids': [
                    Command.create({'name': "Goods", 'price_unit': 10 + number * 0.37, 'tax_ids': []})
                ],
            }
            for number in range(count)
        ]
    )
    moves.action_post()
    journal = env['account.journal'].search([('type', '=', 'bank'), ('company_id', '=', company.id)], limit=1)
    journal.bank_acc_number = iban(1)
    env.flush_all()
    return moves, journal


class Measured:
    """Seconds and queries of a block."""

    def __init__(self, env):
        self.env = env

    def __enter__(self):
        self.env.flush_all()
        self.env.invalidate_all()
        self.start, self.before = time.monotonic(), self.env.cr.sql_log_count
        return self

    def __exit__(self, *_error):
        self.env.flush_all()
        self.seconds = time.monotonic() - self.start
        self.queries = self.env.cr.sql_log_count - self.before


def main():
    count = int(sys.argv[3])
    with environment() as env:
        moves, journal = bills(env, count)
        half = len(moves) // 2
        with Measured(env) as core:
            register = env['account.payment.register'].with_context(
                active_model='account.move', active_ids=moves[:half].ids
            )
            method = journal.outbound_payment_method_line_ids.filtered(lambda line: line.code == 'manual')
            register.create(
                {'journal_id': journal.id, 'payment_method_line_id': method[:1].id, 'group_payment': False}
            )._create_payments()
        with Measured(env) as listed:
            view = env.ref('account_bank_feed.bank_bill_view_list')
            names = [node.get('name') for node in _fields(view)]
            domain = [
                ('move_type', 'in', ('in_invoice', 'in_receipt', 'out_refund')),
                ('state', '=', 'posted'),
                ('payment_state', 'in', ('not_paid', 'partial')),
            ]
            env['account.move'].web_search_read(domain, {name: {} for name in names}, limit=80)
        with Measured(env) as paid:
            wizard = env['bank.pay'].create(
                {'move_ids': [Command.set(moves[half:].ids)], 'journal_id': journal.id, 'when': 'now'}
            )
            wizard.action_pay()
        order = env['bank.payment.order'].search([], limit=1, order='id desc')
        with Measured(env) as submitted:
            order._submit(env.user)
        order.line_ids._set_state('approved')
        with Measured(env) as filed:
            upload = sys.modules['odoo.addons.account_bank_feed.models.pay.upload']
            upload.PaymentFile(order).make()
        own = len(moves) - half
        ours = (paid, submitted, filed)
        print(
            json.dumps(
                {
                    'bench': 'payments', 'bills': own, 'state': order.state, 'file_kb': len(order.file or b'') // 1024,
                    'seconds': round(sum(one.seconds for one in ours), 2), 'queries_a_bill': round(sum(one.queries for one in ours) / own, 2),
                    'pay': [round(paid.seconds, 2), paid.queries], 'submit': [round(submitted.seconds, 2), submitted.queries], 'file': [round(filed.seconds, 2), filed.queries],
                    'core_pay': [round(core.seconds, 2), core.queries], 'core_queries_a_bill': round(core.queries / half, 2),
                    'times_core': round(sum(one.seconds for one in ours) / core.seconds, 2), 'list_queries': listed.queries, 'list_seconds': round(listed.seconds, 3),
                }
            )
        )  # fmt: skip


def _fields(view):
    return list(etree.fromstring(view.arch).iter('field'))


if __name__ == '__main__':
    main()
