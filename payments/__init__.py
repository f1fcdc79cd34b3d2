"""Payments: orders, what a bank would refuse of them, the files, the states. Imports nothing of Odoo."""

from . import fio, pain001
from .checks import problems
from .data import Account, Address, Line, Order, Problem, Reference, Refused
from .orders import canonical, content_hash, read

#: format → how it is written: an :class:`Order` → bytes; raises :class:`Refused`
WRITERS = {
    pain001.NEW: lambda order: pain001.write(order, pain001.NEW),
    pain001.OLD: lambda order: pain001.write(order, pain001.OLD),
    fio.FORMAT: fio.write,
}

__all__ = [
    'WRITERS',
    'Account',
    'Address',
    'Line',
    'Order',
    'Problem',
    'Reference',
    'Refused',
    'canonical',
    'content_hash',
    'problems',
    'read',
]
