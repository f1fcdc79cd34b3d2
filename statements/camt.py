"""ISO 20022 account reports, statements and notifications: camt.052, 053, 054 in every version, with or without a namespace, in
an envelope or not. Nothing is validated against a schema: one missing element must not block a statement.

Source: ISO 20022 message definitions "Bank-to-Customer Cash Management" (iso20022.org, messages camt.052/053/054, versions 1 to 13)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import IO

from lxml import etree

from . import charset, values
from .camt_entries import Entries, own_account
from .data import Balance, Page, Refused, Statement, Transaction, Warn
from .nodes import Element, Node, bank, name

_KINDS = {'Stmt': 'camt.053', 'Rpt': 'camt.052', 'Ntfctn': 'camt.054'}
_ROOTS = {
    'BkToCstmrStmt', 'BkToCstmrAcctRpt', 'BkToCstmrDbtCdtNtfctn', 'BkToCstmrStmtV01', 'BkToCstmrAcctRptV01',
    'BkToCstmrDbtCdtNtfctnV01', 'camt.053.001.01', 'camt.052.001.01', 'camt.054.001.01',
}  # fmt: skip
_FORMAT = re.compile(r'camt\.05[234]\.\d{3}\.\d\d')
_OPENING, _CLOSING = ('OPBD', 'PRCD'), ('CLBD', 'ITBD')
#: elements and attributes that one entry may have, or that may stand around the entries: a bomb has more
MAX_PARTS = 700_000
_PARTS_OF = etree.XPath('count(descendant-or-self::*) + count(descendant-or-self::*/@*)')
_EVENTS = tuple(f'{{*}}{step}' for step in (*sorted(_ROOTS), *_KINDS, 'Ntry', 'MsgPgntn'))


def read(file: IO[bytes]) -> Iterator[Statement | Transaction | Warn]:
    """The statements of a file: each entry, then its statement, then what does not add up.

    :raises Refused: ``hostile``, ``damaged``, ``bad_value``, ``unknown_format``, ``empty``"""
    seen, page, kind, checked = False, None, '', False
    reader: _StatementReader | None = None
    source = _Source(file)
    context = etree.iterparse(
        source, encoding=source.encoding, events=('start', 'end'), tag=_EVENTS, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        for event, element in context:
            step = name(element)
            if not checked:
                checked = _check_prolog(element)
            if event == 'start':
                parent = element.getparent()
                if step in _ROOTS:
                    kind, page = _format(element), None
                elif step in _KINDS and parent is not None and name(parent) in _ROOTS:
                    reader, seen = _StatementReader(element, kind or _KINDS[step]), True
            elif step == 'MsgPgntn':
                page = _page(Node(element))
            elif step == 'Ntry' and reader is not None and element.getparent() is reader.element:
                source.parts -= int(_PARTS_OF(element))
                yield reader.entries.read(Node(element))
                _forget(element)
            elif reader is not None and element is reader.element:
                yield reader.statement(page)
                yield from reader.warnings
                _forget(element)
                reader = None
    except etree.XMLSyntaxError as error:
        raise Refused('damaged', "The file is cut or no proper XML.", error.lineno or None) from None
    if context.root is not None:
        _check_prolog(context.root)
    if not kind and not seen:
        raise Refused('unknown_format', "This XML is no camt.052, 053 or 054.")
    if not seen:
        raise Refused('empty', "The file has no statement.")


class _Source:
    """The file without blanks above its declaration, in the encoding that fits; it counts what the parser holds of it."""

    def __init__(self, file: IO[bytes]) -> None:
        head = file.read(1000)
        start = len(head) - len(head.lstrip(b' \r\n\t'))
        said = charset.marked(head) or re.search(rb'<\?xml[^>]*encoding=', head)
        self.encoding = None if said else charset.encoding_of(file)
        file.seek(start)
        self.file, self.parts = file, 0

    def read(self, size: int = 1 << 15) -> bytes:
        """:raises Refused: ``too_large`` where the parser would hold more than a bank's entry"""
        data = self.file.read(min(size, 1 << 16) if size > 0 else 1 << 16)
        self.parts += data.count(b'<') - data.count(b'</') + data.count(b'="') + data.count(b"='")
        if self.parts > MAX_PARTS:
            raise Refused(
                'too_large', "The file has more elements around its entries, or in one, than a bank's file has."
            )
        return data


def _check_prolog(element: Element) -> bool:
    info = element.getroottree().docinfo
    if info.doctype or info.internalDTD is not None:
        raise Refused('hostile', "The file has a DTD, which no bank sends.")
    return True


def _forget(element: Element) -> None:
    """A million entries do not fit into the memory."""
    parent = element.getparent()
    element.clear()
    if parent is not None:
        parent.remove(element)


