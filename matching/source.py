"""What the rules ask about documents and partners. Whoever has them (a database, files, a test) answers."""

from __future__ import annotations

from collections.abc import Collection, Sequence, Set
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from .risk import SLIP_RATE
from .schemes import PROVEN

if TYPE_CHECKING:
    from .data import Document, Line, Partner
    from .sent import Sent

#: documents of one amount that are looked at; open documents of one partner
MAX_EQUAL = 30
MAX_OPEN = 40
#: documents of one amount are counted further: a guard must not end where the looking does
MAX_COUNTED_EQUAL = 1000


class Source:
    """Answers about one owner's documents. All open amounts are signed like the movement that pays them.

    :cvar prefixes: the letters that documents' numbers begin with, as a set; None where that is not known
    :cvar batched: whether :meth:`prepare` and :meth:`prepare_more` save round trips
    :cvar broken: exceptions after which nothing more can be asked"""

    prefixes = None
    batched = False
    broken = ()

    def prepare(self, lines: Sequence[Line], keys: dict[object, set[str]]) -> None:
        """Told before a batch: the lines, and {company: set of keys} found in them."""

    def prepare_more(self, lines: Sequence[Line], keys: dict[object, set[str]]) -> None:
        """Told before the second, thorough look: the lines that need it, and {company: set of keys}."""

    def prepare_equal(self, company: object, wanted: Collection[tuple[str, Decimal, object]]) -> None:
        """Told before :meth:`equal` is asked for these (currency, amount, partner or None)."""

    def prepare_names(self, company: object, name_keys: Collection[str]) -> None:
        """Told before :meth:`payers_by_name` is asked for these."""

    def known(self, company: object, keys: Collection[str]) -> list[str]:
        """Those of many keys that name a document, in their order."""
        return [key for key in keys if self.documents(company, key)]

    def documents(self, company: object, key: str) -> list[tuple[Document, str]]:
        """[(:class:`data.Document`, kind of key)] in any state that can be found under the key."""
        raise NotImplementedError

    def payers_by_account(self, company: object, account: str) -> list[object]:
        """Ids of the commercial partners that own the account."""
        raise NotImplementedError

    def remembered(self, company: object, line: Line) -> dict[object, int]:
        """{commercial partner's id: how many matched payments of the line's payer were for it}, where the company's books
        prove that this says something (:mod:`memory`)."""
        return {}

    def claims(self, company: object) -> dict[object, Any]:
        """What payers named in full in movements that wait: {payer: {partner's id: [keys of a document]}}, as
        :class:`memory.Memory` has it."""
        return {}

    def payers_by_name(self, company: object, name_key: str) -> list[object]:
        """Ids of the commercial partners of this :func:`names.key`."""
        raise NotImplementedError

    def identified(self, company: object, key: str, day: date) -> list[object]:
        """Ids of the commercial partners whose customer identifier (on that day), number or registration is the key."""
        raise NotImplementedError

    def identified_many(self, company: object, keys: Collection[str], day: date) -> list[tuple[str, list[object]]]:
        """[(key, ids)] of those of many keys that are somebody's identifier."""
        return [(key, found) for key in keys if (found := self.identified(company, key, day))]

    def partner(self, partner: object) -> Partner | None:
        """The :class:`data.Partner`."""
        raise NotImplementedError

    def accounts_of(self, company: object, partner: object) -> Set[str]:
        """Set of the partner's accounts, in all their :func:`accounts.forms`; empty where none is on file."""
        return frozenset()

    def elsewhere(self, company: object, key: str) -> list[object]:
        """Ids of the commercial partners that have a document under this key in another company of the same owner. Only a
        doubt: nothing of it is shown."""
        return []

    def sent(self, company: object) -> Sequence[Sent]:
        """Payments that were sent to the bank from the account of these movements, and are not on the statement yet."""
        return ()

    def sent_by_id(self, company: object, ids: Collection[str]) -> dict[str, Sent]:
        """{id: :class:`sent.Sent`} of those of the ids that are ours, also where they are on the statement."""
        return {}

    def is_prefix(self, company: object, letters: str) -> bool:
        """Whether numbers of the company's own documents begin with these letters."""
        return letters in (self.prefixes or ())

    def schemes(self, company: object) -> frozenset[str]:
        """Names of the schemes of check digits that the company's own references follow (:func:`schemes.trusted`)."""
        return PROVEN

    def slip_rate(self, company: object) -> float:
        """Upper bound of the share of references that are mistyped, as seen in the company's own books."""
        return SLIP_RATE

    def count_equal(self, company: object, currency: str, amount: Decimal) -> tuple[int, int]:
        """(how many open items or documents have exactly this open amount, counted up to ``MAX_COUNTED_EQUAL``; how many
        documents are open, ``MANY`` from ``MAX_COUNTED`` on)."""
        raise NotImplementedError

    def equal(self, company: object, currency: str, amount: Decimal, partner: object = None) -> list[Document]:
        """At most ``MAX_EQUAL`` open documents with this open amount (of the document, an instalment, or less the discount);
        of one partner the oldest due."""
        raise NotImplementedError

    def open_of(self, company: object, partner: object) -> list[Document]:
        """At most ``MAX_OPEN`` open documents of the partner, the oldest due first."""
        raise NotImplementedError
