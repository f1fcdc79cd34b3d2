"""Names of people, as registers, eIDs and people write them."""

import re
import unicodedata


def same_name(one, other):
    """Whether two names are one person's, as far as names tell: the words of the shorter one, two at least, are words of the other,
    whatever case, order and accents.

    >>> same_name("KONATEĽ JÁN", "Ján Konateľ"), same_name("Ján", "Ján Konateľ"), same_name("Peter Cudzí", "Ján Konateľ")
    (True, False, False)
    """
    few, many = sorted((_words(one), _words(other)), key=len)
    return len(few) > 1 and few <= many


def _words(name):
    plain = unicodedata.normalize('NFKD', name or '')
    return set(re.findall(r'\w+', ''.join(sign for sign in plain if not unicodedata.combining(sign)).casefold()))
