"""Customer payment status report: pain.002.001.03 and later (.10 to .15): what a bank says of a file that was sent.

Source: ISO 20022 message definitions. Elements are found by their names, whatever the version's namespace; nothing outside of the message
is read."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from .states import meant

MAX_BYTES = 32 * 1024 * 1024
MAX_TEXT = 500


@dataclass(frozen=True, slots=True)
class LineStatus:
    """Of one payment: ``code`` as the bank writes it, ``state`` what it means ('' : nothing), ``reason``: the ISO reason code."""

    end_to_end_id: str
    instruction_id: str
    code: str
    state: str
    reason: str = ''
    text: str = ''


@dataclass(frozen=True, slots=True)
class Report:
    """Of one message. ``code``, ``state``: of the group, '' where the bank speaks of lines only."""

    message_id: str
    code: str
    state: str
    reason: str
    text: str
    lines: tuple[LineStatus, ...]


class Unreadable(ValueError):
    """This is no status report."""


def read(content: bytes) -> Report:
    """:raises Unreadable: no XML, or no status report"""
    if len(content) > MAX_BYTES:
        raise Unreadable("The status report is too large.")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise Unreadable("The status report is no XML.") from None
    if root.getroottree().docinfo.doctype:
        raise Unreadable("The status report has a document type.")
    top = _child(root, 'CstmrPmtStsRpt')
    if top is None:
        raise Unreadable("This is no payment status report.")
    group = _child(top, 'OrgnlGrpInfAndSts')
    if group is None:
        raise Unreadable("The status report names no message.")
    lines = tuple(
        _line(row, block) for block in _children(top, 'OrgnlPmtInfAndSts') for row in _children(block, 'TxInfAndSts')
    )
    code = _text(group, 'GrpSts') or next(
        (found for found in (_text(block, 'PmtInfSts') for block in _children(top, 'OrgnlPmtInfAndSts')) if found), ''
    )
    reason, text = _reason(group)
    return Report(_text(group, 'OrgnlMsgId'), code, meant('nextgenpsd2', code), reason, text, lines)


def _line(row: etree._Element, block: etree._Element) -> LineStatus:
    code = _text(row, 'TxSts') or _text(block, 'PmtInfSts')
    reason, text = _reason(row)
    return LineStatus(
        _text(row, 'OrgnlEndToEndId'), _text(row, 'OrgnlInstrId'), code, meant('nextgenpsd2', code), reason, text
    )


def _reason(parent: etree._Element) -> tuple[str, str]:
    found = _child(parent, 'StsRsnInf')
    if found is None:
        return '', ''
    reason = _child(found, 'Rsn')
    code = '' if reason is None else _text(reason, 'Cd') or _text(reason, 'Prtry')
    return code, ' '.join(_all(found, 'AddtlInf'))[:MAX_TEXT]


def _name(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ''


def _children(parent: etree._Element, name: str) -> list[etree._Element]:
    return [child for child in parent if _name(child) == name]


def _child(parent: etree._Element, name: str) -> etree._Element | None:
    found = _children(parent, name)
    return found[0] if found else None


def _all(parent: etree._Element, name: str) -> list[str]:
    return [(child.text or '').strip() for child in _children(parent, name)]


def _text(parent: etree._Element, name: str) -> str:
    return next(iter(_all(parent, name)), '')[:MAX_TEXT]
