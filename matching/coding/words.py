"""Why a movement is booked as it is, or why not by itself, in words an accountant understands: English templates by code.

``_lt`` only marks the strings for translation; Odoo's side puts them into the reader's language."""

from __future__ import annotations

from ..data import Reason
from ..words import _lt

WHY = {
    'as_before': _lt("As the last %(count)s times, most lately on %(day)s."),
    'as_once': _lt("As once before, on %(day)s."),
    'as_changed': _lt("As somebody changed “%(name)s”; %(count)s like it were booked before."),
    'own_account': _lt("The other account is the company's own."),
    'both_sides': _lt("The other side is on another own account."),
    'deposit': _lt("On the customer's account it waits for its document."),
    'model': _lt("The reconciliation model “%(name)s” says so."),
    'model_before': _lt("The reconciliation model “%(name)s” says so, before “%(other)s”."),
}
WHY_NOT = {
    'not_allowed': _lt("Nobody has said yet that the like is booked by itself."),
    'not_ticked': _lt("The matching settings do not let it be booked by itself."),
    'another_model': _lt("Another reconciliation model comes first."),
    'model_differs': _lt("“%(name)s” books it otherwise than the like was booked lately."),
    'model_limits': _lt("“%(name)s” is for other amounts or texts."),
    'model_elsewhere': _lt("“%(name)s” is for other journals or partners."),
    'models_differ': _lt("Two reconciliation models are for it, “%(name)s” and “%(other)s”."),
    'fee_kept': _lt("The text says what the payment for %(number)s is short of: a person says where that goes."),
    'rest_of_payer': _lt("The payer's payments were short or over like this before: a person confirms where it goes."),
    'rest': _lt("The text explains the difference: a person confirms where it goes."),
    'refused_before': _lt("Somebody refused how it would be booked."),
    'undone': _lt("Somebody took the like back."),
    'once': _lt("It was booked so only once."),
    'two_ways': _lt("The like was booked in %(count)s ways, and nothing tells which."),
    'new_name': _lt("Another name than before: %(text)s"),
    'new_account': _lt("Another account than before: %(text)s"),
    'new_creditor': _lt("Another creditor than before: %(text)s"),
    'new_mandate': _lt("Another mandate than before: %(text)s"),
    'new_words': _lt("Other words than before: %(text)s"),
    'new_card': _lt("Another card than before: %(text)s"),
    'a_cent': _lt("A cent more or less of the whole amount would fit as well."),
    'twice': _lt("The same was paid a few days ago, which never was before."),
    'new_currency': _lt("Another currency than before: %(text)s"),
    'archived': _lt("An account or a tax of it is archived."),
    'tax_locked': _lt("The tax period of that day is locked: a booking with taxes would be moved to another day."),
    'no_rate': _lt("There is no exchange rate of that day."),
    'model_amounts': _lt("Somebody changed the amounts of “%(name)s”: a person says how much goes where."),
    'lost_words': _lt("It does not say “%(text)s”, as the like always did."),
    'new_contract': _lt("Another contract than before: %(text)s"),
    'new_vs': _lt("Another variable symbol than before: %(text)s"),
    'new_ss': _lt("Another specific symbol than before: %(text)s"),
    'new_ks': _lt("Another constant symbol than before: %(text)s"),
    'new_structured': _lt("Another reference than before: %(text)s"),
    'new_purpose': _lt("Another purpose code than before: %(text)s"),
    'new_bank_code': _lt("Another transaction code than before: %(text)s"),
    'amount_band': _lt("The amount is unlike all before (%(low)s to %(high)s)."),
    'words_only': _lt("Only the words are alike: who pays or is paid is another, or not known."),
    'document_first': _lt("It may pay %(number)s: documents come first."),
    'open_documents': _lt("There are open documents that it may pay."),
    'money_returned': _lt("The bank returned a payment."),
    'whose': _lt("The like was booked for several partners."),
    'customer': _lt("A customer with invoices paid it: that is no plain income."),
    'which_account': _lt("An own transfer; which of the own accounts it is with, nothing says."),
    'suspense': _lt("The like was only put aside."),
    'deposit': _lt("A customer's money without a document: a person says what it is."),
}


def why(reason: Reason) -> str:
    """One English sentence."""
    return WHY[reason.code] % reason.values


def why_not(reason: Reason) -> str | None:
    """One English sentence, or None where the reason is not of coding."""
    return WHY_NOT[reason.code] % reason.values if reason.code in WHY_NOT else None
