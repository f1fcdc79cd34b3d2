"""Rows of an export become entries of the accounts that they name."""

from __future__ import annotations

import contextlib
import pickle
import re
import tempfile
from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from . import symbols, values
from .above import above
from .accounts import Account
from .data import Fee, Original, Refused, Statement, Transaction, Warn

if TYPE_CHECKING:
    from .tables import Header

#: a currency beside an amount
UNIT = r'(?:[A-Z]{3}|[€$£]|Kč|Ft|zł|kr\.?)'
_MONEY = re.compile(r'([+-]?[\d.,\s\u00a0\u202f]+)\s*([A-Z]{3})?')
#: columns of amounts; their decimals
_AMOUNTS, _DECIMALS = frozenset({'amount', 'in', 'out', 'balance'}), re.compile(r'[.,](\d{1,2})\D*$', re.A)
#: cells that a line below the table may have
FOOTER = 2


class Forms:
    """The date and amount form of one profile: what does not have it is refused, never guessed."""

    def __init__(self, header: Header) -> None:
        profile = header.profile
        mark = '[' + re.escape(profile.decimal) + ']'
        unit = ' ?([A-Z]{3})' if profile.with_currency else ''
        group = ''.join(re.escape(sign) for sign in profile.thousands)
        whole = rf'\d{{1,3}}(?:[{group}]\d{{3}})+|\d{{1,18}}' if group else r'\d{1,18}'
        form = rf'([+-]?) ?({whole})(?:{mark}(\d{{1,6}}))?'
        self.amount_form = re.compile(
            rf'(?:{UNIT} ?)?{form} ?(-?)(?: ?{UNIT})?' if profile.loose else form + unit, re.A
        )
        self.loose = profile.loose
        self.date_forms = [re.compile(date_pattern(form), re.A) for form in profile.dates]

    def amount(self, cell: Any, line: int) -> Decimal | None:
        """A cell's amount; None for an empty one."""
        if isinstance(cell, (Decimal, int)):
            return Decimal(cell) + 0
        text = values.NARROW.sub(' ', str(cell or '')).replace('\u2212', '-').strip()
        if not text:
            return None
        match = self.amount_form.fullmatch(text)
        if not match:
            raise Refused('bad_value', f"“{text[:30]}” is no amount in this export's form.", line)
        found = Decimal(re.sub(r'\D', '', match[2]) + (f'.{match[3]}' if match[3] else ''))
        behind = self.loose and match[4] == '-'
        if behind and match[1]:
            raise Refused('bad_value', f"“{text[:30]}” has two signs.", line)
        return values.signed(found, behind or match[1] == '-')

    def day(self, cell: Any, warnings: list[Warn], line: int) -> date | None:
        if isinstance(cell, datetime):
            return cell.date()
        if isinstance(cell, date):
            return cell
        text = str(cell or '').strip()
        if not text:
            return None
        for form in self.date_forms:
            if match := form.fullmatch(text):
                year = match['Y'] if 'Y' in match.groupdict() else f'20{match["y"]}'
                return values.day(int(year), int(match['m']), int(match['d']), warnings, None, line)
        raise Refused('bad_value', f"“{text[:30]}” is no date in this export's form.", line)

    def is_day(self, cell: Any) -> bool:
        if isinstance(cell, date):
            return True
        return any(form.fullmatch(str(cell or '').strip()) for form in self.date_forms)


def date_pattern(form: str) -> str:
    digits = {'Y': r'(?P<Y>\d{4})', 'y': r'(?P<y>\d\d)', 'm': r'(?P<m>\d{1,2})', 'd': r'(?P<d>\d{1,2})'}
    if form == 'Ymd':
        digits.update(m=r'(?P<m>\d\d)', d=r'(?P<d>\d\d)')
    blank = ' ?' if '.' in form else ''
    return ''.join(digits.get(char, re.escape(char) + blank) for char in form) + r'\.?,?(?:[ T].*)?'


#: accounts of one file, each of which costs a file of its own while it is read
MAX_ACCOUNTS = 100


def entries_of(
    rows: Callable[[], Iterator[tuple[int, list[Any]]]], header: Header, kind: str, ends: bool
) -> Iterator[Statement | Transaction | Warn]:
    """The entries of each account that the rows name, in the order in which they are named; those of later accounts wait in files, so
    that a long one needs no memory.

    :param rows: gives (line, cells) from the beginning
    :param ends: the file ends with a line's end"""
    table = Table(header, kind)
    yield from table.first(rows(), ends)
    for number, later in table.others.items():
        yield from table.another(number, later)
    yield from table.skipped


class _Later:
    """Rows of an account that wait until those before are done."""

    def __init__(self) -> None:
        self.file = tempfile.TemporaryFile()

    def add(self, line: int, row: list[Any]) -> None:
        pickle.dump((line, row), self.file)

    def __iter__(self) -> Iterator[tuple[int, list[Any]]]:
        self.file.seek(0)
        with self.file, contextlib.suppress(EOFError):
            while True:
                yield pickle.load(self.file)


