"""Odoo's documents in the matching's words: their kinds, and what a bank's text may call them by."""

from ...matching.data import Document
from ...matching.keys import document_keys

KINDS = {
    'out_invoice': 'invoice',
    'out_receipt': 'invoice',
    'out_refund': 'credit_note',
    'in_invoice': 'bill',
    'in_receipt': 'bill',
    'in_refund': 'bill_refund',
}


def joined_keys(move_type, name, payment_reference, ref, origin, day):
    """The keys of a document as they are stored: with blanks between them, which no key has."""
    document = Document(
        None, None, None, KINDS.get(move_type, 'payment'), 'open', name if name and name != '/' else '',
        payment_reference or '', ref or '', origin or '', day or None,
    )  # fmt: skip
    return ' '.join(document_keys(document)) or False
