"""What several rules share: ranking, and the doubts that turn an exact amount into a proposal."""

from .. import amounts
from ..case import ACCOUNT, GIVEN, NAME
from ..data import STRONG, WEAK, Proposal, Reason
from ..keys import REFERENCE, compact, digits
from ..markers import DOCUMENT
from ..references import DATE
from ..similar import near
from ..source import MAX_EQUAL

#: share of the open documents with the same amount from which on the amount confirms little
COMMON_SHARE = 0.03
#: how far down the list a rule's proposals stand that only guess
_TIERS = {'R12': 2, 'R13': 1, 'R14': 1, 'R17': 2, 'R18': 2, 'R19': 4}
_CERTAINTY = {GIVEN: 0, ACCOUNT: 0, NAME: 1}


def proposal(case, rule, relation_name, allocations, evidence, against=None, strength=0, place=0):
    """A :class:`data.Proposal`, ranked: what may be posted, then references, then resemblance, payer, amount; within
    these how exact, how strong, who pays, the rule's own order, the oldest."""
    rank = (
        against is not None,
        _tier(rule, relation_name, strength),
        amounts.ORDER.get(relation_name, 9),
        -strength,
        _CERTAINTY.get(case.payers.get(allocations[0].document.partner), 2),
        place,
        amounts.oldest(allocations[0].document),
    )
    return Proposal(rule, tuple(allocations), tuple(evidence), against, rank)


def _tier(rule, relation_name, strength):
    if rule in _TIERS:
        return _TIERS[rule] + (relation_name not in amounts.FITTING)
    return 0 if strength >= STRONG or relation_name in amounts.FITTING else 1


def exact_doubt(case, hit, certain):
    """What speaks against an exactly fitting document that is named by ``hit``; None where nothing does.

    The danger is a mistyped number that is another document's of the same amount: it needs a payer who fits, a check
    digit, or an amount that is not everybody's.

    :param certain: how the document's partner is known to pay, '' where not"""
    document = hit.document
    number = document.number
    if certain:
        if hit.strength == WEAK and not _alone(case, hit):
            return Reason('weak', {'number': number, 'text': hit.candidate.text})
        if case.open_equal[0] > 1 and (other := _neighbour(case, hit, document.partner)) and not hit.checked:
            return Reason('neighbour', {'number': number, 'other': other.number})
        return None
    if hit.checked and hit.strength >= STRONG:
        return None
    equal, open_ = case.open_equal
    if equal > 1:
        if other := _payers_own(case, document):
            return Reason('payer_has_equal', {'number': number, 'other': other.number})
        if equal > max(1, COMMON_SHARE * open_) and (other := _neighbour(case, hit)):
            return Reason('neighbour', {'number': number, 'other': other.number})
    if hit.strength >= STRONG:
        return None
    if hit.strength > 1 and (hit.candidate.mark == DOCUMENT or equal <= 1):
        return None
    return Reason('weak', {'number': number, 'text': hit.candidate.text})


def _alone(case, hit):
    """Whether a weak hit is the partner's only document of the amount, and no month or day was written."""
    return hit.candidate.how != DATE and len(case.equal_of(hit.document.partner)) == 1


def _payers_own(case, document):
    """A document of this amount of the payer who is known, where that is somebody else than the document's partner."""
    for partner in case.payers:
        if partner != document.partner:
            for other in case.equal_of(partner):
                return other
    return None


def _neighbour(case, hit, partner=None):
    """An open document of the same amount, of one partner or of anybody, whose number is one typing error away from
    what was written."""
    typed = hit.candidate.key
    equal = case.source.equal(case.company, case.currency, case.amount, partner)
    shape = _shape(hit)
    for other in equal:
        if other.id != hit.document.id and near(shape(other), typed) and not case.obstacle(other):
            return other
    if len(equal) < MAX_EQUAL:
        return None
    for key in case.source.known(case.company, list(variants(typed))):
        for other, _kind in case.source.documents(case.company, key):
            meant = other.id != hit.document.id and (partner is None or other.partner == partner)
            if meant and not case.obstacle(other) and case.relation(other).name in amounts.FITTING:
                return other
    return None


def _shape(hit):
    """How another document's number is put beside what was written: with letters or digits only."""
    plain = digits if hit.candidate.key.isdigit() else compact
    if hit.kind == REFERENCE:
        return lambda other: plain(other.payment_reference)
    return lambda other: plain(other.number)


def variants(key):
    """What one wrong digit or two swapped characters could have made of a key."""
    for place, char in enumerate(key):
        if char.isdigit():
            for digit in '0123456789':
                if digit != char:
                    yield key[:place] + digit + key[place + 1 :]
        if place and key[place - 1] != char:
            yield key[: place - 1] + char + key[place - 1] + key[place + 1 :]
