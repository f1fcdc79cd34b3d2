"""Keys of the context that only this module sets: their values are objects that no remote call can send."""

#: the value
OURS = object()
#: the bank's or the engine's word on a movement is written
WORD = 'bank_feed_word'
#: whoever takes a reconciliation back says himself what becomes of the movement; and restores what was before
UNDOING, TAKING_BACK = 'bank_undoing', 'bank_take_back'
#: a payment order lets go of its payments: refused, given up, sent back
RELEASING = 'bank_payment_releasing'
#: in the data of the transaction: {id of a movement whose reconciliation was taken back on the document's side: id of the match
#: that remembers it, or False}
RELEASED = 'bank_feed_released'
#: a :class:`Batch`: movements are posted by the hundred
BATCH = 'bank_feed_batch'


def ours(records):
    """Statement lines, for a write of what the bank or the engine says of them."""
    return records.with_context(**{WORD: OURS})


class Own(dict):
    """A dict in a context: each is its own, as Odoo takes an environment whose context is equal for the same."""

    __hash__ = object.__hash__

    def __eq__(self, other):
        return self is other


class Batch(Own):
    """What Odoo would look up again for each entry of a batch; lives as long as the batch."""
