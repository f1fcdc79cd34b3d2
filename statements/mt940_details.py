"""Field 86 of MT940: what a movement is for, in the dialects of banks. Symbols are known by their prefix, piece by piece, before
anything is joined; those of the counterparty are left alone.

Sources: the banks' own descriptions (Česká spořitelna MultiCash, ČSOB, Raiffeisenbank, SLSP, Tatra banka), and the German ZKA/DK
``?nn`` fields with SEPA's EREF+, KREF+, MREF+, SVWZ+."""

from __future__ import annotations

import re

from . import symbols, values
from .data import Original, Transaction

_PIECES = re.compile(r'\?(\d\d)')
_KIND = re.compile(r'(\d{3}|[A-Za-z]{3,6})?')
_SEPA = re.compile(r'(?:(EREF|KREF|MREF|CRED|DEBT|SVWZ|ABWA|ABWE|COAM|OAMT|IBAN|BIC|PURP)\+|(MTLG):)')
_OTHERS = re.compile(r'(VS|SS|KS)2\s*:.*', re.I)
_IBAN = re.compile(r'[A-Z]{2}\d\d[A-Z0-9]{11,30}')
_EMPTY = frozenset({'.', '-', '/', ''})
_EQUIVALENT = re.compile(r'EKV ([A-Z]{3}) ?([\d ]{1,15}(?:,\d{1,6})?)')
_RATE = re.compile(r'KURZ ?(\d{1,9}(?:,\d{1,9})?)')
_SLASHED = re.compile(
    r'(?:^|(?<=/))(EREF|REMI|CNTP|ORDP|BENM|MARF|CSID|NAME|IBAN|BIC|KREF|PREF|TRCD|RTRN|PURP|ID|USTD|STRD|ADDR|ULTD|ULTC|ACCW|ISDT)/'
)


def put(made: Transaction, lines: list[str], number: int | None = None) -> None:
    """Read the lines of a field 86 into the entry.

    :raises Refused: ``bad_value``: longer than any bank's field"""
    joined = ''.join(lines)
    if '?' in joined and _PIECES.search(joined):
        _by_pieces(made, joined, number)
    else:
        _free(made, lines, number)
    for found in (*made.text, *made.info, made.end_to_end_id):
        symbols.within(made.symbols, found)


def _free(made: Transaction, lines: list[str], number: int | None) -> None:
    """A text without fields: a line that is full goes on in the next one."""
    text = ''
    for line in lines:
        text += line if len(line) >= 65 else f'{line}\n'
    cleaned = values.clean(text, number)
    if cleaned is None:
        return
    if cleaned.startswith('/') and _SLASHED.match(cleaned[1:]):
        _by_codes(made, cleaned)
    else:
        made.text.append(cleaned)


def _by_codes(made: Transaction, text: str) -> None:
    """/EREF/…//REMI/…//CNTP/account/bank/name/: fields between slashes."""
    parts = _SLASHED.split(text.lstrip('/'))
    fields: dict[str, str] = {}
    for key, content in zip(parts[1::2], parts[2::2]):
        fields.setdefault(key, content.strip('/ '))
    made.end_to_end_id = values.meant(values.clean(fields.get('EREF')))
    if party := fields.get('CNTP'):
        account, bank, name, *_rest = (*party.split('/'), '', '', '')
        made.counterparty.account, made.counterparty.bank, made.counterparty.name = (
            values.account(account),
            values.clean(bank),
            values.clean(name),
        )
    made.counterparty.name = made.counterparty.name or values.clean(fields.get('NAME'))
    made.counterparty.account = made.counterparty.account or values.account(fields.get('IBAN'))
    made.counterparty.bank = made.counterparty.bank or values.clean(fields.get('BIC'))
    for key in ('MARF', 'CSID', 'KREF', 'PREF', 'ID'):
        if found := values.meant(values.clean(fields.get(key))):
            made.references.append(found)
    for key in ('REMI', 'USTD'):
        if found := values.clean(fields.get(key)):
            made.text.append(found)
    if found := values.clean(fields.get('STRD')):
        made.structured.append(found)


