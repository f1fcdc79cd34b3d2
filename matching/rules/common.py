"""What several rules share: ranking, and the doubts that turn an exact amount into a proposal."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from .. import amounts, names, risk
from ..data import MEDIUM, STRONG, WEAK, Proposal, Reason
from ..keys import FULL, MIN_MARKED_DIGITS, SHORT, digits, document_keys
from ..markers import DOCUMENT
from ..payers import ACCOUNT, GIVEN, LEARNED, NAME, contradicts, corroboration, is_named, payee_differs
from ..policy import TIERS
from ..references import DATE, END_TO_END, FIELD, JOINED, MIN_PLAIN_DIGITS, SYMBOL, WORD, behind_other_letters
from ..similar import near

if TYPE_CHECKING:
    from ..amounts import Relation
    from ..case import Case
    from ..data import Allocation, Candidate, Document, Evidence
    from ..hits import Hit
    from ..similar import Token

#: ways in which a payer is known himself, not by a number that may be mistyped
SURE = (ACCOUNT, GIVEN, NAME, LEARNED)
#: documents of one amount that are compared one by one; of more, what a slip could have made is looked up
FEW = 8
#: documents of one movement that are guarded against slips in one round
MAX_GUARDED = 2
#: digits of a day that is a number in full
WHOLE = 8
_LETTERS = re.compile(r'([A-Z]+)(?=[/._-]?\d)')
_LETTERS_BEFORE = re.compile(r'([A-Z]+)[/._-]?$')
_NOT_LETTERS = re.compile(r'[^A-Z]+')
_CERTAINTY = {GIVEN: 0, ACCOUNT: 0, LEARNED: 0, NAME: 1}


def proposal(
    case: Case,
    rule: str,
    relation_name: str,
    allocations: Sequence[Allocation],
    evidence: Sequence[Evidence],
    against: Reason | None = None,
    strength: int = 0,
    place: int = 0,
    chance: float | None = None,
) -> Proposal:
    """A :class:`data.Proposal` with the risk (``chance``) of posting it, ranked: what may be posted, then references, then resemblance, payer, amount; within
    these how exact, how strong, who pays, the rule's own order, the oldest."""
    rank = (
        against is not None,
        _tier(rule, relation_name, strength) + _doubtful(relation_name, against),
        amounts.ORDER.get(relation_name, 9),
        -strength,
        _CERTAINTY.get(case.payers.get(allocations[0].document.partner, ''), 2),
        place,
        amounts.oldest(allocations[0].document),
    )
    return Proposal(rule, tuple(allocations), tuple(evidence), against, rank, chance)


def _doubtful(relation_name: str, against: Reason | None) -> int:
    """Tiers further down, where the payer is known: a number of somebody else whose amount does not fit, and one that only
    resembles somebody else's."""
    if not against or against.code not in ('other_payer', 'resembling_other'):
        return 0
    return 2 if against.code == 'resembling_other' or relation_name not in amounts.FITTING else 0


def _tier(rule: str, relation_name: str, strength: int) -> int:
    if rule in TIERS:
        return TIERS[rule] + (relation_name not in amounts.FITTING)
    return 0 if strength >= STRONG or relation_name in amounts.FITTING else 1


def contradiction(
    case: Case, document: Document, certain: str, checked: bool = False, key: str | None = None
) -> Reason | None:
    """What the line or the books say against paying this document, or None.

    :param certain: how the document's partner is known to pay, '' where not
    :param checked: whether a check digit was written
    :param key: the reference under which it was named"""
    values = {'number': document.number}
    if reason := _of_payer(case, document, certain, checked, key):
        return reason
    if case.reading.says_not:
        return Reason('negated', values)
    if case.reading.says_return and document.kind in ('invoice', 'bill', 'payment'):
        return Reason('money_back', values)
    if certain in SURE:
        return None
    if case.reading.says_settlement or (case.reading.says_settling and not _is_told(case.candidates.get(key or ''))):
        return Reason('settlement', values)
    if document.date and document.date > case.line.date:
        return Reason('later', values)
    return None if checked or key is None else _of_others(case, document, key)


