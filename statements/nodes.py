"""Elements of an XML file, read once and asked many times."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from lxml import etree

from . import values
from .data import Warn

Element = Any
#: {an element's full name: its name without the namespace}
_NAMES: dict[str, str] = {}


def name(element: Element) -> str:
    """An element's name without its namespace."""
    tag = element.tag
    found = _NAMES.get(tag)
    if found is None:
        found = tag.rpartition('}')[2] if isinstance(tag, str) else ''
        if len(_NAMES) < 10_000:
            _NAMES[tag] = found
    return found


class Node:
    """An element with its children by name: asked many times, read once."""

    __slots__ = ('_element', '_kids', '_text')

    def __init__(self, element: Element) -> None:
        kids: dict[str, list[Node]] = {}
        for one in element:
            kids.setdefault(name(one), []).append(Node(one))
        self._element, self._kids, self._text = element, kids, element.text

    @property
    def line(self) -> int | None:
        found: int | None = self._element.sourceline
        return found

    @property
    def currency(self) -> str | None:
        """Of an amount."""
        return values.currency(self._element.get('Ccy'), self.line)

    def all(self, step: str) -> list[Node]:
        return self._kids.get(step, [])

    def at(self, *path: str) -> Node:
        """The first element at the path, or one that is empty."""
        node = self
        for step in path:
            found = node._kids.get(step)
            if not found:
                return NONE
            node = found[0]
        return node

    def text(self, *path: str) -> str | None:
        """The cleaned text at the path."""
        node = self.at(*path) if path else self
        text = node._text
        return values.clean(text, node.line if len(text) > 10_000 else None) if text else None

    def steps(self) -> dict[str, list[Node]]:
        return self._kids

    def __bool__(self) -> bool:
        return self is not NONE

    # === Values === #

    def amount(self) -> Decimal:
        """:raises Refused: ``bad_value``"""
        return values.plain_amount(self.text(), self.line)

    def day(self, warnings: list[Warn], entry: int | None, *steps: str) -> date | None:
        """The day at the first of the steps that there is."""
        for step in steps:
            found = self.at(step)
            if found and (said := found.text()):
                return values.iso_day(said, warnings, entry, found.line)
        return None


NONE = Node(etree.Element('none'))


def account(node: Node) -> str | None:
    """IBAN, or what else an account is called."""
    group = node.at('Id')
    if not group:
        return None
    return values.account(
        group.text('IBAN')
        or group.text('BBAN')
        or group.text('Othr', 'Id')
        or group.text('PrtryAcct', 'Id')
        or group.text('UPIC')
    )


def bank(node: Node) -> str | None:
    """BIC, or the bank's number in its country's clearing."""
    group = node.at('FinInstnId')
    for one in (group, group.at('CmbndId')) if group else ():
        found = (
            one.text('BIC') or one.text('BICFI') or one.text('ClrSysMmbId', 'MmbId') or one.text('ClrSysMmbId', 'Id')
            or one.text('PrtryId', 'Id') or one.text('Othr', 'Id')
        )  # fmt: skip
        if found:
            return values.meant(found)
    return None
