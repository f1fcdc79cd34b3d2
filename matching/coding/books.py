"""What coding asks about the company's books. Whoever has them (a database, files, a test) answers."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal


class Books:
    """Answers about one company.

    :ivar own: {canonical number of an own account: its journal}
    :ivar rates: {tax: share of the amount without it}"""

    own: Mapping[str, object] = {}
    rates: Mapping[object, Decimal] = {}
    #: transfers between own accounts meet on one account of the books: with which of them, need not be known
    in_transit = False

    def kind(self, account: object) -> str:
        """Of an account: income, expense, asset, liability, equity, receivable, payable, bank or suspense; '' where it is not known."""
        return ''

    def owes(self, partners: Collection[object], incoming: bool) -> bool:
        """Whether one of the partners has open documents that money in this direction pays."""
        return False

    def is_customer(self, partners: Collection[object]) -> bool:
        """Whether one of the partners has, or had, invoices of the company's."""
        return False

    def deposits(self) -> object:
        """The account on which a customer's money waits for its document, or None."""
        return None
