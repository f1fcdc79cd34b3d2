"""OFX 1 (SGML) and 2 (XML), read by tags: banks close, order and encode them as they like.

Source: OFX 1.6 and 2.2, chapters 3 (dates, amounts) and 11 (banking), ofx.net."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import IO

from . import charset, symbols, values
from .data import MAX_FIELD, Balance, Party, Refused, Statement, Transaction, Warn

_TAG = re.compile(r'<(/?)([A-Za-z0-9_.]+)(?:\s[^<>]*)?(/?)>([^<]*)')
_AMOUNT = re.compile(r'([+-]?)(?=[.,]?\d)(\d{1,3}(?:[ \u00a0\u202f]\d{3})+|\d{0,18})(?:[.,](\d{1,9}))?', re.A)
_CDATA = re.compile(r'<!\[CDATA\[(.*?)\]\]>', re.S)
_DAY = re.compile(r'(\d{4})(\d\d)(\d\d)(?:\d{2,6}(?:\.\d+)?)?\s*(?:\[.*\])?', re.A)
#: what an entry has once: two of them are two entries that became one
_ONCE = frozenset({'TRNAMT', 'FITID', 'DTPOSTED', 'TRNTYPE'})
_STATEMENTS = ('STMTRS', 'CCSTMTRS')


def looks(head: bytes) -> bool:
    start = head.lstrip(b'\xef\xbb\xbf \r\n\t')[:2000].upper()
    return start.startswith(b'OFXHEADER') or b'<?OFX' in start or b'<OFX>' in start


def read(file: IO[bytes]) -> Iterator[Statement | Transaction | Warn]:
    """Each entry, then its statement, then what does not add up."""
    encoding = charset.encoding_of(file, _declared(file.read(1000)), ('cp1252', 'cp1250', 'cp852'))
    reader: _Reader | None = None
    seen = ended = False
    line = 1
    for closes, tag, rest, line in _tags(charset.open_text(file, encoding)):
        if ended:
            raise Refused('damaged', "Something stands behind the end.", line)
        if tag == 'INVSTMTRS':
            raise Refused('unknown_format', "Statements of investments are not read.")
        ended = closes and tag == 'OFX'
        if tag in _STATEMENTS:
            if closes and reader:
                yield from reader.end()
                reader = None
            elif not closes:
                if reader:
                    raise Refused('damaged', "A statement begins within another one.", line)
                reader, seen = _Reader(), True
        elif reader and (made := reader.tag(tag, closes, rest, line)):
            yield made
    if reader or not ended:
        raise Refused('damaged', "The file is cut: it has no end.")
    if not seen:
        raise Refused('empty', "The file has no statement.")


def _tags(file: IO[str]) -> Iterator[tuple[bool, str, str, int]]:
    """(closes, name, text behind it, line) of each tag."""
    rest, line = '', 1
    for piece in _pieces(file):
        rest += piece
        if re.search(r'<!DOCTYPE|<!ENTITY', rest, re.I):
            raise Refused('hostile', "The file has a DTD, which no bank sends.")
        end = rest.rfind('<') if piece else len(rest)  # what stands behind the last tag may go on
        end, place = max(end, 0), 0
        for match in _TAG.finditer(rest, 0, end):
            line += rest.count('\n', place, match.start())
            place = match.start()
            yield bool(match[1]), match[2].upper(), match[4], line
        line += rest.count('\n', place, end)
        rest = rest[end:]
        if len(rest) > MAX_FIELD:
            raise Refused('bad_value', "A field is longer than 64 KB.", line)


def _pieces(file: IO[str]) -> Iterator[str]:
    """The text in pieces, the last one empty; what stands in CDATA is escaped instead."""
    rest = ''
    while piece := file.read(charset.CHUNK):
        rest = _CDATA.sub(lambda match: html.escape(match[1], quote=False), rest + piece)
        begun = rest.rfind('<![')
        held = rest.rfind('<', -9) if begun < 0 else begun
        held = len(rest) if held < 0 else held
        if len(rest) - held > charset.CHUNK + MAX_FIELD:
            raise Refused('bad_value', "A field is longer than 64 KB.")
        if held:
            yield rest[:held]
        rest = rest[held:]
    if rest:
        yield rest
    yield ''


def _declared(head: bytes) -> str | None:
    """What the header says of the encoding."""
    text = head.decode('latin-1')
    if match := re.search(r'<\?xml[^>]*encoding=["\']([\w-]+)', text):
        return match[1]
    encoding, page = re.search(r'ENCODING:\s*([\w-]+)', text), re.search(r'CHARSET:\s*([\w-]+)', text)
    if encoding and encoding[1].upper() in ('UTF-8', 'UNICODE', 'UTF8'):
        return 'utf-8'
    if page and page[1].isdigit():
        return f'cp{page[1]}'
    return None


class _Reader:
    """One statement."""

    def __init__(self) -> None:
        self.made, self.warnings = Statement('ofx'), list[Warn]()
        self.fields: dict[str, str] | None = None
        self.path: list[str] = []
        self.count, self.sum = 0, Decimal(0)
        self.ledger: dict[str, str] = {}
        self.own: dict[str, str] = {}
        self.line = 0

    def tag(self, tag: str, closes: bool, rest: str, line: int) -> Transaction | None:
        content = values.clean(html.unescape(rest), line)
        if closes:
            if tag in self.path:
                while self.path and self.path.pop() != tag:
                    pass
            if tag == 'STMTTRN':
                if self.fields is None:
                    raise Refused('damaged', "An entry has no beginning.", line)
                fields, self.fields = self.fields, None
                return self.entry(fields)
            return None
        if tag == 'STMTTRN':
            if self.fields is not None:
                raise Refused('damaged', "An entry has no end.", line)
            self.fields, self.line = {}, line
            return None
        if content is None:
            self.path.append(tag)
        elif self.fields is not None:
            prefix = (
                f'{self.path[-1]}.'
                if self.path and self.path[-1] in ('PAYEE', 'BANKACCTTO', 'CCACCTTO', 'CURRENCY', 'ORIGCURRENCY')
                else ''
            )
            if prefix + tag in _ONCE and prefix + tag in self.fields:
                raise Refused('damaged', f"An entry has two of {tag}.", line)
            self.fields.setdefault(prefix + tag, content)
        elif 'LEDGERBAL' in self.path:
            self.ledger.setdefault(tag, content)
        elif tag in ('ACCTID', 'BANKID', 'CURDEF', 'DTSTART', 'DTEND') and 'AVAILBAL' not in self.path:
            self.own.setdefault(tag, content)
        return None

    def entry(self, fields: dict[str, str]) -> Transaction:
        self.count += 1
        currency = self._currency(fields.get('CURRENCY.CURSYM') or self.own.get('CURDEF'))
        made = Transaction(amount=self._amount(fields.get('TRNAMT')), currency=currency)
        made.date = self._day(fields.get('DTPOSTED'))
        made.value_date = self._day(fields.get('DTAVAIL'))
        made.date = made.date or made.value_date
        made.code = fields.get('TRNTYPE')
        made.bank_reference = fields.get('FITID')
        made.references = [
            fields[tag] for tag in ('CHECKNUM', 'REFNUM', 'SRVRTID', 'CORRECTFITID') if fields.get(tag, '').strip('0')
        ]
        account = fields.get('BANKACCTTO.ACCTID') or fields.get('CCACCTTO.ACCTID')
        made.counterparty = Party(
            fields.get('NAME') or fields.get('PAYEE.NAME'), values.account(account), fields.get('BANKACCTTO.BANKID')
        )
        if memo := fields.get('MEMO'):
            made.text.append(memo)
            symbols.within(made.symbols, memo)
        self.sum += made.amount or 0
        return made

    def end(self) -> Iterator[Statement | Warn]:
        if self.fields is not None:
            raise Refused('damaged', "An entry has no end.")
        made = self.made
        made.currency = self._currency(self.own.get('CURDEF'))
        made.account = values.without_currency(values.account(self.own.get('ACCTID')), made.currency)
        made.bank = self.own.get('BANKID')
        made.begin, made.end = self._day(self.own.get('DTSTART')), self._day(self.own.get('DTEND'))
        if 'BALAMT' in self.ledger:
            made.closing = Balance(
                self._amount(self.ledger['BALAMT']), made.currency, self._day(self.ledger.get('DTASOF'))
            )
        yield made
        yield from self.warnings

    def _amount(self, text: str | None) -> Decimal:
        match = _AMOUNT.fullmatch(text or '')
        if not match:
            raise Refused('bad_value', f"“{(text or '')[:30]}” is no amount.", self.line or None)
        found = Decimal((re.sub(r'\D', '', match[2]) or '0') + (f'.{match[3]}' if match[3] else ''))
        return values.signed(found, match[1] == '-')

    def _currency(self, text: str | None) -> str | None:
        return values.currency(text.upper(), self.line or None) if text else None

    def _day(self, text: str | None) -> date | None:
        if not text or not text.strip('0'):
            return None
        match = _DAY.fullmatch(text)
        if not match:
            raise Refused('bad_value', f"“{text[:30]}” is no date.", self.line or None)
        return values.day(
            int(match[1]), int(match[2]), int(match[3]), self.warnings, self.count or None, self.line or None
        )