def _format(root: Element) -> str:
    """The message's name as its namespace has it, else as the elements say."""
    for element in (root, root.getparent()):
        if element is not None:
            for space in (element.tag.partition('}')[0], *(element.nsmap or {}).values()):
                if match := _FORMAT.search(space or ''):
                    return match[0]
    return ''


def _page(node: Node) -> Page | None:
    number, last = node.text('PgNb'), node.text('LastPgInd')
    if not number or not number.isascii() or not number.isdigit() or len(number) > 6 or last is None:
        return None
    return Page(int(number), last in ('true', '1'))


class _StatementReader:
    """One statement; its entries come while it is read."""

    def __init__(self, element: Element, kind: str) -> None:
        self.element, self.kind = element, kind
        self.warnings: list[Warn] = []
        self.entries = Entries(element, self.warnings)

    def statement(self, page: Page | None) -> Statement:
        """What stands around the entries, which are forgotten by now."""
        node, entries = Node(self.element), self.entries
        account = node.at('Acct')
        opening, closing = self._balance(node, _OPENING, first=True), self._balance(node, _CLOSING, first=False)
        said = values.currency(account.text('Ccy'))
        currency = said or next((one.currency for one in (closing, opening) if one), None) or entries.currency
        period = node.at('FrToDt')
        own_page = node.at('StmtPgntn') or node.at('RptPgntn') or node.at('NtfctnPgntn')
        made = Statement(
            self.kind,
            None,
            values.without_currency(own_account(account), currency),
            bank(account.at('Svcr')),
            currency,
            node.text('Id'),
            node.text('ElctrncSeqNb') or node.text('LglSeqNb'),
            period.day(self.warnings, None, 'FrDtTm', 'FrDt'),
            period.day(self.warnings, None, 'ToDtTm', 'ToDt'),
            opening,
            closing,
            _page(own_page) if own_page else page,
        )
        self._check(made, node.at('TxsSummry'))
        return made

    def _balance(self, node: Node, codes: tuple[str, str], first: bool) -> Balance | None:
        """Of several the earliest opening, the latest closing one, as the days say."""
        found = []
        for group in node.all('Bal'):
            kind = group.text('Tp', 'CdOrPrtry', 'Cd') or group.text('Tp', 'Cd')
            if kind in codes:
                told, direction = group.at('Amt'), group.text('CdtDbtInd')
                if not told or direction not in ('CRDT', 'DBIT'):
                    raise Refused('bad_value', "A balance has no amount, or no direction.", group.line)
                amount = values.signed(told.amount(), direction == 'DBIT')
                day = group.at('Dt').day(self.warnings, None, 'Dt', 'DtTm')
                found.append((kind, Balance(amount, told.currency, day, 'interim' if kind == 'ITBD' else 'booked')))
        best = [one for kind, one in found if kind == codes[0]] or [one for _kind, one in found]
        days = [one.date for one in best if one.date]
        if days:
            day = min(days) if first else max(days)
            best = [one for one in best if one.date == day]
        return best[0 if first else -1] if best else None

    def _check(self, made: Statement, summary: Node) -> None:
        entries, opening, closing = self.entries, made.opening, made.closing
        comparable = opening and closing and opening.currency == closing.currency
        if opening and closing and comparable:
            booked = entries.booked.get(opening.currency, Decimal(0))
            if opening.amount + booked != closing.amount:
                self.warnings.append(Warn('balance', "Opening balance and movements do not make the closing balance."))
        self._check_net(summary.at('TtlNtries'))
        for group, count, total in (
            ('TtlNtries', entries.count, entries.turnover[True] + entries.turnover[False]),
            ('TtlCdtNtries', entries.number_of[True], entries.turnover[True]),
            ('TtlDbtNtries', entries.number_of[False], entries.turnover[False]),
        ):
            told, of = summary.text(group, 'NbOfNtries'), summary.text(group, 'Sum')
            wrong = told is not None and told.isdecimal() and told.isascii() and int(told[:12]) != count
            if of is not None and not wrong:
                wrong = values.plain_amount(of) != total
            if wrong:
                self.warnings.append(Warn('checksum', f"The bank's own count or sum ({group}) is another one."))

    def _check_net(self, group: Node) -> None:
        inner = group.at('TtlNetNtry')
        told, direction = inner.text('Amt') or group.text('TtlNetNtryAmt'), (inner or group).text('CdtDbtInd')
        if told is None or direction not in ('CRDT', 'DBIT'):
            return
        turnover = self.entries.turnover
        if values.signed(values.plain_amount(told), direction == 'DBIT') != turnover[True] - turnover[False]:
            self.warnings.append(Warn('checksum', "The bank's own net sum is another one."))
