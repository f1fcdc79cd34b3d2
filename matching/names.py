"""Whether a payer's name is a partner's: words without accents, order and legal form."""

import re
from functools import lru_cache

from .markers import LEGAL_FORMS
from .text import fold

_WORD = re.compile(r'[A-Z0-9?]+')
_ACCOUNT = re.compile(r'[A-Z0-9]+')
MIN_LETTERS = 5


@lru_cache(maxsize=4096)
def words(name):
    """
    >>> sorted(words('Kovács és Társa Kft.')), sorted(words('Acme Slovakia, s.r.o.'))
    (['KOVACS'], ['ACME', 'SLOVAKIA'])
    """
    found = frozenset(_WORD.findall(fold(name or '').replace("'", '')))
    return found - LEGAL_FORMS or found


def account(number):
    """An account number as it is compared: letters and digits only, upper case.

    >>> account('sk31 1200-0000')
    'SK3112000000'
    """
    return ''.join(_ACCOUNT.findall((number or '').upper()))


def key(name):
    """What a partner can be found under by name; '' where the name is too short to tell anybody.

    >>> key('Kovács és Társa Kft.'), key('KOVACS KFT'), key('Bo')
    ('KOVACS', 'KOVACS', '')
    """
    text = ' '.join(sorted(words(name)))
    return text if len(text) >= MIN_LETTERS else ''


@lru_cache(maxsize=8192)
def same(payer, partner):
    """Whether the two may be one and the same, as a bank writes names: cut off, without accents, in another order.

    >>> same('KOVACS ES TARSA', 'Kovács és Társa Kft.'), same('NOVAK', 'Novák Peter'), same('PETER NOVAK ING.', 'Novák Peter')
    (True, False, True)
    >>> same('BRATISLAVSKE STAVEBNE PRA', 'Bratislavské stavebné práce s.r.o.'), same('KOV?CS B?LA', 'Kovács Béla')
    (True, True)
    """
    ours, theirs = words(payer), words(partner)
    if not ours or not theirs or len(''.join(theirs)) < MIN_LETTERS:
        return False
    if ours == theirs:
        return True
    small, large = (ours, theirs) if len(ours) <= len(theirs) else (theirs, ours)
    left = set(large)
    for word in small:
        fit = word if word in left else next((other for other in left if _fits(word, other)), None)
        if fit is None:
            return False
        left.discard(fit)
    return len(small) == len(large) or (len(small) >= 2 and sum(map(len, small)) >= 8)


def _fits(one, other):
    """One word cut off at the end of a field, or with letters that the bank's system could not carry."""
    if '?' in one or '?' in other:
        return len(one) == len(other) and all(a == b or '?' in (a, b) for a, b in zip(one, other))
    short, long = sorted((one, other), key=len)
    return len(short) >= 3 and long.startswith(short)
