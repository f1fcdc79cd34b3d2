"""Orders as ISO 20022 customer credit transfer initiation: pain.001.001.03 and .09.

Sources: ISO 20022 message definitions; EPC132-08 (SEPA credit transfer, customer to bank); Bits' guide for Norway (KID as creditor reference,
BBAN accounts); Bankgirot's for Sweden (BGNR, clearing 9900); the Slovak Banking Association's convention for symbols in the end-to-end id. The same
order gives the same bytes."""

from __future__ import annotations

from decimal import Decimal

from lxml import etree

from . import accounts, references
from .charset import plain
from .checks import each_once, letters, needs_address, problems
from .data import (
    BANKGIRO,
    BBAN,
    CZECH,
    DOMESTIC,
    IBAN,
    INSTANT,
    KID,
    NONE,
    OCR,
    PLUSGIRO,
    SALARY,
    SCOR,
    SEPA,
    SYMBOLS,
    Account,
    Line,
    Order,
    Problem,
    Refused,
)  # fmt: skip

OLD, NEW = 'pain.001.001.03', 'pain.001.001.09'
FORMATS = (OLD, NEW)
#: Swedish clearing numbers of the giros
_GIROS = {BANKGIRO: '9900', PLUSGIRO: '9960'}


def write(order: Order, version: str = NEW) -> bytes:
    """The file.

    :raises Refused: the order has problems, or this format cannot say it"""
    found = problems(order) + [
        Problem(
            place,
            'scheme' if place is not None else 'debtor.scheme',
            'unsupported',
            "This file names IBANs: a Czech domestic number goes into the bank's own format.",
        )
        for place, account in ((None, order.debtor), *((place, line.account) for place, line in enumerate(order.lines)))
        if account.scheme == CZECH
    ]
    if found:
        raise Refused(each_once(found))
    return _Writer(order, version).file()