class Table:
    """The rows of a file below their header."""

    def __init__(self, header: Header, kind: str) -> None:
        self.header, self.kind, self.profile = header, kind, header.profile
        self.forms, self.above = Forms(header), above(header.above)
        self.others: dict[str | None, _Later] = {}
        self.skipped: list[Warn] = []

    def first(self, rows: Iterator[tuple[int, list[Any]]], ends: bool) -> Iterator[Statement | Transaction | Warn]:
        """The account that is named first, and its statement; the rows of others wait."""
        account: Account | None = None
        strange, before = None, list[Any]()
        for line, row, is_last in self._data(rows):
            if is_last and not ends and self._is_cut(row, before):
                raise Refused('damaged', "The last row is cut.", line)
            cells = self._cells(row)
            if self._is_footer(cells, account):
                self.skipped.append(Warn('skipped', "A row below the table is no entry.", None, line))
                if sum(bool(str(cell or '').strip()) for cell in row) > FOOTER:
                    strange = strange or line
                continue
            if strange:
                raise Refused('bad_value', "A row within the table has no day and no amount.", strange)
            self._check_width(row, line)
            made, before = Row(self, cells, line), row
            account = account or Account(made.own)
            account.number = account.number or made.own
            if made.own not in (account.number, None):
                if made.own not in self.others and len(self.others) >= MAX_ACCOUNTS:
                    raise Refused('too_large', f"The file has more than {MAX_ACCOUNTS} accounts.")
                self.others.setdefault(made.own, _Later()).add(line, row)
                continue
            yield account.add(made)
        if account is None and 'account' not in self.above:
            raise Refused('empty', "The file has no entry.")
        yield from self._closed(account or Account(None))

    def another(self, number: str | None, rows: _Later) -> Iterator[Statement | Transaction | Warn]:
        """An account whose rows waited."""
        account = Account(number)
        for line, row in rows:
            yield account.add(Row(self, self._cells(row), line))
        yield from self._closed(account)

    def _closed(self, account: Account) -> Iterator[Statement | Warn]:
        yield account.statement(self)
        yield from account.warnings

    def _cells(self, row: list[Any]) -> dict[str, list[Any]]:
        cells: dict[str, list[Any]] = {}
        for place, role in self.header.columns:
            cells.setdefault(role, []).append(row[place] if place < len(row) else None)
        return cells

    def _is_cut(self, row: list[Any], before: list[Any]) -> bool:
        """Whether the last row, which no line's end follows, has fewer columns, or fewer decimals in its last one, than others."""
        last = len(self.header.names) - 1
        if len(row) <= last:
            return True
        if not before or not any(place == last and role in _AMOUNTS for place, role in self.header.columns):
            return False
        mine, other = (_DECIMALS.search(str(one[last] or '')) for one in (row, before))
        return bool(row[last] and other and len(other[1]) > (len(mine[1]) if mine else 0))

    def _data(self, rows: Iterator[tuple[int, list[Any]]]) -> Iterator[tuple[int, list[Any], bool]]:
        """(line, cells, whether it is the last) of each row below the header that has something."""
        before: tuple[int, list[Any]] | None = None
        for number, (line, row) in enumerate(rows):
            if number < self.header.first or not any(str(cell).strip() for cell in row if cell is not None):
                continue
            if before:
                yield (*before, False)
            before = line, row
        if before:
            yield (*before, True)

    def _is_footer(self, cells: dict[str, list[Any]], account: Account | None) -> bool:
        """A line below the table: neither a day nor an amount, and not of the account either."""
        own = values.account(_string(next(iter(cells.get('own', ())), None)))
        if own and account and own == account.number:
            return False
        told = (cell for role in ('amount', 'in', 'out') for cell in cells.get(role, ()))
        if any(str(cell).strip() for cell in told if cell is not None):
            return False
        day = next(iter(cells.get('date', ())), None)
        return not self.forms.is_day(day) and str(day or '').strip().casefold() not in self.profile.pending

    def _check_width(self, row: list[Any], line: int) -> None:
        """A row that is longer than the header has a sign too much, one that is shorter a sign too few."""
        names = self.header.names
        if not names:
            wrong = not 13 <= len(row) <= 16
        else:
            wrong = len(row) < len(names) or any(str(cell or '').strip() for cell in row[len(names) :])
        if wrong:
            raise Refused('damaged', "A row has too few or too many columns.", line)


