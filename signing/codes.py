"""Links and one-time codes: random, kept as hashes only, compared in constant time."""

from __future__ import annotations

import hashlib
import hmac
import secrets

#: digits of a code; bytes of a link's secret
DIGITS, LINK_BYTES = 6, 32


def new_code() -> str:
    """Six random digits.

    >>> code = new_code()
    >>> len(code), code.isdigit()
    (6, True)
    """
    return f'{secrets.randbelow(10**DIGITS):0{DIGITS}d}'


def new_link() -> str:
    """256 random bits, as an address may carry them."""
    return secrets.token_urlsafe(LINK_BYTES)


def new_salt() -> str:
    return secrets.token_hex(16)


def digest(secret: str, salt: str = '') -> str:
    """What is kept of a code or a link: PBKDF2 for a code, which is short; plain SHA-256 for a link, which nobody can guess."""
    if not salt:
        return hashlib.sha256(secret.encode()).hexdigest()
    return hashlib.pbkdf2_hmac('sha256', secret.encode(), bytes.fromhex(salt), 200_000).hex()


def is_code(typed: str, kept: str, salt: str) -> bool:
    """Whether a person typed the code; blanks between are no matter.

    >>> salt = new_salt()
    >>> is_code('123 456', digest('123456', salt), salt), is_code('', '', salt)
    (True, False)
    """
    plain = ''.join(typed.split())
    return bool(kept) and len(plain) == DIGITS and hmac.compare_digest(digest(plain, salt), kept)
