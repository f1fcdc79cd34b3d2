"""SWIFT MT940 customer statements and MT942 interim reports: lines of at most 65 characters, with or without the SWIFT blocks around.

Source: SWIFT user handbook, category 9 (MT940, MT942: fields 20, 25, 28C, 60a, 61, 86, 62a, 64, 65, 34F, 13D, 90C, 90D)."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import IO

from . import charset, mt940_details, values
from .data import MAX_FIELD, Balance, Page, Refused, Statement, Transaction, Warn

_TAG = re.compile(r':(\d\d[A-Z]?|NS):(.*)', re.S)
_BALANCE = re.compile(r'([CD])(\d{6})([A-Z]{3})(\d{1,15},\d{0,6})\s*', re.A)
_ENTRY = re.compile(
    r'(\d{6})(\d{4})?\s?(RC|RD|EC|ED|C|D)([A-Z])?(\d{1,15},\d{0,6}|,\d{1,6})([A-Z][A-Z0-9]{3})(.*)',
    re.A,
)
#: how an entry or a balance looks that was damaged, unlike a payer's text
_LIKE_ENTRY = re.compile(r'\d|.*\d,\d\d?[NSF][A-Z0-9]{3}', re.A)
_LIKE_BALANCE = re.compile(r'[CD]?\d|.*\d{6}[A-Z]{3}[\d,]', re.A)
#: an entry or a balance whose field's name was damaged
_NAMELESS = re.compile(r'\W{0,2}\d?\W?\d?[FM]?\W{0,2}\d{6}(?:\d{4})?(?:RC|RD|EC|ED|C|D)[A-Z]?\d{1,15},', re.A)
_UNKNOWN = re.compile(r':\d\d[A-Z]?:', re.A)
#: words that say in field 61 where the reference is
_KEYWORDS = frozenset({'EREF', 'PREF', 'MARF', 'KREF'})
#: bank/account/currency
_WITH_BANK = re.compile(r'([A-Z]{6}[A-Z0-9]{2,5})/([A-Z0-9]{5,34})/[A-Z]{3}')
_BIC = re.compile(r'[A-Z]{4}[A-Z]{2}[A-Z0-9]{2}(?:[A-Z0-9]{3})?')
_ENVELOPE = re.compile(r'\{1:|\{2:|\{4:')
_BLOCK = re.compile(r'^(?:\{[1235]:[^{}]*(?:\{[^{}]*\}[^{}]*)*\})*\{4:\s*')
#: fields that stand within a statement
_INNER = frozenset({'28', '28C', '60F', '60M', '61', '86', '62F', '62M'})
_MARKS = {
    '20',
    '21',
    '25',
    '25P',
    '28',
    '28C',
    '60F',
    '60M',
    '61',
    '86',
    '62F',
    '62M',
    '64',
    '65',
    '34F',
    '13',
    '13D',
    '90C',
    '90D',
    'NS',
}


def looks(head: bytes) -> bool:
    """Whether it begins as a message does, maybe behind lines of a transfer protocol."""
    text = head.decode('latin-1').lstrip('\ufeff\xef\xbb\xbf \r\n\t')
    if _ENVELOPE.match(text):
        return True
    lines = text.splitlines()[:12]
    return any(line.startswith(':20:') for line in lines) and any(mark in text for mark in (':25:', ':60F:', ':61:'))


def read(file: IO[bytes]) -> Iterator[Statement | Transaction | Warn]:
    """Each entry, then its statement, then what does not add up."""
    reader, seen, in_block = None, False, False
    lines = _Lines(charset.open_text(file, charset.encoding_of(file)))
    for number, line in enumerate(lines, 1):
        if line.startswith('{') and (match := _BLOCK.match(line)):
            if reader:
                yield from reader.end()
                reader = None
            line, in_block = line[match.end() :], True
        match = _TAG.fullmatch(line) if line.startswith(':') else None
        tag = match[1] if match and match[1] in _MARKS else None
        if tag in ('20', '25', '25P') and (reader is None or (tag == '20' and reader.may_end(lines))):
            if reader:
                yield from reader.end()
            reader, seen, in_block = _Reader(in_block), True, False
        if reader is None:
            if tag in _INNER:
                raise Refused('damaged', "A field stands outside of a statement.", number)
            continue  # a transfer protocol's lines
        yield from reader.line(tag, match[2] if match and tag else line, number)
        if reader.is_ended:
            yield from reader.end()
            reader = None
    if reader:
        yield from reader.end()
    if not seen:
        raise Refused('empty', "The file has no statement.")


class _Lines:
    """The lines of a file, and the one that follows."""

    def __init__(self, file: IO[str]) -> None:
        self.file, self.ahead = file, deque[str]()

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        if not self.ahead:
            self._read()
        if not self.ahead:
            raise StopIteration
        return self.ahead.popleft()

    def following(self) -> str:
        """The next line that is not empty; '' at the end."""
        while not any(line.strip() for line in self.ahead):
            if not self._read():
                return ''
        return next(line for line in self.ahead if line.strip())

    def _read(self) -> bool:
        line = self.file.readline(MAX_FIELD)
        if len(line) == MAX_FIELD:
            raise Refused('bad_value', "A line is longer than 64 KB.")
        if line:
            self.ahead += line.rstrip('\r\n').split('\r')  # some banks end lines as old computers did
        return bool(line)


class _Reader:
    """One message."""

    def __init__(self, in_block: bool) -> None:
        self.made, self.warnings = Statement('mt940'), list[Warn]()
        self.in_block = in_block  # within SWIFT's braces
        self.now = ''  # the field that goes on
        self.last: Transaction | None = None
        self.lines: list[str] = []  # of the field 86 of the last entry
        self.more: list[str] = []  # the entry's supplementary details
        self.length = 0  # of these texts
        self.count, self.sum = 0, Decimal(0)
        self.sides = {True: (0, Decimal(0)), False: (0, Decimal(0))}  # {whether money came in: (count, sum)}
        self.controls: dict[str, tuple[int, Decimal]] = {}
        self.is_interim = self.is_ended = False
        self.number = 0

    def may_end(self, lines: _Lines) -> bool:
        """Whether a line that begins as a message does is one, and no text of a payer."""
        if self.now != '86' or self.last is None:
            return True
        return lines.following().startswith((':21:', ':25:'))

    def line(self, tag: str | None, content: str, number: int) -> Iterator[Transaction]:
        if tag and self._is_text(tag, content):
            tag, content = None, f':{tag}:{content}'
        if tag is None:
            self._goes_on(content, number)
            return
        self.number = number
        if tag == '61':
            yield from self.finish()
            self._entry(content, number)
        elif tag == '86' and self.last is not None and self.now in ('61', '86'):
            self._collect(self.lines, content)
        elif tag in ('62F', '62M', '60F', '60M'):
            yield from self.finish()
            self._balance(tag, content, number)
        else:
            if tag in ('64', '65', '90C', '90D', '20'):
                yield from self.finish()
            self._head(tag, content)
        self.now = tag

    def _is_text(self, tag: str, content: str) -> bool:
        """Whether what looks like a field is a line of a text: payers write what they like."""
        if self.now != '86' or self.last is None:
            return False
        if tag == '61':
            return not _LIKE_ENTRY.match(content)
        if tag in ('62F', '62M'):
            return not _LIKE_BALANCE.match(content.strip())
        return tag not in ('86', '90C', '90D') or (tag != '86' and not self.is_interim)

    def _goes_on(self, line: str, number: int) -> None:
        """A line without a field's name belongs to the field before."""
        if line.startswith('-}') and self.in_block:
            self.in_block, self.is_ended = False, True
            return
        if line.rstrip() in ('-', '-}') and not (self.now == '86' and self.last is not None and not self.is_interim):
            self.is_ended = bool(self.made.closing) or self.is_interim
            self.in_block = False
            return
        if self.now == '86' and self.last is not None:
            self._collect(self.lines, line)
        elif _NAMELESS.match(line):
            raise Refused('damaged', "An entry or a balance has no field's name.", number)
        elif self.now == '61' and line.strip():
            self._collect(self.more, line)
        elif self.now == '25P' and self.made.bank is None and _BIC.fullmatch(line.strip()):
            self.made.bank = line.strip()
        elif _UNKNOWN.match(line):
            self.warnings.append(Warn('skipped', "A field is not known.", None, number))

    def _collect(self, into: list[str], line: str) -> None:
        self.length += len(line)
        if self.length > MAX_FIELD:
            raise Refused('bad_value', "A text is longer than 64 KB.", self.number)
        into.append(line)

    def _head(self, tag: str, content: str) -> None:
        content = values.clean(content, self.number) or ''
        made = self.made
        if tag == '20':
            made.id = content or None
        elif tag in ('25', '25P'):
            if made.account is not None:
                raise Refused('damaged', "A statement names two accounts.", self.number)
            if match := _WITH_BANK.fullmatch(content.strip()):
                made.bank, content = match[1], match[2]
            made.account = values.without_currency(values.account(content))
        elif tag in ('28', '28C'):
            number, _slash, page = content.partition('/')
            made.number = number.strip() or None
            if page.strip().isdigit() and page.isascii() and len(page) < 7:
                made.page = Page(int(page), True)
        elif tag in ('34F', '13', '13D', '90C', '90D'):
            self.is_interim = made.opening is None
            if self.is_interim:
                made.format = 'mt942'
            if tag == '34F' and content[:3].isalpha():
                made.currency = values.currency(content[:3], self.number)
            if tag in ('90C', '90D'):
                self._control(tag, content)

    def _control(self, tag: str, content: str) -> None:
        """MT942's own count and sum of one side."""
        match = re.fullmatch(r'(\d{1,5})([A-Z]{3})(\d{1,15},\d{0,6})', content)
        if match:
            self.controls[tag] = int(match[1]), Decimal(match[3].replace(',', '.'))

    def _balance(self, tag: str, content: str, number: int) -> None:
        match = _BALANCE.fullmatch(content.strip())
        if not match:
            raise Refused('bad_value', "A balance cannot be read.", number)
        amount = Decimal(match[4].replace(',', '.'))
        found = Balance(
            values.signed(amount, match[1] == 'D'),
            match[3],
            self._day(match[2], number, None),
            'booked' if tag[2] == 'F' else 'interim',
        )
        made = self.made
        if made.opening and made.opening.currency != found.currency:
            raise Refused('damaged', "The balances of a statement are in two currencies.", number)
        made.currency = match[3]
        if tag[:2] == '60':
            if made.opening is not None:
                raise Refused('damaged', "A statement has two opening balances.", number)
            made.opening = found
        elif made.opening is None:
            raise Refused('damaged', "A closing balance stands without an opening one.", number)
        elif made.closing is not None:
            raise Refused('damaged', "A statement has two closing balances.", number)
        else:
            made.closing = found
            if made.page:
                made.page.last = tag == '62F'

    def _entry(self, content: str, number: int) -> None:
        if self.made.closing is not None:
            raise Refused('damaged', "An entry stands behind the closing balance.", number)
        match = _ENTRY.fullmatch(content.rstrip())
        if not match:
            raise Refused('bad_value', "An entry cannot be read.", number)
        self.count += 1
        amount = Decimal(match[5].replace(',', '.'))
        minus = match[3] in ('D', 'RC', 'ED')
        made = Transaction(amount=values.signed(amount, minus), currency=self.made.currency)
        made.reversal = match[3] in ('RC', 'RD')
        made.value_date = self._day(match[1], number, self.count)
        made.date = self._booked(match[2], made.value_date, number)
        made.code = match[6]
        customer, _slashes, bank = match[7].partition('//')
        made.bank_reference = values.meant(values.clean(bank))
        if (reference := values.meant(values.clean(customer))) and reference not in _KEYWORDS:
            made.references.append(reference)
        self._counted(-amount if minus else amount, not minus)
        self.last, self.lines, self.more, self.length = made, [], [], 0

    def _counted(self, amount: Decimal, is_in: bool) -> None:
        self.sum += amount
        count, total = self.sides[is_in]
        self.sides[is_in] = count + 1, total + abs(amount)

    def finish(self) -> Iterator[Transaction]:
        """The entry with its texts."""
        if self.last is None:
            return
        made, self.last = self.last, None
        for line in self.more:
            if found := values.clean(line, self.number):
                made.info.append(found)
        mt940_details.put(made, self.lines, self.number)
        yield made

    def end(self) -> Iterator[Statement | Transaction | Warn]:
        yield from self.finish()
        made = self.made
        if self.in_block:
            raise Refused('damaged', "A message is cut: its brace is not closed.", self.number or None)
        if made.opening is not None and made.closing is None:
            raise Refused('damaged', "A statement is cut: it has no closing balance.", self.number or None)
        if made.opening is None and not self.is_interim and made.closing is None:
            raise Refused('damaged', "A statement has no balance.", self.number or None)
        if made.account is None:
            raise Refused('damaged', "A statement names no account.", self.number or None)
        yield made
        if made.opening and made.closing and made.opening.amount + self.sum != made.closing.amount:
            self.warnings.append(Warn('balance', "Opening balance and movements do not make the closing balance."))
        for tag, is_in in (('90C', True), ('90D', False)):
            if self.controls.get(tag, self.sides[is_in]) != self.sides[is_in]:
                self.warnings.append(Warn('checksum', f"The bank's own count or sum ({tag}) is another one."))
        yield from self.warnings

    def _day(self, text: str, number: int, entry: int | None) -> date:
        return values.day(
            values.full_year(int(text[:2])),
            int(text[2:4]),
            int(text[4:]),
            self.warnings,
            entry,
            number,
        )

    def _booked(self, text: str | None, value: date, number: int) -> date:
        """The entry day has no year: the one that is nearest to the value day."""
        if not text:
            return value
        month, day = int(text[:2]), int(text[2:])
        found = [
            (values.day(year, month, day, [], None, number), year)
            for year in (value.year - 1, value.year, value.year + 1)
        ]
        _day, year = min(found, key=lambda one: (abs((one[0] - value).days), one[0] != value))
        return values.day(year, month, day, self.warnings, self.count, number)
