"""Statement files and bank mails, whatever the bank: what they say, whole or not at all. Imports nothing of Odoo."""

from .data import Balance, Detail, Fee, Original, Page, Party, Refused, Statement, Symbols, Transaction, Warn
from .detect import read
from .mails import read_mail

__all__ = [
    'Balance', 'Detail', 'Fee', 'Original', 'Page', 'Party', 'Refused', 'Statement', 'Symbols', 'Transaction', 'Warn', 'read', 'read_mail',
]  # fmt: skip
