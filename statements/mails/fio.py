"""Fio banka's notices: the labels of many years, and the sentence that it writes since August 2026.

Source: public parsers with real mails; the bank publishes no description."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .. import values
from ..data import Balance, Refused, Statement, Transaction, Warn
from . import parse
from .message import Message, labels

#: whose signature such a mail bears
DOMAINS = ('fio.cz', 'fio.sk')
_SENTENCE = re.compile(
    r'zustatek (?:na )?(?:vaseho )?uctu? ([\d/-]{4,30}) se (?:dne )?(\d{1,2}\. ?\d{1,2}\. ?\d{4}) v (\d{1,2}:\d{2}) (zvysil|snizil) o '
    + parse.MONEY.replace('[A-Z]', '[a-z]') + r'\.(?!\S)'
)  # fmt: skip


def is_from(message: Message) -> bool:
    return bool(
        re.search(r'fio ?banka|fio\.(?:cz|sk)|(?:prijem|vydaj) na konte:|zustatek uctu [\d/-]+ se', message.told_by)
    )


def tells(message: Message) -> bool:
    return bool(
        re.search(
            r'(?:prijem|vydaj) na konte:|zustatek (?:na )?(?:vaseho )?uctu? [\d/-]+ se ',
            ' '.join(message.folded.split()),
        )
    )


def movement(message: Message) -> Iterator[Statement | Transaction | Warn]:
    """:raises Refused: ``not_a_movement``, ``damaged``"""
    folded = ' '.join(message.folded.split())
    said = labels(message.from_words(r'(?:prijem|vydaj) na konte:|zustatek\s+(?:na )?(?:vaseho )?uctu?\s+[\d/-]+\s+se'))
    if 'prijem na konte' in said or 'vydaj na konte' in said:
        yield from _by_labels(message, said)
        return
    found = list(_SENTENCE.finditer(folded))
    if not found:
        if re.search(r'zustatek (?:vaseho )?uctu [\d/-]+ se', folded):
            raise Refused('damaged', "The mail is cut.")
        raise Refused('not_a_movement', "The mail tells of no movement.")
    match = found[0]
    if any(other.groups() != match.groups() for other in found):
        raise Refused('damaged', "The mail contradicts itself.")
    if not re.search(r'[A-Z]{3}$', said.get('aktualni zustatek', '')):
        raise Refused('damaged', "The mail is cut: it does not tell the balance.")
    warnings: list[Warn] = []
    amount, unit = parse.amount(match[5], match[6]), (match[7] or '').upper() or None
    made = Transaction(amount=-amount if match[4] == 'snizil' else amount, currency=unit)
    made.date = parse.day(match[2], warnings)
    _details(made, said, ('variabilni symbol', 'specificky symbol', 'konstantni symbol'))
    yield from parse.told('fio', values.account(match[1]), made, _balance(said, made), warnings)


def _by_labels(message: Message, said: dict[str, str]) -> Iterator[Statement | Transaction | Warn]:
    incoming = 'prijem na konte' in said
    if incoming and 'vydaj na konte' in said:
        raise Refused('damaged', "The mail contradicts itself.")
    if len(set(re.findall(r'castka:\s*([\d ,]+)', message.folded))) > 1:
        raise Refused('damaged', "The mail tells of two movements.")
    if ('vydaj na konte' if incoming else 'prijem na konte') in message.told_by:
        raise Refused('damaged', "The mail's subject says the opposite of its text.")
    if 'castka' not in said or 'aktualni zustatek' not in said or 'ks' not in said:
        raise Refused('damaged', "The mail is cut.")
    amount, unit = parse.money(said['castka'])
    made = Transaction(amount=amount if incoming else -abs(amount) + 0, currency=unit)
    made.date = message.day()
    _details(made, said, ('vs', 'ss', 'ks'))
    account = values.account(said['prijem na konte' if incoming else 'vydaj na konte'])
    yield from parse.told('fio', account, made, _balance(said, made), [])


def _details(made: Transaction, said: dict[str, str], names: tuple[str, str, str]) -> None:
    for label, name in zip(names, ('vs', 'ss', 'ks')):
        parse.symbol(made, name, said.get(label))
    other = said.get('protiucet') or said.get('protistrana') or ''
    number, _bracket, name = other.partition('(')
    if not parse.party(made, number) and number.strip():
        made.info.append(values.clean(number) or '')
    made.counterparty.name = values.clean(name.rstrip(') ')) if name else None
    for label in ('zprava prijemci', 'zprava pro prijemce'):
        if text := values.clean(said.get(label)):
            made.text.append(text)
    for label in ('typ pohybu', 'us', 'uzivatelsky symbol'):
        if text := values.clean(said.get(label)):
            made.info.append(text)
    if order := values.clean(said.get('id pokynu')):
        made.references.append(order)  # of the order: several movements may have it


def _balance(said: dict[str, str], made: Transaction) -> Balance:
    amount, unit = parse.money(said['aktualni zustatek'])
    return Balance(amount, unit or made.currency, made.date, 'interim')
