"""Tatra banka's b-mail (and Raiffeisen's in Slovakia): Slovak without accents.

Source: mails of 2019 to 2026 in public parsers; the bank publishes no description."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .. import symbols, values
from ..data import Balance, Refused, Statement, Transaction, Warn
from . import parse
from .message import Message, labels

#: whose signature such a mail bears
DOMAINS = ('tatrabanka.sk',)
_MOVEMENT = re.compile(
    r'(\d{1,2}\.\d{1,2}\.\d{4}) (\d{1,2}:\d{2}) bol zostatok vasho (uctu|sporenia) (.{1,60}?) (zvyseny|znizeny) o '
    + parse.MONEY.replace('[A-Z]', '[a-z]')
    + r'\.(?!\S)'
)
_ID = re.compile(r'\(ID=([0-9/\s-]{3,40})\)')
_DOMESTIC = re.compile(r'(?:(.*?) )?(\d{4})/(\d{6}-\d{6,10})')
_STRUCTURED = re.compile(r'\(Ref\)([^()]{1,35})\(/Ref\)')


def is_from(message: Message) -> bool:
    return (
        bool(re.search(r'tatra ?banka|bol zostatok vasho (?:uctu|sporenia)', message.told_by))
        or 'b-mail' in message.told_by
    )


def tells(message: Message) -> bool:
    return bool(
        re.search(
            r'bol zostatok vasho (?:uctu|sporenia) .{1,80}? (?:zvyseny|znizeny) o ', ' '.join(message.folded.split())
        )
    )


def movement(message: Message) -> Iterator[Statement | Transaction | Warn]:
    """:raises Refused: ``not_a_movement``, ``damaged``"""
    folded = ' '.join(message.folded.split())
    found = list(_MOVEMENT.finditer(folded))
    if not found:
        if 'bol zostatok vasho' in folded and 'stav na ucte' not in message.told_by:
            raise Refused('damaged', "The mail is cut.")
        raise Refused('not_a_movement', "The mail tells of no movement.")
    match = found[0]
    if any(other.groups() != match.groups() for other in found):
        raise Refused('damaged', "The mail contradicts itself.")
    if re.search(r'\bdebet na ucte' if match[5] == 'zvyseny' else r'\bkredit na ucte', message.told_by):
        raise Refused('damaged', "The mail's subject says the opposite of its text.")
    if not re.search(r's pozdravom|tatra ?banka', folded[match.end() :]):
        raise Refused('damaged', "The mail is cut: it has no end.")
    warnings: list[Warn] = []
    amount, unit = parse.amount(match[6], match[7]), (match[8] or '').upper() or None
    made = Transaction(amount=-amount if match[5] == 'znizeny' else amount, currency=unit)
    made.date = parse.day(match[1], warnings)
    said = labels(message.from_words(r'bol\s+zostatok\s+vasho'))
    _details(made, said, message.subjects)
    account = values.account(match[4]) if match[3] == 'uctu' else None
    closing = None
    if 'uctovny zostatok' in said:
        balance, currency = parse.money(said['uctovny zostatok'])
        closing = Balance(balance, currency, made.date, 'interim')
    yield from parse.told('tatrabanka', account, made, closing, warnings)


def _details(made: Transaction, said: dict[str, str], subject: str) -> None:
    if match := _ID.search(subject):
        made.bank_reference = re.sub(r'\s', '', match[1])
    if text := values.clean(said.get('popis transakcie')):
        made.info.append(text)
        if match := _DOMESTIC.fullmatch(text):
            made.counterparty.bank, made.counterparty.account = match[2], match[3]
    made.counterparty.name = values.clean(said.get('ucet protistrany'))
    reference = values.clean(said.get('referencia platitela'))
    if reference and re.sub(r'/?(VS|SS|KS)', '', reference).strip('/ '):
        made.end_to_end_id = values.meant(reference)
    if text := values.clean(said.get('informacia pre prijemcu')):
        if structured := _STRUCTURED.findall(text):
            made.structured += [found.strip() for found in structured]
        elif not symbols.alone(made.symbols, text):
            made.text.append(text)
