"""Why a movement was not posted by itself, in words an accountant understands: English templates by code.

``_lt`` only marks the strings for translation; Odoo's side (``models/lib/wording.py``) puts them into the reader's language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import risk

if TYPE_CHECKING:
    from .data import Reason


def _lt(text: str) -> str:
    return text


WHY_NOT = {
    'zero': _lt("The amount is zero."),
    'fee': _lt("A bank fee pays no document."),
    'own_transfer': _lt("A transfer between own accounts pays no document."),
    'returned': _lt("The bank returned a payment; undo the match that it cancels: %(number)s"),
    'no_reference': _lt("No reference was found in the bank's texts."),
    'no_document': _lt("No document has the reference that the payment carries."),
    'refused': _lt("Somebody refused the match with %(number)s."),
    'paid': _lt("%(number)s is paid already: a second payment?"),
    'cancelled': _lt("%(number)s was cancelled."),
    'draft': _lt("%(number)s is a draft; post it first."),
    'order': _lt("%(number)s is an order without an open invoice: an advance payment?"),
    'direction': _lt("%(number)s would be paid by money in the other direction."),
    'currency': _lt("%(number)s is in %(currency)s."),
    'later': _lt("%(number)s was issued after the payment."),
    'disputed': _lt("%(number)s is blocked for payment."),
    'short': _lt("The reference fits %(number)s, the amount is %(amount)s short."),
    'over': _lt("The reference fits %(number)s, the amount is %(amount)s too much."),
    'late_discount': _lt("The amount is %(number)s less the early-payment discount, but the payment is late."),
    'partner_has_equal': _lt("The reference fits %(number)s, the amount fits %(other)s of the same partner."),
    'payer_has_equal': _lt("The reference fits %(number)s, but %(other)s of the payer has the same amount."),
    'neighbour': _lt("%(number)s and %(other)s have the same amount and differ by one character."),
    'weak': _lt("“%(text)s” may be %(number)s or something else; the payer is unknown."),
    'ambiguous': _lt("“%(text)s” may be %(number)s or something else."),
    'resembling_other': _lt("“%(text)s” resembles %(number)s of another customer."),
    'also': _lt("The reference names %(number)s and %(other)s."),
    'also_paid': _lt("The text names %(number)s, and %(other)s that is paid."),
    'also_draft': _lt("The text names %(number)s, and %(other)s that is not posted."),
    'other_payer': _lt("The reference fits %(number)s, but its payer is known as somebody else's."),
    'negated': _lt("The text names %(number)s, and says “not” or “already”."),
    'other_payee': _lt(
        "The reference fits %(number)s, but the money went to an account that its vendor is not known to have."
    ),
    'other_account': _lt(
        "%(account)s, to which the money went, is none of the accounts on file of the vendor of %(number)s."
    ),
    'money_back': _lt("The text speaks of money that comes back; %(number)s may be what it was for."),
    'settlement': _lt("The text speaks of a settlement of many payments, not of %(number)s alone."),
    'duty': _lt("The text speaks of wages, taxes or insurance, not of the bill %(number)s."),
    'sister': _lt("The number may be meant for another company, not for %(number)s."),
    'month': _lt("A month is named; %(number)s and %(other)s are open."),
    'risk': _lt("“%(text)s” is %(number)s, but could be a slip: a wrong match has a chance of %(chance)s."),
    'contested': _lt(
        "Another payment of this batch names %(number)s as well; one of the two was meant for something else."
    ),
    'failed': _lt("The matching failed at this movement (%(place)s). Match it by hand, and tell the makers."),
    'several': _lt("%(count)s open documents carry references in this text."),
    'several_partners': _lt("The %(count)s documents are of different partners."),
    'credit_note': _lt(
        "%(number)s less the credit note %(other)s makes the amount; the text does not name the credit note."
    ),
    'identifiers': _lt("The text names %(count)s customers."),
    'identifier_of_another': _lt("“%(text)s” is one customer's identifier, the account another's."),
    'identifier_weak': _lt("“%(text)s” is a customer's identifier or something else; the payer is unknown."),
    'names_other': _lt("The text also says “%(text)s”."),
    'identifier_sum': _lt("The customer is known; the amount fits none of the %(count)s open documents."),
    'resembling': _lt("%(count)s documents of this amount resemble “%(text)s”."),
    'names_another': _lt("The text also names another document than %(number)s."),
    'names_another_too': _lt("The text also names %(number)s."),
    'resembling_amount': _lt("“%(text)s” resembles %(number)s, but the amount differs."),
    'resembling_unknown': _lt("“%(text)s” resembles %(number)s; the payer is unknown."),
    'payer_only': _lt("No reference; payer and amount fit (%(count)s open)."),
    'name_said': _lt("The text names %(partner)s; the payer is unknown."),
    'payer_sum': _lt("No usable reference; the payer is known."),
    'amount_only': _lt("Only the amount fits: %(count)s open documents have it."),
    'rule_proposes': _lt("Only proposed: it rests on the %(what)s, and your settings leave that to people."),
    'limit': _lt("Amounts above %(amount)s are not posted by themselves."),
    'sent_more': _lt("Our own payment is within it, and %(amount)s more: a fee?"),
    'sent_less': _lt("It carries the id of our own payment, and is %(amount)s less."),
    'sent_back_part': _lt(
        "It carries the id of a payment of ours, and is money that came in: a return, less %(amount)s?"
    ),
    'sent_equal': _lt("%(count)s of our own payments fit equally well."),
    'sent_or_other': _lt("It may be a whole payment order, or something else of this amount."),
    'manual': _lt("Payments of %(partner)s are matched by hand."),
}


def why_not(reason: Reason | None, currency: str = '') -> str | None:
    """One English sentence for a :class:`data.Reason`; amounts in ``currency``.

    >>> from .data import Reason
    >>> why_not(Reason('short', {'number': 'INV/2026/00042', 'amount': '3.00'}), 'EUR')
    'The reference fits INV/2026/00042, the amount is 3.00 EUR short.'
    """
    if reason is None:
        return None
    values = dict(reason.values)
    if 'amount' in values:
        values['amount'] = f"{values['amount']} {currency}".strip()
    if 'risk' in values:
        values['chance'] = risk.told(values['risk'])
    return WHY_NOT[reason.code] % values
