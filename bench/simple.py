"""Simple engines beside ours, on the same files: the last booking of the same name; a rule after two like ones; the five nearest agree.

python -m bench.simple last|two|five IN_DIR OUT_FILE"""

from __future__ import annotations

import json
import re
import sys
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path


def rows(folder: str, name: str) -> list[dict]:
    return [json.loads(line) for line in (Path(folder) / f'{name}.jsonl').read_text(encoding='utf-8').splitlines()]


def who(line: dict) -> str:
    """Name, merchant, or the bank's words, without numbers."""
    said = line.get('counterparty_name') or line.get('merchant') or line.get('info') or ' '.join(line.get('text') or [])
    return f"{re.sub(r'[^A-Z]+', ' ', said.upper()).strip()}/{Decimal(line['amount']) > 0}"


def decide(engine: str, folder: str, out: str) -> None:
    """Write one answer a movement."""
    taxes = {row['id']: Decimal(row['rate']) / 100 for row in rows(folder, 'taxes')}
    own = {row['account_number']: row['id'] for row in rows(folder, 'journals')}
    numbers = {row['number']: row for row in rows(folder, 'documents') if row['state'] == 'open'}
    before = defaultdict(list)
    for booked in rows(folder, 'booked'):
        if not booked['undone'] and not booked['documents']:
            before[who(booked['line'])].append(booked)
    with open(out, 'w', encoding='utf-8') as file:
        for line in rows(folder, 'lines'):
            answer = {
                'line': line['id'],
                'action': 'none',
                'kind': None,
                'allocations': [],
                'coding': [],
                'partner': None,
                'transfer': None,
            }
            answer.update(_answer(engine, line, own, numbers, before[who(line)], taxes))
            file.write(json.dumps(answer) + '\n')


def _answer(engine: str, line: dict, own: dict, numbers: dict, known: list, taxes: dict) -> dict:
    amount, text = Decimal(line['amount']), ' '.join(line.get('text') or [])
    named = [row for number, row in numbers.items() if number in text and Decimal(row['residual']) == abs(amount)]
    if named:
        return {
            'action': 'auto',
            'kind': 'document',
            'allocations': [{'document': named[0]['id'], 'amount': str(abs(amount))}],
        }
    if journal := own.get(line.get('counterparty_account') or ''):
        return {'action': 'auto', 'kind': 'transfer', 'transfer': journal}
    if not known:
        return {}
    if engine == 'five':
        known = sorted(known, key=lambda booked: abs(Decimal(booked['line']['amount']) - amount))[:5]
    kinds = [
        json.dumps([booked['transfer'], [(row['account'], row['taxes']) for row in booked['coding']]])
        for booked in known
    ]
    sure = {'last': True, 'two': kinds.count(kinds[-1]) > 1, 'five': len(known) >= 5 and len(set(kinds)) == 1}[engine]
    last = known[-1]
    answer = {
        'action': 'auto' if sure else 'suggest',
        'kind': 'transfer' if last['transfer'] else 'coding',
        'transfer': last['transfer'],
    }
    return {**answer, 'coding': _scaled(last, amount, taxes)}


def _scaled(booked: dict, amount: Decimal, taxes: dict) -> list[dict]:
    whole, found, left = Decimal(booked['line']['amount']), [], amount
    for place, row in enumerate(booked['coding']):
        rate = 1 + sum((taxes[tax] for tax in row['taxes']), Decimal(0))
        last = place == len(booked['coding']) - 1
        gross = (
            left
            if last
            else (amount * Decimal(row['amount']) * rate / whole).quantize(Decimal('0.01'), rounding=ROUND_HALF_UP)
        )
        left -= gross
        found.append({**row, 'amount': str((gross / rate).quantize(Decimal('0.01'), rounding=ROUND_HALF_UP))})
    return found


if __name__ == '__main__':
    decide(*sys.argv[1:])
