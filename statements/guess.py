"""An export that nobody knows: which column is what, guessed from header and content. What can be read in two ways is asked."""

from __future__ import annotations

import contextlib
import csv
import io
import itertools
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

from . import archive, charset
from .data import Refused
from .rows import UNIT, date_pattern
from .tables import DELIMITERS, MAX_ABOVE, MAX_HEAD, PAGES, normal

#: forms of a date that a person may choose
DATES = (
    'd.m.Y', 'd/m/Y', 'm/d/Y', 'd-m-Y', 'm-d-Y', 'Y-m-d', 'Y/m/d', 'Y.m.d', 'Ymd', 'd.m.y', 'd/m/y', 'm/d/y', 'd-m-y', 'y-m-d',
)  # fmt: skip
#: columns of an export, characters of a header
MAX_COLUMNS, MAX_NAME = 100, 200
#: rows that are looked at, texts of a column that are shown, characters of one
MAX_ROWS, SAMPLES, MAX_SAMPLE = 500, 4, 60
#: words of headers, without accents; the first that fits counts
WORDS = {
    'own': 'own account|vlastny|muj ucet|kontonummer|accountnumber|szamlaszam|number of account',
    'vs': 'vs|variabil.*',
    'ss': 'ss|specifi.*symbol.*',
    'ks': 'ks|konstant.*',
    'kid': 'kid|ocr',
    'e2e': 'end.?to.?end.*|referencia platit.*|reference platce',
    'balance': 'balance|saldo.*|zostatok.*|zustatek.*|egyenleg.*|left|kontostand|stav.*',
    'currency': 'currency|mena|valuta|deviza.*|wahrung|penznem|ccy',
    'value': 'value.*|valut.*date.*|rentedato|valor.*|ertek.*nap.*|datum valut.*|splatnost|valuta.*',
    'date': '.*dat(um|e|o).*|day|den|tag|buchungstag|bogfort|bokfort.*|konyveles.*|when|napja',
    'in': 'in|credit.*|kredit|prijem|prijmy|haben|ind|inn|inn pa konto|jovairas.*|came|received|paid in|bevetel|innbetaling.*|gutschrift',
    'out': 'out|debit.*|debet|vydaj|vydaje|soll|ud|ut|ut fra konto|terheles.*|went|paid out|sent|kiadas|utbetaling.*|lastschrift|withdrawal.*',
    'direction': 'typ|type|direction|smer|c/d|d/c|dr/cr|irany.*|soll/haben|kredit/debet',
    'amount': 'amount.*|suma|castka|objem|belob.*|belop.*|betrag|osszeg|umsatz|summe|sum|ciastka',
    'reference': 'ref.*|transaction id|id|id [a-z]+|arkivref.*|archive.*|.*tranzakcio.*azon.*',
    'bank': 'bank|bank code|bankkod.*|bic.*|swift.*|kod banky.*|cc kod banky.*',
    'account': '(?!.*(name|nav|naz)).*(iban|account|ucet|konto|szamla).*|cislo uctu.*',
    'name': '(?!.*(own|vlast|bank)).*(partner|name|navn|naze?v|nazov|elnevez).*|counterparty|protistrana|mottaker.*|payer|payee|who|wer|.*nev|kedvezmenyezett.*|auftraggeber.*|empfanger',
    'text': '.*te[xk]s?t.*|forklaring.*|melding.*|popis.*|message.*|zprava.*|sprava.*|informac.*|why|was|kozlemeny.*|.*zweck.*|purpose|beskrivelse|detail.*|poznamka.*|description.*|megjegyzes.*|memo|label',
}
_WORDS = {role: re.compile(pattern) for role, pattern in WORDS.items()}
#: words for what went out
DEBIT = re.compile(r'd|dr|db|dbit|debet|debit|out|ud|ut|t|terheles|minus|-|vydaj|odchozi|odoslana|soll|s', re.I)
_AMOUNT = re.compile(rf'(?:{UNIT}\s?)?[+-]?\s?\d[\d\s.,\u00a0\u202f\']*-?(?:\s?{UNIT})?')
_UNIT = re.compile(UNIT)


@dataclass
class Column:
    """``header`` as it is written; ``role`` as in :data:`.profiles.ROLES`; ``samples``: what stands in it."""

    header: str
    role: str
    samples: list[str] = field(default_factory=list)


@dataclass
class Guess:
    """``dates``: forms in which all days of the export can be read: more than one has to be asked. ``decimals``: likewise the signs.
    ``debit``: words of the direction column that probably mean minus."""

    columns: list[Column]
    dates: list[str]
    decimals: list[str]
    debit: list[str] = field(default_factory=list)
    directions: list[str] = field(default_factory=list)


def guess(file: IO[bytes]) -> Guess:
    """What an export seems to be.

    :raises Refused: ``unknown_format``: it is no table with a header; ``empty``, ``damaged``"""
    columns, cells = _columns(_rows(file))
    _roles(columns, cells)
    found = Guess(columns, _dates(columns, cells), _decimals(columns, cells))
    _directions(found, cells)
    return found


