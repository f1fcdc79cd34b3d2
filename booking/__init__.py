"""What is booked of a movement: how much on which item, account and rest. Knows nothing of Odoo; amounts are Decimal.

:mod:`data` is the vocabulary, :func:`amounts.share_out` shares a movement among the items that it pays, :mod:`rest` says what
becomes of what is left."""

from .amounts import share_out
from .data import SPREAD, Currency, Item, Left, Movement, Part, Refused
from .rest import ByModel, ModelLine, Rest, StaysOpen, ToAccounts, ToPartner, Transfer, WriteOff
