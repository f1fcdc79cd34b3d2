"""Notification mails of banks: one movement a mail, told in the bank's own words. A mail is anybody's until the caller knows better:
whether its sender was authenticated, he says."""

from __future__ import annotations

import io
from collections.abc import Iterator

from ..data import Refused, Statement, Transaction, Warn
from ..detect import read, safely
from . import fio, slsp, tatrabanka, vub
from .message import Message

#: one module a bank: ``is_from(message)``: its name is there; ``tells(message)``: in its words a movement; ``movement(message)``
BANKS = (tatrabanka, vub, fio, slsp)

Record = Statement | Transaction | Warn
#: {name of a bank: domains whose signature its mails bear}
DOMAINS = {bank.__name__.rpartition('.')[2]: bank.DOMAINS for bank in BANKS}


def read_mail(data: bytes, trusted: bool = False) -> Iterator[Record]:
    """What a mail (RFC 822, as received) says: its movement, then its statement; or the statements that are attached.

    :param trusted: the caller has authenticated the sender
    :raises Refused: ``unknown_bank``, ``untrusted``, ``not_a_movement``, ``damaged``, ``encrypted``; and as :func:`detect.read`"""
    yield from safely(_read(data, trusted))


def _read(data: bytes, trusted: bool) -> Iterator[Record]:
    message = Message(data)
    telling = [one for one in BANKS if one.tells(message)]
    bank = next((one for one in (*telling, *BANKS) if one in telling or one.is_from(message)), None)
    attached = message.attached()
    if bank is None and not attached and not message.is_encrypted:
        if trusted and message.is_cut:
            raise Refused('damaged', "The mail is cut.")
        raise Refused('unknown_bank', "No bank is known that writes so.")
    if not trusted:
        raise Refused('untrusted', "The sender was not authenticated.")
    if message.is_encrypted:
        raise Refused('encrypted', "The mail is encrypted.")
    read_one, strange = False, None
    for content in attached:
        try:
            yield from read(io.BytesIO(content))
            read_one = True
        except Refused as refused:
            if refused.code != 'unknown_format':
                raise
            strange = refused
    if read_one:
        return
    if message.is_cut:
        raise Refused('damaged', "The mail is cut.")
    if bank is None:
        raise Refused('unknown_bank', "No bank is known that writes so.")
    if len(telling) > 1:
        raise Refused('damaged', "The mail contradicts itself: two banks tell of a movement.")
    if strange and not telling:
        raise strange
    yield from bank.movement(message)
