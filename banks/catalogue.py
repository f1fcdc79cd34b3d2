"""Which bank can be reached through which interface, before any of them is set up. A hint for the person who looks for a bank;
what a provider really reaches, it says itself once its settings are there.

Which countries and which of the banks: as the providers describe themselves in public (Enable Banking, Tatra banka's Premium API, Fio
banka's API). The names of the large banks of each country and their BICs are general knowledge; none was tried."""

import unicodedata
from typing import NamedTuple


class Way(NamedTuple):
    """What an interface takes: ``effort`` is a code of ``models/lib/wording.py``, ``minutes`` the time to set it up."""

    interface: str
    effort: str
    minutes: int
    #: it tells us of movements as they come, for the banks named
    at_once: tuple[str, ...] = ()


ENABLE_BANKING = Way('enablebanking', 'contract', 5)
TATRA = Way('tatra', 'portal', 5, ('Tatra banka',))
#: the same application reaches other banks through it
TATRA_HUB = Way('tatra', 'hub', 5)
FIO = Way('fio', 'token', 2)
AIIA = Way('aiia', 'contract', 5)
KH = Way('kh', 'licence', 5)
OWN = Way('nextgenpsd2', 'licence', 5)
WAYS = {
    way.interface: way
    for way in (ENABLE_BANKING, TATRA, FIO, AIIA, KH, OWN, Way('gocardless', 'closed', 5), Way('ponto', 'contract', 5))
}

#: country → names of banks
BANKS = {
    'SK': (
        'Tatra banka', 'Slovenská sporiteľňa', 'VÚB banka', 'ČSOB', 'UniCredit Bank', 'Raiffeisen banka', 'Fio banka',
        '365.bank', 'Prima banka', 'mBank',
    ),
    'CZ': ('Česká spořitelna', 'ČSOB', 'Komerční banka', 'UniCredit Bank', 'Raiffeisenbank', 'Air Bank', 'Fio banka', 'MONETA Money Bank', 'mBank'),
    'HU': ('K&H Bank', 'OTP Bank', 'MBH Bank', 'Erste Bank', 'Raiffeisen Bank', 'CIB Bank', 'UniCredit Bank', 'Gránit Bank'),
    'NO': ('DNB', 'Nordea', 'SpareBank 1', 'Sparebanken Norge', 'Eika', 'Handelsbanken', 'Danske Bank', 'Sbanken', 'Bulder Bank'),
    'DK': ('Danske Bank', 'Nordea', 'Jyske Bank', 'Sydbank', 'Nykredit', 'Arbejdernes Landsbank', 'Spar Nord', 'Lunar'),
}  # fmt: skip
#: more than the country's usual way
ALSO: dict[Way, dict[str, tuple[str, ...]]] = {
    TATRA: {'SK': ('Tatra banka',)},
    TATRA_HUB: {
        'SK': ('Raiffeisen banka', 'Slovenská sporiteľňa', 'VÚB banka', 'ČSOB', 'Fio banka', 'UniCredit Bank'),
        'CZ': ('UniCredit Bank', 'Air Bank', 'Česká spořitelna', 'Komerční banka'),
    },
    FIO: {'SK': ('Fio banka',), 'CZ': ('Fio banka',)},
    AIIA: {country: BANKS[country] for country in ('DK', 'NO')},
    KH: {'HU': ('K&H Bank',)},
}  # fmt: skip
#: in this order
ORDER = (TATRA, FIO, ENABLE_BANKING, TATRA_HUB, AIIA, KH)
#: for a bank of which nothing is known
OTHERS = (ENABLE_BANKING, OWN)


#: other names and BICs by which banks are looked for
ALIASES = {
    ('SK', 'Tatra banka'): 'TATRSKBX', ('SK', 'Slovenská sporiteľňa'): 'SLSP GIBASKBX', ('SK', 'VÚB banka'): 'SUBASKBX',
    ('SK', 'ČSOB'): 'CEKOSKBX', ('SK', 'Fio banka'): 'FIOZSKBA', ('SK', 'Prima banka'): 'KOMASK2X', ('SK', '365.bank'): 'POBNSKBA',
    ('SK', 'UniCredit Bank'): 'UNCRSKBX', ('CZ', 'Česká spořitelna'): 'GIBACZPX', ('CZ', 'Komerční banka'): 'KB KOMBCZPP',
    ('CZ', 'ČSOB'): 'CEKOCZPP', ('CZ', 'Fio banka'): 'FIOBCZPP', ('CZ', 'Raiffeisenbank'): 'RZBCCZPP',
    ('HU', 'K&H Bank'): 'OKHBHUHB', ('HU', 'OTP Bank'): 'OTPVHUHB', ('NO', 'DNB'): 'DNBANOKK', ('DK', 'Danske Bank'): 'DABADKKK',
}  # fmt: skip


def fold(text: str) -> str:
    """A name as it is compared: without accents, case and punctuation.

    >>> fold("Česká spořitelna"), fold("K&H Bank")
    ('ceska sporitelna', 'k h bank')
    """
    plain = unicodedata.normalize('NFKD', text.casefold())
    return ' '.join(
        ''.join(char if char.isalnum() else ' ' for char in plain if not unicodedata.combining(char)).split()
    )


def fits(wanted: str, name: str) -> bool:
    """Whether every word that was typed begins a word of the name, or is in it without spaces ("kh" for K&H)."""
    name = fold(name)
    joined = name.replace(' ', '')
    return all(word in joined or any(part.startswith(word) for part in name.split()) for word in fold(wanted).split())


def ways(wanted: str = '', country: str = '') -> list[tuple[str, str, Way]]:
    """(bank, country, way) of what is known, the bank's own way before those that reach many.

    >>> [(bank, way.interface) for bank, _country, way in ways('tatra', 'SK')]
    [('Tatra banka', 'tatra'), ('Tatra banka', 'enablebanking')]
    """
    found = []
    for code, names in BANKS.items():
        if country and code != country:
            continue
        for name in names:
            if fits(wanted, f"{name} {ALIASES.get((code, name), '')}"):
                found += [
                    (name, code, way) for way in ORDER if way is ENABLE_BANKING or name in ALSO[way].get(code, ())
                ]
    return found
