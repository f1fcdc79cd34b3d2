"""Letters that banks take: the EPC's Latin set (EPC217-08, "SEPA Requirements for an Extended Character Set"), and what is transliterated
to it. Norwegian domestic payments take more letters (Bits, ISO 20022 guide for Norway)."""

from __future__ import annotations

import unicodedata

_DIGITS_AND_LETTERS = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'
LATIN = frozenset(_DIGITS_AND_LETTERS + "/-?:().,'+ ")
NORWEGIAN = LATIN | frozenset('áäçđéíóöúüýæøåßÁÄÇĐÉÍÓÖÚÜÝÆØÅ%&=@§')
#: letters that Unicode does not take apart, and signs that mean a word or another sign
_INSTEAD = {
    'ß': 'ss', 'ẞ': 'SS', 'ø': 'o', 'Ø': 'O', 'æ': 'ae', 'Æ': 'AE', 'œ': 'oe', 'Œ': 'OE', 'đ': 'd', 'Đ': 'D', 'ð': 'd', 'Ð': 'D',
    'ł': 'l', 'Ł': 'L', 'þ': 'th', 'Þ': 'TH', 'ı': 'i', 'ħ': 'h', 'Ħ': 'H', 'ŋ': 'n', 'Ŋ': 'N', 'ĸ': 'k', 'ŧ': 't', 'Ŧ': 'T',
    '&': '+', '–': '-', '—': '-', '‐': '-', '‑': '-', '−': '-', '_': '-', '’': "'", '‘': "'", '`': "'", '´': "'", '“': "'", '”': "'", '„': "'", '"': "'",
    ';': ',', '€': 'EUR', '£': 'GBP', '#': 'No', '№': 'No', '<': '(', '>': ')', '@': '(at)', '%': ' pct', '=': '-', '*': '.', '~': '-', '^': '.', '$': 'USD', '§': 'par.', '⁄': '/', '×': 'x', '[': '(', ']': ')', '{': '(', '}': ')', '\\': '/', '|': '/', '!': '.',
    'ʼ': "'", 'ʻ': "'", 'ʹ': "'", 'ʾ': "'", 'ʿ': "'", 'ə': 'e', 'Ə': 'E', 'ƒ': 'f', 'ɨ': 'i', 'ƶ': 'z', 'Ƶ': 'Z', 'ǥ': 'g', 'Ǥ': 'G', 'μ': 'u', '¥': 'JPY', '±': '+/-', '•': '-',
}  # fmt: skip


def plain(text: str, letters: frozenset[str] = LATIN) -> tuple[str, str]:
    """(the text in letters that the bank takes, letters and digits that were lost on the way).

    >>> plain("Kováč & syn, s.r.o. – Ľubľana")
    ('Kovac + syn, s.r.o. - Lublana', '')
    >>> plain("Müller 東京"), plain("Søren", NORWEGIAN)
    (('Muller', '東京'), ('Søren', ''))
    >>> plain("2½ h"), plain("10²"), plain("Adẹ́bọ̀lá")
    (('2 1/2 h', ''), ('10', '²'), ('Adebola', ''))
    >>> plain("Nº 5, 2ª, m², CO₂, Acme™, 5 µm"), plain("㈱ Toyota"), plain("M\ufffdller")
    (('No 5, 2a, m2, CO2, AcmeTM, 5 um', ''), ('Toyota', '㈱'), ('Mller', '\ufffd'))
    """
    found, lost = [], []
    for sign in unicodedata.normalize('NFC', text):
        kind = unicodedata.category(sign)
        if kind[0] == 'M' or kind == 'Cf':
            continue  # an accent that no letter took up, a mark that nobody sees
        if sign in letters:
            found.append(sign)
            continue
        if sign in _INSTEAD:
            found.append(_INSTEAD[sign])
            continue
        apart = [one for one in unicodedata.normalize('NFKD', sign) if not unicodedata.combining(one)]
        raised = unicodedata.decomposition(sign).startswith(('<super>', '<sub>'))
        if kind == 'Co' or sign == '\ufffd' or (raised and not _joins(found, apart)) or not _says_all(apart, letters):
            lost.append(sign)
            continue
        if unicodedata.decomposition(sign).startswith('<fraction>'):
            found.append(' ')  # 2½ is not 21/2
        found.append(''.join(one if one in letters else _INSTEAD.get(one, '') for one in apart) or ' ')
    return ' '.join(''.join(found).split()), ''.join(lost)


def _joins(found: list[str], apart: list[str]) -> bool:
    """Whether a raised or lowered sign may stand on the line: m² is m2, 10² is not 102."""
    return not any(one.isdigit() for one in apart) or (bool(found) and found[-1][-1:].isalpha())


def _says_all(apart: list[str], letters: frozenset[str]) -> bool:
    """Whether no letter or digit of what a sign stands for is left out; an emoji has none, nor has a line's end."""
    return all(one in letters or one in _INSTEAD or unicodedata.category(one)[0] not in 'LN' for one in apart)


def is_identifier(text: str) -> bool:
    """Whether a bank takes it as a name of a message or of a payment: its letters, no slash at an end, no two of them together.

    >>> is_identifier('BF0123ABCD'), is_identifier('/x'), is_identifier('a//b'), is_identifier('ä')
    (True, False, False, False)
    """
    edges = text.startswith('/') or text.endswith('/') or '//' in text
    return bool(text.strip()) and text == text.strip() and not edges and set(text) <= LATIN
