"""A list of salaries as people have it in a file: ``name;account;amount;text``."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from decimal import Decimal

#: bytes of a file, rows, letters of a field
MAX_BYTES, MAX_ROWS, MAX_FIELD = 1024 * 1024, 5000, 200
_THOUSANDS = re.compile(r'[\s\u00a0\u202f\']')
_AMOUNT = re.compile(r'\d{1,9}([.,]\d{1,2})?', re.ASCII)
_GROUPED = re.compile(r'\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*(?:[.,]\d{1,2})?', re.ASCII)


@dataclass(frozen=True, slots=True)
class Salary:
    """One row. ``amount`` in the account's currency; ``row``: its line in the file, from 1."""

    row: int
    name: str
    account: str
    amount: Decimal
    text: str = ''


class NotAList(ValueError):
    """The file is no such list. ``row``: where, from 1; no content of the file is in the message."""

    def __init__(self, message: str, row: int = 0) -> None:
        super().__init__(message)
        self.row = row


def read(content: bytes) -> list[Salary]:
    """Rows of a file in UTF-8 or Windows-1252, with semicolons, tabulators or commas; a head may stand above.

    :raises NotAList: a row that cannot be read: nothing is taken of a list that is understood in part

    >>> read('Meno;Účet;Suma\\nJana Nová;SK3112000000198742637541;1 250,50;Mzda'.encode())[0].amount
    Decimal('1250.50')
    """
    if len(content) > MAX_BYTES:
        raise NotAList("The file is too large for a list of salaries.")
    text = _decoded(content)
    rows = [row for row in csv.reader(io.StringIO(text), delimiter=_delimiter(text)) if any(map(str.strip, row))]
    if len(rows) > MAX_ROWS:
        raise NotAList("The list has too many rows.")
    start = 1 if rows and len(rows[0]) > 2 and not any(sign.isdigit() for sign in rows[0][2]) else 0
    found = [_salary(place, row) for place, row in enumerate(rows[start:], start + 1)]
    if not found:
        raise NotAList("The list is empty.")
    return found


def _decoded(content: bytes) -> str:
    for encoding in ('utf-8-sig', 'cp1252'):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if '\0' not in text:
            return text
    raise NotAList("The file is no text.")


def _delimiter(text: str) -> str:
    first = text.lstrip('\ufeff').split('\n', 1)[0]
    return max(';\t,', key=first.count)


def _salary(place: int, row: list[str]) -> Salary:
    cells = [cell.strip() for cell in row]
    if len(cells) < 3 or any(len(cell) > MAX_FIELD for cell in cells):
        raise NotAList(f"Row {place}: a name, an account and an amount are wanted, maybe a text.", place)
    name, account, amount, *more = cells
    if not name or not account:
        raise NotAList(f"Row {place}: the name or the account is missing.", place)
    return Salary(place, name, account, _amount(place, amount), more[0] if more else '')


def _amount(place: int, text: str) -> Decimal:
    plain = _THOUSANDS.sub('', text)
    if _GROUPED.fullmatch(plain) and not _AMOUNT.fullmatch(plain):
        mark = next(sign for sign in plain if sign in '.,')
        plain = plain.replace(mark, '')
    if not _AMOUNT.fullmatch(plain):
        raise NotAList(f"Row {place}: the amount is no number such as 1250,50.", place)
    found = Decimal(plain.replace(',', '.'))
    if not found:
        raise NotAList(f"Row {place}: the amount is zero.", place)
    return found
