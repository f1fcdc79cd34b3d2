"""Who is at the other end of a movement, as keys under which its like is found by an index."""

import logging
from hashlib import blake2b

from ...matching.coding import rests
from ...matching.coding.precedents import keys
from ...matching.coding.traits import ACCOUNT, CREDITOR, MANDATE, NAME, traits
from ...matching.text import fold

_logger = logging.getLogger(__name__)

#: what a merchant's last word is remembered under
PLACE = 'place'
#: bytes of a key; two that are equal by chance cost time, as what is found is compared in full
SIZE = 8


def ground_key(company, ground):
    """A short key of a ground of one company.

    :param company: its id
    :param ground: (kind, key, sign) as :class:`matching.coding.traits.Traits` has it"""
    kind, key, sign = ground
    told = ' '.join(sorted(key)) if isinstance(key, frozenset) else key
    return blake2b(f'{company}|{kind}|{told}|{sign}'.encode(), digest_size=SIZE).hexdigest()


def ground_keys(movement):
    """All keys of a :class:`matching.coding.Movement`, the surest first; none of one without an amount."""
    if not movement.amount:
        return []
    return [ground_key(movement.company, ground) for ground in keys(traits(movement), movement)]


def rest_keys(grounds):
    """Keys of what a document's rest is remembered under, whatever its direction.

    :param grounds: {company's id: [ground]}"""
    return [ground_key(company, (kind, word, 0)) for company, told in grounds.items() for kind, word, _sign in told]


def place_keys(movement, asked=False):
    """Keys of where a card payment's merchant may be: of the last word; ``asked``: of each behind the first one."""
    words = traits(movement).shop[1:]
    return [ground_key(movement.company, (PLACE, word, 0)) for word in (words if asked else words[-1:])]


def grounds_text(read):
    """The keys as a column keeps them; False for one that cannot be read: no movement is lost for that.

    :param read: gives the :class:`matching.coding.Movement`"""
    try:
        movement = read()
        more = [*rest_keys({movement.company: rests.said_of(movement)}), *place_keys(movement)]
        return ' '.join([*ground_keys(movement), *more]) or False
    except (ValueError, TypeError, LookupError, ArithmeticError) as error:
        _logger.warning("The keys of a bank movement cannot be worked out (%s)", type(error).__name__)
        return False


def shown(movement, ground):
    """The ground as it stands in the movement: (field, text)."""
    kind, key, _sign = ground
    if kind == ACCOUNT:
        return 'counterparty_account', movement.counterparty_account
    if kind == NAME:
        return 'counterparty_name', movement.counterparty_name
    if kind == MANDATE:
        return 'mandate_id', movement.mandate_id
    if kind == CREDITOR:
        return 'text', movement.creditor_id
    return 'text', _longest_word(movement, key)


def told(movement, ground):
    """The ground in a piece of the bank's own text, '' where no piece says it."""
    return shown(movement, ground)[1]


def _longest_word(movement, key):
    """Of the words of a key, the longest one as it stands in the texts."""
    words = key.split() if isinstance(key, str) else sorted(key)
    said = [piece for _field, text in movement.texts for piece in text.split()] + movement.info.split()
    found = [piece.strip('.,:;/') for piece in said if fold(piece.strip('.,:;/')) in words]
    return max(found, key=len, default='')
