"""The vocabulary of signing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

PENDING, OPENED, SIGNED, DECLINED, EXPIRED, CANCELLED, FAILED = (
    'pending', 'opened', 'signed', 'declined', 'expired', 'cancelled', 'failed',
)  # fmt: skip
#: from these nothing follows
FINAL = frozenset({SIGNED, DECLINED, EXPIRED, CANCELLED, FAILED})


@dataclass(frozen=True, slots=True)
class Signer:
    """Who is to sign. ``mobile`` in international form, or empty."""

    name: str
    email: str
    mobile: str = ''


@dataclass(frozen=True, slots=True)
class Case:
    """One signature as its provider sees it.

    ``reference``: the provider's id of it; ``link``: where the signer goes; ``name``: as the provider identified the signer, who need not
    be whom we asked; ``reason``: why it was declined or failed; ``signed_at``: in UTC."""

    reference: str
    state: str
    link: str = ''
    name: str = ''
    reason: str = ''
    signed_at: datetime | None = None
