"""Documents that a person signs electronically: the document, the proof, and who provides the signature. Imports nothing of Odoo."""

from .data import CANCELLED, DECLINED, EXPIRED, FAILED, OPENED, PENDING, SIGNED, Case, Signer
from .idura import Idura
from .provider import SignatureProvider

#: signature providers beside the built-in code, by their code
PROVIDERS: dict[str, type[SignatureProvider]] = {Idura.code: Idura}

__all__ = [
    'CANCELLED',
    'DECLINED',
    'EXPIRED',
    'FAILED',
    'OPENED',
    'PENDING',
    'PROVIDERS',
    'SIGNED',
    'Case',
    'Idura',
    'SignatureProvider',
    'Signer',
]
