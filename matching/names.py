"""Whether a payer's name is a partner's: words in any script, without accents, order and legal form."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from .markers import LEGAL_FORMS
from .text import MAX_TEXT, SPECIAL_LETTERS

_WORD = re.compile(r"[^\W_?]+(?:\?[^\W_?]*)*|\?+[^\W_?]+")
#: letters that some banks write as two: Müller, Sørensen, Åkesson
_PAIRS = (('UE', 'U'), ('OE', 'O'), ('AE', 'A'), ('AA', 'A'))
MIN_LETTERS = 5
#: letters of a name that a text says by purpose
MIN_SAID = 8
#: words of a text in which names are looked for; of a name
MAX_SAID_WORDS, MAX_NAME_WORDS = 16, 4
#: letters of a script without capital or small ones say more each
MIN_WIDE_LETTERS = 2
#: a shorter field was not cut off by its length
MIN_CUT = 18
#: letters with which a word begins, alone and among others; words of a name that are looked at for that
BEGUN_ALONE, BEGUN, MAX_BEGUN = 3, 2, 10
#: what makes another person's name of a name: a wife's, a daughter's
_FEMININE = ('A', 'OVA', 'EVA', 'SKA', 'CKA', 'NE', 'KOVA', 'INA', 'IENE', 'YTE', 'AITE')
#: more letters lost than this share, and nothing is known of a word
MAX_LOST = 0.4


@lru_cache(maxsize=4096)
def folded(name: str) -> str:
    """Upper case in the name's own script, accents of Latin, Greek and Cyrillic letters dropped.

    >>> folded('Kovács Łukasz'), folded('Анна Козлова')
    ('KOVACS LUKASZ', 'АННА КОЗЛОВА')
    """
    text = (name or '')[:MAX_TEXT].replace("'", '').replace('\u2019', '')
    if not text.isascii():
        text = unicodedata.normalize('NFKD', text.translate(SPECIAL_LETTERS))
        text = ''.join(char for char in text if not unicodedata.combining(char))
        text = unicodedata.normalize('NFC', text)
    return text.upper().translate(SPECIAL_LETTERS)


@lru_cache(maxsize=4096)
def words(name: str) -> frozenset[str]:
    """
    >>> sorted(words('Kovács és Társa Kft.')), sorted(words('Acme Slovakia, s.r.o.'))
    (['KOVACS'], ['ACME', 'SLOVAKIA'])
    """
    text = folded(name)
    for pair, letter in _PAIRS:
        if pair in text:
            text = text.replace(pair, letter)
    found = frozenset(_WORD.findall(text))
    return found - LEGAL_FORMS or found


def key(name: str) -> str:
    """What a partner can be found under by name; '' where the name is too short to tell anybody, or lost letters.

    >>> key('Kovács és Társa Kft.'), key('KOVACS KFT'), key('Bo'), key('Олег Сидоров'), key('???? ????????')
    ('KOVACS', 'KOVACS', '', 'ОЛЕГ СИДОРОВ', '')
    """
    found = words(name)
    if any('?' in word for word in found):
        return ''
    text = ' '.join(sorted(found))
    return text if _says_enough(text) else ''


def _says_enough(text: str) -> bool:
    wide = sum(1 for char in text if char > '\u2e7f')
    return wide >= MIN_WIDE_LETTERS or len(text.replace(' ', '')) >= MIN_LETTERS


@lru_cache(maxsize=8192)
def same(payer: str, partner: str) -> bool:
    """Whether the two may be one and the same, as a bank writes names: cut off at the field's end, without accents, in
    another order. A name that only begins like another one is somebody else's: Jan is not Jana.

    >>> same('KOVACS ES TARSA', 'Kovács és Társa Kft.'), same('NOVAK', 'Novák Peter'), same('PETER NOVAK ING.', 'Novák Peter')
    (True, False, True)
    >>> same('BRATISLAVSKE STAVEBNE PRA', 'Bratislavské stavebné práce s.r.o.'), same('KOV?CS B?LA', 'Kovács Béla')
    (True, True)
    >>> same('JAN NOVAK', 'Jana Nováková'), same('KOVACS JANOS', 'Kovács Jánosné'), same('???? ???????', 'Олег Сидоров')
    (False, False, False)
    """
    ours, theirs = words(payer), words(partner)
    if not ours or not theirs or not _says_enough(''.join(theirs)):
        return False
    if ours == theirs:
        return not any('?' in word for word in ours)
    ours, theirs = words(_joined(payer)), words(_joined(partner))  # of a double name, half is somebody else's
    small, large = (ours, theirs) if len(ours) <= len(theirs) else (theirs, ours)
    cut = _last_word(payer)
    left = set(large)
    for word in small:
        fit = word if word in left else next((other for other in left if _fits(word, other, cut)), None)
        if fit is None:
            return False
        left.discard(fit)
    return len(small) == len(large) or (len(small) >= 2 and sum(map(len, small)) >= 8)


def may_be(payer: str, partner: str) -> bool:
    """Whether somebody should look before one is taken for a stranger to the other: :func:`same`, or all words of a name that says
    too little to tell anybody.

    >>> may_be('SPP, a.s.', 'SPP a. s.'), may_be('SPP', 'SSE'), may_be('KOV?CS B?LA', 'Kovács Béla')
    (True, False, True)
    """
    ours = _lettered(payer)
    return bool(ours) and (ours == _lettered(partner) or same(payer, partner))


@lru_cache(maxsize=8192)
def _lettered(name: str) -> frozenset[str]:
    return frozenset(word for word in words(name) if not word.isdigit())


@lru_cache(maxsize=8192)
def beginnings(name: str) -> frozenset[str]:
    """Keys under which a name is found by :func:`sought`: how each word begins, alone and with each other one.

    >>> sorted(beginnings('Acme Slovakia, s.r.o.')), sorted(beginnings('Jan Janko 12'))
    (['ACM', 'AC_SL', 'SLO'], ['JAN', 'JA_JA'])
    """
    begun = _begun(name)
    return frozenset([word[:BEGUN_ALONE] for word in begun] + _pairs(begun))


def sought(name: str) -> frozenset[str]:
    """Keys of which the :func:`beginnings` of names that :func:`may_be` this one have at least one, but where too many letters are lost.

    >>> sorted(sought('Acme Slovakia, s.r.o.')), sorted(sought('SPP')), sorted(sought('KOV?CS B?LA')), sorted(sought('M?LLER'))
    (['AC_SL'], ['SPP'], ['KOV'], [])
    """
    begun = _begun(name)
    pairs = _pairs([word for word in begun if '?' not in word[:BEGUN]])
    if pairs and not any('?' in word for word in begun):
        return frozenset(pairs)
    alone = [word[:BEGUN_ALONE] for word in begun if '?' not in word[:BEGUN_ALONE]]
    return frozenset(pairs + alone)


def _begun(name: str) -> list[str]:
    found = {word for word in words(name) | words(_joined(name)) if not word.isdigit()}
    return sorted(found)[:MAX_BEGUN]


def _pairs(begun: list[str]) -> list[str]:
    return [
        '_'.join(sorted((one[:BEGUN], other[:BEGUN])))
        for place, one in enumerate(begun)
        for other in begun[place + 1 :]
    ]


def says(text: str, name: str) -> bool:
    """Whether a text holds all words of a name, of two or more and in any order: a child's whose parent pays.

    >>> says('kurz plávania Adam NOVÁK', 'Novák Adam'), says('pre Adama', 'Novák Adam'), says('Adam', 'Adam')
    (True, False, False)
    """
    if not text or not name:
        return False
    theirs = words(name)
    if len(theirs) < 2 or not theirs <= words(text[:MAX_TEXT]):
        return False
    return sum(map(len, theirs)) >= MIN_SAID and not any('?' in word or word.isdigit() for word in theirs)


def said_keys(text: str) -> list[str]:
    """Keys under which customers may be found whose whole name, of two to four words, a text says.

    >>> said_keys('kurz Adam Novák')
    ['ADAM KURZ', 'ADAM KURZ NOVAK', 'ADAM NOVAK']
    """
    written = (text or '')[:MAX_TEXT].split()[:MAX_SAID_WORDS]
    found = {}
    for place in range(len(written)):
        for length in range(2, MAX_NAME_WORDS + 1):
            name = key(' '.join(written[place : place + length]))
            if ' ' in name and len(name) > MIN_SAID and not any(map(str.isdigit, name)):
                found[name] = True
    return sorted(found)


def _joined(name: str) -> str:
    return name.replace('-', '') if '-' in name else name


def _last_word(payer: str) -> str:
    """The word at which a bank's field may have cut the name off, or ''."""
    text = folded(payer).rstrip()
    found = _WORD.findall(text)
    last = found[-1] if found and len(text) >= MIN_CUT and text.endswith(found[-1]) else ''
    for pair, letter in _PAIRS:
        last = last.replace(pair, letter)
    return last


def _fits(one: str, other: str, cut: str) -> bool:
    """One word with letters that the bank's system could not carry, or cut off at the end of its field."""
    if '?' in one or '?' in other:
        lost = sum(a == '?' or b == '?' for a, b in zip(one, other))
        return (
            len(one) == len(other)
            and lost < MAX_LOST * len(one)
            and all(a == b or '?' in (a, b) for a, b in zip(one, other))
        )
    short, long = sorted((one, other), key=len)
    return short == cut and len(short) >= 2 and long.startswith(short) and long[len(short) :] not in _FEMININE
