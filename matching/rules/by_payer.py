"""R17 to R19: no reference. Who pays, and the amount, are worth a proposal; the amount alone hardly one."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from .. import amounts, markers, policy, risk
from ..data import STRONG, WEAK, Allocation, Evidence, Reason
from ..keys import digits
from ..payers import ACCOUNT, GIVEN
from .by_identifier import MAX_SUMMED, in_full, oldest_first
from .common import contradiction, proposal

if TYPE_CHECKING:
    from ..amounts import Relation
    from ..case import Case
    from ..data import Document, Proposal
    from ..similar import Token

MAX_TOGETHER = 3
MAX_PROPOSED = 3
#: digits of a vendor's number that the account makes certain
MIN_SHORT = 3
#: namesakes that are looked at
MAX_PAYERS = 10
#: what a number is of, where it is no month
PAPERS = (markers.DOCUMENT, markers.ORDERED, markers.PAPER)
#: a month and its year
_MONTH = re.compile(r'(?<![\d/.,-])(?:(?:0[1-9]|1[0-2])[./]20\d\d|20\d\d[./](?:0[1-9]|1[0-2]))(?![\d/.,-])')
#: from one month to another: "01-03/2026" is no day
_MONTHS = re.compile(r'(?<![\d/.-])(?:0?[1-9]|1[0-2]) ?[-+] ?(?:0?[1-9]|1[0-2])/20\d\d')
_RUN = re.compile(r'\d+')
#: difference to what is open, as a share of the amount, that is likely rounding, a fee or a mistake
CLOSE = Decimal('0.05')


def by_payer(case: Case) -> list[Proposal]:
    proposals = []
    for partner, how in list(case.payers.items())[:MAX_PAYERS]:
        evidence = (_evidence(case, how),)
        proposals += _of_payer(case, partner, how, evidence)
        if len(proposals) >= MAX_PROPOSED:
            break
    return proposals or _of_said(case) or _of_amount(case)


def _of_said(case: Case) -> list[Proposal]:
    """Where nobody is known to pay: documents of the customers whom the text names."""
    proposals = []
    for partner in case.said[:MAX_PAYERS]:
        record = case.source.partner(partner)
        evidence = (Evidence('text', record.name if record else '', 'partner', WEAK),)
        reason = Reason('name_said', {'partner': record.name if record else ''})
        for place, document in enumerate(_likeliest(case, case.equal_of(partner) or case.open_of(partner))):
            relation = case.relation(document)
            proposals.append(
                proposal(case, policy.PAYERS_AMOUNT, relation.name, relation.allocations, evidence, reason, WEAK, place)
            )
    return proposals[:MAX_PROPOSED]


def _evidence(case: Case, how: str) -> Evidence:
    if how == ACCOUNT:
        return Evidence('counterparty_account', case.line.counterparty_account, 'account', WEAK)
    return Evidence('counterparty_name', case.line.counterparty_name or '', 'partner', WEAK)


def _of_payer(case: Case, partner: object, how: str, evidence: tuple[Evidence, ...]) -> list[Proposal]:
    equal = case.equal_of(partner)
    proposals = []
    for place, document in enumerate(_likeliest(case, equal)):
        relation = case.relation(document)
        against: Reason | None
        reason = Reason('no_reference', {})
        if len(equal) > 1 or how not in (ACCOUNT, GIVEN) or len(case.payers) > 1 or _names_something(case, document):
            reason = Reason('payer_only', {'number': document.number, 'count': len(equal)})
            against = reason
        else:
            against = _another_equal(case, partner, document) or contradiction(case, document, how)
        rule, chance, seen = policy.PAYERS_AMOUNT, risk.amount_chance(case.amount, 1, 1), evidence
        if len(equal) == 1 and (token := _short_number(case, document, how)):
            rule, chance = policy.SHORT, risk.short_number(token.plain, case.amount)
            against = contradiction(case, document, how)
            seen = (Evidence(token.field, token.piece, 'ref', WEAK), *evidence)
        proposals.append(proposal(case, rule, relation.name, relation.allocations, seen, against, WEAK, place, chance))
    if equal or any(hit.strength >= STRONG for hit in case.usable):
        return proposals
    return _together(case, partner, evidence) + _single(case, partner, evidence)


def _another_equal(case: Case, partner: object, document: Document) -> Reason | None:
    """What makes the only open document of this amount doubtful: an earlier movement of the batch took another one; it was issued after."""
    if len(case.source.equal(case.company, case.currency, case.amount, partner)) > 1:
        return Reason('payer_only', {'number': document.number, 'count': 2})
    if document.date and document.date > case.line.date:
        return Reason('later', {'number': document.number})
    others = [other for other in case.open_of(partner) if other.id != document.id and other.currency == case.currency]
    values = [case.open_total(other) for other in others]
    if len(others) > MAX_SUMMED or amounts.subsets(values, case.amount, MAX_TOGETHER):  # several may be meant as well
        return Reason('payer_sum', {})
    return None


def _short_number(case: Case, document: Document, how: str) -> Token | None:
    """The token that is the vendor's own short number ("417"), where we paid to an account of its."""
    if case.amount > 0 or how not in (ACCOUNT, GIVEN):
        return None
    known = {digits(document.ref), digits(document.payment_reference)} - {''}
    for token in case.tokens:
        if len(token.plain) >= MIN_SHORT and token.plain in known and not token.day:
            return token
    return None


