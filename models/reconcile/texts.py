"""What the bank wrote on a movement."""

from ...banks.data import Transaction
from ...matching.text import locate
from ..lib import wording


def bank_texts(line):
    """[(field, text)] of a statement line: all that the bank gave, or what an import or a person left in its fields."""
    if not line.bank_feed_details:
        rows = [('text', line.payment_ref), ('additional_information', line.ref)]
    else:
        row = Transaction.from_json(line.bank_feed_details)
        rows = [('structured', text) for text in row.structured]
        rows += [('text', ' '.join(row.remittance)), ('end_to_end_id', row.end_to_end_id)]
        rows += [('additional_information', row.additional_information), ('mandate_id', row.mandate_id)]
    rows += [('counterparty_name', line.partner_name), ('counterparty_account', line.account_number)]
    return [(name, text) for name, text in rows if text]


def marked_texts(line, pieces):
    """[{field, label, text, marks}]: what the bank wrote, with the places that the evidence rests on.

    :param pieces: [(field, text)] of the evidence"""
    found = []
    for name, text in bank_texts(line):
        marks = [span for field, piece in pieces if field == name and (span := locate(text, piece))]
        found.append(
            {'field': name, 'label': wording.field(line.env, name), 'text': text, 'marks': sorted(set(marks))[:5]}
        )
    return found
