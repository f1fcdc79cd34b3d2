"""Payments of Fio banka (API manual 1.4.5, section 6; ``responseImportIB.xsd``): a file is uploaded with the account's token, and signed in the
internet banking. The bank tells what it has read of it, and nothing afterwards: the movement finishes it."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from lxml import etree
from urllib3.filepost import encode_multipart_formdata

from ..payments import WRITERS, pain001
from ..payments.data import CZECH, DOMESTIC, Refused
from ..payments.fio import FORMAT as FIO_XML
from . import errors
from .payments import Objection, PaymentStarted

if TYPE_CHECKING:
    from ..payments.data import Order

MAX_BYTES = 2 * 1024 * 1024
#: codes of what was not taken: mistakes in it, syntax, empty, too long, empty file
_REFUSED = {'1', '11', '12', '13', '14'}
#: taken; taken with warnings
_TAKEN = {'0', '2'}
_NUMBER = re.compile(r'\d{1,20}', re.ASCII)


def form(order: Order) -> str:
    """The bank's own XML for Czech payments, pain.001.001.03 for euro."""
    czech = order.product == DOMESTIC and order.currency == 'CZK'
    return FIO_XML if czech or any(line.account.scheme == CZECH for line in order.lines) else pain001.OLD


def objections(order: Order) -> list[Objection]:
    """What its file cannot say."""
    try:
        WRITERS[form(order)](order)
    except Refused as refused:
        return [Objection(problem.line, problem.message) for problem in refused.problems]
    return []


def upload(order: Order, token: str) -> tuple[bytes, str]:
    """(body, content type) of the request. Raises NotSent where the file is too large."""
    kind = form(order)
    try:
        content = WRITERS[kind](order)
    except Refused as refused:
        raise errors.NotSent(f"Nothing was sent. {refused.problems[0].message}") from None
    if len(content) > MAX_BYTES:
        raise errors.NotSent("The bank takes files of 2 MB at most. Take some payments out.")
    fields = {
        'token': token,
        'type': 'xml' if kind == FIO_XML else 'pain001_xml',
        'lng': 'en',
        'file': (f'{order.id}.xml', content, 'application/xml'),
    }
    return encode_multipart_formdata(fields)


def answer(content: bytes, order: Order) -> PaymentStarted:
    """What the bank has read.

    :raises RequestRefused: it has not taken it
    :raises PaymentUnknown: it says something else than was sent, or nothing that is understood"""
    root = _parsed(content)
    result = root.find('{*}result')
    code = _text(result, 'errorCode')
    if code in _REFUSED:
        refused = errors.RequestRefused("The bank has not taken the file: it finds mistakes in it.", code)
        refused.told = ' '.join(_messages(root))[: errors.MAX_TOLD]
        raise refused
    if code not in _TAKEN:
        raise errors.PaymentUnknown(
            "Whether the bank has taken the file is not known: its answer is not understood.", code[:20]
        )
    debit = _debit(result, order.currency)
    if debit != order.total or _count(root) not in (0, len(order.lines)):
        raise errors.PaymentUnknown(
            "The bank has read other sums than were sent. Do not sign it: delete it in the internet banking, and say so here."
        )
    number = _text(result, 'idInstruction')
    return PaymentStarted(number if _NUMBER.fullmatch(number) else '', code)


def _parsed(content: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError):
        root = None
    if (
        root is None
        or root.getroottree().docinfo.doctype
        or etree.QName(root).localname not in ('responseImport', 'response')
    ):
        raise errors.PaymentUnknown("Whether the bank has taken the file is not known: its answer makes no sense.")
    if root.find('{*}result') is None:
        raise errors.PaymentUnknown("Whether the bank has taken the file is not known: its answer says nothing of it.")
    return root


def _text(element: etree._Element | None, name: str) -> str:
    found = element.findtext(f'{{*}}{name}') if element is not None else None
    return (found or '').strip()[:200]


def _debit(result: etree._Element | None, currency: str) -> Decimal | None:
    for row in result.iterfind('{*}sums/{*}sum') if result is not None else ():
        if row.get('id') == currency:
            try:
                return Decimal(_text(row, 'sumDebet'))
            except InvalidOperation:
                return None
    return None


def _count(root: etree._Element) -> int:
    return len(root.findall('{*}ordersDetails/{*}detail'))


def _messages(root: etree._Element) -> list[str]:
    found = [(element.text or '').strip() for element in root.iter('{*}message')]
    return [text for text in found if text and text.lower() != 'ok'][:5]
