"""Find what a movement's texts refer to.

A reference counts as a whole token only: ``INV/1`` is not found in ``INV/10``, nor ``2026`` in ``INV/2026/00042``.
Sources: Slovak and Czech payment symbols in SEPA as the Slovak Banking Association writes them (``/VS…/SS…/KS…`` in
EndToEndId); ISO 11649 creditor reference (``RF`` + two check digits)."""

import re
import unicodedata

from stdnum import iso11649
from stdnum.exceptions import ValidationError

from .data import STRUCTURED, TEXT, Reference
from .keys import MIN_TEXT_DIGITS, compact, is_key

#: more tokens than any bank's fields hold: keeps a hostile text cheap
MAX_REFERENCES = 60
MAX_TEXT = 2000

_SYMBOL = re.compile(
    r'(?<![A-Z0-9])(?:VS|V\.\s?S\.|VAR\.?\s?SYMBOL|VARIABILN[YI] SYMBOL|VARIABLE SYMBOL|VARSYM)\s?[.:/=#-]?\s{0,2}(\d{1,10})(?!\d)'
)
_OTHER_SYMBOL = re.compile(
    r'(?<![A-Z0-9])(?:SS|KS|SPEC\.?\s?SYMBOL|KONST\.?\s?SYMBOL)\s?[.:/=#-]?\s{0,2}\d{0,10}(?!\d)'
)
_CREDITOR = re.compile(r'(?<![A-Z0-9])RF\d{2}(?: ?[A-Z0-9]{1,4}){1,6}(?![A-Z0-9])')
_DATE = re.compile(r'\d{1,2}[./-]\d{1,2}[./-](\d{2}|\d{4})|(19|20)\d{2}[./-]\d{1,2}[./-]\d{1,2}')
_TOKEN = re.compile(r'[A-Z0-9]+(?:[/._-][A-Z0-9]+){0,6}')


def fold(text):
    """Upper case without accents, blanks joined; at most ``MAX_TEXT`` characters."""
    text = unicodedata.normalize('NFKD', text[:MAX_TEXT])
    text = ''.join(char for char in text if not unicodedata.combining(char))
    return ' '.join(text.upper().split())


def find_references(texts):
    """References in a movement's texts.

    :param texts: (field, text) pairs; field 'structured' and 'end_to_end_id' hold what the payer's bank carried as such
    :return: tuple of :class:`data.Reference`, best first, each key once

    >>> [(r.key, r.strength) for r in find_references([('end_to_end_id', '/VS2026000042/SS/KS0308')])]
    [('2026000042', 'structured')]
    >>> [r.key for r in find_references([('text', 'Faktúra INV/2026/00042, ďakujem')])]
    ['INV202600042']
    >>> find_references([('text', 'Platba od VS 2 12.50 EUR')])
    ()
    """
    found = {}
    for field, text in texts:
        folded = fold(text or '')
        for key, piece, strength in (
            *_symbols(folded),
            *_creditor_references(folded),
            *_whole(field, folded),
            *_tokens(folded),
        ):
            known = found.get(key)
            if not known or (known.strength == TEXT and strength == STRUCTURED):
                found[key] = Reference(key, field, piece, strength)
    best_first = sorted(found.values(), key=lambda reference: (reference.strength != STRUCTURED, -len(reference.key)))
    return tuple(best_first[:MAX_REFERENCES])


def _symbols(text):
    for match in _SYMBOL.finditer(text):
        key = match.group(1).lstrip('0')
        if len(key) >= 3:  # a shorter number behind "VS" is chance
            yield key, match.group(0), STRUCTURED


def _creditor_references(text):
    """RF references, also grouped by blanks; a following word may be glued on by the pattern, so try shorter ones."""
    for match in _CREDITOR.finditer(text):
        groups = match.group(0).split(' ')
        for end in range(len(groups), 0, -1):
            key = ''.join(groups[:end])
            try:
                iso11649.validate(key)
            except ValidationError:
                continue
            yield key, ' '.join(groups[:end]), STRUCTURED
            break


def _whole(field, text):
    """A structured field as a whole is a reference, whatever it looks like. An EndToEndId may be the payer's own
    number, so as a whole it is worth no more than text."""
    if field in ('structured', 'end_to_end_id') and text and not _SYMBOL.search(text):
        key = compact(text).lstrip('0')
        if is_key(key) and len(key) <= 35:
            yield key, text, STRUCTURED if field == 'structured' else TEXT


def _tokens(text):
    text = _OTHER_SYMBOL.sub(' ', _SYMBOL.sub(' ', text))  # constant and specific symbols name no document
    for match in _TOKEN.finditer(text):
        piece = match.group(0)
        key = compact(piece).lstrip('0')
        if key.isdigit():
            if len(key) >= MIN_TEXT_DIGITS and not _is_date(piece):
                yield key, piece, TEXT
        elif is_key(key):
            yield key, piece, TEXT


def _is_date(piece):
    """Whether a number in free text may as well be a day: then it is no reference without a mark."""
    if _DATE.fullmatch(piece):
        return True
    if len(piece) != 8 or not piece.isdigit():
        return False
    year_first = (piece[:4], piece[4:6], piece[6:])
    day_first = (piece[4:], piece[2:4], piece[:2])
    return any(_is_day(*parts) for parts in (year_first, day_first))


def _is_day(year, month, day):
    return 1950 <= int(year) <= 2100 and 1 <= int(month) <= 12 and 1 <= int(day) <= 31