class _Writer:
    def __init__(self, order: Order, version: str) -> None:
        self.order, self.version = order, version
        self.namespace = f'urn:iso:std:iso:20022:tech:xsd:{version}'

    def file(self) -> bytes:
        root = etree.Element(f'{{{self.namespace}}}Document', nsmap={None: self.namespace})
        top = self._sub(root, 'CstmrCdtTrfInitn')
        self._header(self._sub(top, 'GrpHdr'))
        self._block(self._sub(top, 'PmtInf'))
        return etree.tostring(root, xml_declaration=True, encoding='UTF-8', pretty_print=True)

    def _sub(self, parent: etree._Element, name: str, text: str | None = None) -> etree._Element:
        found = etree.SubElement(parent, f'{{{self.namespace}}}{name}')
        if text is not None:
            found.text = text
        return found

    def _path(self, parent: etree._Element, path: str, text: str | None = None) -> etree._Element:
        *names, last = path.split('/')
        for name in names:
            parent = self._sub(parent, name)
        return self._sub(parent, last, text)

    def _plain(self, text: str) -> str:
        return plain(text, letters(self.order))[0]

    # === Head === #

    def _header(self, head: etree._Element) -> None:
        order = self.order
        self._sub(head, 'MsgId', order.id)
        self._sub(head, 'CreDtTm', order.created.isoformat(timespec='seconds'))
        self._totals(head)
        self._path(head, 'InitgPty/Nm', self._plain(order.debtor.name))

    def _totals(self, parent: etree._Element) -> None:
        self._sub(parent, 'NbOfTxs', str(len(self.order.lines)))
        self._sub(parent, 'CtrlSum', _money(self.order.total))

    def _block(self, block: etree._Element) -> None:
        order = self.order
        self._sub(block, 'PmtInfId', order.id)
        self._sub(block, 'PmtMtd', 'TRF')
        self._sub(block, 'BtchBookg', 'true' if order.batch_booking else 'false')
        self._totals(block)
        self._type(block)
        day = order.date.isoformat()
        self._path(block, 'ReqdExctnDt' if self.version == OLD else 'ReqdExctnDt/Dt', day)
        self._path(block, 'Dbtr/Nm', self._plain(order.debtor.name))
        self._account(self._sub(block, 'DbtrAcct'), order.debtor)
        agent = self._path(block, 'DbtrAgt/FinInstnId')
        if order.debtor.bic:
            self._sub(agent, self._bic_name, order.debtor.bic)
        else:
            self._path(agent, 'Othr/Id', 'NOTPROVIDED')
        if order.currency == 'EUR':
            self._sub(block, 'ChrgBr', 'SLEV')
        for line in order.lines:
            self._line(self._sub(block, 'CdtTrfTxInf'), line)

    @property
    def _bic_name(self) -> str:
        return 'BIC' if self.version == OLD else 'BICFI'

    def _type(self, block: etree._Element) -> None:
        order = self.order
        kind = etree.Element(f'{{{self.namespace}}}PmtTpInf')
        if order.product == DOMESTIC and order.currency != 'EUR':
            self._sub(kind, 'InstrPrty', 'NORM')
        elif order.currency == 'EUR':
            self._path(kind, 'SvcLvl/Cd', 'SEPA')
        if order.product == INSTANT:
            self._path(kind, 'LclInstrm/Cd', 'INST')
        if order.kind == SALARY:
            self._path(kind, 'CtgyPurp/Cd', 'SALA')
        block.append(kind)

    # === Lines === #

    def _line(self, row: etree._Element, line: Line) -> None:
        ids = self._sub(row, 'PmtId')
        symbols = line.reference.kind == SYMBOLS
        self._sub(ids, 'InstrId', line.end_to_end_id)
        self._sub(ids, 'EndToEndId', references.as_end_to_end(line.reference) if symbols else line.end_to_end_id)
        amount = self._path(row, 'Amt/InstdAmt', _money(line.amount))
        amount.set('Ccy', self.order.currency)
        self._agent(row, line.account)
        payee = self._sub(row, 'Cdtr')
        self._sub(payee, 'Nm', self._plain(line.account.name))
        if needs_address(self.order, line):
            self._address(self._sub(payee, 'PstlAdr'), line)
        self._account(self._sub(row, 'CdtrAcct'), line.account)
        self._remittance(row, line)

    def _agent(self, row: etree._Element, account: Account) -> None:
        if account.scheme in _GIROS:
            clearing = self._path(row, 'CdtrAgt/FinInstnId/ClrSysMmbId')
            self._path(clearing, 'ClrSysId/Cd', 'SESBA')
            self._sub(clearing, 'MmbId', _GIROS[account.scheme])
        elif account.bic:
            self._path(row, f'CdtrAgt/FinInstnId/{self._bic_name}', account.bic)

    def _account(self, parent: etree._Element, account: Account) -> None:
        number = accounts.written(account, self.order.country)
        if account.scheme == IBAN:
            self._path(parent, 'Id/IBAN', number)
            return
        other = self._path(parent, 'Id/Othr')
        self._sub(other, 'Id', number)
        if account.scheme == BBAN:
            self._path(other, 'SchmeNm/Cd', 'BBAN')
        else:
            self._path(other, 'SchmeNm/Prtry', account.scheme)

    def _address(self, parent: etree._Element, line: Line) -> None:
        address = line.address
        assert address
        for name, value in (
            ('StrtNm', address.street),
            ('PstCd', address.post_code),
            ('TwnNm', address.town),
            ('Ctry', address.country),
        ):
            if text := self._plain(value):
                self._sub(parent, name, text)

    def _remittance(self, row: etree._Element, line: Line) -> None:
        """A structured reference, or a text: never both (EPC132-08)."""
        if line.reference.kind in (SCOR, KID, OCR):
            reference = self._path(row, 'RmtInf/Strd/CdtrRefInf')
            self._path(reference, 'Tp/CdOrPrtry/Cd', 'SCOR')
            if line.reference.kind == SCOR and self.order.product in (SEPA, INSTANT):
                self._sub(reference.find(f'{{{self.namespace}}}Tp'), 'Issr', 'ISO')
            self._sub(reference, 'Ref', references.compact(line.reference))
        elif line.reference.kind in (NONE, SYMBOLS) and (text := self._plain(line.text) or self._symbols_as_text(line)):
            self._path(row, 'RmtInf/Ustrd', text)

    def _symbols_as_text(self, line: Line) -> str:
        """Where nothing else tells the payee what is paid, and nobody there looks for symbols in the end-to-end id."""
        abroad = accounts.country(line.account, self.order.country) not in ('SK', 'CZ')
        return references.as_end_to_end(line.reference) if line.reference.kind == SYMBOLS and abroad else ''


def _money(amount: Decimal) -> str:
    return f'{amount:.2f}'
