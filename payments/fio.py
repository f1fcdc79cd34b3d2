"""Orders as Fio banka's own XML: Czech payments in koruna, and euro payments.

Source: Fio's API manual 1.4.5, section "Import", and importIB.xsd: first domestic transactions, then T2. The file is signed in Fio's internet
banking, not by the upload."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from . import accounts, references
from .charset import plain
from .checks import problems
from .data import CZECH, IBAN, INSTANT, KID, OCR, SCOR, Line, Order, Problem, Refused

FORMAT = 'fio-xml'
FIO = '2010'
#: standard, and at once
_STANDARD, _FAST = '431001', '431004'
_T2 = '431008'
MAX_NAME, MAX_REMITTANCE = 35, 35


def write(order: Order) -> bytes:
    """The file.

    :raises Refused: the order has problems, or this format cannot say it"""
    found = problems(order) + list(_own_problems(order))
    if found:
        raise Refused(found)
    root = etree.Element('Import')
    rows = etree.SubElement(root, 'Orders')
    for line in sorted(order.lines, key=lambda line: not _is_domestic(line)):  # the format's order; within it, ours
        _domestic(rows, order, line) if _is_domestic(line) else _t2(rows, order, line)
    return etree.tostring(root, xml_declaration=True, encoding='UTF-8', pretty_print=True)


def account_from(order: Order) -> str:
    """The debtor's number at Fio, its digits only, or '' where it is at another bank."""
    number = accounts.compact(order.debtor.number)
    if order.debtor.scheme == CZECH:
        return number if order.debtor.bank_code == FIO and '-' not in number else ''
    if order.debtor.scheme == IBAN and number[:2] in ('CZ', 'SK') and number[4:8] in (FIO, '8330'):
        return number[14:].lstrip('0') if not number[8:14].strip('0') else ''
    return ''


def _is_domestic(line: Line) -> bool:
    return line.account.scheme == CZECH


def _own_problems(order: Order) -> Iterator[Problem]:
    if not account_from(order):
        yield Problem(None, 'debtor.number', 'unsupported', "The account is not at Fio banka.")
    if order.product == INSTANT:
        yield Problem(None, 'product', 'unsupported', "Fio's file has no instant payments.")
    for place, line in enumerate(order.lines):
        if line.reference.kind in (SCOR, KID, OCR):
            yield Problem(place, 'reference', 'unsupported', "Fio's file carries symbols and a text only.")
        if _is_domestic(line):
            continue
        if order.currency != 'EUR' or line.account.scheme != IBAN:
            yield Problem(place, 'number', 'unsupported', "In this currency Fio's file goes to Czech account numbers.")
        elif not line.account.bic:
            yield Problem(place, 'bic', 'missing', "Fio's euro payments need the BIC.")
        if len(plain(line.text)[0]) > 3 * MAX_REMITTANCE:
            yield Problem(
                place, 'text', 'length', f"Fio takes {3 * MAX_REMITTANCE} letters of a text in a euro payment."
            )
        if len(plain(line.account.name)[0]) > MAX_NAME:
            yield Problem(place, 'name', 'length', f"Fio takes {MAX_NAME} letters of a name.")


def _put(row: etree._Element, name: str, value: str) -> None:
    if value:
        etree.SubElement(row, name).text = value


def _head(row: etree._Element, order: Order, line: Line) -> None:
    _put(row, 'accountFrom', account_from(order))
    _put(row, 'currency', order.currency)
    _put(row, 'amount', f'{line.amount:.2f}')
    _put(row, 'accountTo', accounts.compact(line.account.number))


def _symbols(row: etree._Element, line: Line) -> None:
    reference = line.reference
    _put(row, 'ks', reference.ks.strip())
    _put(row, 'vs', references.compact(reference))
    _put(row, 'ss', reference.ss.strip())


def _domestic(rows: etree._Element, order: Order, line: Line) -> None:
    row = etree.SubElement(rows, 'DomesticTransaction')
    _head(row, order, line)
    _put(row, 'bankCode', line.account.bank_code)
    _symbols(row, line)
    _put(row, 'date', order.date.isoformat())
    _put(row, 'messageForRecipient', plain(line.text)[0])
    _put(row, 'comment', line.end_to_end_id)
    _put(row, 'paymentType', _STANDARD)


def _t2(rows: etree._Element, order: Order, line: Line) -> None:
    row = etree.SubElement(rows, 'T2Transaction')
    _head(row, order, line)
    _symbols(row, line)
    _put(row, 'bic', line.account.bic)
    _put(row, 'date', order.date.isoformat())
    _put(row, 'comment', line.end_to_end_id)
    _put(row, 'benefName', plain(line.account.name)[0])
    text = plain(line.text)[0]
    for number in range(3):
        _put(row, f'remittanceInfo{number + 1}', text[number * MAX_REMITTANCE : (number + 1) * MAX_REMITTANCE])
    _put(row, 'paymentType', _T2)
