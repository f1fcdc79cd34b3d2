"""Plain words, in the reader's language, for what ``banks`` and ``matching`` say by class or code."""

from odoo.tools import format_date
from odoo.tools.translate import LazyTranslate

from ...banks import errors
from ...matching import policy, risk, words
from ...matching.coding import words as coding_words
from .told import day, listed, money, source, text

_lt = LazyTranslate(__name__)

ERRORS = {
    errors.ConsentExpired: _lt("The permission at the bank has expired. Renew it."),
    errors.ConsentRevoked: _lt("The permission was revoked at the bank. Renew it."),
    errors.ConsentError: _lt("The bank does not accept the permission any more. Renew it."),
    errors.RateLimited: _lt("The bank's daily limit of calls is used up. The next fetch is postponed."),
    errors.BankUnavailable: _lt("The bank does not answer at the moment. It is tried again by itself."),
    errors.LoginDoubted: _lt(
        "The bank gives nothing for this token. It is tried again by itself; if it stays so, make a new token and renew."
    ),
    errors.BadAnswer: _lt("The bank's answer makes no sense. It is tried again by itself."),
    errors.AccountUnknown: _lt(
        "The bank no longer shows this account under the permission. Renew it and tick the account."
    ),
    errors.ConfigurationError: _lt(
        "The bank does not accept the provider's settings. Ask your administrator to check them."
    ),
    errors.RequestRefused: _lt("The bank refuses the request."),
}


#: the same where a person waits and nothing is tried again
ATTENDED = {
    errors.RateLimited: _lt("The bank wants a pause between two calls. Try again in a minute."),
    errors.BankUnavailable: _lt("The bank does not answer at the moment. Try again in a minute."),
    errors.LoginDoubted: _lt(
        "The bank does not accept the token, or is in trouble. Check the token, or try again later."
    ),
    errors.BadAnswer: _lt("The bank's answer makes no sense. Try again; if it stays so, tell the bank."),
    errors.AccountUnknown: _lt("The bank does not know this address or account."),
    errors.ConfigurationError: _lt("The bank does not accept the provider's settings. Check them."),
}


def bank_error(env, error, attended=False):
    """:func:`bank_error_told` in the language of ``env``."""
    return text(env, bank_error_told(error, attended))


def bank_error_told(error, attended=False):
    """One sentence for a :class:`banks.errors.BankError`; behind it what exactly happened, and the bank's own sentence.

    :param attended: whether a person waits, and nobody tries again after this"""
    known = {**ERRORS, **ATTENDED} if attended else ERRORS
    if not attended and isinstance(error, errors.RateLimited) and (error.retry_after or 3600) < 3600:
        sentence = _lt("The bank wants a pause between two calls. It is fetched again in a moment.")
    else:
        sentence = next((known[cls] for cls in type(error).__mro__ if cls in known), None)
    if sentence is None:
        return str(error)
    detail = f"{error} “{error.told}”" if error.told else str(error)
    return _lt("%(sentence)s [%(detail)s]", sentence=sentence, detail=detail)


FIELDS = {
    'text': _lt("the text"),
    'structured': _lt("the structured reference"),
    'end_to_end_id': _lt("the end-to-end id"),
    'additional_information': _lt("the additional information"),
    'mandate_id': _lt("the mandate"),
    'counterparty_name': _lt("the payer's name"),
    'counterparty_account': _lt("the payer's account"),
    'amount': _lt("the amount"),
}
RULES = {rule: _lt(text) for rule, text in policy.RULES.items()}
WHY_NOT = {code: _lt(text) for code, text in {**coding_words.WHY_NOT, **words.WHY_NOT}.items()}
WHY = {code: _lt(text) for code, text in coding_words.WHY.items()}


LABELS = {
    'text': _lt("Text"),
    'structured': _lt("Structured reference"),
    'end_to_end_id': _lt("End-to-end id"),
    'additional_information': _lt("Additional information"),
    'mandate_id': _lt("Mandate"),
    'counterparty_name': _lt("Counterparty"),
    'counterparty_account': _lt("Counterparty's account"),
}


#: what a way to a bank takes, see :mod:`banks.catalogue`
EFFORTS = {
    'contract': _lt("A contract with the provider, an application ID and a key pair"),
    'portal': _lt("An application in the bank's developer portal"),
    'hub': _lt("An application in Tatra banka's developer portal, which reaches this bank, too"),
    'token': _lt("A token from the internet banking, free"),
    'licence': _lt("A payment institution's licence and certificates"),
    'closed': _lt("Closed to new customers since July 2025"),
}


def field(env, name):
    """What a field of a movement is called, as a label."""
    return env._(LABELS[name])


def rule(env, code):
    """What a rule of the matching policy says, '' where there is none."""
    return env._(RULES[code]) if code in RULES else code or ''


def evidence(pieces):
    """Where a reference was found, e.g. “VS2026000042” in the end-to-end id."""
    return listed(_lt("“%(text)s” in %(field)s", text=piece.text, field=FIELDS[piece.field]) for piece in pieces)


def why(proposal):
    """Why a movement was reconciled: documents, evidence, rule; to be stored, see :mod:`.told`."""
    numbers = list(dict.fromkeys(part.document.number for part in proposal.allocations))
    return _lt(
        "%(numbers)s: %(evidence)s (%(what)s; risk %(risk)s)",
        risk=odds(proposal.risk),
        numbers=', '.join(numbers),
        evidence=evidence(proposal.evidence),
        what=RULES[proposal.rule],
    )


def odds(chance):
    """A chance as people say it: “1 in 2 million”."""
    number, millions = risk.odds(chance)
    return _lt("1 in %s million", f"{number:,}") if millions else _lt("1 in %s", f"{number:,}")


def why_coded(reason):
    """Why a movement is booked like this; to be stored, see :mod:`.told`.

    :param reason: :class:`matching.data.Reason` of a coding"""
    values = {name: day(value) if name == 'day' else value for name, value in reason.values.items()}
    return _lt(WHY[reason.code]._source, **values)  # pylint: disable=translation-not-lazy


def why_not(reason, currency):
    """Why a movement was not posted by itself; to be stored, see :mod:`.told`.

    :param reason: :class:`matching.data.Reason` or None"""
    if not reason:
        return ''
    values = dict(reason.values)
    for name in values.keys() & {'amount', 'low', 'high'}:
        values[name] = money(values[name], currency)
    if 'what' in values:
        values['what'] = RULES[values['rule']]
    if 'risk' in values:
        values['chance'] = odds(values['risk'])
    return _lt(WHY_NOT[reason.code]._source, **values)  # pylint: disable=translation-not-lazy


#: reasons that speak against no coding
PLAIN = ('not_allowed',)


def coded_note(what, why, code, reason):
    """Of a movement that waits for a coding: on what, why, and what speaks against it, but that nobody has allowed it.

    :param what: names of accounts
    :param code: the reason's, or none"""
    told = _lt("%(what)s: %(why)s", what=what, why=why)
    return told if not code or code in PLAIN else listed([told, reason], ' ')


def reason_code(record, name):
    """Code of the engine's reason that a field of a record says, '' where it is none of those."""
    said = source(record._fields[name].stored(record))
    return next((code for code, text in WHY_NOT.items() if text._source == said), '')


def locked(env, date):
    """Why a movement in a closed period is on hold."""
    return env._(
        "The accounting period to %s is locked. Open it, or book the movement by hand.", format_date(env, date)
    )
