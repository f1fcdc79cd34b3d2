"""Field 86 of MT940: what a movement is for, in the dialects of banks. Symbols are known by their prefix, piece by piece, before
anything is joined; those of the counterparty are left alone.

Sources: the banks' own descriptions (Česká spořitelna MultiCash, ČSOB, Raiffeisenbank, SLSP, Tatra banka), and the German ZKA/DK
``?nn`` fields with SEPA's EREF+, KREF+, MREF+, SVWZ+."""

from __future__ import annotations

import re
from decimal import Decimal

from . import symbols, values
from .data import Fee, Original, Transaction

#: a transaction code and the sign that separates the pieces, of which Polish banks have their own
_PIECES = re.compile(r'\s*(?:\d{3}|x+|[A-Z]{3,6})?([?~<^])\d\d', re.A)
_SEPA = re.compile(
    r'(?:^|\x1f)\s*(?:(EREF|KREF|MREF|CRED|DEBT|SVWZ|ABWA|ABWE|COAM|OAMT|OCMT|CHGS|IBAN|BIC|PURP)\+|(MTLG):)'
    r'|(?<=\s)(EREF|KREF|MREF|CRED|DEBT|SVWZ|ABWA|ABWE)\+'
)
_OTHERS = re.compile(r'(VS|SS|KS)2\s*:.*', re.I)
_IBAN = re.compile(r'[A-Z]{2}\d\d[A-Z0-9]{11,30}')
_AMOUNT = re.compile(r'([A-Z]{3})(\d{1,15}(?:,\d{0,6})?)', re.A)
_FACTOR = re.compile(r'\d{1,9}(?:,\d{1,9})?', re.A)
_EMPTY = frozenset({'.', '-', '/', ''})
_EQUIVALENT = re.compile(r'EKV ([A-Z]{3}) ?([\d ]{1,15}(?:,\d{1,6})?)')
_RATE = re.compile(r'KURZ ?(\d{1,9}(?:,\d{1,9})?)')
_SLASHED = re.compile(
    r'(?:^|(?<=/))(EREF|REMI|TRTP|OCMT|EXCH|CNTP|ORDP|BENM|MARF|CSID|NAME|IBAN|BIC|KREF|PREF|TRCD|RTRN|PURP|ID|USTD|STRD|ADDR|ULTD|ULTC|ACCW|ISDT)/'
)


def put(made: Transaction, lines: list[str], number: int | None = None) -> None:
    """Read the lines of a field 86 into the entry.

    :raises Refused: ``bad_value``: longer than any bank's field"""
    joined = ''.join(lines)
    if match := _PIECES.match(joined):
        _by_pieces(made, joined, match[1], number)
    elif any(re.match(r'\?\d\d', line) for line in lines[1:]):
        _by_pieces(made, joined, '?', number)
    else:
        _free(made, lines, number)
    for found in (*made.text, *made.info, made.end_to_end_id):
        symbols.within(made.symbols, found)


def _free(made: Transaction, lines: list[str], number: int | None) -> None:
    """A text without fields: a line that is full goes on in the next one."""
    text = ''
    for place, line in enumerate(lines):  # the first one begins with the field's name
        text += line if len(line) >= 65 or (place == 0 and len(line) == 61) else f'{line}\n'
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
    if kind := values.clean(fields.get('TRTP')):
        made.info.append(kind)
    _in_another(made, fields.get('OCMT'), fields.get('EXCH'))
    for key in ('REMI', 'USTD'):
        if found := values.clean(fields.get(key)):
            made.text.append(found)
    if found := values.clean(fields.get('STRD')):
        made.structured.append(re.sub(r'^[A-Z]{3}/', '', found))  # who issued it: CUR, ISO


def _in_another(made: Transaction, told: str | None, rate: str | None) -> None:
    """USD100,00: what the payment came to in another currency."""
    match = _AMOUNT.fullmatch((told or '').strip())
    if match and match[1] != made.currency and made.amount is not None:
        amount, factor = Decimal(match[2].replace(',', '.')), _FACTOR.fullmatch((rate or '').strip())
        made.original = Original(
            values.signed(amount, made.amount < 0),
            match[1],
            Decimal(factor[0].replace(',', '.')) if factor else None,
        )


def _by_pieces(made: Transaction, joined: str, sign: str, number: int | None) -> None:
    """?00 to ?63: numbered pieces."""
    first, *rest = re.split(rf'{re.escape(sign)}(\d\d)', joined, flags=re.A)
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
    # a piece that begins with a key is marked: within a text "IBAN+BIC" is no key
    whole = ''.join(f'\x1f{content}' if _SEPA.match(content) else content for _key, content in found)
    if _SEPA.match(whole):
        _sepa(made, whole, number)
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
        if match := re.fullmatch(r'(?:E2E\b[ :]?|EREF\+)\s*(.*)', text):
            made.end_to_end_id = values.meant(values.clean(match[1]))
            continue
        if _key.startswith('6'):
            made.references.append(text)
            continue
        made.text.append(text)
    if equivalent:
        _in_another(made, f"{equivalent[1]}{equivalent[2].replace(' ', '')}", rate[1] if rate else None)


def _sepa(made: Transaction, whole: str, number: int | None) -> None:
    """EREF+…KREF+…SVWZ+…: one text cut into pieces of 27 characters."""
    parts = _SEPA.split(whole)
    for first, message, within, content in zip(parts[1::4], parts[2::4], parts[3::4], parts[4::4]):
        key, text = first or message or within, values.meant(values.clean(content, number))
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
        elif key == 'OCMT' and _AMOUNT.fullmatch(text):
            _in_another(made, text, None)
        elif key == 'CHGS' and (fee := _AMOUNT.fullmatch(text)):
            made.fees.append(Fee(Decimal(fee[2].replace(',', '.')), fee[1]))
        else:
            made.info.append(text)
