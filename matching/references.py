"""Find what a movement's texts refer to.

``quick`` reads whole tokens, symbols and structured fields: enough for nearly every movement. ``thorough`` reads what is
glued, split, padded or damaged; it first masks what is surely no reference (accounts, amounts, telephones …). A
candidate is only a way to look a document up: :func:`strength` says what a hit is worth."""

import re

from . import markers, schemes
from .data import MEDIUM, STRONG, STRUCTURED, WEAK, Candidate
from .keys import MIN_BARE_DIGITS, MIN_MARKED_DIGITS, ORDER, REFERENCE, SEPARATORS, SHORT, compact, is_key
from .markers import DOCUMENT
from .text import fold, is_date, mask

#: how a candidate was written
FIELD, SYMBOL, SCHEME, END_TO_END, WORD, DATE, JOINED, PART = (
    'field', 'symbol', 'scheme', 'end_to_end', 'word', 'date', 'joined', 'part',
)  # fmt: skip
#: more candidates than any bank's fields hold: keeps a hostile text cheap
MAX_CANDIDATES = 120
MAX_RUNS = 120
MAX_JOINED = 6
MIN_JOINED_DIGITS = 8

_DIGIT = re.compile(r'\d')
_WORD = re.compile(r'[A-Z0-9]+(?:[/._-][A-Z0-9]+)*')
_RUN = re.compile(r'[A-Z]+|\d+')
_MARKED = re.compile(r'([A-Z]+)[/._-]?(?=\d)')
_TAIL = re.compile(r'[/._-]\d{1,2}$')
_GAP = re.compile(r'[ /._?#\n-]{0,3}')


def quick(texts):
    """Candidates in a movement's texts that stand alone: {key: :class:`data.Candidate`}.

    :param texts: (field, text) pairs; fields 'structured' and 'end_to_end_id' hold what the payer's bank carried as such

    >>> list(quick([('end_to_end_id', '/VS2026000042/SS/KS0308')]))
    ['2026000042']
    >>> sorted(quick([('text', 'Faktúra INV/2026/00042, ďakujem')]))
    ['2026/42', '202600042', 'INV202600042']
    >>> quick([('text', 'Platba od VS 2 12.50 EUR')])
    {}
    """
    found = {}
    for field, text in texts:
        if not text or not _DIGIT.search(text):
            continue
        folded = fold(text)
        for key, piece in schemes.symbols.find(folded):
            found[key] = Candidate(key, field, piece, SYMBOL, DOCUMENT)
        if field == 'end_to_end_id' and folded.startswith('/VS') and folded.count('/') == 3:
            continue
        for scheme in schemes.FINDERS:
            for key, piece in scheme.find(folded):
                found[key] = Candidate(key, field, piece, SCHEME, DOCUMENT)
        if field in ('structured', 'end_to_end_id'):
            _whole(field, folded, found)
        _words(field, schemes.symbols.blank(folded), found)
        if len(found) > MAX_CANDIDATES:
            break
    return found


def _whole(field, folded, found):
    """A structured field as a whole is a reference, whatever it looks like. An EndToEndId may be the payer's own
    number, so as a whole it is worth less."""
    key = compact(folded)
    if is_key(key) and key not in found:
        found[key] = Candidate(key, field, folded, FIELD if field == 'structured' else END_TO_END, DOCUMENT)


def _words(field, folded, found):
    mark = ''
    own = END_TO_END if field == 'end_to_end_id' else WORD
    for match in _WORD.finditer(folded):
        word = match.group()
        if not _DIGIT.search(word):
            mark = markers.mark(word, mark)
            continue
        kid = folded[match.end() : match.end() + 1] == '-' and not folded[match.end() + 1 : match.end() + 2].isalnum()
        for key, piece, how in _forms(word, bool(mark), kid):
            known = found.get(key)
            if known is None:
                found[key] = Candidate(key, field, piece, how if how == DATE else own, mark)
            elif mark and not known.mark:
                found[key] = known._replace(mark=mark)


def _forms(word, marked, kid=False):
    """(key, piece, how) of one word that has a digit."""
    plain = SEPARATORS.sub('', word)
    if plain.isdigit():
        key = plain.lstrip('0')
        if _is_amount(word):
            return
        if len(key) >= MIN_BARE_DIGITS or (marked and len(key) >= MIN_MARKED_DIGITS):
            yield key, word, DATE if is_date(word) else WORD
            if kid:
                yield key + '-', word + '-', WORD
    else:
        if is_key(plain):
            yield plain, word, WORD
        lead = _MARKED.match(word)
        if lead and lead.group(1) in markers.INVOICE:
            yield from _forms(word[lead.end() :], True, kid)
        elif lead and len(word) > len(plain):
            number = ''.join(char for char in plain if char.isdigit()).lstrip('0')
            if len(number) >= MIN_BARE_DIGITS and plain[len(lead.group(1)) :].isdigit():
                yield number, word, WORD
    if len(word) > len(plain) and not is_date(word):
        yield from _year_pairs(word)
        if tail := _TAIL.search(word):  # an instalment's number behind the document's
            base = SEPARATORS.sub('', word[: tail.start()])
            if is_key(base) and (not base.isdigit() or len(base.lstrip('0')) >= MIN_BARE_DIGITS):
                yield base.lstrip('0') if base.isdigit() else base, word, WORD


