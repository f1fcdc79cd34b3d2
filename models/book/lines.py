"""A bank's movement, or a statement line, as matching and coding take it."""

from dataclasses import replace

from odoo.tools import html2plaintext

from ...banks.data import Transaction
from ...matching.coding import Movement
from ..lib.exact import exact
from .original import original_of, was_changed


def entry_label(row):
    """What the entry of a :class:`banks.data.Transaction` is called: what the payer wrote, in full, else what the bank did; '' where nobody
    wrote anything."""
    given = ' '.join(row.remittance) or ' '.join(row.structured) or _symbols(row.end_to_end_id)
    return given or row.additional_information or row.end_to_end_id


def _symbols(end_to_end_id):
    """Payment symbols in an end-to-end id: they tell more than the bank's code of a kind of payment."""
    return end_to_end_id if end_to_end_id.upper().startswith('/VS') else ''


def matching_line(uid, row, journal, partner=None):
    """:class:`matching.coding.Movement` of a :class:`banks.data.Transaction`.

    :param journal: the record that it is, or will be, in"""
    return Movement(
        uid,
        row.booking_date,
        row.amount,
        row.currency,
        row.texts(),
        journal.company_id.id,
        row.counterparty_name,
        row.counterparty_account,
        partner,
        '',
        row.original_amount,
        row.original_currency if row.original_amount else '',
        journal.id,
        row.creditor_id,
        row.mandate_id,
        row.purpose_code,
        row.bank_transaction_code or row.proprietary_code,
        row.additional_information,
        label=entry_label(row),
    )


def statement_line(line):
    """:class:`matching.coding.Movement` of a statement line: of all that the bank gave where a feed brought it, else of what an
    import or a person left in its fields."""
    partner = line.partner_id.commercial_partner_id.id or None
    digits = line.currency_id.decimal_places
    if line.bank_feed_details:
        row = Transaction.from_json(line.bank_feed_details)
        if was_changed(line):  # what is in the books is what can pay
            original, unit = original_of(line)
            row = replace(row, amount=exact(line.amount, digits), original_amount=original, original_currency=unit)
        return replace(matching_line(line.id, row, line.journal_id, partner), label=line.payment_ref or '')
    texts = [('text', text) for text in (line.payment_ref, line.ref, html2plaintext(line.narration or '')) if text]
    return Movement(
        line.id,
        line.date,
        exact(line.amount, digits),
        line.currency_id.name,
        tuple(texts),
        line.company_id.id,
        line.partner_name or '',
        line.account_number or '',
        partner,
        journal=line.journal_id.id,
        bank_code=line.transaction_type or '',
        label=line.payment_ref or '',
    )
