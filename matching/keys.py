"""Under which keys a document can be found: its number, payment reference and the partner's reference, without
separators, and their digits as a variable symbol."""

import re

_SEPARATORS = re.compile(r'[^A-Z0-9]')
_NOT_DIGITS = re.compile(r'[^0-9]')

#: digits that a bare number in free text needs to be a reference at all
MIN_TEXT_DIGITS = 5
#: digits that a key with letters needs
MIN_DIGITS = 3
MIN_LENGTH = 4


def compact(text):
    """Upper case letters and digits only.

    >>> compact('inv/2026/00042')
    'INV202600042'
    """
    return _SEPARATORS.sub('', (text or '').upper())


def digits(text):
    """Digits only, without leading zeros: what a payer types as variable symbol.

    >>> digits('INV/2026/00042')
    '202600042'
    """
    return _NOT_DIGITS.sub('', text or '').lstrip('0')


def is_key(text):
    """Whether a compact text is long enough, and numeric enough, to name one document.

    >>> is_key('INV1'), is_key('INV202600042'), is_key('FAKTURA')
    (False, True, False)
    """
    return len(text) >= MIN_LENGTH and len(_NOT_DIGITS.sub('', text)) >= MIN_DIGITS


def document_keys(name, payment_reference, ref):
    """Set of keys of a document.

    >>> sorted(document_keys('INV/2026/00042', 'RF18539007547034', None))
    ['18539007547034', '202600042', 'INV202600042', 'RF18539007547034']
    """
    keys = {compact(text).lstrip('0') for text in (name, payment_reference, ref) if is_key(compact(text))}
    return keys | {number for number in (digits(name), digits(payment_reference)) if len(number) >= MIN_DIGITS}
