"""Bank APIs: one small class a bank family. Speaks HTTP, returns plain data, imports nothing of Odoo.

A new bank is one module here (or a folder: client, read, errors), imported below: importing it puts its client into the
registry."""

from . import aiia, enablebanking, fio, gocardless, kh, nextgenpsd2, ponto, tatra
from .client import BankClient, client_class, client_codes

__all__ = [
    'BankClient',
    'aiia',
    'client_class',
    'client_codes',
    'enablebanking',
    'fio',
    'gocardless',
    'kh',
    'nextgenpsd2',
    'ponto',
    'tatra',
]