def dates_of(file: IO[bytes], roles: list[str]) -> list[str]:
    """Forms in which all days of an export can be read, once a person has said which column is what.

    :param roles: of its columns, in their order
    :raises Refused: as :func:`guess`"""
    columns, cells = _columns(_rows(file))
    for column, role in zip(columns, roles):
        column.role = role
    return _dates(columns, cells)


# === The table === #


def _rows(file: IO[bytes]) -> list[list[Any]]:
    head = file.read(8)
    file.seek(0)
    if head.startswith(b'PK\x03\x04'):
        return _sheet_rows(file)
    data = file.read(MAX_HEAD)
    file.seek(0)
    if not data.strip():
        raise Refused('empty', "The file is empty.")
    page = charset.encoding_of(file, None, ('latin-1',))
    file.seek(0)
    pages: tuple[str, ...] = PAGES if page == 'latin-1' else (page,)
    if len(pages) > 1:  # the likelier encoding first; where a header says a known word in another one, that
        likely = charset.best_page(data.translate(None, bytes(range(128))), pages)
        pages = (likely, *(one for one in pages if one != likely))
    tables = [max((_csv_rows(data.decode(one, 'replace'), sign) for sign in DELIMITERS), key=_regular) for one in pages]
    return max(tables, key=_words)


def _words(rows: list[list[Any]]) -> int:
    """How many headers are words that are known."""
    with contextlib.suppress(Refused):
        names = [normal(cell) for cell in rows[_header(rows)]]
        return sum(any(words.fullmatch(name) for words in _WORDS.values()) for name in names if name)
    return 0


def _sheet_rows(file: IO[bytes]) -> list[list[Any]]:
    import openpyxl  # noqa: PLC0415  heavy, and only these files need it

    if not archive.is_workbook(file):
        raise Refused('unknown_format', "This is no table.")
    try:
        book = openpyxl.load_workbook(file, read_only=True, data_only=True)
        found = [list(row) for row in itertools.islice(book.worksheets[0].iter_rows(values_only=True), MAX_ROWS)]
        book.close()
    except Exception:  # noqa: BLE001  whatever a broken workbook makes of the library
        raise Refused('damaged', "The workbook cannot be opened.") from None
    return found


def _csv_rows(text: str, delimiter: str) -> list[list[Any]]:
    rows: list[list[Any]] = []
    with contextlib.suppress(csv.Error):
        for row in csv.reader(io.StringIO(text, newline=''), delimiter=delimiter):
            rows.append(row)
            if len(rows) > MAX_ABOVE + MAX_ROWS:
                break
    return rows


def _regular(rows: list[list[Any]]) -> tuple[int, int]:
    """How regular a table is: rows of the commonest width, where that is a table's; and that width."""
    widths = Counter(len(row) for row in rows if len(row) > 2)
    if not widths:
        return 0, 0
    width, count = widths.most_common(1)[0]
    return count, width


def _header(rows: list[list[Any]]) -> int:
    """Number of the row of headers: words above a row that has a day and an amount."""
    for number, row in enumerate(rows[:MAX_ABOVE]):
        names = [str(cell or '').strip() for cell in row]
        told = [name for name in names if name]
        if len(told) > MAX_COLUMNS or any(len(name) > MAX_NAME for name in told):
            continue
        if len(told) < 3 or any(_is_day(name) or _is_amount(name) for name in told) or len(set(told)) < len(told):
            continue
        below = next((later for later in rows[number + 1 :] if any(str(cell or '').strip() for cell in later)), [])
        if any(_is_day(cell) for cell in below) and any(_is_amount(cell) and not _is_day(cell) for cell in below):
            return number
    raise Refused('unknown_format', "There is no row of headers above rows with a day and an amount.")


def _is_day(cell: Any) -> bool:
    return isinstance(cell, (date, datetime)) or any(_fits(form, cell) for form in DATES)


def _is_amount(cell: Any) -> bool:
    if isinstance(cell, (int, float, Decimal)) and not isinstance(cell, bool):
        return True
    text = str(cell or '').replace('\u2212', '-').strip()
    return bool(_AMOUNT.fullmatch(text))


def _samples(column: list[Any]) -> list[str]:
    told = dict.fromkeys(' '.join(str(cell).split())[:MAX_SAMPLE] for cell in column if str(cell or '').strip())
    return list(itertools.islice(told, SAMPLES))


def _columns(rows: list[list[Any]]) -> tuple[list[Column], list[list[Any]]]:
    """The columns under the header, without a role yet, and what stands in each."""
    number = _header(rows)
    header = [' '.join(str(cell or '').split()) for cell in rows[number]]
    while header and not header[-1]:
        header.pop()
    if len(header) > MAX_COLUMNS or any(len(name) > MAX_NAME for name in header):
        raise Refused('unknown_format', "The table has more columns, or longer headers, than a bank's export has.")
    body = [row for row in rows[number + 1 : number + 1 + MAX_ROWS] if any(str(cell or '').strip() for cell in row)]
    cells = [[row[place] if place < len(row) else '' for row in body] for place in range(len(header))]
    return [Column(name, 'ignore', _samples(column)) for name, column in zip(header, cells)], cells