def _by_pieces(made: Transaction, joined: str, number: int | None) -> None:
    """?00 to ?63: numbered pieces."""
    first, *rest = _PIECES.split(joined)
    head = first.strip()
    if re.fullmatch(r'\d{3}', head):
        made.proprietary_code = head
    elif head := values.clean(re.sub(r'^(?:x+|\d{3})', '', head), number):
        made.text.append(head)
    pieces: dict[str, str] = {}
    for key, content in zip(rest[::2], rest[1::2]):
        pieces[key] = pieces.get(key, '') + content
    empty = {key for key, content in pieces.items() if content.strip() in _EMPTY}
    pieces = {key: content for key, content in pieces.items() if key not in empty}
    swapped = bool(
        re.match(r'\s*(VS|SS)\s*:', pieces.get('30', ''), re.I)
        or re.match(r'\s*(VS|SS)\s*:', pieces.get('29', ''), re.I)
    )
    _party(made, pieces, swapped, number)
    _remittance(made, pieces, swapped, number)


def _party(made: Transaction, pieces: dict[str, str], swapped: bool, number: int | None) -> None:
    party = made.counterparty
    if swapped:  # the name and the account come first, the counterparty's own symbols last
        party.name = values.clean(pieces.get('00'), number)
        account, _slash, bank = pieces.get('21', '').partition('/')
        party.account, party.bank = values.account(account), values.clean(bank)
        return
    if kind := values.clean(pieces.get('00'), number):
        made.info.append(kind)
    party.name = values.clean(pieces.get('32', '') + pieces.get('33', ''), number)
    iban = values.account(pieces.get('38', '').strip().strip('/'))
    party.account = (
        (iban if iban and _IBAN.fullmatch(iban) else None)
        or values.account(pieces.get('31', '').strip().lstrip('/'))
        or iban
    )
    party.bank = values.clean(pieces.get('30'), number)


def _remittance(made: Transaction, pieces: dict[str, str], swapped: bool, number: int | None) -> None:
    keys = [f'{one}' for one in (*range(20, 30), *range(60, 64))]
    if swapped:
        keys = [key for key in keys if key not in ('21', '29')]
    found = [(key, pieces[key]) for key in keys if key in pieces]
    whole = ''.join(content for _key, content in found)
    if _SEPA.match(whole.lstrip()):
        _sepa(made, whole.lstrip(), number)
        return
    rate = equivalent = None
    others = False
    for _key, content in found:
        if others or _OTHERS.fullmatch(content.strip()):
            # the counterparty's own symbols, which may go on in the next piece
            others = content.strip().upper().startswith(('VS2', 'SS2')) and '/SS2' not in content.replace(' ', '')
            continue
        text = values.clean(content, number)
        if text is None or symbols.alone(made.symbols, text):
            continue
        if match := _EQUIVALENT.fullmatch(text):
            equivalent = match
            made.info.append(text)
            continue
        if match := _RATE.fullmatch(text):
            rate = match
            made.info.append(text)
            continue
        if match := re.fullmatch(r'(?:E2E|EREF\+)\s*(.*)', text):
            made.end_to_end_id = values.meant(values.clean(match[1]))
            continue
        if _key.startswith('6'):
            made.references.append(text)
            continue
        made.text.append(text)
    if equivalent and equivalent[1] != made.currency and made.amount is not None:
        amount = values.plain_amount(equivalent[2].replace(' ', '').replace(',', '.'), number)
        made.original = Original(
            -amount if made.amount < 0 else amount,
            equivalent[1],
            values.plain_amount(rate[1].replace(',', '.'), number) if rate else None,
        )


def _sepa(made: Transaction, whole: str, number: int | None) -> None:
    """EREF+…KREF+…SVWZ+…: one text cut into pieces of 27 characters."""
    parts = _SEPA.split(whole)
    for key, message, content in zip(parts[1::3], parts[2::3], parts[3::3]):
        key = key or message
        text = values.meant(values.clean(content, number))
        if text is None:
            continue
        if key == 'EREF':
            made.end_to_end_id = made.end_to_end_id or text
        elif key in ('SVWZ', 'MTLG'):
            made.text.append(text)
        elif key in ('KREF', 'MREF', 'CRED', 'DEBT'):
            made.references.append(text)
        elif key == 'IBAN':
            made.counterparty.account = made.counterparty.account or values.account(text)
        elif key == 'BIC':
            made.counterparty.bank = made.counterparty.bank or text
        else:
            made.info.append(text)
