"""Many proposals at once: what they come to, and accepting them one by one, each on its own."""

from psycopg2 import Error as DatabaseError

from odoo.exceptions import UserError, ValidationError

from ...matching.coding.rests import REST
from ...matching.policy import GUESSES
from ..coding.shown import SURE, like_of
from ..lib import wording
from ..lib.given import search_given
from ..lib.locks import refusal
from ..match.again import Waiting, like_look_again

#: reasons that speak against every proposal, and those that leave open which document is meant
CONTRADICTIONS = {
    'paid', 'cancelled', 'draft', 'order', 'returned', 'disputed', 'negated', 'money_back', 'settlement', 'duty', 'sister',
    'other_payee', 'other_account', 'later', 'direction',
}  # fmt: skip
UNCLEAR = CONTRADICTIONS | {
    'ambiguous', 'weak', 'resembling_other', 'resembling', 'resembling_amount', 'resembling_unknown', 'neighbour', 'also',
    'also_paid', 'also_draft', 'other_payer', 'month', 'contested', 'identifier_of_another', 'identifier_weak', 'names_other',
    'names_another', 'names_another_too', 'partner_has_equal', 'payer_has_equal', 'amount_only', 'name_said',
}  # fmt: skip
PROPOSED = [
    ('bank_match_state', '=', 'proposed'),
    ('is_reconciled', '=', False),
    ('bank_match_ids.state', '=', 'proposed'),
]


def best_proposal(line):
    """The first proposal of a movement (``bank.match``), or none."""
    return line.bank_match_ids._proposed()[:1]


def contradicts(line):
    """Whether the bank's text speaks against any proposal: it names what is paid, cancelled or a draft, or says what it is
    not; or money went astray. A person reads it before anything is accepted."""
    codes = {wording.reason_code(line, 'bank_match_note')}
    if (best := best_proposal(line)).coding:
        codes.add(best.reason_code)
    return bool(line.bank_match_doubt) or not codes.isdisjoint(CONTRADICTIONS)


def is_clear(line):
    """Whether the best proposal rests on more than a guess, no other one is as good, and it takes all of the movement."""
    best, *others = line.bank_match_ids._proposed() or [None]
    if best and best.coding:
        return best.reason_code in SURE and not contradicts(line)
    if best and best.rest and best.reason_code != REST:
        return False
    sure = bool(best) and best.rule not in GUESSES and all(other.rule != best.rule for other in others)
    return sure and not contradicts(line) and not proposes_part(line) and best.reason_code not in UNCLEAR


def proposes_part(line):
    """Whether the best proposal leaves something of the movement open."""
    best = best_proposal(line)
    if best.coding or best.rest or best.allocation_ids.currency_id != line.currency_id:
        return False  # told in the payment's original currency
    paid = sum(best.allocation_ids.mapped('amount'))
    return line.currency_id.compare_amounts(abs(paid), abs(line.amount)) != 0


def summary(lines, domain):
    """See :meth:`bank_reconcile_summary`.

    :param lines: the model"""
    proposed = search_given(lines, domain, PROPOSED, order='date, id')
    look_again(proposed)
    proposed = proposed.filtered(lambda line: line.bank_match_state == 'proposed' and not line.is_reconciled)
    clear = proposed.filtered(is_clear)
    totals = []
    for currency, of_currency in clear.grouped('currency_id').items():
        amounts = of_currency.mapped('amount')
        totals.append(
            {
                'currency': currency.name,
                'count': len(of_currency),
                'money_in': currency.format(sum(amount for amount in amounts if amount > 0)),
                'money_out': currency.format(sum(amount for amount in amounts if amount < 0)),
            }
        )
    return {
        'ids': clear.ids,
        'totals': totals,
        'rows': [_summary_row(line) for line in clear],
        'partial': sum(proposes_part(line) for line in clear),
        'left': len(proposed - clear),
    }


def look_again(lines):
    """What pays no document was proposed when nobody had a bill for it: one may have been posted since.

    :return: those that were booked by themselves: their kind was allowed since"""
    return Waiting(lines.filtered(lambda line: best_proposal(line).coding)).match()


def _summary_row(line):
    """{id, who, documents, amount, left}: ``left``: a document is not paid in full."""
    best = best_proposal(line)
    return {
        'id': line.id,
        'who': line.partner_name or line.payment_ref or '',
        'documents': best.documents or '',
        'amount': line.currency_id.format(line.amount),
        'reason': best.why if best.reason_code == 'not_allowed' else best.reason or '',
        'left': any(
            not part.discount
            and part.item_currency_id == part.currency_id
            and part.currency_id.compare_amounts(abs(part.residual), abs(part.amount)) > 0
            for part in best.allocation_ids
        ),
    }


def accept(lines):
    """See :meth:`bank_reconcile_accept`."""
    env, done, failed, coded = lines.env, [], [], lines.browse()
    seen = {line: _seen(line) for line in lines}
    partners = {str(line.id): line.partner_id.id for line in lines}
    by_itself = look_again(lines)
    for line in lines:
        best = best_proposal(line)
        if line in by_itself:
            done.append(line.id)
            continue
        try:
            with env.cr.savepoint():
                if line.is_reconciled or not best:
                    raise UserError(env._("It was decided by somebody else in the meantime."))
                if _seen(line) != seen[line]:
                    raise UserError(env._("It changed since it was shown, as a document was posted, for instance."))
                best._accept_all()
            done.append(line.id)
            if best.coding or best.rest:
                coded += line
        except (UserError, ValidationError) as error:
            failed.append({'id': line.id, 'name': line.payment_ref, 'reason': str(error)})
        except DatabaseError as error:
            failed.append({'id': line.id, 'name': line.payment_ref, 'reason': refusal(env, error)})
    like_look_again(coded)
    return {'done': done, 'failed': failed, 'partners': partners}


def _seen(line):
    """What somebody saw of a movement before it was looked at again: what is proposed, and whether something speaks against it."""
    best = best_proposal(line)
    return best.coding_kind, bool(best.coding) and best.reason_code not in SURE and best.reason_code


def accept_like(line):
    """See :meth:`bank_reconcile_like`: those that are of another kind when they are looked at again are left."""
    before = line | like_of(best_proposal(line))
    partners = {str(one.id): one.partner_id.id for one in before}
    by_itself = look_again(before)
    told = accept((line | like_of(best_proposal(line))) - by_itself)
    return {**told, 'done': by_itself.ids + told['done'], 'partners': {**partners, **told['partners']}}
