"""GPC, also called ABO: Czech and Slovak statements in records of 128 bytes, cut as bytes before they are decoded.

Source: "Formát výpisu ABO/GPC", as Česká spořitelna, ČSOB and Fio describe it (074 header, 075 entry, 076, 078, 079 texts)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import IO

from . import charset, symbols, values
from .data import Balance, Party, Refused, Statement, Transaction, Warn

LENGTH, MAX_LINE = 128, 10_000
#: digit of an entry: 1 debit, 2 credit, 4 storno of a debit (money comes back), 5 storno of a credit
_SIGNS = {'1': -1, '2': 1, '4': 1, '5': -1}


def looks(head: bytes) -> bool:
    """Whether it begins as a file of records does."""
    line = head.split(b'\n', 1)[0].rstrip(b'\r')
    return line[:3] == b'074' and len(line) >= 100 and line[3:19].isdigit()


def read(file: IO[bytes]) -> Iterator[Statement | Transaction | Warn]:
    """Each entry, then its statement, then what does not add up."""
    page = charset.encoding_of(file, None, ('cp1250', 'cp852'))
    reader: _Reader | None = None
    for number, line in enumerate(iter(lambda: file.readline(MAX_LINE), b''), 1):
        line = line.rstrip(b'\r\n\x1a')
        if not line.strip():
            continue
        kind = line[:3]
        if kind not in (b'074', b'075', b'076', b'078', b'079'):
            raise Refused('damaged', "A record of an unknown kind.", number)
        if len(line) != LENGTH and (kind in (b'074', b'075') or len(line) > LENGTH):
            raise Refused(
                'damaged',
                f"A record of {len(line)} instead of {LENGTH} bytes: cut, or saved in another encoding.",
                number,
            )
        if kind == b'074':
            if reader:
                yield from reader.end()
            reader = _Reader(line, page, number)
        elif reader is None:
            raise Refused('damaged', "An entry stands before its statement.", number)
        elif kind == b'075':
            if reader.last:
                yield reader.taken()
            reader.entry(line, number)
        else:
            reader.more(kind, line, number)
    if reader is None:
        raise Refused('empty', "The file has no statement.")
    yield from reader.end()


class _Reader:
    """One statement."""

    def __init__(self, line: bytes, page: str, number: int) -> None:
        self.page, self.warnings = page, list[Warn]()
        self.last: Transaction | None = None
        self.count, self.sum = 0, Decimal(0)
        self.turnover = {True: Decimal(0), False: Decimal(0)}
        self.currencies: set[str] = set()
        self.own = self._digits(line[3:19], number)
        self.sequence = values.clean(self._text(line[105:108]))
        self.debit, self.credit = (
            self._amount(line[75:89], line[89:90], number),
            self._amount(line[90:104], line[104:105], number),
        )
        self.opening = Balance(self._amount(line[45:59], line[59:60], number), None, self._day(line[39:45], number))
        self.closing = Balance(self._amount(line[60:74], line[74:75], number), None, self._day(line[108:114], number))

    def entry(self, line: bytes, number: int) -> None:
        self.count += 1
        sign = _SIGNS.get(self._text(line[60:61]))
        if sign is None:
            raise Refused('bad_value', "An entry is neither debit nor credit.", number)
        amount = Decimal(self._digits(line[48:60], number)).scaleb(-2)
        unit = values.NUMERIC.get(self._text(line[119:122]))
        made = Transaction(amount=values.signed(amount, sign < 0), currency=unit)
        if unit:
            self.currencies.add(unit)
        made.code = self._text(line[60:61])
        made.reversal = made.code in ('4', '5')
        made.bank_reference = values.clean(self._text(line[35:48]).strip().strip('0') and self._text(line[35:48]))
        symbols.put(made.symbols, 'vs', self._symbol(line[61:71], number))
        symbols.put(made.symbols, 'ks', self._symbol(line[77:81], number))
        symbols.put(made.symbols, 'ss', self._symbol(line[81:91], number))
        account, bank = self._text(line[19:35]).strip(), self._text(line[73:77]).strip()
        made.counterparty = Party(
            values.clean(self._text(line[97:117])),
            account if account.strip('0') else None,
            bank if bank.strip('0') else None,
        )
        made.value_date = self._day(line[91:97], number)
        made.date = self._day(line[122:128], number) or made.value_date
        if self._text(line[3:19]) != self.own:
            self.warnings.append(
                Warn('checksum', "An entry is of another account than its statement.", self.count, number)
            )
        told = made.amount or Decimal(0)
        self.sum += told
        self.turnover[told >= 0] += abs(told)
        self.last = made

    def more(self, kind: bytes, line: bytes, number: int) -> None:
        """Texts of the entry before."""
        if self.last is None:
            raise Refused('damaged', "A text stands before its entry.", number)
        found = values.clean(self._text(line[35:] if kind == b'076' else line[3:]), number)
        if found:
            self.last.text.append(found)
            symbols.within(self.last.symbols, found)

    def taken(self) -> Transaction:
        made, self.last = self.last, None
        assert made is not None
        return made

    def end(self) -> Iterator[Statement | Transaction | Warn]:
        if self.last:
            yield self.taken()
        currency = next(iter(self.currencies)) if len(self.currencies) == 1 else None
        self.opening.currency = self.closing.currency = currency
        yield Statement(
            'gpc', None, self.own, None, currency, None, self.sequence, None, None, self.opening, self.closing
        )
        if self.opening.amount + self.sum != self.closing.amount:
            self.warnings.append(Warn('balance', "Opening balance and movements do not make the closing balance."))
        if (self.debit, self.credit) != (self.turnover[False], self.turnover[True]):
            storno = self.debit - self.credit == self.turnover[False] - self.turnover[True]
            if not storno:  # some count a storno on the side that it takes back
                self.warnings.append(Warn('checksum', "The statement's own turnover is another one."))
        yield from self.warnings

    # === Values === #

    def _text(self, data: bytes) -> str:
        return data.decode(self.page, 'replace')

    def _digits(self, data: bytes, number: int) -> str:
        if not data.isdigit():
            raise Refused('bad_value', "Digits were expected.", number)
        return data.decode('ascii')

    def _symbol(self, data: bytes, number: int) -> str | None:
        return self._digits(data, number) if data.strip() else None

    def _amount(self, data: bytes, sign: bytes, number: int) -> Decimal:
        if sign not in (b'+', b'-', b'0', b' '):
            raise Refused('bad_value', "A balance's sign is neither + nor -.", number)
        amount = Decimal(self._digits(data, number)).scaleb(-2)
        return values.signed(amount, sign == b'-')

    def _day(self, data: bytes, number: int) -> date | None:
        if not data.strip(b'0 '):
            return None
        found = self._digits(data, number)
        return values.day(
            values.full_year(int(found[4:])),
            int(found[2:4]),
            int(found[:2]),
            self.warnings,
            self.count or None,
            number,
        )
