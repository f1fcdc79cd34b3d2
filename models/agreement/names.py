"""Names of people, as registers, eIDs and people write them."""

import re
import unicodedata


def same_name(given, asked):
    """Whether somebody bears the name that was asked for, as far as names tell: all its words, two at least, whatever case, order and
    accents; there may be more.

    >>> same_name("KONATEĽ JÁN", "Ján Konateľ"), same_name("Ján", "Ján Konateľ"), same_name("Peter Cudzí", "-")
    (True, False, False)
    """
    return is_full(asked) and _words(asked) <= _words(given)


def is_full(name):
    """Whether a name has two words at least."""
    return len(_words(name)) > 1


def _words(name):
    plain = unicodedata.normalize('NFKD', name or '')
    return set(re.findall(r'\w+', ''.join(sign for sign in plain if not unicodedata.combining(sign)).casefold()))
