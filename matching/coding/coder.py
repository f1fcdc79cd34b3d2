"""Documents first; then transfers between own accounts; then what the company did with the like, by itself only where nothing speaks against it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from .. import names
from ..data import AUTO, NONE, STRONG, SUGGEST, Decision, Proposal, Reason
from ..policy import AMOUNT_ONLY, INEXACT
from ..text import fold
from . import rests, split, transfers
from .books import Books
from .data import CODING, DOCUMENT, TRANSFER, Booked, Coding, Movement, Row
from .like import Found, like, taken_back, whose
from .precedents import ENOUGH, Key, Precedents
from .traits import ACCOUNT, BRANCH, CREDITOR, MANDATE, NAME, WORDS, Traits, canonical, says_a_month, traits

MAX_ALTERNATIVES = 2
#: money and what is owed: such a row says whose
PERSONAL = ('receivable', 'payable')
#: what is no ground
WEAK = (BRANCH, WORDS)
#: grounds of what is paid at most once in so many days, where it is the very same
REGULAR, DAYS = (ACCOUNT, CREDITOR, MANDATE, NAME), 20
#: precedents that are named
BASIS = 6

#: of a coding that nothing speaks against: as it is booked, and why not without a person, or None
Permits = Callable[[Movement, Coding], 'tuple[Coding, Reason | None]']
#: of a movement: what people said of such ones beforehand, the first first
Models = Callable[[Movement], Sequence[Coding]]


def by_itself(_movement: Movement, coding: Coding) -> tuple[Coding, Reason | None]:
    """What is sure is booked."""
    return coding, None


def by_nobody(_movement: Movement, coding: Coding) -> tuple[Coding, Reason | None]:
    """What is sure is proposed."""
    return coding, Reason('not_allowed', {})


def no_models(_movement: Movement) -> Sequence[Coding]:
    """Nobody said anything."""
    return ()


@dataclass(slots=True)
class Outcome:
    """What becomes of a movement: of the two, ``decision`` (documents) or ``coding`` is first where ``kind`` says so. ``others``: further codings."""

    movement: Movement
    action: str
    kind: str | None
    decision: Decision
    coding: Coding | None = None
    others: tuple[Coding, ...] = ()
    why_not: Reason | None = None
    #: beside ``decision``'s one document, which is paid in full: what the rest is
    rest: tuple[Row, ...] = ()


class Coder:
    """Decides for one company.

    :param precedents: its memory
    :param books: :class:`books.Books`
    :param permits: whether what is sure is booked without a person; documents always are
    :param models: what people said beforehand"""

    def __init__(
        self, precedents: Precedents, books: Books, permits: Permits = by_nobody, models: Models = no_models
    ) -> None:
        self.precedents, self.books, self.permits, self.models = precedents, books, permits, models
        #: ids of documents that earlier movements of the batch pay
        self.paid: set[object] = set()
        #: {id of a document: movements of the batch whose best proposal it is}
        self.named: Counter[object] = Counter()
        #: {what is said of a movement: those of the batch that were booked so}
        self.seen: dict[object, list[Movement]] = {}

    def decide(
        self,
        decisions: Sequence[Decision],
        payers: Mapping[object, Sequence[object]],
        others: Sequence[Movement] = (),
        booked: Collection[object] = (),
    ) -> list[Outcome]:
        """:param decisions: of documents, one a movement
        :param payers: {movement's id: commercial partners who may be at the other end}
        :param others: movements on other accounts that may be the other side of a transfer
        :param booked: ids of those of them that are booked as one, and miss their other side"""
        movements = [decision.line for decision in decisions if isinstance(decision.line, Movement)]
        movements += others
        own = {one.id for one in movements if self._has_own_name(one)}
        sides = transfers.by_both_sides(movements, own.union(booked))
        settled: set[object] = set()
        self.paid, self.seen = set(), {}
        self.named = Counter(id_ for one in decisions for id_ in {part.document.id for part in one.allocations})
        outcomes = []
        for decision in decisions:
            outcome = self._outcome(_without(decision, settled), payers.get(decision.line.id, ()), sides)
            if outcome.rest and outcome.action == AUTO:  # more was paid of it than the decision had
                settled.update(part.document.id for part in outcome.decision.allocations)
            if outcome.kind == CODING and outcome.action != NONE:
                self.seen.setdefault(_same(outcome.movement), []).append(outcome.movement)
            if outcome.action == AUTO and outcome.kind == DOCUMENT:
                self.paid.update(part.document.id for part in outcome.decision.allocations)
            outcomes.append(outcome)
        return outcomes

    def _outcome(self, decision: Decision, payers: Sequence[object], sides: Mapping[object, Movement]) -> Outcome:
        movement = decision.line
        assert isinstance(movement, Movement)
        if with_rest := self._with_rest(decision):
            return with_rest
        if decision.action == AUTO or not movement.amount:
            return Outcome(
                movement, decision.action, DOCUMENT if decision.best else None, decision, why_not=decision.why_not
            )
        if (journal := transfers.by_account(movement, self.books.own)) is not None:
            own = _transfer(movement, journal, Reason('own_account', {}))
            return self._said(decision, [self._unless_taken_back(movement, own)], payers)
        codings = self._codings(movement, payers)
        if movement.id in sides and all(coding.is_transfer for coding in codings):
            other = sides[movement.id]
            codings = [
                self._unless_taken_back(
                    movement, _transfer(movement, other.journal, Reason('both_sides', {}), other.id)
                ),
                *(one for one in codings if one.transfer != other.journal and not self.books.in_transit),
            ]
        return self._said(decision, codings, payers)

    def _unless_taken_back(self, movement: Movement, coding: Coding) -> Coding:
        """A transfer is asked about where somebody took the like back."""
        groups = [self.precedents.of(ground) for ground in traits(movement).grounds]
        if any(taken_back(group.known, TRANSFER) for group in groups):
            return coding._replace(against=Reason('undone', {}))
        return coding

    def _with_rest(self, decision: Decision) -> Outcome | None:
        """A document with a rest that its text explains, or that its payer always leaves, and that was booked so before; None where there is none."""
        left, movement = rests.difference(decision), decision.line
        assert isinstance(movement, Movement)
        if left is None or decision.allocations[0].document.id in self.paid:
            return None
        keys_ = rests.said(decision)
        for key in keys_:
            known = [one.booked for one in self.precedents.of(key).done]
            if known and (found := self._rest(decision, key, left, known)):
                return found
        if not keys_:
            return self._rest_of_payer(decision, left) if decision.action == AUTO else None
        if decision.action == AUTO and decision.allocations[0].amount != decision.allocations[0].item.residual:
            # no part payment: the text says what it is short of
            why_not = Reason('fee_kept', {'number': decision.allocations[0].document.number})
            return Outcome(
                movement, SUGGEST, DOCUMENT, replace(decision, action=SUGGEST, why_not=why_not), why_not=why_not
            )
        return None

    def _rest_of_payer(self, decision: Decision, left: Decimal) -> Outcome | None:
        """A person looks at it, as it may be a part payment: whatever was done before. None where the missing part comes in the same batch, or
        where somebody took the like back."""
        movement, document = decision.line, decision.allocations[0].document
        assert isinstance(movement, Movement)
        if self.named[document.id] > 1:
            return None
        for key in rests.of_payer(movement, 1 if left > 0 else -1):
            group = self.precedents.of(key)
            known = [] if taken_back(group.known, DOCUMENT) else [one.booked for one in group.done]
            if found := rests.usual(known, decision, left, self.precedents.rates):
                return self._rest(decision, key, left, found, Reason(rests.OF_PAYER, {}))
        return None

    def _rest(
        self, decision: Decision, key: Key, left: Decimal, known: list[Booked], against: Reason | None = None
    ) -> Outcome | None:
        movement, row = decision.line, rests.row(known, left)
        assert isinstance(movement, Movement)
        if row is None:
            return None
        if against is None and len(known) < ENOUGH:
            against = Reason('once', {})
        coding = Coding(known[-1].kind, (row,), None, None, tuple(known[-BASIS:]), _as_before(known), against, key)
        if against is None:
            coding, against = self.permits(movement, coding)
        action = SUGGEST if against else AUTO
        return Outcome(movement, action, DOCUMENT, decision, coding, (), against, (row,))

    def _said(self, decision: Decision, codings: Sequence[Coding], payers: Sequence[object]) -> Outcome:
        movement = decision.line
        assert isinstance(movement, Movement)
        best = codings[0] if codings else None
        document = decision.best if decision.allocations else None
        if best and best.against is None and document and self._comes_first(document, payers, best):
            best = best._replace(against=Reason('document_first', {'number': document.allocations[0].document.number}))
        if best and best.against is None:
            best, why_not = self.permits(movement, best)
            return Outcome(
                movement,
                AUTO if why_not is None else SUGGEST,
                TRANSFER if best.is_transfer else CODING,
                decision,
                best,
                tuple(codings[1:]),
                why_not,
            )
        if best and (document is None or (best.basis and not self._comes_first(document, payers, best))):
            kind = TRANSFER if best.is_transfer else CODING
            return Outcome(movement, SUGGEST, kind, decision, best, tuple(codings[1:]), best.against)
        if document:
            return Outcome(movement, SUGGEST, DOCUMENT, decision, None, tuple(codings), decision.why_not)
        return Outcome(movement, NONE, None, decision, why_not=decision.why_not)

    def _comes_first(self, document: Proposal, payers: Sequence[object], coding: Coding) -> bool:
        """Whether a document is named, or is of who is at the other end; a day that looks like a number names none."""
        if document.rule == AMOUNT_ONLY:
            return False
        strength = max((piece.strength for piece in document.evidence), default=0)
        if coding.why.code == 'own_account':  # a partner may have the company's own name
            return strength >= STRONG
        concerned = {*payers, coding.partner} - {None}
        if any(part.document.partner in concerned for part in document.allocations):
            return True
        return strength >= STRONG or document.rule not in INEXACT

    def _has_own_name(self, movement: Movement) -> bool:
        """Whether the name at the other end is the company's own, as transfers between its accounts have it."""
        key = names.key(movement.counterparty_name)
        known = self.precedents.of((NAME, key, 1 if movement.amount > 0 else -1)).known if key else ()
        return len(known) >= ENOUGH and all(one.kind[0] == TRANSFER for one in known)

    # === Codings === #

    def _codings(self, movement: Movement, payers: Sequence[object]) -> list[Coding]:
        """The best first; no kind twice."""
        now = traits(movement)
        found: dict[tuple[object, ...], Coding] = {}
        grounds: list[Key] = [*now.grounds, (WORDS, now.words, 1 if movement.amount > 0 else -1)]
        sure = None
        for model in self.models(movement):
            found.setdefault(model.kind, self._by_model(movement, model, payers, first=not found))
        for ground in grounds:
            group = self.precedents.of(ground, now.name)
            if not group.known:
                continue
            alike = like(now, group, ground[0])
            if not alike.precedents:
                continue
            if coding := self._coding(movement, now, alike, payers, ground, ground[0] in WEAK or sure is not None):
                found.setdefault(coding.kind, coding)
                if coding.against is None:  # nothing else is asked
                    break
            if ground[0] not in WEAK and sure is None:
                sure = alike
        codings = list(found.values())
        if deposit := self._deposit(movement, payers, codings):
            codings.insert(0, deposit)
        return codings

    def _by_model(self, movement: Movement, model: Coding, payers: Sequence[object], first: bool) -> Coding:
        """What a person said beforehand holds, unless another such word says something else first, or a document may be meant."""
        partners = {*payers, model.partner, movement.partner} - {None}
        if not first:
            return model._replace(against=model.against or Reason('another_model', {}))
        if model.against is None and movement.type == 'returned':
            return model._replace(against=Reason('money_returned', {}))
        if model.against is None and partners and self.books.owes(partners, movement.amount > 0):
            return model._replace(against=Reason('open_documents', {}))
        is_income = any(self.books.kind(row.account) == 'income' for row in model.rows)
        if model.against is None and movement.amount > 0 and is_income and self.books.is_customer(partners):
            return model._replace(against=Reason('customer', {}))
        return model

    def _coding(
        self, movement: Movement, now: Traits, alike: Found, payers: Sequence[object], ground: Key, weak: bool
    ) -> Coding | None:
        latest = alike.precedents[-1].booked
        kind = latest.kind
        if kind[0] == DOCUMENT or not (latest.rows or latest.transfer is not None):
            return None
        if kind[0] == TRANSFER and not self.books.in_transit and latest.transfer == movement.journal:
            return None  # learned from the other side's account
        basis = tuple(one.booked for one in alike.precedents[-BASIS:])
        why = _as_before([one.booked for one in alike.precedents])
        partner = whose(now, alike)
        parts: split.Split | None = split.Split(())
        if kind[0] != TRANSFER:
            parts = split.rows(movement, [one.booked for one in alike.precedents], self.books.rates)
        if parts is None:
            return None
        rows = parts.rows
        against = Reason('words_only', {}) if weak else alike.against
        if against is None and ground[0] in REGULAR and movement.id is not None and says_a_month(movement):
            against = self._twice(movement, alike)
        if against is None and not parts.is_sure:
            against = Reason('a_cent', {})
        if against is None or against.code == 'once':  # that is the least that speaks against it
            against = self._against(movement, rows, partner, alike, payers) or against
        return Coding(kind, rows, partner, latest.transfer, basis, why, against, ground)

    def _twice(self, movement: Movement, alike: Found) -> Reason | None:
        """Whether the very same, of one month, was paid a few days before, which it never was: somebody may have paid it twice."""
        known = [one.booked.movement for one in alike.precedents]
        before = [one for one in (*known, *self.seen.get(_same(movement), ())) if _again(one, movement)]
        if not before or any(_again(one, other) for place, other in enumerate(known) for one in known[:place]):
            return None
        return Reason('twice', {})

    def _against(
        self, movement: Movement, rows: Sequence[Row], partner: object, alike: Found, payers: Sequence[object]
    ) -> Reason | None:
        """What of the books speaks against booking it by itself."""
        told = alike.told_by is not None and alike.told_by[0] == ACCOUNT
        among_several = len(set(self.books.own.values())) > 2 and not self.books.in_transit
        if alike.precedents[-1].kind[0] == TRANSFER and among_several and not told:
            return Reason('which_account', {})
        partners = {
            *payers,
            *(one.booked.partner for one in alike.precedents if one.booked.partner is not None),
            *([movement.partner] if movement.partner is not None else ()),
        }
        if movement.type == 'returned':
            return Reason('money_returned', {})
        if partners and self.books.owes(partners, movement.amount > 0):
            return Reason('open_documents', {})
        kinds = {self.books.kind(row.account) for row in rows}
        if kinds & set(PERSONAL) and partner is None and any(one.booked.partner for one in alike.precedents):
            return Reason('whose', {})
        if movement.amount > 0 and 'income' in kinds and partners and self.books.is_customer(partners):
            return Reason('customer', {})
        if 'suspense' in kinds:
            return Reason('suspense', {})
        return None

    def _deposit(self, movement: Movement, payers: Sequence[object], codings: Sequence[Coding]) -> Coding | None:
        """A customer's money without a document waits for one; it is no income."""
        if movement.amount <= 0 or not payers or not self.books.is_customer(payers):
            return None
        if codings and (
            codings[0].against is None
            or self.books.kind(codings[0].rows[0].account if codings[0].rows else None) != 'income'
        ):
            return None
        account = self.books.deposits()
        if account is None:
            return None
        row = Row(account, movement.amount)
        partner = payers[0] if len(payers) == 1 else None
        return Coding((CODING, (row.place,)), (row,), partner, None, (), Reason('deposit', {}), Reason('deposit', {}))


def _without(decision: Decision, settled: Collection[object]) -> Decision:
    """A decision that pays nothing of documents that were settled in full since."""
    if not settled:
        return decision

    def stands(proposal: Proposal | None) -> bool:
        return proposal is not None and not any(part.document.id in settled for part in proposal.allocations)

    left = tuple(one for one in decision.alternatives if stands(one))
    if stands(decision.best) or decision.best is None:
        return replace(decision, alternatives=left) if len(left) < len(decision.alternatives) else decision
    return replace(decision, action=SUGGEST if left else NONE, best=left[0] if left else None, alternatives=left[1:])


def _same(movement: Movement) -> tuple[object, ...]:
    said = {fold(text) for field, text in movement.texts if field != 'end_to_end_id'}
    return movement.amount, frozenset(said), canonical(movement.counterparty_account), fold(movement.counterparty_name)


def _again(one: Movement, other: Movement) -> bool:
    return one.id != other.id and _same(one) == _same(other) and abs((one.date - other.date).days) <= DAYS


def _transfer(movement: Movement, journal: object, why: Reason, other: object = None) -> Coding:
    return Coding((TRANSFER, journal), (), None, journal, (), why, other=other)


def _as_before(known: Sequence[Booked]) -> Reason:
    """How often, and when last.

    :param known: the precedents, the latest last"""
    day = known[-1].movement.date
    return Reason('as_before', {'count': len(known), 'day': day}) if len(known) > 1 else Reason('as_once', {'day': day})
