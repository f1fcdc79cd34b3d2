"""Plain words, in the reader's language, for what ``banks`` and ``matching`` say by class or code."""

from odoo.tools import format_date
from odoo.tools.translate import LazyTranslate

from ..banks import client

_lt = LazyTranslate(__name__)

ERRORS = {
    client.ConsentExpired: _lt("The permission at the bank has expired. Renew it."),
    client.ConsentRevoked: _lt("The permission was revoked at the bank. Renew it."),
    client.ConsentError: _lt("The bank does not accept the permission any more. Renew it."),
    client.RateLimited: _lt("The bank's daily limit of calls is used up. The next fetch is postponed."),
    client.BankUnavailable: _lt("The bank does not answer at the moment. It is tried again by itself."),
    client.BadAnswer: _lt("The bank's answer makes no sense. It is tried again by itself."),
    client.AccountUnknown: _lt(
        "The bank no longer shows this account under the permission. Renew it and tick the account."
    ),
    client.ConfigurationError: _lt(
        "The bank does not accept the provider's settings. Ask your administrator to check them."
    ),
    client.RequestRefused: _lt("The bank refuses the request."),
}


def bank_error(env, error):
    """One sentence for a :class:`banks.client.BankError`, with the bank's own code or the particulars behind it."""
    detail = error.code if error.code.isupper() else str(error)  # the bank's code says it shorter
    for cls in type(error).__mro__:
        if cls in ERRORS:
            return env._("%(sentence)s [%(detail)s]", sentence=env._(ERRORS[cls]), detail=detail)
    return str(error)


FIELDS = {
    'text': _lt("the text"),
    'structured': _lt("the structured reference"),
    'end_to_end_id': _lt("the end-to-end id"),
    'additional_information': _lt("the additional information"),
    'mandate_id': _lt("the mandate"),
}


def evidence(env, references):
    """Where a reference was found, e.g. “VS2026000042” in the end-to-end id."""
    return ', '.join(
        env._("“%(text)s” in %(field)s", text=reference.text, field=env._(FIELDS[reference.field]))
        for reference in references
    )


def why_not(env, code, currency):
    """Why a movement was not posted by itself; ``code`` is (name, values …) of :mod:`matching.policy`."""
    name, *values = code or ('',)
    if name == 'zero':
        return env._("The amount is zero.")
    if name == 'no_reference':
        return env._("No reference was found in the bank's texts.")
    if name == 'no_document':
        return env._("No document has the reference that the payer wrote.")
    if name == 'refused':
        return env._("Somebody refused the match with %s.", values[0])
    if name == 'paid':
        return env._("%s is paid already: a second payment?", values[0])
    if name == 'direction':
        return env._("%s would be paid by money in the other direction.", values[0])
    if name == 'currency':
        return env._("%(number)s is in %(currency)s.", number=values[0], currency=values[1])
    if name == 'also':
        return env._("The reference names %(number)s and %(other)s.", number=values[0], other=values[1])
    if name == 'instalments':
        return env._("%(number)s has %(count)s open instalments.", number=values[0], count=values[1])
    if name == 'short':
        return env._(
            "The reference fits %(number)s, the amount is %(amount)s short.",
            number=values[0],
            amount=currency.format(float(values[1])),
        )
    if name == 'over':
        return env._(
            "The reference fits %(number)s, the amount is %(amount)s too much.",
            number=values[0],
            amount=currency.format(float(values[1])),
        )
    if name == 'several':
        return env._("%s open documents carry references in this text.", values[0])
    return ''


def locked(env, date):
    """Why a movement in a closed period is on hold."""
    return env._(
        "The accounting period to %s is locked. Open it, or book the movement by hand.", format_date(env, date)
    )
