"""Documents as they were on a day in the past, for the backtest: what was open when a movement came."""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

from odoo.tools import SQL

from ...matching.data import Item
from ...matching.source import MAX_EQUAL, MAX_OPEN
from ..lib.exact import exact
from .source import OdooSource

#: documents of a partner, or of an amount, that are looked at
MAX_LOOKED_AT = 500


class HistorySource(OdooSource):
    """Answers as of the movement in :attr:`line`, without what that movement paid itself."""

    batched = False
    line = since = None

    def __init__(self, *args):
        super().__init__(*args)
        self.terms, self.partials = {}, {}

    def asked_by(self, line):
        """The statement line that is decided next."""
        self.line = line
        self.memory.as_of(line)

    def _oldest_day(self, of=None):
        of, back = of or self.since, timedelta(days=31 * self.months)
        return of - back if of - date.min > back else date.min

    # === As of === #

    def documents(self, company, key):
        return [(self._then(document), kind) for document, kind in super().documents(company, key)]

    def equal(self, company, currency, amount, partner=None):
        return self._open_then(SQL("line.amount_currency = %s", amount), currency, partner, MAX_EQUAL)

    def count_equal(self, company, currency, amount):
        equal = len(self.equal(company, currency, amount))
        return equal, max(super().count_equal(company, currency, amount)[1], equal)

    def open_of(self, company, partner):
        return self._open_then(SQL("TRUE"), None, partner, MAX_OPEN)

    def _open_then(self, condition, currency, partner, limit):
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT line.move_id FROM account_move_line line
                    WHERE line.display_type = 'payment_term' AND line.parent_state = 'posted' AND line.company_id IN %s
                      AND line.date <= %s AND line.date > %s AND %s AND %s AND %s
                    ORDER BY line.move_id DESC LIMIT %s""",
                self.companies,
                self.line.date,
                self._oldest_day(self.line.date),
                condition,
                SQL("line.currency_id = %s", self.by_name[currency]) if currency else SQL("TRUE"),
                SQL("line.partner_id = %s", partner) if partner else SQL("TRUE"),
                MAX_LOOKED_AT,
            )
        )
        documents = [self._then(document) for document in self._load({row[0] for row in rows})]
        return [document for document in documents if document.items][:limit]

    def _then(self, document):
        """The document with what was open on it; a copy."""
        if document.kind in ('order', 'payment') or document.state in ('draft', 'cancelled'):
            return document
        if document.id not in self.terms:
            self._load_terms(document.id)
        items = []
        for line, due, amount, discount in self.terms[document.id]:
            paid = sum((part for other, day, part in self.partials[line] if self._before(other, day)), Decimal(0))
            residual = amount - paid
            if residual:
                items.append(Item(line, due, residual, discount if not paid else None))
        copy = type(document)(*(getattr(document, name) for name in document.__slots__))
        copy.items, copy.state = tuple(items), 'open' if items else 'closed'
        return copy

    def _before(self, other, day):
        move = self.line.move_id.id
        return other != move and (day < self.line.date or (day == self.line.date and other < move))

    def _load_terms(self, move):
        rows = self.env.execute_query(
            SQL(
                """SELECT line.id, line.date_maturity, line.amount_currency, line.currency_id, line.discount_date,
                          line.discount_amount_currency, other.move_id, other.date,
                          CASE WHEN partial.debit_move_id = line.id THEN partial.debit_amount_currency
                               ELSE -partial.credit_amount_currency END
                     FROM account_move_line line
                LEFT JOIN account_partial_reconcile partial
                       ON partial.debit_move_id = line.id OR partial.credit_move_id = line.id
                LEFT JOIN account_move_line other
                       ON other.id IN (partial.debit_move_id, partial.credit_move_id) AND other.id <> line.id
                    WHERE line.move_id = %s AND line.display_type = 'payment_term' ORDER BY line.date_maturity, line.id""",
                move,
            )
        )
        found, partials = {}, defaultdict(list)
        for line, due, amount, currency, discount_day, discount, other, day, part in rows:
            digits = self.currencies[currency].decimal_places
            reduced = (discount_day, exact(discount, digits)) if discount_day and discount else None
            found[line] = (line, due, exact(amount, digits), reduced)
            self.partials.setdefault(line, [])
            if other:
                partials[line].append((other, day, exact(part, digits)))
        self.partials.update(partials)
        self.terms[move] = list(found.values())