def _of_payer(case: Case, document: Document, certain: str, checked: bool, key: str | None) -> Reason | None:
    """Another payer, or another payee, than the document's partner."""
    values = {'number': document.number}
    if case.amount > 0:
        return Reason('other_payer', values) if not checked and contradicts(case, document) else None
    if differs := payee_differs(case, document.partner):
        unknown = differs == NAME and not case.payers and key is not None and _is_telling(key)
        if differs == ACCOUNT and is_named(case, document.partner) and not contradicts(case, document):
            return Reason('other_account', {**values, 'account': case.line.counterparty_account})
        if not unknown:
            return Reason('other_payee', values)
    return Reason('duty', values) if case.reading.says_duty and certain not in SURE else None


def _of_others(case: Case, document: Document, key: str | None) -> Reason | None:
    """Another customer's identifier, or a sister company's number, beside what names the document."""
    partner = document.partner
    if key in case.identifiers and partner not in case.identifiers[key][0]:
        return Reason('identifier_of_another', {'text': case.identifiers[key][1].text})
    if partner not in case.identified:
        for found in case.identified.values():
            if found.how in (SYMBOL, FIELD) and found.key != key:
                return Reason('identifier_of_another', {'text': found.text})
    if case.payers and not set(case.payers).isdisjoint(case.source.elsewhere(case.company, key or '')):
        return Reason('sister', {'number': document.number})
    return None


def _is_told(candidate: Candidate | None) -> bool:
    """Whether a reference stands behind "invoice" or in a field of its own."""
    return (
        candidate is not None and not candidate.day and (candidate.mark == DOCUMENT or candidate.how in (FIELD, SYMBOL))
    )


def _is_telling(key: str) -> bool:
    """Whether a number is hardly another vendor's: it has letters, or many digits."""
    return len(key) >= WHOLE or not key.isdigit()


def exact_doubt(case: Case, hit: Hit, relation: Relation, certain: str) -> tuple[Reason | None, float]:
    """What speaks against an exactly fitting document that is named by ``hit``, None where nothing does; and the risk that
    is left (:mod:`risk`).

    The danger is a mistyped number that is another document's of the same amount: it needs a payer who fits, a check
    digit, or an amount that is not everybody's.

    :param certain: how the document's partner is known to pay, '' where not
    :return: (:class:`data.Reason` or None, float)"""
    document, candidate = hit.document, hit.candidate
    values = {'number': document.number, 'text': candidate.text}
    checked = hit.strength >= STRONG and hit.checked(case.trusted)
    if reason := contradiction(case, document, certain, checked, candidate.key):
        return reason, 1.0
    if certain:
        if candidate.letters and _is_of_another_journal(case, hit):
            return Reason('ambiguous', values), 1.0
        if hit.strength == WEAK and not _alone(case, hit):
            return Reason('ambiguous', values), 1.0
        if hit.kind == SHORT and _cut_off(case, hit):
            return Reason('ambiguous', values), 1.0
        if hit.kind not in FULL and (other := _neighbour(case, hit, relation, document.partner)):
            return Reason('neighbour', {**values, 'other': other.number}), 1.0
        return None, max(risk.accident(case, candidate, 1, document.partner), risk.FLOOR)
    if hit.strength == WEAK or (candidate.day and not _said(candidate)):
        return Reason('weak', values), 1.0
    if number := another_number(case, hit):
        return Reason('names_other', {'text': number}), 1.0
    equal = case.counted(document, relation)
    if equal > 1 and not checked and (other := payers_own(case, document)):
        return Reason('payer_has_equal', {**values, 'other': other.number}), 1.0
    if hit.strength == MEDIUM and candidate.mark != DOCUMENT and equal > 1:
        return Reason('weak', values), 1.0
    other = _neighbour(case, hit, relation) if equal > 1 else None
    chance = risk.slip(case, candidate.key, bool(other), equal, checked) + risk.accident(case, candidate, equal)
    if chance <= case.policy.budget:
        return None, max(chance, risk.FLOOR)
    if other:
        return Reason('neighbour', {**values, 'other': other.number}), chance
    return Reason('risk', {**values, 'risk': chance}), chance


