"""The vocabulary of sending payments to a bank: what became of a payment, in the bank's words.

What is sent is a :class:`payments.data.Order`; what the bank's codes mean, :mod:`payments.states` says."""

from __future__ import annotations

from dataclasses import dataclass, field

#: the person signs in the browser right after; later, in the internet banking
ATTENDED, DEFERRED = 'attended', 'deferred'


@dataclass(frozen=True, slots=True)
class LineStatus:
    """Of one payment of an order. ``end_to_end_id``: ours; ``code``: the bank's; ``reason``: ISO 20022 reason code."""

    end_to_end_id: str
    code: str
    reason: str = ''
    text: str = ''


@dataclass(frozen=True, slots=True)
class PaymentStarted:
    """The bank has the order. ``reference``: what it calls it; ``code``: its state there; ``url``: the page where the person signs, or ''."""

    reference: str
    code: str
    url: str = ''


@dataclass(frozen=True, slots=True)
class PaymentStatus:
    """What became of an order. ``final``: the bank will not say more."""

    code: str
    reason: str = ''
    text: str = ''
    lines: tuple[LineStatus, ...] = field(default=())
    final: bool = False


@dataclass(frozen=True, slots=True)
class Objection:
    """Why a bank would not take an order. ``line``: its place from 0, None: the order itself; ``message``: a plain sentence."""

    line: int | None
    message: str
