"""How banks of the NextGenPSD2 family differ, as data. Sources: what the banks document in public; nothing of it was tried
live, and what a bank tells at registration counts more: address and certificates are settings of the provider."""

from __future__ import annotations

from dataclasses import dataclass, field

from .signature import SIGNED


@dataclass(frozen=True)
class Profile:
    """One bank, or one portal that many banks share.

    :param str scope: OAuth scope of a consent; ``{consent}`` is its id
    :param signed: headers that the seal covers, in the bank's order
    :param headers: sent with every call
    :param bool psu_id: the person's id at the bank belongs to the consent request
    :param int consent_days, history_days: where the bank deviates
    :param str consents: path of the consents"""

    label: str
    country: str = ''
    bic: str = ''
    scope: str = 'AIS:{consent}'
    signed: tuple = SIGNED
    headers: dict = field(default_factory=dict)
    psu_id: bool = False
    consent_days: int | None = None
    history_days: int | None = None
    frequency: int = 4
    consents: str = 'v1/consents'


PROFILES = {
    'standard': Profile("As the standard says"),
    # the person's national identity number on consents; amounts may be numbers
    'dnb': Profile("DNB (NO)", 'NO', 'DNBANOKK', psu_id=True, frequency=3),
    # the portal of SpareBank 1 and many savings banks: seal always, amounts as text only on request
    'sparebank': Profile(
        "SpareBank 1 and Norwegian savings banks (NO)",
        'NO',
        signed=('date', *SIGNED),
        headers={'x-accept-fix': 'amount-as-string'},
        history_days=89,
        consents='v1/bank-offered-consents',
    ),
}


def profile(code: str | None) -> Profile:
    """:class:`Profile` of a code; the standard's own for any other."""
    return PROFILES.get(code or '') or PROFILES['standard']
