"""What was known on a day: a company's folder for one month, as the contract of ``tools/code_files.py`` has it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

from . import words
from .companies import Company


def write(company: Company, month: int, folder: Path) -> None:
    """The waiting movements of a month, and all that was known at its end but what people made of them."""
    folder.mkdir(parents=True, exist_ok=True)
    end = company.day(month, 27).isoformat()
    before = [one for one in company.movements if one.month < month]
    events = _events(before, end)
    paid: dict[str, Decimal] = {}
    booked = []
    for finished, one, told, undone in events:
        taken_back = undone is not None and undone.isoformat() <= end
        booked.append({
            'line': one.row, 'finished': finished.isoformat(), 'by': 'person', 'partner': told['partner'], 'documents': told['documents'],
            'coding': told['coding'], 'transfer': told['transfer'], 'undone': taken_back,
        })  # fmt: skip
        for part in told['documents'] if not taken_back else ():
            paid[part['document']] = paid.get(part['document'], Decimal(0)) + Decimal(part['amount'])
    documents = [
        {**row, 'residual': str(left), 'state': 'open' if left else 'closed'}
        for row in company.documents
        if row['date'] <= end
        for left in [Decimal(row['total']) - paid.get(row['id'], Decimal(0))]
    ]
    for name, rows in (
        ('partners', company.partners.values()),
        ('documents', documents),
        ('booked', booked),
        ('lines', [one.row for one in company.movements if one.month == month]),
        ('accounts', [{'id': id_, 'company': 'c1', 'code': id_, 'name': id_, 'kind': kind} for id_, (kind, _tax) in words.ACCOUNTS.items()]),
        ('taxes', [{'id': id_, 'name': id_, 'rate': rate, 'included': True} for id_, rate in words.TAXES.items()]),
        ('journals', [{'id': id_, 'company': 'c1', 'account_number': number, 'currency': company.currency} for id_, number in company.journals.items()]),
    ):  # fmt: skip
        _dump(folder / f'{name}.jsonl', rows)


def _events(movements: Iterable, end: str) -> list:
    found = [
        (finished, one, told, undone)
        for one in movements
        for finished, told, undone in one.booked
        if finished.isoformat() <= end
    ]
    return sorted(found, key=lambda event: (event[0], event[1].row['id']))


def _dump(path: Path, rows: Iterable) -> None:
    path.write_text(''.join(json.dumps(row, ensure_ascii=False) + '\n' for row in rows), encoding='utf-8')
