"""Keys of the context that only this module sets: their value is an object, which no remote call can send."""

#: the value
OURS = object()
#: the bank's or the engine's word on a movement is written
WORD = 'bank_feed_word'
#: whoever takes a reconciliation back says himself what becomes of the movement; and restores what was before
UNDOING, TAKING_BACK = 'bank_undoing', 'bank_take_back'
#: in the data of the transaction: {id of a movement whose reconciliation was taken back on the document's side: id of the match
#: that remembers it, or False}
RELEASED = 'bank_feed_released'
