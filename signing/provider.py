"""What every signature provider does for us, whoever it is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

from ..banks.client import Setting
from ..banks.http import Transport
from .data import Case, Signer


class SignatureProvider(ABC):
    """Sends documents to be signed and tells what became of them. What an event says is a hint: :meth:`state` is asked.

    :param settings: values of :attr:`asks`, by name
    :param transport: to the provider; default: to :attr:`address`"""

    code: str
    label: str
    #: eIDAS level: 'SES', 'AES' or 'QES'
    level: str
    #: what a manager types in
    asks: tuple[Setting, ...] = ()
    address: str = ''

    def __init__(self, settings: Mapping[str, Any], transport: Transport | None = None) -> None:
        self.settings = dict(settings)
        self.transport = transport or Transport(self.address)

    @abstractmethod
    def send(self, title: str, document: bytes, signer: Signer, days: int, notify_url: str) -> Case:
        """Ask for a signature.

        :param document: PDF
        :param days: after which the link ends
        :param notify_url: where events go
        :raises BankError: it could not be sent; nothing waits at the provider then, or nobody can tell"""

    @abstractmethod
    def state(self, reference: str) -> Case:
        """What became of it. Raises BankError."""

    @abstractmethod
    def fetch(self, reference: str) -> bytes:
        """The signed PDF. Raises BankError."""

    @abstractmethod
    def cancel(self, reference: str) -> None:
        """Nobody is asked any more; one that has ended is no error. Raises BankError."""

    @abstractmethod
    def event(self, headers: Mapping[str, str], raw: bytes) -> str | None:
        """The reference that a call of the provider is about; None where the call does not prove to be the provider's."""
