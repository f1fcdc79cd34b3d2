"""Slovenská sporiteľňa's notice of a movement, in HTML.

Source: public parsers of the notice; the own account does not stand in it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .. import values
from ..data import Refused, Statement, Transaction, Warn
from . import parse
from .message import Message, fold, labels

#: whose signature such a mail bears
DOMAINS = ('slsp.sk',)
_CAME = re.compile(r'bezhotovostny vklad|vklad|prijata platba|pripisan')
_WENT = re.compile(r'vyber|odoslana platba|platobny prikaz|uhrada|platba kartou|odpisan|debet')


def is_from(message: Message) -> bool:
    return bool(
        re.search(
            r'slovenska sporitelna|slsp\.sk|\bslsp\b|bezhotovostny vklad|sporopay|sifrovana sprava', message.told_by
        )
    )


def tells(message: Message) -> bool:
    return 'bezhotovostny vklad' in message.folded and 'suma:' in message.folded


def _heading(message: Message) -> str:
    """The subject, and what stands above the amount without a label: not what a payer wrote."""
    lines = message.folded.partition('suma:')[0].split('\n')
    return ' '.join((fold(message.subject), *(line for line in lines if ':' not in line)))


def movement(message: Message) -> Iterator[Statement | Transaction | Warn]:
    """:raises Refused: ``not_a_movement``, ``damaged``"""
    if 'sifrovana sprava sa nachadza v prilohe' in message.folded:
        raise Refused('encrypted', "The movement is in an encrypted file, which is not attached.")
    said = labels(message.text)
    if 'suma' not in said:
        if 'bezhotovostny vklad' in message.folded or 'datum' in said:
            raise Refused('damaged', "The mail is cut.")
        raise Refused('not_a_movement', "The mail tells of no movement.")
    heading = _heading(message)
    if re.search(r'sporopay|zamietnut|neuspesn|nezrealizovan', f"{heading} {fold(said.get('stav', ''))}"):
        raise Refused('not_a_movement', "The mail tells of no movement.")
    if len(set(re.findall(r'suma:\s*([\d ,]+)', message.folded))) > 1:
        raise Refused('damaged', "The mail tells of two movements.")
    if message.is_plain and not re.search(r'referencia:.*\n', message.folded):
        raise Refused('damaged', "The mail is cut: it does not tell the reference.")
    came, went = bool(_CAME.search(heading)), bool(_WENT.search(heading))
    if came == went:
        raise Refused('damaged', "The mail does not say whether money came or went.")
    warnings: list[Warn] = []
    amount, unit = parse.money(said['suma'])
    made = Transaction(amount=amount if came else -abs(amount), currency=unit)
    moment = (said.get('datum') or '').split(' ')[0]
    made.date = parse.day(moment, warnings) if moment else message.day()
    if (account := said.get('protiucet')) and not parse.party(made, account):
        made.counterparty.name = values.clean(account)
    made.counterparty.name = made.counterparty.name or values.clean(said.get('nazov protiuctu'))
    made.end_to_end_id = values.meant(values.clean(said.get('referencia')))
    for label in ('informacia pre prijemcu', 'sprava pre prijemcu', 'popis'):
        if text := values.clean(said.get(label)):
            made.text.append(text)
    for label, name in (('variabilny symbol', 'vs'), ('specificky symbol', 'ss'), ('konstantny symbol', 'ks')):
        parse.symbol(made, name, said.get(label))
    account_number = values.account(said.get('ucet') or said.get('cislo uctu'))
    yield from parse.told('slsp', account_number, made, None, warnings)
