"""Documents that a movement's texts name: what was found under which key, and how strong that is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import references, schemes
from .data import WEAK, Evidence
from .keys import FULL, REF, SHORT, compact, digits
from .similar import of_another_period

if TYPE_CHECKING:
    from .case import Case
    from .data import Candidate, Document

#: days that a registered payment may wait for its movement before an open document is the likelier one
MAX_UNCLEARED = 31
#: documents that are looked at under all keys of a movement: a text that names constant references stays cheap
MAX_HITS = 150


class Hit:
    """A document that the movement's texts name, with the best evidence for it."""

    __slots__ = ('candidate', 'candidates', 'document', 'evidence', 'kind', 'strength')

    def __init__(self, document: Document, kind: str, candidate: Candidate, strength: int) -> None:
        self.document, self.kind, self.candidate, self.strength = document, kind, candidate, strength
        self.candidates = {candidate.key}
        self.evidence: tuple[Evidence, ...] = (Evidence(candidate.field, candidate.text, kind, strength),)

    def checked(self, trusted: frozenset[str]) -> bool:
        """Whether what was written carries a check digit of the document's own reference: no typing error gets here.

        :param trusted: schemes that the company's own references pass"""
        reference = compact(self.document.payment_reference)
        if not reference or self.candidate.key != reference:
            return False
        return schemes.has_own_check_digit(reference, compact(self.document.number), trusted)

    def better(self, kind: str, candidate: Candidate, strength: int) -> None:
        self.candidates.add(candidate.key)
        if strength > self.strength:
            self.kind, self.candidate, self.strength = kind, candidate, strength
            self.evidence = (Evidence(candidate.field, candidate.text, kind, strength), *self.evidence)[:3]


def _outermost(hits: dict[object, Hit]) -> dict[object, Hit]:
    """Without hits that are just a part of a longer reference: "ABC-2026" in "ABC-2026-3527", TAM-2026-375 in
    E-TAM-2026-375."""
    full = {hit.candidate.text for hit in hits.values() if hit.kind in FULL and hit.strength > WEAK}
    if len({hit.candidate.text for hit in hits.values()}) < 2:
        return hits

    def is_inner(hit: Hit) -> bool:
        text, key = hit.candidate.text, hit.candidate.key
        return any(text in other and len(text) < len(other) and not _is_the_number(key, other) for other in full)

    return {id_: hit for id_, hit in hits.items() if not is_inner(hit)}


def _is_the_number(key: str, text: str) -> bool:
    """Whether a bare number is all digits of a longer text: the same number without its letters."""
    return key.isdigit() and digits(text) == key


def hits(case: Case) -> dict[object, Hit]:
    """{document's id: :class:`Hit`}"""
    found: dict[object, Hit] = {}
    for key, candidate in case.candidates.items():
        if len(found) > MAX_HITS:
            break
        for document, kind in case.source.documents(case.company, key):
            if kind == SHORT and (document.kind == 'payment' or of_another_period(candidate.text, document.number)):
                continue  # a payment's number without the year is nobody's reference; last month's is another one
            own = document.kind in ('invoice', 'credit_note', 'order')
            worth = references.strength(candidate, kind, own)
            foreign = candidate.letters and document.kind != 'payment'
            if foreign and references.behind_other_letters(candidate, document.number):
                worth = WEAK
            if kind == REF and own:
                worth = min(worth, references.MEDIUM)  # the customer's own order number
            if document.id in found:
                found[document.id].better(kind, candidate, worth)
            else:
                found[document.id] = Hit(document, kind, candidate, worth)
    _add_payments(case, found)
    return _outermost(found) if len(found) > 1 else found


def _add_payments(case: Case, found: dict[object, Hit]) -> None:
    """The registered payment of a paid document that is named by a reference which only the document has. Where a constant
    reference also names an open document of this amount, only a payment of these days is meant."""
    due = {hit.candidate.key for hit in found.values() if _is_due(case, hit.document)}
    for hit in list(found.values()):
        document = hit.document
        if document.state == 'closed' and document.kind in ('invoice', 'bill') and hit.strength > WEAK:
            for key in {compact(document.number), compact(document.payment_reference)} - {hit.candidate.key, ''}:
                for payment, kind in case.source.documents(case.company, key):
                    own = payment.kind == 'payment' and payment.partner == document.partner
                    if (
                        own
                        and payment.date
                        and hit.candidate.key in due
                        and (case.line.date - payment.date).days > MAX_UNCLEARED
                    ):
                        continue
                    if own and payment.id not in found:
                        found[payment.id] = Hit(payment, kind, hit.candidate, hit.strength)


def _is_due(case: Case, document: Document) -> bool:
    return document.kind in ('invoice', 'bill') and any(item.residual == case.amount for item in document.items)
