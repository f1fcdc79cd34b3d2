"""A small bank of our own: NextGenPSD2 1.3.12 account information with a log-in page, for the demo, for trying the
module without a bank, and for the tests. A WSGI app; imports nothing of Odoo.

:class:`app.SandboxApp` serves it, :class:`bank.Bank` holds its state and its rules. The state is one JSON-safe dict,
so that it can live in memory or in a database."""

from . import aiia, enablebanking, fio, gocardless, kh, nextgenpsd2, ponto, tatra
from .app import SandboxApp
from .bank import Bank, new_state
from .stub import stub_class

__all__ = [
    'Bank',
    'SandboxApp',
    'aiia',
    'enablebanking',
    'fio',
    'gocardless',
    'kh',
    'new_state',
    'nextgenpsd2',
    'ponto',
    'stub_class',
    'tatra',
]