class Row:
    """One entry."""

    def __init__(self, table: Table, cells: dict[str, list[Any]], line: int) -> None:
        self.table, self.cells, self.line = table, cells, line
        self.profile, self.forms = table.profile, table.forms
        self.warnings: list[Warn] = []
        self.made = Transaction()
        self._amount()
        self._days()
        self._who()
        self._what()

    def texts(self, role: str) -> list[str]:
        found = [values.clean(_string(cell), self.line) for cell in self.cells.get(role, ())]
        return [text for text in found if text]

    def text(self, role: str) -> str | None:
        return next(iter(self.texts(role)), None)

    def number(self, role: str) -> Decimal | None:
        return next(
            (found for cell in self.cells.get(role, ()) if (found := self.forms.amount(cell, self.line)) is not None),
            None,
        )

    def _amount(self) -> None:
        made = self.made
        if 'amount' in self.cells:
            amount = self.number('amount')
        else:
            came, went = self.number('in'), self.number('out')
            if came and went:
                raise Refused('bad_value', "A row has money that came and money that went.", self.line)
            amount = came if came is not None and (came or went is None) else None if went is None else -abs(went)
        if amount is None:
            raise Refused('bad_value', "A row has no amount.", self.line)
        if 'direction' in self.cells:
            word = (self.text('direction') or '').casefold()
            if word not in (*self.profile.debit, *self.profile.credit):
                raise Refused('bad_value', "A row is neither debit nor credit.", self.line)
            minus = word in self.profile.debit
            if amount < 0 and not (minus and self.profile.signed):
                raise Refused('bad_value', "A row's sign contradicts its direction.", self.line)
            amount = -abs(amount) if minus else amount
        made.amount = amount + 0 if amount else abs(amount)
        made.currency = (
            values.currency(self.text('currency'), self.line)
            or self._beside()
            or self.table.above.get('currency')
            or self.profile.currency
        )
        if made.currency is None and 'amount' in self.cells:
            match = re.search(r'\b([A-Z]{3})$', str(self.cells['amount'][0] or '').strip())
            made.currency = match[1] if match else None

    def _beside(self) -> str | None:
        """The currency beside the amount, where a person's form lets it stand there."""
        told = (
            (cell for role in ('amount', 'in', 'out') for cell in self.cells.get(role, ()))
            if self.profile.loose
            else ()
        )
        found = (re.search(r'(?<![A-Z])([A-Z]{3})(?![A-Z])', str(cell or '')) for cell in told)
        return next((match[1] for match in found if match), None)

    def _days(self) -> None:
        made, profile = self.made, self.profile
        said = next(iter(self.cells.get('date', ())), None)
        status = (self.text('status') or '').casefold()
        waits = str(said or '').strip().casefold() in profile.pending or status in profile.pending
        booked = (
            None
            if str(said or '').strip().casefold() in profile.pending
            else self.forms.day(said, self.warnings, self.line)
        )
        made.pending = waits or (booked is None)
        value = next(iter(self.cells.get('value', ())), None)
        made.value_date = self.forms.day(value, self.warnings, self.line)
        made.date = booked or made.value_date

    def _who(self) -> None:
        made, incoming = self.made, (self.made.amount or 0) >= 0
        self.own = values.without_currency(values.account(self.text('own')))
        party = made.counterparty
        party.name, party.bank = self.text('name'), self.text('bank')
        party.account = self._account()
        for ours, theirs in (('to', 'from') if incoming else ('from', 'to'),):
            if ours in self.cells or theirs in self.cells:
                self.own = self.own or values.account(self.text(ours))
                party.account = party.account or values.account(self.text(theirs))
        named = 'from_name' if incoming else 'to_name'
        party.name = party.name or self.text(named)

    def _account(self) -> str | None:
        """IBAN before the domestic number; a Czech number with its bank behind a slash is two."""
        found = [one for one in (values.account(text) for text in self.texts('account')) if one]
        best = next((one for one in found if re.match(r'[A-Z]{2}\d\d', one)), None)
        if best:
            return best
        number = next(iter(found), None)
        if number and (match := re.fullmatch(r'([\d-]+)/(\d{4})', number)):
            self.made.counterparty.bank = self.made.counterparty.bank or match[2]
            number = match[1]
        prefix = self.text('prefix')
        return f'{prefix}-{number}' if number and prefix and prefix.strip('0') else number

    def _what(self) -> None:
        made = self.made
        made.text, made.info = self.texts('text'), self.texts('info')
        made.structured = [text for text in self.texts('kid') if text.strip('0')]
        if any('KID' in text for text in made.info) and made.text and re.fullmatch(r'\d{2,25}-?', made.text[0]):
            made.structured.append(made.text.pop(0))
        made.end_to_end_id = values.meant(self.text('e2e'))
        made.bank_reference = self.text('id')
        made.references = list(self.texts('reference'))
        for role in ('vs', 'ss', 'ks'):
            if digits := self.text(role):
                symbols.put(made.symbols, role, digits if digits.isdigit() else None)
        for text in (made.end_to_end_id, *made.text, *made.info):
            symbols.within(made.symbols, text)
        if (fee := self.number('fee')) is not None and fee:
            made.fees.append(Fee(abs(fee), made.currency))
        self._original()

    def _original(self) -> None:
        """Amount and currency in two columns of one name, or in one cell."""
        cells = list(self.texts('original'))
        if not cells:
            return
        unit = next((text[-3:] for text in cells if re.search(r'(?:^|[\d\s])[A-Z]{3}$', text)), None)
        told = next((text.removesuffix(unit or '').strip() for text in cells if re.search(r'\d', text)), None)
        if unit and told and unit != self.made.currency and (amount := self.forms.amount(told, self.line)):
            self.made.original = Original(abs(amount).copy_sign(self.made.amount or 1), unit)


def _string(cell: Any) -> str | None:
    if cell is None:
        return None
    if isinstance(cell, Decimal):
        return format(cell, 'f')
    return str(cell)