def _likeliest(case: Case, equal: list[Document]) -> list[Document]:
    """The oldest, as the law has it; the one that is due about now, as people have it; the next oldest."""
    if len(equal) <= MAX_PROPOSED:
        return equal
    current = min(equal[1:], key=lambda document: _days_off(case, document))
    return [equal[0], current, next(document for document in equal[1:] if document is not current)]


def _days_off(case: Case, document: Document) -> int:
    return abs((document.due - case.line.date).days) if document.due else 10_000


def _together(case: Case, partner: object, evidence: tuple[Evidence, ...]) -> list[Proposal]:
    proposals = []
    documents = case.open_of(partner)
    reason = Reason('payer_sum', {})
    if documents:
        if (sums := in_full(case, documents)) or (len(documents) <= MAX_SUMMED and (sums := _subset(case, documents))):
            proposals.append(proposal(case, policy.PAYERS_SUM, amounts.EXACT, sums, evidence, reason, WEAK))
        spread = oldest_first(case, documents)
        if spread:
            proposals.append(proposal(case, policy.PAYERS_SUM, amounts.UNDER, spread, evidence, reason, WEAK, 1))
    return proposals


def _single(case: Case, partner: object, evidence: tuple[Evidence, ...]) -> list[Proposal]:
    """One document in part, or with something over: what is nearly open first, then the oldest."""
    close: list[tuple[Decimal, Document, Relation]] = []
    others: list[tuple[Decimal, Document, Relation]] = []
    discounted = case.source.equal(case.company, case.currency, case.amount, partner)
    for document in case.open_of(partner):
        if document.currency == case.currency:
            relation = case.relation(document)
            off = abs(relation.total - case.amount)
            (close if off <= CLOSE * abs(case.amount) else others).append((off, document, relation))
    close.sort(key=lambda entry: entry[0])
    late = [(0, doc, case.relation(doc)) for doc in discounted if not case.obstacle(doc)]
    found = [(0, entry) for entry in (late + close)[:MAX_PROPOSED]] + [(2, entry) for entry in others[:MAX_PROPOSED]]
    reason = Reason('payer_sum', {})
    return [
        proposal(case, policy.PAYERS_SUM, amounts.UNDER, relation.allocations, evidence, reason, WEAK, place)
        for place, (_off, _document, relation) in found
    ]


def _names_something(case: Case, document: Document) -> bool:
    """Whether the texts carry a number at all: it means something, only not to us. The document's own month is none."""
    told = bool(case.hits) or any(len(token.key) >= 6 for token in case.tokens)
    told = told or case.reading.says_period or any(_MONTHS.search(text.folded) for text in case.reading.texts)
    return told and (bool(case.hits) or not _says_its_month(case, document))


def _says_its_month(case: Case, document: Document) -> bool:
    """Whether all numbers of the texts are one month, that of the document's day and of the day it is due, and no paper's number ("contract
    03/2026")."""
    reading = case.reading
    if len(reading.months) != 1 or reading.words & markers.PERIODS or reading.says_credit_note:
        return False
    if any(markers.mark(word) in PAPERS for word in reading.words):
        return False
    texts = [text.folded for text in reading.texts if text.field != 'counterparty_name']
    found = [month for text in texts for month in _MONTH.findall(text)]
    if len(found) > 1 or any(map(str.isdigit, _MONTH.sub('', ' '.join(texts)))):
        return False
    years = [run for month in found for run in _RUN.findall(month) if len(run) == 4]
    near = years or [str(case.line.date.year)]  # a month in words is of this year
    return all(day and day.month in reading.months and str(day.year) in near for day in (document.date, document.due))


def _subset(case: Case, documents: list[Document]) -> list[Allocation] | None:
    documents = [document for document in documents if document.currency == case.currency]
    values = [case.open_total(document) for document in documents]
    found = amounts.subsets(values, case.amount, MAX_TOGETHER)
    if len(found) != 1:
        return None
    return [
        Allocation(documents[place], item, open_) for place in found[0] for item, open_ in case.left(documents[place])
    ]


def _of_amount(case: Case) -> list[Proposal]:
    """R19, where few documents have the amount."""
    equal, _open = case.open_count
    if not 0 < equal <= 30:
        return []
    documents = [doc for doc in case.source.equal(case.company, case.currency, case.amount) if not case.obstacle(doc)]
    proposals = []
    for document in sorted(documents, key=amounts.oldest)[:MAX_PROPOSED]:
        relation = case.relation(document)
        if relation.name in amounts.FITTING:
            evidence = (Evidence('amount', str(case.amount), 'amount', WEAK),)
            reason = Reason('amount_only', {'count': equal})
            proposals.append(
                proposal(case, policy.AMOUNT_ONLY, relation.name, relation.allocations, evidence, reason, WEAK)
            )
    return proposals
