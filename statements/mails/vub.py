"""VÚB's notice of a transaction, as Zooza reads it.

Source: public parsers of the notice; no real mail with its headers is public."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .. import values
from ..data import Refused, Statement, Transaction, Warn
from . import parse
from .message import Message, labels

#: whose signature such a mail bears
DOMAINS = ('vub.sk',)
_MOVEMENT = re.compile(
    r'na ucte ([a-z]{2}\d{2}[a-z0-9 ]{11,40}?) dna (\d{1,2}\. ?\d{1,2}\. ?\d{4})(?: o (\d{1,2}:\d{2}))? bola zrealizovana (kreditna|debetna) transakcia vo vyske '
    + parse.MONEY.replace('[A-Z]', '[a-z]') + r'\.(?!\S)'
)  # fmt: skip


def is_from(message: Message) -> bool:
    return bool(re.search(r'\bvub\b|vub\.sk|bola zrealizovana', message.told_by))


def tells(message: Message) -> bool:
    return bool(re.search(r'bola zrealizovana (?:kreditna|debetna) transakcia', ' '.join(message.folded.split())))


def movement(message: Message) -> Iterator[Statement | Transaction | Warn]:
    """:raises Refused: ``not_a_movement``, ``damaged``"""
    folded = ' '.join(message.folded.split())
    found = list(_MOVEMENT.finditer(folded))
    if not found:
        if re.search(r'nebola|zamietnut|neuspesn|nezrealizovan', folded):
            raise Refused('not_a_movement', "The mail tells of a payment that was not made.")
        if re.search(r'bola zrealizovana|transakcia vo vyske', folded):
            raise Refused('damaged', "The mail is cut.")
        raise Refused('not_a_movement', "The mail tells of no movement.")
    match = found[0]
    if any(other.groups() != match.groups() for other in found):
        raise Refused('damaged', "The mail contradicts itself.")
    if 'vub' not in folded[match.end() :]:
        raise Refused('damaged', "The mail is cut: it has no end.")
    warnings: list[Warn] = []
    amount, unit = parse.amount(match[5], match[6]), (match[7] or '').upper() or None
    made = Transaction(amount=-amount if match[4] == 'debetna' else amount, currency=unit)
    made.date = parse.day(match[2], warnings)
    said = labels(message.from_words(r'bola\s+zrealizovana'))
    if (account := said.get('ucet partnera')) and not parse.party(made, account):
        made.counterparty.name = values.clean(account)
    made.counterparty.name = made.counterparty.name or values.clean(said.get('nazov partnera'))
    for label, name in (('variabilny symbol', 'vs'), ('specificky symbol', 'ss'), ('konstantny symbol', 'ks')):
        parse.symbol(made, name, said.get(label))
    if text := values.clean(said.get('popis')):
        made.text.append(text)
    yield from parse.told('vub', values.account(match[1]), made, None, warnings)
