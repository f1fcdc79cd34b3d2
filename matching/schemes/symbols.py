"""Slovak and Czech payment symbols: variable (VS, up to 10 digits), specific (SS), constant (KS). In SEPA payments they stand
in EndToEndId as ``/VS…/SS…/KS…`` (Slovak Banking Association); people write them in many other ways. Only the
variable symbol names a document."""

from __future__ import annotations

import re
from collections.abc import Iterator

_MARK = r"""(?<![A-Z0-9])(?:VS|V\.\s?S\.|VS\.|VAR(?:IABILN[YI]|IABLE)?[.\s]{0,2}SYMBOL|VARSYM(?:BOL)?)
    [.\s]{0,2}(?:C\.|C\b|CISLO)?[\s.:/=?#-]{0,3}"""
_STRICT = re.compile(_MARK + r'(\d{1,10})(?!\d)', re.X)
_GROUPED = re.compile(_MARK + r'(\d{1,6}(?:[ \-/]{1,2}\d{1,6}){1,3})(?![\d.,])', re.X)
_OTHER = re.compile(
    r"""(?<![A-Z])(?:(?:SS|SPEC(?:IFICK[YI])?[.\s]{0,2}SYMBOL)[\s.:/=?#-]{0,3}\d{1,10}(?!\d)
    |(?:KS|KON[SZ]T(?:ANTN[YI])?[.\s]{0,2}SYMBOL)[\s.:/=?#-]{0,3}\d{1,4}(?!\d)
    |S\.\s?S\.\s?:\s?\d{1,10}(?!\d)|K\.\s?S\.\s?:\s?\d{1,4}(?!\d)   # "k.s." is a form of companies, too
    |/SS(?=/|$)|(?<=/)KS(?=$|\s))""",
    re.X,
)
_SEPA = re.compile(r'/VS(\d{0,10})/SS\d{0,10}/KS\d{0,4}')
#: a shorter number behind "VS" is chance
MIN_DIGITS = 3
MAX_DIGITS = 10


def find(folded: str) -> Iterator[tuple[str, str]]:
    """Variable symbols without leading zeros, as written in one piece and as written in groups.

    >>> list(find('/VS0020260042/SS/KS0308'))
    [('20260042', '/VS0020260042/SS/KS0308')]
    >>> [key for key, _piece in find('V.S. C. 2026 0042')]
    ['2026', '20260042']
    >>> list(find('OVS20260042')), list(find('PLATBA OD VS 2'))
    ([], [])
    """
    if match := _SEPA.fullmatch(folded):
        key = match.group(1).lstrip('0')
        if len(key) >= MIN_DIGITS:
            yield key, folded
        return
    if 'V' not in folded:
        return
    for pattern in (_STRICT, _GROUPED):
        for match in pattern.finditer(folded):
            key = ''.join(char for char in match.group(1) if char.isdigit())
            if len(key) <= MAX_DIGITS and len(key := key.lstrip('0')) >= MIN_DIGITS:
                yield key, match.group()


def blank(folded: str) -> str:
    """The text without specific and constant symbols, also empty ones, same length: they name no document.

    >>> blank('SS123 KS0308 20260042')
    '             20260042'
    """
    if 'S' not in folded or (
        'SS' not in folded and 'KS' not in folded and 'SYMBOL' not in folded and '.S' not in folded
    ):
        return folded
    return _OTHER.sub(lambda match: ' ' * len(match.group()), folded)
