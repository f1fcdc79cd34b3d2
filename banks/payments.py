"""The vocabulary of sending payments to a bank: what became of a payment, in the bank's words.

What is sent is a :class:`payments.data.Order`; what the bank's codes mean, :mod:`payments.states` says."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..payments import pain002
from ..payments.ids import is_id
from .errors import BadAnswer, PaymentUnknown
from .read import document, text

if TYPE_CHECKING:
    import re

    from .http import Answer

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
    """The bank has the order. ``reference``: what it calls it; ``code``: its state there; ``url``: the page where the person signs, or '';
    ``memory``: what :meth:`banks.client.BankClient.finish_payment` needs when the person comes back."""

    reference: str
    code: str
    url: str = ''
    memory: dict[str, Any] = field(default_factory=dict)


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


# === Answers to what moves money === #


def taken(answer: Answer, code: str, refusals: tuple[int, ...]) -> bool:
    """Whether the bank has it; False: it has read it, and refuses it.

    :param str code: the bank's own code of the error, '' where the answer has none
    :param refusals: statuses with which it refuses what it has read
    :raises PaymentUnknown: neither is sure"""
    if answer.status < 400:
        return True
    if not code or answer.status not in refusals:
        raise PaymentUnknown("Whether the payment arrived is not known: the bank's answer does not say it.")
    return False


def named(answer: Answer, name: str, pattern: re.Pattern[str]) -> str:
    """The bank's id of what was sent. Raises PaymentUnknown where it names none."""
    found = text(document(answer).get(name))
    if not pattern.fullmatch(found):
        raise PaymentUnknown("Whether the payment arrived is not known: the bank's answer does not name it.")
    return found


def reported(content: bytes) -> PaymentStatus:
    """A pain.002 in place of JSON: our own id of each payment is the end-to-end id, or where symbols took its place, the instruction's."""
    try:
        report = pain002.read(content)
    except pain002.Unreadable as error:
        raise BadAnswer(str(error)) from None
    lines = tuple(
        LineStatus(
            line.end_to_end_id if is_id(line.end_to_end_id) or not line.instruction_id else line.instruction_id,
            line.code,
            line.reason,
            line.text,
        )
        for line in report.lines
    )
    return PaymentStatus(report.code, report.reason, report.text, lines)
