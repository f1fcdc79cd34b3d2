"""What a NextGenPSD2 error answer means (OpenAPI 1.3.12, schemas Error400_NG_AIS … Error429_NG_AIS and their
RFC 7807 twins): code → the house's error and one plain sentence."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .. import errors

if TYPE_CHECKING:
    from ..http import Answer

_CODE = re.compile(r'[A-Z][A-Z0-9_]{2,60}')

#: message code → (error, sentence)
_MEANING = {
    'CONSENT_EXPIRED': (errors.ConsentExpired, "The consent at the bank has expired."),
    'CONSENT_INVALID': (errors.ConsentError, "The bank does not accept the consent (any more)."),
    'CONSENT_UNKNOWN': (errors.ConsentRevoked, "The bank does not know the consent (any more)."),
    'ACCESS_EXCEEDED': (errors.RateLimited, "The bank's limit of calls is used up."),
    'RESOURCE_UNKNOWN': (errors.AccountUnknown, "The bank does not know the account."),
    'RESOURCE_EXPIRED': (errors.AccountUnknown, "The bank's record has expired."),
    'SERVICE_BLOCKED': (errors.RequestRefused, "The bank has blocked this service or account."),
    'PERIOD_INVALID': (errors.PeriodRefused, "The bank does not give such old transactions without a new log-in."),
}
_CONFIGURATION = (
    'CERTIFICATE_',
    'SIGNATURE_',
    'ROLE_INVALID',
    'KID_MISSING',
    'CORPORATE_ID_INVALID',
    'PSU_CREDENTIALS_INVALID',
    'TOKEN_',
)
_BY_STATUS = {
    401: (errors.ConsentError, "The bank does not accept the consent (any more)."),
    408: (errors.BankUnavailable, "The bank's server did not answer in time."),
    429: (errors.RateLimited, "The bank's limit of calls is used up."),
}


def message_code(found: object) -> str:
    """The first error code in an error body of either shape; '' where there is none."""
    if isinstance(found, dict):
        entries = found.get('tppMessages') or found.get('tppMessage') or [found]
    else:
        entries = found
    for entry in entries if isinstance(entries, list) else [entries]:
        code = entry.get('code') if isinstance(entry, dict) else None
        if isinstance(code, str) and _CODE.fullmatch(code):
            return code
    return ''


def raise_for(answer: Answer) -> None:
    """Raise the house's error for an answer with a status of 400 or above. Always raises."""
    code = message_code(answer.data)
    error, sentence = _MEANING.get(code) or (None, '')
    if not error and code.startswith(_CONFIGURATION):
        error, sentence = (
            errors.ConfigurationError,
            "The bank does not accept this provider's registration, certificate or key.",
        )
    if not error:
        error, sentence = _BY_STATUS.get(answer.status) or (errors.RequestRefused, "The bank refuses the request.")
    errors.refuse(error, sentence, answer, code)
