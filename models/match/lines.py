"""A bank's movement, or a statement line, as the matching rules take it."""

from dataclasses import replace

from odoo.tools import html2plaintext

from ...banks.data import Transaction
from ...matching.data import Line
from ..book.original import original_of, was_changed
from ..lib.exact import exact


def matching_line(uid, row, company, partner=None):
    """:class:`matching.data.Line` of a :class:`banks.data.Transaction`."""
    return Line(
        uid,
        row.booking_date,
        row.amount,
        row.currency,
        row.texts(),
        company.id,
        row.counterparty_name,
        row.counterparty_account,
        partner,
        '',
        row.original_amount,
        row.original_currency if row.original_amount else '',
    )


def statement_line(line):
    """:class:`matching.data.Line` of a statement line: of all that the bank gave where a feed brought it, else of what an
    import or a person left in its fields."""
    partner = line.partner_id.commercial_partner_id.id or None
    digits = line.currency_id.decimal_places
    if line.bank_feed_details:
        row = Transaction.from_json(line.bank_feed_details)
        if was_changed(line):  # what is in the books is what can pay
            original, unit = original_of(line)
            row = replace(row, amount=exact(line.amount, digits), original_amount=original, original_currency=unit)
        return matching_line(line.id, row, line.company_id, partner)
    texts = [('text', text) for text in (line.payment_ref, line.ref, html2plaintext(line.narration or '')) if text]
    return Line(
        line.id,
        line.date,
        exact(line.amount, digits),
        line.currency_id.name,
        tuple(texts),
        line.company_id.id,
        line.partner_name or '',
        line.account_number or '',
        partner,
    )
