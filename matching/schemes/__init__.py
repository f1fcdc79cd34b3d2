"""Structured payment references, one small module a scheme.

``find(folded)`` yields (key, piece) for the spellings that only this scheme has; ``is_valid(compact)`` checks a
reference without separators. A valid check digit proves nothing about a number that nobody knows: it is asked only
about a number that is a document's own reference already, or to say that what was typed is broken."""

from . import betalingskenmerk, fik, hr_si, kid, ocr, ogm, qrr, rf, symbols, viite

#: with a notation of their own in text
FINDERS = (rf, fik, ogm, hr_si)
#: checked by a digit of their own
CHECKED = (rf, kid, ocr, viite, ogm, qrr, betalingskenmerk)


def has_own_check_digit(reference, number):
    """Whether a document's payment reference carries a check digit: it is valid in some scheme and not just the
    document's number again (one in ten plain numbers passes by chance).

    :param reference: compact payment reference, KID with its "-"
    :param number: compact document number

    >>> has_own_check_digit('RF18539007547034', 'INV202600042'), has_own_check_digit('202600042', 'INV202600042')
    (True, False)
    >>> has_own_check_digit('00012345000425', '42')
    False
    """
    digits = ''.join(char for char in number if char.isdigit())
    plain = reference.rstrip('-')
    if rf.is_valid(reference):
        return True
    if not plain.isdigit() or len(plain) < 7 or (digits and plain.lstrip('0') == digits.lstrip('0')):
        return False
    return any(scheme.is_valid(reference) for scheme in CHECKED)


__all__ = ['CHECKED', 'FINDERS', 'has_own_check_digit', 'symbols']
