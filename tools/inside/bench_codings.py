"""What coding costs when movements are posted: a batch with it, and the same batch without, in turns; prints one JSON line.

python bench_codings.py odoo.conf DB [PAYEES] [MONTHS]"""

import json
import statistics
import sys
import time
from datetime import date, timedelta
from decimal import Decimal

from odoo.fields import Command

from inside import environment

PAIRS = 5
BATCH = 500
START = date(2025, 1, 10)


class Undone(Exception):
    """A run is taken back."""


class Bench:
    def __init__(self, env, payees):
        self.env, self.payees, self.number = env, payees, 0
        company = env.ref('base.main_company')
        self.journal = env['account.journal'].search([('type', '=', 'bank'), ('company_id', '=', company.id)], limit=1)
        self.accounts = env['account.account'].search(
            [('account_type', '=', 'expense'), ('company_ids', 'in', self.journal.company_id.ids)], limit=20
        )
        self.data = sys.modules['odoo.addons.account_bank_feed.banks.data']
        self.identity = sys.modules['odoo.addons.account_bank_feed.banks.identity']
        self.places = sys.modules['odoo.addons.account_bank_feed.models.feed.place']
        self.storing = sys.modules['odoo.addons.account_bank_feed.models.feed.store']
        self.deciding = sys.modules['odoo.addons.account_bank_feed.models.coding.deciding']
        self.offers = sys.modules['odoo.addons.account_bank_feed.models.reconcile.offer']
        self.feed = self._feed()

    def _feed(self):
        provider = self.env.ref('account_bank_feed.bank_provider_sandbox')
        institution = self.env['bank.institution'].create(
            {'provider_id': provider.id, 'code': 'bench', 'name': "Bench"}
        )
        connection = self.env['bank.connection'].create({'institution_id': institution.id})
        return self.env['bank.feed'].create(
            {
                'connection_id': connection.id,
                'journal_id': self.journal.id,
                'account_number': 'SK0599520000000001000001',
                'currency_id': self.env.ref('base.EUR').id,
                'date_from': START,
            }
        )

    def month(self, month, times=1):
        """A movement of each payee."""
        rows = []
        for payee in range(self.payees * times):
            self.number += 1
            rows.append(
                self.data.Transaction(
                    status='booked',
                    amount=Decimal(f'-{20 + payee % self.payees}.{payee % 90 + 10}'),
                    currency='EUR',
                    booking_date=START + timedelta(days=30 * month + payee // self.payees),
                    entry_reference=f'REF{self.number:06d}',
                    counterparty_name=f'Payee {payee % self.payees} s.r.o.',
                    counterparty_account=f'SK{payee % self.payees:022d}',
                    remittance=(f'Sluzby zakaznik{payee % self.payees}x',),
                )
            )
        return self.identity.identify(rows)

    def post(self, pairs):
        return self.storing.PostOrHold(self.places.Place.of_feed(self.feed)).post(pairs)

    def history(self, months):
        """Booked month by month, by models that are archived afterwards; half of the kinds are allowed from then on."""
        models = self.env['account.reconcile.model'].create(
            [
                {
                    'name': f'Payee {payee}',
                    'trigger': 'auto_reconcile',
                    'match_label': 'contains',
                    'match_label_param': f'zakaznik{payee}x',
                    'line_ids': [Command.create({'account_id': self.accounts[payee % len(self.accounts)].id})],
                }
                for payee in range(self.payees)
            ]
        )
        self.env['account.reconcile.model']._provide_bank_feed_settings(self.journal.company_id)
        for month in range(months):
            lines = self.post(self.month(month))
        assert all(lines.mapped('is_reconciled'))
        models.active = False
        for line in lines[: self.payees // 2]:
            self.offers.Offer(line).take()
        self.env.flush_all()

    def run(self, pairs, coded):
        """(seconds, queries, booked by themselves) of a batch that is taken back."""
        cls = self.deciding.Deciding
        kept = cls._safely
        if not coded:
            cls._safely = plainly
        try:
            with self.env.cr.savepoint():
                self.env.invalidate_all()
                queries, started = self.env.cr.sql_log_count, time.perf_counter()
                lines = self.post(pairs)
                self.env.flush_all()
                found = (time.perf_counter() - started, self.env.cr.sql_log_count - queries)
                booked = sum(line.is_reconciled for line in lines)
                raise Undone
        except Undone:
            self.env.invalidate_all(flush=False)
            return (*found, booked)
        finally:
            cls._safely = kept


def plainly(_deciding, decisions):
    """What pays no document is left alone, as before there was coding."""
    coder = sys.modules['odoo.addons.account_bank_feed.matching.coding.coder']
    return [
        coder.Outcome(one.line, one.action, 'document' if one.best else None, one, why_not=one.why_not)
        for one in decisions
    ]


def main():
    payees = int(sys.argv[3]) if len(sys.argv) > 3 else 100
    months = int(sys.argv[4]) if len(sys.argv) > 4 else 12
    with environment() as env:
        main_company = env.ref('base.main_company')
        main_company.write({'country_id': env.ref('base.sk').id, 'currency_id': env.ref('base.EUR').id})
        env['account.chart.template'].try_loading('sk', company=main_company, install_demo=False)
        bench = Bench(env(context={}), payees)
        bench.history(months)
        env.cr.commit()
        env.cr._cnx.autocommit = True  # plans need the statistics of what is there
        env.cr.execute('VACUUM ANALYZE')
        env.cr._cnx.autocommit = False
        pairs = bench.month(months, times=max(1, BATCH // payees))[:BATCH]
        bench.run(pairs, True), bench.run(pairs, False)  # warm
        runs = [(bench.run(pairs, True), bench.run(pairs, False)) for _pair in range(PAIRS)]
        coded, plain = [one for one, _two in runs], [two for _one, two in runs]
        print(
            json.dumps(
                {
                    'bench': 'codings',
                    'known': payees * months,
                    'lines': len(pairs),
                    'booked_by_itself': coded[0][2],
                    'ratio': round(statistics.median(one[0] / two[0] for one, two in runs), 3),
                    'lines_per_s': round(len(pairs) / statistics.median(one[0] for one in coded), 1),
                    'queries_per_line': round(coded[0][1] / len(pairs), 2),
                    'queries_per_line_without': round(plain[0][1] / len(pairs), 2),
                }
            )
        )
        env.cr.rollback()


if __name__ == '__main__':
    main()
