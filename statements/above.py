"""What lines above a table say, by their words: Fio's, SpareBank 1's, OTP's."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

from . import values

#: labels of a line "label; value"
_BALANCES = {'openingbalance': 'opening', 'closingbalance': 'closing'}
_DAYS = {'datestart': 'begin', 'dateend': 'end'}


def above(rows: list[list[Any]]) -> dict[str, Any]:
    """Some of account, bank, currency, opening, closing, came, went, begin, end."""
    found: dict[str, Any] = {}
    filled = [[str(cell).strip() if cell is not None else '' for cell in row] for row in rows]
    filled = [row for row in filled if any(row)]
    for number, row in enumerate(filled):
        label, value = row[0].casefold(), row[1] if len(row) > 1 else ''
        below = filled[number + 1] if number + 1 < len(filled) else []
        if label == 'konto' and below:
            found['account'] = values.account(below[0])
        elif label == 'inngående saldo':
            found.update((name, amount(cell)) for name, cell in zip(('opening', 'closing', 'came', 'went'), below))
        elif value:
            _pair(found, label, value, ','.join(cell for cell in row[1:] if cell))
        else:
            _sentence(found, row[0])
    return {key: value for key, value in found.items() if value is not None}


def _pair(found: dict[str, Any], label: str, value: str, whole: str) -> None:
    """:param whole: all cells behind the label: a comma in an amount may part them"""
    if label in ('iban', 'számlaszám'):
        found['account'] = values.account(value)
    elif label == 'accountid':
        found.setdefault('account', values.account(value))
    elif label == 'currency':
        found['currency'] = values.currency(value)
    elif label == 'bic':
        found['bank'] = value
    elif label == 'bankid':
        found.setdefault('bank', value)
    elif label in _BALANCES:
        found[_BALANCES[label]] = amount(whole)
    elif label in _DAYS:
        found[_DAYS[label]] = day(value)


def _sentence(found: dict[str, Any], text: str) -> None:
    if match := re.match(r'Výpis č\. .* z účtu "?([\d/-]+)"?', text):
        found['account'] = match[1]
    elif match := re.match(r'Období: ([\d. ]+?) ?- ?([\d. ]+)$', text):
        found['begin'], found['end'] = day(match[1]), day(match[2])
    elif match := re.match(r'(Počáteční|Koncový) stav účtu .*?: ([-+\d\s,.\u00a0]+) ([A-Z]{3})$', text):
        found['opening' if match[1] == 'Počáteční' else 'closing'] = amount(match[2])
        found['currency'] = match[3]


def amount(text: str) -> Decimal | None:
    """An amount with a decimal comma, whatever groups its thousands; None where it is none."""
    match = re.fullmatch(
        r'([+-]?)([0-9]{1,3}(?:\.[0-9]{3})+|[0-9]{1,18})(?:,([0-9]{1,6}))?',
        values.NARROW.sub('', text).replace(' ', '').replace('\u2212', '-'),
    )
    if not match:
        return None
    found = Decimal(match[2].replace('.', '') + (f'.{match[3]}' if match[3] else ''))
    return values.signed(found, match[1] == '-')


def day(text: str) -> date | None:
    match = re.fullmatch(r'(\d{1,2})\. ?(\d{1,2})\. ?(\d{4})', text.strip(), re.A)
    try:
        return date(int(match[3]), int(match[2]), int(match[1])) if match else None
    except ValueError:
        return None