def _year_pairs(word):
    """Year and number without zeros, whichever comes first: 2026/42, 42/2026, 26/42. Up to twelve it may be a month."""
    runs = re.findall(r'\d+', word)
    if not 2 <= len(runs) <= 3:
        return
    first, last = runs[0], runs[-1]
    for year, number in ((first, last), (last, first)):
        plain = number.lstrip('0')
        if not plain or len(plain) > 7:
            continue
        if len(year) == 4 and year[:2] in ('19', '20'):
            yield f'{year}/{plain}', word, DATE if int(plain) <= 12 else WORD
            return
        if len(year) == 2 and '15' <= year <= '49':
            yield f'20{year}/{plain}', word, DATE if int(plain) <= 12 else WORD


def _is_amount(word):
    whole, dot, cents = word.rpartition('.')
    return bool(dot) and len(cents) == 2 and whole.isdigit()


def thorough(texts, prefixes=None):
    """Candidates that do not stand alone: glued to words, split by blanks or line breaks, inside other tokens.

    :param prefixes: the letters that documents' numbers may begin with, where known; spares look-ups

    >>> sorted(thorough([('text', 'FA202600042SZAMLA')]))
    ['202600042', 'FA202600042']
    >>> [(c.key, c.how) for c in thorough([('text', 'inv 2026 00042')]).values()][-1]
    ('202600042', 'joined')
    """
    found = {}
    for field, text in texts:
        if text and _DIGIT.search(text):
            folded = mask(schemes.symbols.blank(fold(text)))
            runs = [(match.start(), match.end(), match.group()) for match in _RUN.finditer(folded)][:MAX_RUNS]
            for place, (_start, _end, run) in enumerate(runs):
                if run.isdigit() or prefixes is None or run in prefixes:
                    _join(field, folded, runs, place, found)
            if len(found) > MAX_CANDIDATES:
                break
    return found


def _join(field, folded, runs, place, found):
    start, end, key = runs[place]
    split = False
    if key.isdigit():
        _emit(field, folded, start, end, key, False, found)
    for _start, following, run in runs[place + 1 : place + MAX_JOINED]:
        gap = folded[end:_start]
        if not _GAP.fullmatch(gap):
            return
        split = split or ' ' in gap or '?' in gap
        key, end = key + run, following
        if run.isdigit():
            _emit(field, folded, start, end, key, split, found)


def _emit(field, folded, start, end, key, split, found):
    if key.isdigit():
        key = key.lstrip('0')
        if len(key) < (MIN_JOINED_DIGITS if split else MIN_BARE_DIGITS):
            return
    if not is_key(key) or key in found:
        return
    piece = folded[start:end]
    whole = not folded[start - 1 : start].isalnum() and not folded[end : end + 1].isalnum()
    how = JOINED if split else WORD if whole else PART
    if how != JOINED and is_date(piece):
        how = DATE
    found[key] = Candidate(key, field, piece, how)


def strength(candidate, kind, own=True):
    """What a candidate is worth that hits a document's key of this kind (matching policy 4.1).

    :param own: whether we issued the document (an invoice of ours, not a vendor's bill)"""
    key, how = candidate.key, candidate.how
    if kind in (SHORT, ORDER):
        return _strength_of_part(candidate, kind)
    if how in (SYMBOL, SCHEME, FIELD):
        return STRUCTURED
    if how == END_TO_END:
        return STRUCTURED if kind == REFERENCE and len(key) >= MIN_BARE_DIGITS else MEDIUM
    if how == DATE:
        return MEDIUM if candidate.mark == DOCUMENT else WEAK
    if how == JOINED:
        return MEDIUM
    letters = not key.rstrip('-').isdigit()
    if how == PART:
        return STRONG if letters and len(key) >= 8 else MEDIUM if len(key) >= 8 else WEAK
    if letters:
        return STRONG if len(key) >= 6 and sum(char.isdigit() for char in key) >= 4 else MEDIUM
    if len(key) >= 9 or (len(key) >= MIN_BARE_DIGITS and candidate.mark == DOCUMENT):
        return STRONG
    return MEDIUM if len(key) >= MIN_BARE_DIGITS else WEAK


def _strength_of_part(candidate, kind):
    key, how = candidate.key, candidate.how
    if how in (JOINED, PART) or (how == DATE and candidate.mark != DOCUMENT):
        return WEAK
    if how in (SYMBOL, FIELD):
        return STRONG if kind == ORDER else MEDIUM
    letters = not key.isdigit() and '/' not in key
    if (letters and len(key) >= (MIN_MARKED_DIGITS if kind == ORDER else 6)) or (candidate.mark and len(key) >= 6):
        return MEDIUM
    return WEAK
