"""One movement and all that is known about it: asked for when a rule needs it, and only once."""

from __future__ import annotations

from collections.abc import Callable, Collection
from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from . import amounts, references
from . import hits as named
from . import payers as who
from .data import Reason
from .keys import FULL
from .reading import read
from .sent import ids, without
from .similar import tokens
from .source import MAX_OPEN

if TYPE_CHECKING:
    from .amounts import Relation
    from .data import Document, Item, Line, Policy
    from .hits import Hit
    from .memory import Memory
    from .sent import Sent
    from .similar import Token, Tokens
    from .source import Source

#: days that a document may be dated after the movement that pays it (R0)
DAYS_AHEAD = 5
MAX_SHORTENED = 12
T = TypeVar('T')


class once(Generic[T]):
    """A property that is worked out once; without the lock that functools' has, as a case has one owner."""

    def __init__(self, method: Callable[[Any], T]) -> None:
        self.method = method

    def __set_name__(self, owner: type | None, name: str) -> None:
        self.name = name

    def __get__(self, case: Case, owner: type | None = None) -> T:
        value = case.__dict__[self.name] = self.method(case)
        return value


class Case:
    """One movement under decision.

    :param taken: {(document's id, item's id): amount} that earlier movements of the batch pay
    :param refused: set of (line's id, document's id) that a person refused
    :param memory: :class:`memory.Memory` of what this run matched
    :param sent: {id: :class:`sent.Sent`} of our own payments that the batch names"""

    def __init__(
        self,
        line: Line,
        source: Source,
        policy: Policy,
        taken: dict[tuple[object, object], Decimal],
        refused: Collection[tuple[object, object]],
        memory: Memory | None = None,
        sent: dict[str, Sent] | None = None,
        used: Collection[str] = (),
    ) -> None:
        #: ids of our own payments that earlier movements of the batch are of
        self.used: Collection[str] = used
        #: our own payments whose ids stand in the movement
        self.sent = [sent[own] for own in ids(line.texts) if own in sent] if sent else []
        self.line, self.source, self.policy, self.taken, self.refused = line, source, policy, taken, refused
        self.memory = memory
        self.amount, self.currency, self.company = line.amount, line.currency, line.company
        self.reading = read(self.texts)
        self.candidates = references.quick(self.reading, line.date)
        self.is_thorough = False
        self.begin()

    @property
    def texts(self) -> tuple[tuple[str, str], ...]:
        """All fields are read; the counterparty's name too, as people put the number there."""
        line = self.line
        texts = line.texts
        if self.sent:  # an own id is nobody's number
            texts = tuple((field, without(text, [sent.id for sent in self.sent])) for field, text in texts)
        return (*texts, ('counterparty_name', line.counterparty_name)) if line.counterparty_name else texts

    def look_closer(self) -> bool:
        """Add the candidates of the thorough look.

        :return: whether they may name a document that was not named before"""
        self.is_thorough = True
        known = self.candidates
        more = references.thorough(self.reading, self.line.date, self.source.prefixes)
        self.candidates = {**more, **known}
        self.forget('identified', 'identifiers')
        self.certain.clear()
        documents = self.source.documents
        if not self.source.batched and not any(documents(self.company, key) for key in more if key not in known):
            return False
        self.forget('hits', 'usable', 'contra', 'closed', 'planned', 'obstacles')
        return True

    def begin(self) -> None:
        """Forget what earlier movements of the batch may have changed."""
        self.open_parts: dict[object, list[tuple[Item, Decimal]]] = {}
        self.stops: dict[object, Reason | None] = {}
        self.equal: dict[object, list[Document]] = {}
        self.opened: dict[object, list[Document]] = {}
        self.certain: dict[object, str] = {}
        self.forget(
            'hits',
            'usable',
            'contra',
            'closed',
            'planned',
            'obstacles',
            'identified',
            'payers',
            'remembered',
            'said_keys',
            'said',
        )

    def forget(self, *names: str) -> None:
        """Work these out again when they are asked for."""
        for name in names:
            self.__dict__.pop(name, None)

    # === What the texts name === #

    hits = once(named.hits)

    @once
    def obstacles(self) -> dict[object, Reason]:
        """{document's id: :class:`data.Reason`} why a document that was named cannot be paid by this movement."""
        return {id_: reason for id_, hit in self.hits.items() if (reason := self.obstacle(hit.document))}

    @once
    def usable(self) -> list[Hit]:
        """Hits that this movement can pay, the strongest first."""
        hits = [hit for id_, hit in self.hits.items() if id_ not in self.obstacles]
        if len(hits) < 2:
            return hits
        return sorted(hits, key=lambda hit: (-hit.strength, amounts.oldest(hit.document)))

    @once
    def contra(self) -> list[Hit]:
        """Hits of the same currency in the other direction: credit notes that may be netted."""
        return [
            hit
            for id_, hit in self.hits.items()
            if id_ in self.obstacles and self.obstacles[id_].code == 'direction' and self.left(hit.document)
        ]

    @once
    def closed(self) -> list[Hit]:
        """Hits of paid or cancelled documents under a full key."""
        return [hit for id_, hit in self.hits.items() if self.is_code(id_, 'paid', 'cancelled') and hit.kind in FULL]

    @once
    def planned(self) -> list[Hit]:
        """Hits of drafts and orders."""
        return [hit for id_ in self.hits if self.is_code(id_, 'draft', 'order') and (hit := self.hits[id_])]

    def is_code(self, document: object, *codes: str) -> bool:
        reason = self.obstacles.get(document)
        return reason is not None and reason.code in codes

    def obstacle(self, document: Document) -> Reason | None:
        """R0: why this movement cannot pay the document, or None."""
        id_ = document.id
        if id_ not in self.stops:
            self.stops[id_] = self._obstacle(document)
        return self.stops[id_]

    def _obstacle(self, document: Document) -> Reason | None:
        number = document.number
        if self.refused and (self.line.id, document.id) in self.refused:
            return Reason('refused', {'number': number})
        if document.kind == 'order':
            return Reason('order', {'number': number})
        if document.state == 'draft':
            return Reason('draft', {'number': number})
        left = self.left(document)
        if document.state == 'cancelled':
            return Reason('cancelled', {'number': number})
        if document.state == 'closed' or not left:
            return Reason('paid', {'number': number})
        amount = self.amount if document.currency == self.currency else self.amount_in(document)
        if (left[0][1] > 0) != (amount > 0):
            return Reason('direction', {'number': number})
        if document.currency not in (self.currency, self.line.original_currency):
            return Reason('currency', {'number': number, 'currency': document.currency})
        if document.date and (document.date - self.line.date).days > DAYS_AHEAD:
            return Reason('later', {'number': number})
        return None

    @once
    def tokens(self) -> Tokens:
        """Pieces of all texts in which a damaged reference may stand."""
        return tokens(self.reading, self.line.date)

    @once
    def shortened(self) -> dict[str, Token]:
        """{key: token} of what a number without its year would be, this year or the last."""
        year = self.line.date.year
        keys = {f'{of}/{plain}': token for token, _run, plain in self.tokens.tails for of in (year, year - 1)}
        return dict(islice(keys.items(), MAX_SHORTENED))

    # === What is open === #

    def amount_in(self, document: Document) -> Decimal:
        """The movement's amount in the document's currency: the original one where the bank gave it."""
        line = self.line
        if line.original_amount is not None and line.currency != document.currency == line.original_currency:
            return abs(line.original_amount).copy_sign(line.amount)
        return line.amount

    def left(self, document: Document) -> list[tuple[Item, Decimal]]:
        """[(item, what is open of it)], oldest due first, without what the batch has taken."""
        pairs = self.open_parts.get(document.id)
        if pairs is not None:
            return pairs
        items = document.items
        if len(items) == 1 and items[0].residual and items[0].residual == document.total:
            item = items[0]
            if (document.id, item.id) not in self.taken:  # the usual one: one item, nothing paid of it
                pairs = self.open_parts[document.id] = [(item, item.residual)]
                return pairs
        pairs = self.open_parts[document.id] = []
        for item in items:
            residual = item.residual
            taken = self.taken.get((document.id, item.id))
            if taken is not None:
                residual -= taken
            whole = taken is None and document.total == residual
            if residual and (whole or not self._is_crumb(document, item, residual, taken)):
                pairs.append((item, residual))
        if len(pairs) > 1:
            pairs.sort(key=lambda pair: (pair[0].due is None, pair[0].due, str(pair[0].id)))
        return pairs

    def _is_crumb(self, document: Document, item: Item, residual: Decimal, taken: Decimal | None) -> bool:
        """What rounding left of a paid item: no second payment is for it."""
        if len(document.items) > 1 or (taken is None and abs(document.total) <= abs(item.residual)):
            return False
        allowed = amounts.tolerance(self.policy, document.currency, self.amount)
        return bool(allowed) and abs(residual) <= allowed

    def relation(self, document: Document) -> Relation:
        amount = self.amount_in(document)
        allowed = amounts.tolerance(self.policy, document.currency, amount)
        relation = amounts.relate(document, self.left(document), amount, self.line.date, allowed)
        if amount != self.amount and relation.allocations:
            paid = sum(part.amount for part in relation.allocations)
            told = self.amount if paid == amount else (self.amount * paid / amount).quantize(amounts.CENT)
            relation = relation._replace(allocations=amounts.scaled(relation.allocations, told))
        return relation

    # === Who pays === #

    payers = once(who.payers)
    remembered = once(who.remembered)
    remittance = once(who.remittance)
    said_keys = once(who.said_keys)
    said = once(who.said)
    identified = once(who.identified)
    identifiers = once(who.identifiers)

    # === How many there are === #

    @once
    def open_count(self) -> tuple[int, int]:
        """(open items of the movement's amount, open documents), counted as far as :mod:`source` says."""
        return self.source.count_equal(self.company, self.currency, self.amount)

    @once
    def slip_rate(self) -> float:
        return self.source.slip_rate(self.company)

    @once
    def trusted(self) -> frozenset[str]:
        """Schemes of check digits that the company's own references pass."""
        return self.source.schemes(self.company)

    def counted(self, document: Document, relation: Relation) -> int:
        """How many open items or documents are of the amount that was paid on this one, in its own currency."""
        if document.currency == self.currency and relation.name != amounts.ROUNDED:
            return self.open_count[0]
        return max(self.source.count_equal(self.company, *self.paid_amount(document, relation))[0], 1)

    def paid_amount(self, document: Document, relation: Relation) -> tuple[str, Decimal]:
        """(currency, amount) that is settled on the document, as its own books have it."""
        if relation.name == amounts.ROUNDED or relation.name == amounts.EXACT:
            return document.currency, relation.total
        return document.currency, self.amount_in(document)

    def may_ask_equal(self) -> set[tuple[str, Decimal, object]]:
        """{(currency, amount, partner or None)} that the rules may ask about this movement."""
        if self.open_count[0] < 2:
            return set()
        partners = {None, *self.payers, *(hit.document.partner for hit in self.hits.values())}
        return {(self.currency, self.amount, partner) for partner in partners}

    def equal_of(self, partner: object) -> list[Document]:
        """The partner's usable documents with exactly this amount open, oldest due first; also those of the original
        amount, where the payer's bank exchanged it."""
        if partner is None:
            return []
        if partner not in self.equal:
            line = self.line
            documents = self.source.equal(self.company, self.currency, self.amount, partner)
            if line.original_amount is not None and line.original_currency not in ('', self.currency):
                original = abs(line.original_amount).copy_sign(line.amount)
                documents = [*documents, *self.source.equal(self.company, line.original_currency, original, partner)]
            fitting = [
                doc for doc in documents if not self.obstacle(doc) and self.relation(doc).name in amounts.FITTING
            ]
            self.equal[partner] = sorted(fitting, key=amounts.oldest)
        return self.equal[partner]

    def open_of(self, partner: object) -> list[Document]:
        """The partner's open documents that this movement could pay, oldest due first."""
        if partner is None:
            return []
        if partner not in self.opened:
            documents = self.source.open_of(self.company, partner)
            self.opened[partner] = sorted((doc for doc in documents if not self.obstacle(doc)), key=amounts.oldest)
        return self.opened[partner]

    def open_total(self, document: Document) -> Decimal:
        """What is open of the document, without what the batch has taken."""
        return sum((open_ for _item, open_ in self.left(document)), Decimal(0))

    def contra_of(self, partner: object) -> list[Document]:
        """The partner's open documents of the other direction, named or not."""
        return [
            document
            for document in self.source.open_of(self.company, partner)
            if (reason := self.obstacle(document)) and reason.code == 'direction' and self.left(document)
        ]

    def own_count(self, partner: object) -> int:
        """How many open documents may be the partner's: his own, or all that are open where these are too many to be seen."""
        own = len(self.source.open_of(self.company, partner))
        return min(own, self.open_count[1]) if own < MAX_OPEN else self.open_count[1]

    @property
    def says_credit_note(self) -> bool:
        """Whether the texts speak of a credit note, in a word of its own."""
        return self.reading.says_credit_note
