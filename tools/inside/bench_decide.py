"""Decide 900 movements against what is open in the database, without booking them; prints one JSON line.

python bench_decide.py odoo.conf DB OPEN"""

import json
import sys
import time
from datetime import date
from decimal import Decimal

from inside import environment

CHUNK, LINES = 500, 900


def main():
    with environment() as env:
        Line = sys.modules['odoo.addons.account_bank_feed.matching.data'].Line
        journal = env['account.journal'].search([('type', '=', 'bank')], limit=1)
        env.cr.execute("SELECT min(id), max(id), count(*) FROM account_move WHERE move_type = 'out_invoice'")
        low, high, count = env.cr.fetchone()
        lines = []
        for number in range(LINES):
            move = env['account.move'].browse(low + number * (high - low) // LINES).exists()
            move = move or env['account.move'].search([('id', '>=', low + number * (high - low) // LINES), ('move_type', '=', 'out_invoice')], limit=1, order='id')  # fmt: skip
            name, total = move.name, Decimal(f'{move.amount_total:.2f}')
            spelled = (
                f'Faktura {name}',
                f'/VS{"".join(filter(str.isdigit, name))}/SS/KS0308',
                name.replace('/', ' '),
                'dakujem',
            )
            place = number % 10
            text = spelled[0 if place < 5 else 1 if place < 8 else place - 6]
            field = 'end_to_end_id' if text.startswith('/VS') else 'text'
            lines.append(
                Line(
                    number,
                    date(2026, 11, 1),
                    total,
                    'EUR',
                    ((field, text),),
                    journal.company_id.id,
                    move.partner_id.name,
                )
            )
        env.invalidate_all()
        env['account.reconcile.model']._provide_bank_feed_settings(journal.company_id)
        journal._bank_feed_decider().decide(lines[:10])
        best, queries, decisions = None, 0, []
        for _round in range(3):
            before, started = env.cr.sql_log_count, time.monotonic()
            decider, decisions = journal._bank_feed_decider(), []
            for start in range(0, LINES, CHUNK):
                decisions += decider.decide(lines[start : start + CHUNK])
            seconds, queries = time.monotonic() - started, env.cr.sql_log_count - before
            best = min(best or seconds, seconds)
        auto = sum(decision.action == 'auto' for decision in decisions)
        row = {'bench': 'decide', 'open': count, 'lines': LINES, 'lines_per_s': round(LINES / best), 'ms_per_line': round(best / LINES * 1000, 3), 'queries_per_line': round(queries / LINES, 3), 'auto': auto}  # fmt: skip
        print(json.dumps(row))


if __name__ == '__main__':
    main()
