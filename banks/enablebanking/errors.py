"""What an error answer of Enable Banking means (OpenAPI 1.0.0, schemas ``ErrorResponse`` and ``ErrorCode``): the name in
``error`` decides, for the HTTP status of most errors is not documented."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .. import errors

if TYPE_CHECKING:
    from ..http import Answer

_NAME = re.compile(r'[A-Z][A-Z_]{2,60}')
_MEANING = {
    'EXPIRED_SESSION': (errors.ConsentExpired, "The permission at the bank has expired."),
    'CLOSED_SESSION': (errors.ConsentRevoked, "The permission was closed."),
    'REVOKED_SESSION': (errors.ConsentRevoked, "The permission was revoked at the bank."),
    'SESSION_DOES_NOT_EXIST': (errors.ConsentRevoked, "The provider does not know the permission (any more)."),
    'ASPSP_PSU_ACTION_REQUIRED': (
        errors.ConsentExpired,
        "The bank wants the person to do something in its online banking first, then to renew.",
    ),
    'WRONG_SESSION_STATUS': (errors.ConsentError, "The permission is not valid."),
    'EXPIRED_AUTHORIZATION_CODE': (errors.ConsentError, "The log-in at the bank took too long."),
    'WRONG_AUTHORIZATION_CODE': (errors.ConsentError, "The log-in at the bank was used before or is not known."),
    'ALREADY_AUTHORIZED': (errors.ConsentError, "The log-in at the bank was used before."),
    'ASPSP_RATE_LIMIT_EXCEEDED': (errors.RateLimited, "The bank's limit of calls is used up."),
    'ASPSP_ERROR': (errors.BankUnavailable, "The bank reports an error of its own."),
    'ASPSP_TIMEOUT': (errors.BankUnavailable, "The bank did not answer in time."),
    'WRONG_TRANSACTIONS_PERIOD': (errors.PeriodRefused, "The bank does not give such old transactions."),
    'ACCOUNT_DOES_NOT_EXIST': (errors.AccountUnknown, "The bank does not know the account."),
    'INVALID_ACCOUNT_ID': (errors.AccountUnknown, "The bank does not know the account."),
    'ASPSP_ACCOUNT_NOT_ACCESSIBLE': (errors.AccountUnknown, "The bank does not let the account be read."),
    'NO_ACCOUNTS_ADDED': (
        errors.ConfigurationError,
        "The application is restricted: add your own accounts to it in the Control Panel first.",
    ),
    'REDIRECT_URI_NOT_ALLOWED': (
        errors.ConfigurationError,
        "The return address is not registered: copy it from the provider's form to the Control Panel.",
    ),
    'UNAUTHORIZED_ACCESS': (errors.ConfigurationError, "Application ID and private key do not fit."),
    'ACCESS_DENIED': (errors.ConfigurationError, "The application may not do this."),
    'UNAUTHORIZED_IP': (errors.ConfigurationError, "The provider does not serve this server's address."),
    'WRONG_ASPSP_PROVIDED': (errors.RequestRefused, "The provider does not know this bank (any more)."),
}
_BY_STATUS = {
    408: (errors.BankUnavailable, "The provider did not answer in time."),
    401: (errors.ConfigurationError, "Application ID and private key do not fit."),
    429: (errors.RateLimited, "The provider's limit of calls is used up."),
}


def raise_for(answer: Answer) -> None:
    """Raise the house's error for an answer with a status of 400 or above. Always raises."""
    found = answer.data if isinstance(answer.data, dict) else {}
    name = found.get('error')
    name = name if isinstance(name, str) and _NAME.fullmatch(name) else ''
    error, sentence = (
        _MEANING.get(name)
        or _BY_STATUS.get(answer.status)
        or (errors.RequestRefused, "The provider refuses the request.")
    )
    errors.refuse(error, sentence, answer, name)
