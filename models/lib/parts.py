"""So much of a movement."""

from typing import NamedTuple

from odoo import models

#: context key: {feed_uid: [:class:`Part`]} of the movements that are being created
PARTS = 'bank_feed_parts'
#: what the bank's rate may differ from Odoo's
SPREAD = 0.03


class Part(NamedTuple):
    """So much of a movement, signed like it, in the currency of its counterpart; ``discount``: the item is settled."""

    item: models.BaseModel
    amount: float
    discount: bool = False
