"""CSV, TSV and XLSX exports: found by their header, read by a profile, whole or not at all."""

from __future__ import annotations

import contextlib
import csv
import io
import itertools
import re
import unicodedata
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

from . import charset
from .data import MAX_FIELD, Refused, Statement, Transaction, Warn
from .profiles import HEADERLESS, PROFILES, Profile
from .rows import entries_of

#: what one column only can be
ONCE = frozenset({'date', 'amount', 'in', 'out', 'balance', 'currency', 'direction', 'own'})
DELIMITERS = (';', ',', '\t', '|')
#: rows above the header, and characters in which it is looked for
MAX_ABOVE, MAX_HEAD = 60, 200_000
#: columns that a bank may have added
MAX_STRANGE = 3
#: encodings that a header is tried in
PAGES = ('cp1250', 'cp852', 'cp1252', 'latin-1', 'cp850')
_FOLDED = str.maketrans({'ø': 'o', 'æ': 'ae', 'œ': 'oe', 'ð': 'd', 'þ': 'th', 'ł': 'l', 'đ': 'd', 'ß': 'ss'})


def normal(header: object) -> str:
    """A header without case, accents and surplus blanks."""
    text = unicodedata.normalize('NFKD', str(header or '').replace('\xa0', ' ').casefold().translate(_FOLDED))
    return ' '.join(''.join(char for char in text if not unicodedata.combining(char)).strip('\ufeff \t"').split())


class Header:
    """A profile that fits a header: which column is what.

    :param first: number of the row behind the header"""

    def __init__(self, profile: Profile, names: list[str], first: int, above: list[list[Any]]) -> None:
        self.profile, self.names, self.first, self.above = profile, names, first, above
        roles = {normal(header): role for header, role in profile.columns.items()}
        self.columns = [(place, roles[name]) for place, name in enumerate(names) if name in roles]
        told = [name for name in names if roles.get(name) in ONCE]
        if len(told) > len(set(told)):
            raise Refused('ambiguous', "Two columns have one name.", None, (profile.name,))


def _fit(profile: Profile, names: list[str]) -> tuple[int, int] | None:
    """(columns that it does not know, minus those that it knows) where all that it needs is there: the smaller, the better."""
    there = {name for name in names if name}
    known = {normal(header) for header in profile.columns}
    needed = known - {normal(header) for header in profile.optional}
    if not needed <= there:
        return None
    strange = 0 if profile.open else len(there - known)
    return (strange, -len(there & known)) if strange <= MAX_STRANGE else None


def find(rows: list[list[Any]], profiles: tuple[Profile, ...]) -> list[Header]:
    """Profiles whose header is among the first rows."""
    for number, row in enumerate(rows[:MAX_ABOVE]):
        names = [normal(cell) for cell in row]
        while names and not names[-1]:
            names.pop()
        if len(names) < 3:
            continue
        fits = [(profile, fit) for profile in profiles if (fit := _fit(profile, names)) is not None]
        best = min((fit for _profile, fit in fits), default=None)
        found = [profile for profile, fit in fits if fit == best or (best and best[0] and fit[0] == best[0])]
        if found:
            return [Header(profile, names, number + 1, rows[:number]) for profile in found]
    return []


def _headerless(rows: list[list[Any]]) -> list[Header]:
    """OTP's rows tell themselves: own account, T or J, amount, currency, day."""
    row = next((row for row in rows if any(row)), [])
    if (
        13 <= len(row) <= 16
        and str(row[0]).strip().isdigit()
        and len(str(row[0]).strip()) in (16, 24)
        and row[1] in ('T', 'J')
        and re.fullmatch(r'\d{8}', str(row[4]))
    ):
        made = Header(HEADERLESS[0], [], 0, [])
        made.columns = [(int(place), role) for place, role in HEADERLESS[0].columns.items()]
        return [made]
    return []


def read_csv(
    file: IO[bytes], wanted: str | None = None, own: tuple[Profile, ...] = ()
) -> Iterator[Statement | Transaction | Warn]:
    """The entries of each account, then its statement, then what does not add up.

    :param wanted: name of the profile, where a person says it
    :param own: profiles that people taught
    :raises Refused: ``unknown_format``, ``ambiguous``, ``damaged``, ``bad_value``, ``empty``"""
    head = file.read(MAX_HEAD)
    encoding = charset.encoding_of(file, None, ('latin-1',))
    pages = PAGES if encoding == 'latin-1' else (encoding,)
    page, delimiter, header = _found(head, pages, _chosen(wanted, own))
    file.seek(-1, 2)
    ends = file.read(1) in (b'\n', b'\r', b'\x00')

    def rows() -> Iterator[tuple[int, list[Any]]]:
        opened = charset.open_text(file, page)
        try:
            yield from _checked(csv.reader(opened, delimiter=delimiter, strict=True))
        finally:
            with contextlib.suppress(ValueError):  # where the caller closed the file
                opened.detach()

    yield from entries_of(rows, header, 'csv', ends)