# === Roles === #


def _roles(columns: list[Column], cells: list[list[Any]]) -> None:
    kinds = [_kind(column) for column in cells]
    taken: set[str] = set()
    for column, kind in zip(columns, kinds):
        name = normal(column.header)
        for role, words in _WORDS.items():
            if (
                words.fullmatch(name)
                and _may_be(role, kind)
                and not (role in taken and role not in ('text', 'name', 'account'))
            ):
                column.role = role
                taken.add(role)
                break
    _must_have(columns, kinds, taken)
    if not taken & {'name', 'text', 'info'}:
        _who_and_why(columns, cells, kinds)


def _kind(column: list[Any]) -> str:
    told = [cell for cell in column if str(cell or '').strip()]
    if not told:
        return 'nothing'
    if all(_is_day(cell) for cell in told):
        return 'day'
    return 'amount' if all(_is_amount(cell) for cell in told) else 'text'


def _may_be(role: str, kind: str) -> bool:
    if role in ('date', 'value'):
        return kind == 'day'
    if role in ('amount', 'in', 'out', 'balance'):
        return kind == 'amount' or (kind == 'nothing' and role in ('in', 'out'))
    return kind != 'day'


def _must_have(columns: list[Column], kinds: list[str], taken: set[str]) -> None:
    """A day and an amount are in every export; where no header says so, the first column that can be it."""
    if 'date' not in taken:
        for column, kind in zip(columns, kinds):
            if kind == 'day' and column.role in ('ignore', 'value'):
                column.role = 'date'
                break
    if not taken & {'amount', 'in', 'out'}:
        for column, kind in zip(columns, kinds):
            if kind == 'amount' and column.role == 'ignore':
                column.role = 'amount'
                break
    if 'amount' in taken and taken & {'in', 'out'}:
        for column in columns:
            if column.role in ('in', 'out'):
                column.role = 'ignore'


def _who_and_why(columns: list[Column], cells: list[list[Any]], kinds: list[str]) -> None:
    """Where no header says so: the longest texts are what a movement is for, the next ones whose it is."""
    lengths = {
        place: sum(len(str(cell or '')) for cell in cells[place])
        for place, column in enumerate(columns)
        if column.role == 'ignore' and kinds[place] == 'text' and len(set(map(str, cells[place]))) > 2
    }
    for role, place in zip(('text', 'name'), sorted(lengths, key=lambda place: -lengths[place])):
        columns[place].role = role


# === Forms === #


def _of(columns: list[Column], cells: list[list[Any]], roles: tuple[str, ...]) -> list[Any]:
    return [
        cell
        for column, told in zip(columns, cells)
        if column.role in roles
        for cell in told
        if isinstance(cell, str) and cell.strip()
    ]


def _dates(columns: list[Column], cells: list[list[Any]]) -> list[str]:
    told = _of(columns, cells, ('date', 'value'))
    return [form for form in DATES if all(_fits(form, cell) for cell in told)] if told else ['Y-m-d']


_PATTERNS: dict[str, re.Pattern[str]] = {form: re.compile(date_pattern(form), re.A) for form in DATES}


def _fits(form: str, cell: Any) -> bool:
    """Whether the text is a real day in this form."""
    match = _PATTERNS[form].fullmatch(str(cell or '').strip())
    if not match:
        return False
    found = match.groupdict()
    try:
        date(int(found.get('Y') or f'20{found["y"]}'), int(found['m']), int(found['d']))
    except ValueError:
        return False
    return True


def _decimals(columns: list[Column], cells: list[list[Any]]) -> list[str]:
    """Signs of the decimals with which all amounts can be read."""
    told = [
        re.sub(r'[\s\u00a0\u202f\'+-]', '', _UNIT.sub('', cell.replace('\u2212', '')))
        for cell in _of(columns, cells, ('amount', 'in', 'out', 'balance'))
    ]
    fits: Callable[[str, str], bool] = lambda sign, other: all(  # noqa: E731
        re.fullmatch(rf'(\d+|\d{{1,3}}(\{other}\d{{3}})+)(\{sign}\d{{1,6}})?', text, re.A) for text in told
    )
    return [sign for sign, other in ((',', '.'), ('.', ',')) if fits(sign, other)]


def _directions(found: Guess, cells: list[list[Any]]) -> None:
    """The words of a direction; without one, a column of two words beside amounts without a sign may be it."""
    amounts = _of(found.columns, cells, ('amount',))
    signed = any(re.search(r'^\D*[-\u2212]|-\D*$', str(cell).strip()) for cell in amounts)
    for column, told in zip(found.columns, cells):
        words = sorted({str(cell).strip() for cell in told if str(cell or '').strip()})
        if column.role == 'direction' and (signed or len(words) > 2 or not amounts):
            column.role = 'info'
        elif (
            column.role == 'ignore' and not signed and amounts and len(words) == 2 and any(map(DEBIT.fullmatch, words))
        ):
            column.role = 'direction'
        if column.role == 'direction':
            found.directions = words
            found.debit = [word for word in words if DEBIT.fullmatch(normal(word))]