def together_risk(case: Case, hits: list[Hit]) -> float:
    """Risk of paying several documents, or one whose amount does not fit: of the best-known of them, as the amount says less
    about each. Where the payer is its customer, what is left is a number that means something else by chance."""
    chances = []
    for hit in hits:
        known = corroboration(case, hit.document) in SURE
        alone = risk.accident(case, hit.candidate, 1, hit.document.partner if known else None)
        if not known and not hit.checked(case.trusted):
            alone += case.slip_rate * risk.COMMON
        chances.append(alone)
    product = 1.0
    for chance in sorted(chances)[:2]:
        product *= chance
    return max(product, risk.FLOOR)


def of_the_month(case: Case, document: Document) -> bool:
    """Whether the document is of a month that the texts name, by its own day or the day it is due."""
    return any(day and day.month in case.reading.months for day in (document.date, document.due))


def months_off(case: Case, document: Document) -> int:
    """How many of a document's day and the day it is due are not of a month that the texts name; 0 where none is named."""
    months = case.reading.months
    return sum(not (day and day.month in months) for day in (document.date, document.due)) if months else 0


def _is_of_another_journal(case: Case, hit: Hit) -> bool:
    """Whether the letters before the number are another journal's of the company: FV2026042 is not FA2026042."""
    letters, document = hit.candidate.letters, hit.document
    if document.kind == 'payment' or not behind_other_letters(hit.candidate, document.number):
        return False
    return case.source.is_prefix(case.company, letters)


def is_of_another_journal(case: Case, piece: str, document: Document) -> bool:
    """Whether a number was written with the letters of another of the company's journals: FV2026042, not FA2026042."""
    own = _LETTERS.match((document.number or '').upper())
    for reading in case.reading.texts:
        place = reading.plain.find(piece)
        before = _LETTERS_BEFORE.search(reading.plain[:place]) if place > 0 else None
        written = _LETTERS.match(piece) or before
        letters = written.group(1) if written and place >= 0 else ''
        if letters and letters != (own.group(1) if own else '') and case.source.is_prefix(case.company, letters):
            return True
    return False


def another_number(case: Case, hit: Hit) -> str:
    """A number behind a word such as "invoice" that names no document of ours, beside the one that was found in another
    field or without such a word."""
    if hit.candidate.mark == DOCUMENT and hit.candidate.how not in (SYMBOL, FIELD):
        return ''
    structured = hit.candidate.how in (SYMBOL, FIELD)
    for token in case.tokens:
        if token.mark != DOCUMENT or len(token.plain) < MIN_PLAIN_DIGITS or token.day or ' ' in token.piece:
            continue
        beside = not structured or token.field != hit.candidate.field
        if beside and not is_of(token, hit) and not any(is_of(token, other) for other in case.hits.values()):
            return token.piece
    return ''


def is_of(token: Token, hit: Hit) -> bool:
    """Whether a token is what named a document, or a part of it."""
    text = hit.candidate.text
    if digits(token.key) in {digits(key) for key in hit.candidates}:
        return True
    return token.plain in hit.candidates or token.key in hit.candidates or token.piece in text or text in token.piece


def months_agree(case: Case, oldest: Document, equal: list[Document]) -> bool:
    """Whether the oldest of documents that a constant reference names may be paid: nothing is said of a month or a year, or
    it is the only one of the month that is."""
    reading = case.reading
    if not reading.says_period:
        return True
    if not reading.months:
        return len(equal) < 2
    return of_the_month(case, oldest) and not any(of_the_month(case, other) for other in equal if other.id != oldest.id)


def _said(candidate: Candidate) -> bool:
    """Whether a word beside a day says that it is a document's number; "VS" does not, people write days there."""
    return candidate.mark == DOCUMENT and candidate.how not in (SYMBOL, FIELD, END_TO_END)


def _cut_off(case: Case, hit: Hit) -> bool:
    """Whether a shortened number at a field's end may be the beginning of another number of the customer."""
    key, text = hit.candidate.key, hit.candidate.text
    if not any(reading.plain.endswith(text) for reading in case.reading.texts):
        return False
    for other in case.open_of(hit.document.partner):
        keys = document_keys(other).items()
        if other.id != hit.document.id and any(
            kind in FULL and more.startswith(key) and more != key for more, kind in keys
        ):
            return True
    return False


