"""Orders as Fio banka's own XML: Czech payments in koruna, and euro payments.

Source: Fio's API manual 1.4.5, section "Import", and importIB.xsd: first domestic transactions, then T2. The file is signed in Fio's internet
banking, not by the upload."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from decimal import Decimal

from lxml import etree

from . import accounts, references
from .charset import plain
from .checks import each_once, needs_address, problems
from .data import CZECH, IBAN, INSTANT, KID, OCR, SCOR, Address, Line, Order, Problem, Refused

FORMAT = 'fio-xml'
FIO, FIO_SK = '2010', '8330'
#: standard, and at once
_STANDARD, _FAST = '431001', '431004'
_T2 = '431008'
MAX_NAME, MAX_STREET, MAX_REMITTANCE, REMITTANCES = 35, 35, 35, 3
#: of ISO 3166, what importIB.xsd does not have
UNKNOWN_COUNTRIES = {'AF', 'SS'}
#: bytes of a file (manual, code 13); euro above which a Slovak account has to say why it pays
MAX_BYTES, UNREASONED = 2 * 1024 * 1024, Decimal(50_000)


def write(order: Order) -> bytes:
    """The file.

    :raises Refused: the order has problems, or this format cannot say it"""
    found = problems(order) + list(_own_problems(order))
    if found:
        raise Refused(each_once(found))
    root = etree.Element('Import')
    rows = etree.SubElement(root, 'Orders')
    for line in sorted(order.lines, key=lambda line: not _is_domestic(line)):  # the format's order; within it, ours
        _domestic(rows, order, line) if _is_domestic(line) else _t2(rows, order, line)
    content = etree.tostring(root, xml_declaration=True, encoding='UTF-8', pretty_print=True)
    if len(content) > MAX_BYTES:
        raise Refused([Problem(None, 'lines', 'size', "Fio takes files up to 2 MB: make two orders of it.")])
    return content


def account_from(order: Order) -> str:
    """The debtor's number at Fio, its digits only, or '' where it is at another bank."""
    number = accounts.compact(order.debtor.number)
    if order.debtor.scheme == CZECH:
        return number if order.debtor.bank_code == FIO and '-' not in number else ''
    if order.debtor.scheme == IBAN and number[:2] in ('CZ', 'SK'):
        bank = FIO if number[:2] == 'CZ' else FIO_SK
        own = number[4:8] == bank and not number[8:14].strip('0')
        return number[14:].lstrip('0') if own else ''
    return ''


def _is_domestic(line: Line) -> bool:
    return line.account.scheme == CZECH


def _own_problems(order: Order) -> Iterator[Problem]:
    if order.currency == 'CZK' and accounts.country(order.debtor, order.country) != 'CZ':
        yield Problem(None, 'debtor.number', 'unsupported', "Payments in koruna leave a Czech account.")
    if order.currency not in ('CZK', 'EUR'):
        yield Problem(None, 'currency', 'unsupported', "Fio's file is in koruna or euro.")
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
        if len(_wrapped(line.text)) > REMITTANCES:
            lines = f"{REMITTANCES} lines of {MAX_REMITTANCE} letters"
            yield Problem(place, 'text', 'length', f"Fio takes {lines} in a euro payment.")
        if accounts.country(order.debtor, order.country) == 'SK' and line.amount > UNREASONED:
            yield Problem(
                place, 'amount', 'unsupported', "Above 50,000 EUR Fio wants a reason, which this file cannot say."
            )
        if needs_address(order, line) and line.address:
            yield from _address_problems(place, line.address)
        if len(plain(line.account.name)[0]) > MAX_NAME:
            yield Problem(place, 'name', 'length', f"Fio takes {MAX_NAME} letters of a name.")


def _address_problems(place: int, address: Address) -> Iterator[Problem]:
    if address.country in UNKNOWN_COUNTRIES:
        yield Problem(place, 'address.country', 'unsupported', "Fio's file does not know this country.")
    if len(plain(address.street)[0]) > MAX_STREET:
        yield Problem(place, 'address.street', 'length', f"Fio takes {MAX_STREET} letters of a street.")


def _wrapped(text: str) -> list[str]:
    """The lines of a text, broken at its words: a blank at an end would be lost."""
    return textwrap.wrap(plain(text)[0], MAX_REMITTANCE)


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
    if line.address and needs_address(order, line):
        for name, value in (
            ('Street', line.address.street),
            ('City', line.address.town),
            ('Country', line.address.country),
        ):
            _put(row, f'benef{name}', plain(value)[0])
    for number, part in enumerate(_wrapped(line.text), 1):
        _put(row, f'remittanceInfo{number}', part)
    _put(row, 'paymentType', _T2)