def _chosen(wanted: str | None, own: tuple[Profile, ...]) -> tuple[Profile, ...]:
    every = (*own, *PROFILES)
    if wanted is None:
        return every
    found = tuple(profile for profile in (*every, *HEADERLESS) if profile.name == wanted)
    if not found:
        raise Refused('unknown_format', f"There is no profile “{wanted[:40]}”.")
    return found


def _found(head: bytes, pages: tuple[str, ...], profiles: tuple[Profile, ...]) -> tuple[str, str, Header]:
    """(encoding, delimiter, header): in the encoding in which the header matches."""
    best: list[tuple[str, str, Header]] = []
    for page in pages:
        text = head.decode(page, 'ignore')
        for delimiter in DELIMITERS:
            rows: list[list[Any]] = list(_head_rows(text, delimiter))
            headers = find(rows, profiles) or [
                one for one in _headerless(rows) if one.profile in (*profiles, *HEADERLESS)
            ]
            best += [(page, delimiter, header) for header in headers]
    if not best:
        raise Refused('unknown_format', "No bank's export with these columns is known.")
    names = {header.profile.name for _page, _delimiter, header in best}
    if len(names) > 1:
        raise Refused('ambiguous', "Several exports have these columns.", None, tuple(sorted(names)))
    if not best[0][2].names and len(pages) > 1:  # nothing says the encoding but the letters
        page = charset.best_page(head.translate(None, bytes(range(128))), best[0][2].profile.pages)
        return page, best[0][1], best[0][2]
    return min(best, key=lambda one: _preference(one[2].profile, one[0]))


def _preference(profile: Profile, page: str) -> int:
    return profile.pages.index(page) if page in profile.pages else -1 if page.startswith('utf') else 99


def _head_rows(head: str, delimiter: str) -> list[list[str]]:
    """The first rows, whatever stands above the header."""
    rows: list[list[str]] = []
    with contextlib.suppress(csv.Error):
        for row in csv.reader(io.StringIO(head, newline=''), delimiter=delimiter):
            rows.append(row)
            if len(rows) >= MAX_ABOVE:
                break
    return rows


def _checked(rows: Any) -> Iterator[tuple[int, list[str]]]:
    """(line, cells) of each row."""
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error:
            raise Refused('damaged', "A quote is open or out of place.", rows.line_num) from None
        if any('\x00' in cell for cell in row):
            raise Refused('damaged', "A field has a NUL.", rows.line_num)
        if any(len(cell) > MAX_FIELD // 4 and len(cell.encode()) > MAX_FIELD for cell in row):
            raise Refused('bad_value', "A field is longer than 64 KB.", rows.line_num)
        yield rows.line_num, row


def read_xlsx(
    file: IO[bytes], wanted: str | None = None, own: tuple[Profile, ...] = ()
) -> Iterator[Statement | Transaction | Warn]:
    """Each sheet that has a header that is known."""
    import openpyxl  # noqa: PLC0415  heavy, and only these files need it

    try:
        book = openpyxl.load_workbook(file, read_only=True, data_only=True)
    except Exception:  # noqa: BLE001  whatever a broken workbook makes of the library
        raise Refused('damaged', "The workbook cannot be opened.") from None
    try:
        profiles, seen = _chosen(wanted, own), False
        for sheet in book.worksheets:
            try:
                sheet.reset_dimensions()
                above = [row for _number, row in itertools.islice(_sheet(sheet), MAX_ABOVE)]
            except Exception:  # noqa: BLE001
                raise Refused('damaged', "A sheet cannot be read.") from None
            headers = find(above, profiles)
            names = {header.profile.name for header in headers}
            if len(names) > 1:
                raise Refused('ambiguous', "Several exports have these columns.", None, tuple(sorted(names)))
            if headers:
                seen = True
                width = len(headers[0].names)
                yield from entries_of(lambda sheet=sheet, width=width: _sheet(sheet, width), headers[0], 'xlsx', True)  # type: ignore[misc]
    finally:
        book.close()
    if not seen:
        raise Refused('unknown_format', "No sheet has columns that are known.")


def _sheet(sheet: Any, width: int = 0) -> Iterator[tuple[int, list[Any]]]:
    """(line, cells) of each row, which a workbook ends at its last cell that is not empty.

    :raises Refused: ``damaged``"""
    rows = sheet.iter_rows(values_only=True)
    for number in itertools.count(1):
        try:
            row = next(rows)
        except StopIteration:
            return
        except Exception:  # noqa: BLE001  whatever a broken workbook makes of the library
            raise Refused('damaged', "A sheet cannot be read.", number) from None
        yield number, [_cell(cell) for cell in row] + [None] * (width - len(row))


def _cell(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.date() if not (value.hour or value.minute or value.second) else value
    if isinstance(value, (date, str)) or value is None:
        return value
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, int):
        return Decimal(value)
    if isinstance(value, float):
        return Decimal(repr(value)) if abs(value) < 1e15 else value
    return str(value)
