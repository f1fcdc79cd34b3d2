"""A list of salaries as people have it in a file: ``name;account;amount;text``."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal

#: bytes of a file, rows, letters of a field
MAX_BYTES, MAX_ROWS, MAX_FIELD = 1024 * 1024, 5000, 200
_AMOUNT = re.compile(r'\d{1,9}([.,]\d{1,2})?', re.ASCII)
#: groups of three, by one sign; the decimals by another
_GROUPED = re.compile(r"\d{1,3}(?P<by>[.,' \u00a0\u202f])\d{3}(?:(?P=by)\d{3})*(?:(?!(?P=by))[.,]\d{1,2})?")


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
    """Rows of a file in UTF-8 or Windows-1250 or -1252, with semicolons, tabulators or commas; a head may stand above.

    :raises NotAList: a row that cannot be read: nothing is taken of a list that is understood in part

    >>> read('Meno;Účet;Suma\\nJana Nová;SK3112000000198742637541;1 250,50;Mzda'.encode())[0].amount
    Decimal('1250.50')
    """
    if len(content) > MAX_BYTES:
        raise NotAList("The file is too large for a list of salaries.")
    text = _decoded(content)
    mark = _delimiter(text)
    try:
        rows = [
            row
            for row in csv.reader(io.StringIO(text, newline=None), delimiter=mark, strict=True)
            if any(map(str.strip, row))
        ]
    except csv.Error:
        raise NotAList("The file is no list: a quotation mark is not closed, or a field is too long.") from None
    if any('\n' in cell for row in rows for cell in row):
        raise NotAList("The file is no list: a field goes over several lines.")
    if len(rows) > MAX_ROWS:
        raise NotAList("The list has too many rows.")
    start = (
        1
        if rows
        and len(rows[0]) > 2
        and rows[0][2].strip()
        and not any(sign.isdigit() for cell in rows[0] for sign in cell)
        else 0
    )
    found = [_salary(place, row) for place, row in enumerate(rows[start:], start + 1)]
    if not found:
        raise NotAList("The list is empty.")
    return found


def _decoded(content: bytes) -> str:
    try:
        text = content.decode('utf-8-sig')
    except UnicodeDecodeError:
        text = _older(content)
    if '\0' in text:
        raise NotAList("The file is no text.")
    return text


def _older(content: bytes) -> str:
    """Windows-1250 (Slovak, Czech, Hungarian) and 1252 (Norwegian, Danish) say different letters by the same bytes: the one with more letters of
    its countries' names."""
    found = []
    for encoding, letters in (('cp1250', 'áäčďéěíĺľňóôőŕřšťúůűýž'), ('cp1252', 'æøåöäüéèëï')):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        strange = [sign for sign in text.lower() if sign > '\x7f' and sign not in letters]
        found.append((len(strange), text))
    if not found:
        raise NotAList("The file is no text.")
    return min(found, key=lambda pair: pair[0])[1]


def _delimiter(text: str) -> str:
    first = text.lstrip('\ufeff').split('\n', 1)[0]
    return max(';\t,', key=first.count)


def _salary(place: int, row: list[str]) -> Salary:
    cells = [cell.strip() for cell in row]
    if len(cells) > 4 and any(cells[4:]):
        raise NotAList(
            f"Row {place}: there are more than four fields. Is the amount written with the sign that divides the fields?",
            place,
        )
    if len(cells) > 3 and cells[3] and not any(sign.isalpha() for sign in cells[3]):
        raise NotAList(
            f"Row {place}: the text is only a number. Is the amount written with the sign that divides the fields?",
            place,
        )
    if len(cells) < 3 or any(len(cell) > MAX_FIELD for cell in cells):
        raise NotAList(f"Row {place}: a name, an account and an amount are wanted, maybe a text.", place)
    name, account, amount, *more = cells
    if not name or not account:
        raise NotAList(f"Row {place}: the name or the account is missing.", place)
    return Salary(place, name, account, _amount(place, amount), more[0] if more else '')


def _amount(place: int, text: str) -> Decimal:
    """One reading, or none: "1.250" is a thousand and a quarter to nobody in a list of salaries, and is refused as well as "1.250.50"."""
    plain = text.strip()
    if (grouped := _GROUPED.fullmatch(plain)) and plain.isprintable():
        by = grouped['by']
        if by in '.,' and plain.count(by) == 1 and ('.' in plain) != (',' in plain):
            raise NotAList(f"Row {place}: is the amount thousands or decimals? Write it as 1250,50.", place)
        plain = plain.replace(by, '')
    if not _AMOUNT.fullmatch(plain):
        raise NotAList(f"Row {place}: the amount is no number such as 1250,50.", place)
    found = Decimal(plain.replace(',', '.'))
    if not found:
        raise NotAList(f"Row {place}: the amount is zero.", place)
    return found


def split(amount: Decimal, shares: list[tuple[int, Decimal, bool]]) -> list[tuple[int, Decimal]]:
    """A salary over several accounts: fixed amounts first, in their order, as far as it reaches; of what is left each its percent, the last one the rest.

    :param amount: in the account's currency, two decimals
    :param shares: (account, fixed amount or percent, whether it is a percent)
    :return: (account, amount), none of zero; they add up to the salary

    >>> split(Decimal('1000.01'), [(1, Decimal(50), True), (2, Decimal(300), False), (3, Decimal(50), True)])
    [(2, Decimal('300.00')), (1, Decimal('350.00')), (3, Decimal('350.01'))]
    >>> split(Decimal('200.00'), [(2, Decimal(300), False), (3, Decimal(100), True)])
    [(2, Decimal('200.00'))]
    """
    cent, left, found = Decimal('0.01'), amount, []
    for account, fixed, percent in shares:
        if not percent:
            found.append((account, min(left, fixed.quantize(cent))))
            left -= found[-1][1]
    parts = [(account, share) for account, share, percent in shares if percent and share > 0]
    rest = left
    for place, (account, share) in enumerate(parts):
        last = place == len(parts) - 1
        found.append((account, rest if last else (left * share / 100).quantize(cent, ROUND_DOWN)))
        rest -= found[-1][1]
    if not parts and left and found:
        found[-1] = (found[-1][0], found[-1][1] + left)
    return [(account, part) for account, part in found if part > 0]
