"""Company registers that answer without a key: name, address and who may sign. Only a help for who fills in; never needed.

Sources: Brønnøysundregistrene, Enhetsregisteret API (``/enheter/{orgnr}``, ``/roller``); ARES, Ministry of Finance of the Czech Republic
(``/ekonomicke-subjekty/{ico}``); RPO, Statistical Office of the Slovak Republic (``/rpo/v1/search``, ``/entity/{id}``). Written after their
descriptions; not tried against the live services."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from stdnum.cz import dic as cz_number
from stdnum.no import orgnr as no_number

from ..banks.errors import BadAnswer, BankError, RequestRefused
from ..banks.http import Transport
from ..banks.read import text

ADDRESSES = {
    'NO': 'https://data.brreg.no/enhetsregisteret/api/',
    'CZ': 'https://ares.gov.cz/ekonomicke-subjekty-v-be/rest/',
    'SK': 'https://api.statistics.sk/rpo/v1/',
}
#: roles that may sign in Norway: chairman, managing director, signatory, sole proprietor
_SIGNS = frozenset({'LEDE', 'DAGL', 'SIGN', 'INNH'})
#: seconds that a person waits, bytes of an answer
TIMEOUT, MAX_BYTES = 8, 2 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Company:
    """As the register has it. ``people``: (name, role) of who may act for it; empty where the register does not say it here."""

    number: str
    name: str
    street: str = ''
    zip: str = ''
    city: str = ''
    country: str = ''
    vat: str = ''
    people: tuple[tuple[str, str], ...] = ()


def look_up(country: str, number: str, address: str = '') -> Company | None:
    """A company by its registration number.

    :param country: NO, CZ or SK
    :param address: of the register; default: its own
    :return: None where the register does not know it
    :raises BankError: it cannot be asked; ``ValueError``: the number is none, or the country has no register here"""
    plain = re.sub(r'\D', '', number)
    if country not in ADDRESSES or not is_number(country, plain):
        raise ValueError(number)
    transport = Transport(address or ADDRESSES[country], timeout=TIMEOUT, deadline=2 * TIMEOUT, max_bytes=MAX_BYTES)
    return {'NO': _norway, 'CZ': _czechia, 'SK': _slovakia}[country](transport, plain)


def is_number(country: str, number: str) -> bool:
    """Whether a registration number can be one of that country's; of others nothing is known."""
    number = re.sub(r'\s', '', number)
    if country not in ADDRESSES:
        return bool(number)
    if not number.isascii() or not number.isdigit():
        return False
    if country == 'NO':
        return no_number.is_valid(number)
    return len(number) == 8 and (country == 'SK' or cz_number.is_valid(number))


def _get(transport: Transport, path: str, **params: str) -> dict[str, Any] | None:
    answer = transport.request('GET', path, params=params or None)
    if answer.status in (404, 410):
        return None
    if answer.status >= 400:
        raise RequestRefused("The register refuses the question.")
    if not isinstance(answer.data, dict):
        raise BadAnswer("The register's answer cannot be read.")
    return answer.data


def _norway(transport: Transport, number: str) -> Company | None:
    found = _get(transport, f'enheter/{number}')
    if not found:
        return None
    place = _part(found, 'forretningsadresse') or _part(found, 'postadresse')
    people = []
    try:
        roles = _get(transport, f'enheter/{number}/roller') or {}
    except BankError:  # the company itself is there
        roles = {}
    for group in _list(roles.get('rollegrupper')):
        for role in _list(group.get('roller')):
            kind, names = _part(role, 'type'), _part(_part(role, 'person'), 'navn')
            name = ' '.join(filter(None, (text(names.get(one)) for one in ('fornavn', 'mellomnavn', 'etternavn'))))
            if name and text(kind.get('kode')) in _SIGNS and not role.get('fratraadt'):
                people.append((name, text(kind.get('beskrivelse'))))
    lines = place.get('adresse')
    street = ', '.join(text(line) for line in lines if text(line)) if isinstance(lines, list) else ''
    return Company(
        number, text(found.get('navn')), street, text(place.get('postnummer')), text(place.get('poststed')), 'NO',
        f'NO{number}MVA' if found.get('registrertIMvaregisteret') is True else '', tuple(people),
    )  # fmt: skip


def _czechia(transport: Transport, number: str) -> Company | None:
    found = _get(transport, f'ekonomicke-subjekty/{number}')
    if not found:
        return None
    place = _part(found, 'sidlo')
    house = '/'.join(
        str(place[name]) for name in ('cisloDomovni', 'cisloOrientacni') if isinstance(place.get(name), int)
    )
    street = f"{text(place.get('nazevUlice')) or text(place.get('nazevCastiObce'))} {house}".strip()
    code = str(place.get('psc') or '')
    return Company(
        number, text(found.get('obchodniJmeno')), street, code if code.isdigit() else '', text(place.get('nazevObce')), 'CZ',
        text(found.get('dic')),
    )  # fmt: skip


def _slovakia(transport: Transport, number: str) -> Company | None:
    results = _list((_get(transport, 'search', identifier=number) or {}).get('results'))
    if not results or not isinstance(results[0].get('id'), int):
        return None
    found = _get(transport, f"entity/{results[0]['id']}") or results[0]
    place = _now(found.get('addresses'))
    codes = place.get('postalCodes')
    people = []
    for one in _list(found.get('statutoryBodies')):
        names = _part(one, 'personName')
        name = text(names.get('formatedName')) or text(one.get('fullName'))
        if name and not one.get('validTo'):
            people.append(
                (
                    name,
                    text(_part(one, 'statutoryBodyMember').get('value'))
                    or text(_part(one, 'stakeholderType').get('value')),
                )
            )
    street = ' '.join(
        filter(
            None, (text(place.get('street')), text(place.get('buildingNumber')) or str(place.get('regNumber') or ''))
        )
    )
    return Company(
        number, text(_now(found.get('fullNames')).get('value')), street,
        text(codes[0]) if isinstance(codes, list) and codes else '', text(_part(place, 'municipality').get('value')), 'SK', '', tuple(people),
    )  # fmt: skip


def _now(entries: Any) -> dict[str, Any]:
    """The entry that holds now: without an end, else the last."""
    listed = _list(entries)
    return next((one for one in listed if not one.get('validTo')), listed[-1] if listed else {})


def _part(found: dict[str, Any], name: str) -> dict[str, Any]:
    value = found.get(name)
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
