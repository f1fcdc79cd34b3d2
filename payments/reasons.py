"""Why a bank refused or returned a payment, in plain words, and what follows from it.

Source: ISO 20022 external code sets, status reason and return reason (the codes that banks use for credit transfers)."""

from __future__ import annotations

from typing import NamedTuple

#: what a person should do: look at the payee's account before anything else; the same again is of use; never the same again
ACCOUNT, AGAIN, NEVER = 'account', 'again', 'never'


class Reason(NamedTuple):
    sentence: str
    do: str = ''


REASONS = {
    'AC01': Reason("The account number is wrong.", ACCOUNT),
    'AC02': Reason("The account that pays is wrong."),
    'AC03': Reason("The payee's account number is wrong.", ACCOUNT),
    'AC04': Reason("The payee's account is closed.", ACCOUNT),
    'AC06': Reason("The payee's account is blocked.", ACCOUNT),
    'AC13': Reason("The payee's account is of a kind that takes no such payment.", ACCOUNT),
    'AG01': Reason("Payments are not allowed on this account."),
    'AG02': Reason("The bank does not take this kind of payment."),
    'AM01': Reason("The amount is zero."),
    'AM02': Reason("The amount is above what is allowed.", AGAIN),
    'AM03': Reason("The bank does not pay in this currency."),
    'AM04': Reason("There was not enough money on the account.", AGAIN),
    'AM05': Reason("The bank takes it for one that it has already.", NEVER),
    'AM09': Reason("The amount is not what was agreed."),
    'AM10': Reason("The sums of the file do not fit."),
    'AM18': Reason("The number of payments in the file does not fit."),
    'AM23': Reason("The amount is above the account's limit.", AGAIN),
    'BE01': Reason("The name does not fit the account.", ACCOUNT),
    'BE04': Reason("The payee's address is missing or wrong."),
    'BE05': Reason("The bank does not know who sends it."),
    'BE06': Reason("The payee is not known at this bank.", ACCOUNT),
    'CNOR': Reason("The payee's bank is not reached this way.", ACCOUNT),
    'CUST': Reason("It was cancelled by the customer."),
    'DS02': Reason("It was not signed, or the signature was refused."),
    'DS0H': Reason("Who signed may not sign for this account."),
    'DT01': Reason("The day of execution is not possible."),
    'DUPL': Reason("The bank has this file already.", NEVER),
    'ED05': Reason("It could not be settled.", AGAIN),
    'FF01': Reason("The bank does not understand the file."),
    'FOCR': Reason("It was asked back."),
    'MD07': Reason("The payee has died.", ACCOUNT),
    'MS02': Reason("The payee's bank gives no reason."),
    'MS03': Reason("The bank gives no reason."),
    'NARR': Reason("The bank gives its reason in words."),
    'NOAS': Reason("The payee did not answer."),
    'NOOR': Reason("The original payment was never received.", AGAIN),
    'RC01': Reason("The bank's code (BIC) is wrong.", ACCOUNT),
    'RR04': Reason("The bank may not say why (legal reasons)."),
    'TM01': Reason("It came after the bank's time of the day.", AGAIN),
}


def of(code: str) -> Reason:
    """What a code means; an unknown one is said as it is.

    >>> of('AC04').do, of('XX99').sentence
    ('account', "The bank's reason: XX99.")
    """
    return REASONS.get(code) or Reason(f"The bank's reason: {code}." if code else "The bank gives no reason.")
