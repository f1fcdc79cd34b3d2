"""Compare the sandbox bank's ledger with Odoo's, to the cent; prints a JSON list of differences.

python compare_ledgers.py odoo.conf DB"""

import json
from collections import Counter
from decimal import Decimal

from inside import environment


def main():
    wrong = []
    with environment() as env, env['bank.sandbox']._bank() as bank:
        for feed in env['bank.feed'].search([]):
            key = f'{feed.account_number}/{feed.currency_id.name}'
            there = Counter(
                (entry['booked'], Decimal(entry['amount']))
                for entry in bank.entries(key, 'booked', feed.date_from.isoformat())
            )
            here = Counter(
                (line.date.isoformat(), Decimal(f'{line.amount:.2f}'))
                for line in env['account.bank.statement.line'].search([('bank_feed_id', '=', feed.id)])
            )
            wrong += [
                f"{key} {day} {amount}: {count} only at the bank" for (day, amount), count in (there - here).items()
            ]
            wrong += [f"{key} {day} {amount}: {count} only in Odoo" for (day, amount), count in (here - there).items()]
            booked = env['account.move.line'].search(
                [
                    ('move_id.statement_line_id.bank_feed_id', '=', feed.id),
                    ('account_id', '=', feed.journal_id.default_account_id.id),
                ]
            )
            total = sum(Decimal(f'{line.amount_currency:.2f}') for line in booked)
            if total != sum(amount * count for (_day, amount), count in there.items()):
                wrong.append(f"{key}: the ledger account moved by {total}")
    print(json.dumps(wrong))


if __name__ == '__main__':
    main()
