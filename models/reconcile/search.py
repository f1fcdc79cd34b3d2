"""Open items that a person looks for."""

import re
from datetime import date

from odoo.fields import Domain
from odoo.tools import format_date
from odoo.tools.sql import escape_psql

from ...booking.patterns import read_amount
from ..book.booking import Booking
from ..lib.given import given_id, given_text
from .payer import Payer

MAX_FOUND = 20
#: letters and words of a search
MAX_TYPED, MAX_WORDS = 200, 6
_DATE = re.compile(r'\d{4}-\d{2}-\d{2}')
_AMOUNT = re.compile(r'\d[\d.,]*')


class OpenItems:
    """Open items for one movement."""

    def __init__(self, line):
        self.line, self.env, self.booking = line, line.env, Booking(line)
        self.rest, self.currency = self.booking.open()

    def find(self, text='', offset=0):
        """See :meth:`bank_reconcile_search`."""
        text = given_text(self.env, text, MAX_TYPED).strip()
        offset = given_id(self.env, offset) or 0
        mine, payer = Domain(self.line._get_default_amls_matching_domain()), Payer(self.line).known()
        of_amount = Domain('amount_residual_currency', '=', self.rest)
        if text:
            domain = Domain.AND([self._meant_by(word) for word in text.split()[:MAX_WORDS]])
        else:
            domain = Domain('partner_id', 'child_of', payer.commercial_partner_id.id) if payer else of_amount
        items, order = self.env['account.move.line'], 'date_maturity, id'
        found, hint = items.search(mine & domain, order=order, limit=MAX_FOUND + 1, offset=offset), ''
        if not text and not found and payer and not offset:
            found = items.search(mine & of_amount, order=order, limit=MAX_FOUND)
            hint = self.env._("Nothing is open of %s.", payer.display_name)
            if found:
                hint = self.env._("Nothing is open of %s; of this amount there is:", payer.display_name)
        return {
            'hint': hint,
            'items': [
                {**self.shown(item), 'ref': item.move_id.payment_reference or item.ref or ''}
                for item in found[:MAX_FOUND]
            ],
            'more': len(found) > MAX_FOUND,
        }

    def _meant_by(self, word):
        """Items that a word of the search may mean."""
        if _DATE.fullmatch(word) and is_day(word):
            return Domain('date', '=', word) | Domain('date_maturity', '=', word)
        literal = escape_psql(word)
        domain = Domain.OR(
            [
                Domain(name, 'ilike', literal)
                for name in ('move_name', 'ref', 'partner_id.complete_name', 'move_id.payment_reference')
            ]
        )
        amount = read_amount(word) if _AMOUNT.fullmatch(word) else None
        if amount is None:
            return domain
        return domain | Domain('amount_residual_currency', 'in', [float(amount), -float(amount)])

    def shown(self, item):
        """An open item for the view."""
        return {
            'id': item.id,
            'move_id': item.move_id.id,
            'name': item.move_name or item.name or '',
            'partner': item.partner_id.display_name or '',
            'date': format_date(self.env, item.date),
            'due': format_date(self.env, item.date_maturity) if item.date_maturity else '',
            'open': self.booking.open_of(item, self.currency),
            'open_text': item.currency_id.format(item.amount_residual_currency),
            'same_currency': item.currency_id == self.currency,
        }


def is_day(text):
    """Whether there is such a day."""
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


def movement_domain(operator, value):
    """Domain of movements that a text of the search box means: texts, and an amount of either sign with any separators."""
    if operator not in ('ilike', '=ilike', '=', 'in'):
        return NotImplemented
    found = Domain.FALSE
    for text in [value] if isinstance(value, str) or not hasattr(value, '__iter__') else value:
        found |= Domain.OR(
            Domain(name, 'ilike', str(text)) for name in ('payment_ref', 'partner_name', 'account_number')
        )
        amount = read_amount(str(text)) if re.fullmatch(r'[-−+]?\d[\d\s.,]*', str(text).strip()) else None
        if amount is not None:
            found |= Domain('amount', 'in', [float(amount), -float(amount)])
    return found