def _alone(case: Case, hit: Hit) -> bool:
    """Whether a weak hit is the partner's only document of the amount, and no month or day was written; a whole number
    that stands alone tells one from the others."""
    candidate = hit.candidate
    marked = candidate.mark == DOCUMENT and len(candidate.key) >= MIN_MARKED_DIGITS
    whole = marked or len(candidate.key) >= MIN_PLAIN_DIGITS
    if hit.kind in FULL and candidate.how == WORD and not candidate.letters and whole:
        return True
    if hit.kind in FULL and candidate.how == JOINED and len(candidate.key) >= MIN_PLAIN_DIGITS:
        return True
    if candidate.how == DATE and not (hit.kind in FULL and len(candidate.key) >= WHOLE):
        return False
    return len(case.equal_of(hit.document.partner)) <= 1


def payers_own(case: Case, document: Document) -> Document | None:
    """A document of this amount of the payer who is known, or of whom the text names, where that is somebody else than the
    document's partner."""
    for partner in case.payers:
        if partner != document.partner:
            for other in case.equal_of(partner):
                return other
    for other in case.source.equal(case.company, case.currency, case.amount):
        if other.partner != document.partner and other.partner not in case.payers:
            record = case.source.partner(other.partner)
            if record and names.says(case.remittance, record.name) and not case.obstacle(other):
                return other
    return None


def _neighbour(case: Case, hit: Hit, relation: Relation, partner: object = None) -> Document | None:
    """An open document that this movement would pay as well, of one partner or of anybody, one of whose references is one
    slip away from what was written."""
    typed = hit.candidate.key
    currency, amount = case.paid_amount(hit.document, relation)
    equal = case.source.equal(case.company, currency, amount, partner)
    if currency != case.currency or amount != case.amount:
        equal = [*equal, *case.source.equal(case.company, case.currency, case.amount, partner)]
    if len(equal) <= FEW:
        for other in equal:
            if _is_rival(other, hit, partner) and _is_near(other, typed) and not case.obstacle(other):
                return other
        return None
    for key in case.source.known(case.company, list(variants(typed))):
        for other, kind in case.source.documents(case.company, key):
            meant = kind in FULL and _is_rival(other, hit, partner)
            if meant and not case.obstacle(other) and case.relation(other).name in amounts.FITTING:
                return other
    return None


def neighbours_asked(case: Case) -> Collection[str]:
    """Keys that the guard against slips will look up for this movement: asked for a whole batch at once."""
    if case.open_count[0] <= FEW:
        return ()
    found: set[str] = set()
    for hit in case.usable[:MAX_GUARDED]:
        if hit.strength >= MEDIUM and not corroboration(case, hit.document):
            found.update(variants(hit.candidate.key))
    return found


def _is_rival(other: Document, hit: Hit, partner: object) -> bool:
    """Another document, of the one partner that is asked about, or of anybody but the document's own: where the payer is
    unknown, a slip among one customer's equal debts does the least harm."""
    if other.id == hit.document.id:
        return False
    if partner is not None:
        return other.partner == partner
    return other.partner != hit.document.partner


def _is_near(document: Document, typed: str) -> bool:
    letters = _NOT_LETTERS.sub('', typed)
    return any(
        kind in FULL and near(key, typed) and _NOT_LETTERS.sub('', key) == letters
        for key, kind in document_keys(document).items()
    )


def variants(key: str) -> dict[str, bool]:
    """What one slip could have made of a key: a digit changed, put in or left out, two neighbours swapped."""
    made: dict[str, bool] = {}
    for place, char in enumerate(key):
        head, tail = key[:place], key[place + 1 :]
        made[head + tail] = True
        if char.isdigit():
            made.update(dict.fromkeys([head + digit + tail for digit in '0123456789'], True))
        if place:
            made[key[: place - 1] + char + key[place - 1] + tail] = True
        made.update(dict.fromkeys([head + digit + char + tail for digit in '0123456789'], True))
    made.update(dict.fromkeys([key + digit for digit in '0123456789'], True))
    made.pop(key, None)
    return made
