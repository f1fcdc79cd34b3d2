"""What the company did with the like, read from its reconciled movements: what is undone there is forgotten by itself."""

from decimal import Decimal

from odoo.tools import SQL

from ...matching.coding import Booked, Precedents, Row
from ...matching.coding.precedents import LATEST
from ..book.lines import statement_line
from ..lib.exact import exact
from .grounds import ground_keys, place_keys, rest_keys
from .stored import read_rows

#: everything moves over one account of the books: which other account it is does not matter there
TRANSIT = 'transit'
#: what a movement is read of
FIELDS = (
    'date', 'amount', 'currency_id', 'payment_ref', 'ref', 'narration', 'partner_id', 'partner_name', 'account_number',
    'transaction_type', 'bank_feed_details', 'journal_id', 'company_id', 'foreign_currency_id', 'amount_currency',
)  # fmt: skip


class Memory:
    """Of one company.

    :param company: the record
    :param kinds: :class:`.kinds.Kinds`: what a person has said since of kinds that are booked by themselves; None: as it was booked"""

    def __init__(self, env, company, kinds=None):
        self.env, self.company, self.kinds = env(su=True), company, kinds
        self.lines = self.env['account.bank.statement.line']

    def of(self, movements, rates, of_rests=()):
        """:class:`matching.coding.Precedents` of all that is like one of the movements: three queries, whatever their number.

        :param rates: as :attr:`.books.OdooBooks.rates`
        :param of_rests: grounds of documents' rests, see :mod:`matching.coding.rests`"""
        found = Precedents(rates)
        keys = {key for movement in movements for key in ground_keys(movement)}
        places = {key for movement in movements for key in place_keys(movement, asked=True)}
        keys = sorted(keys.union(rest_keys({self.company.id: of_rests}), places))
        if keys:
            own = {movement.id for movement in movements}
            done = [one for one in self.booked(self._like(keys)) if one.id not in own]
            known = [*done, *self._refused(keys)]
            found.learn(self.kinds.relabelled(known) if self.kinds else known)
        return found

    def _like(self, keys):
        """Reconciled statement lines under these keys, the latest of each."""
        self.lines.flush_model(['bank_grounds', 'is_reconciled', 'internal_index'])
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT hit.id FROM unnest(%s) AS wanted(key) CROSS JOIN LATERAL (
                          SELECT line.id FROM account_bank_statement_line line
                           WHERE string_to_array(line.bank_grounds, ' ') @> ARRAY[wanted.key]
                             AND line.bank_grounds IS NOT NULL AND line.is_reconciled
                        ORDER BY line.internal_index DESC LIMIT %s) hit""",
                keys,
                LATEST,
            )
        )
        return self.lines.browse(row[0] for row in rows)

    def booked(self, lines):
        """[:class:`matching.coding.Booked`] of reconciled statement lines."""
        if not lines:
            return []
        lines.fetch(FIELDS)
        items = self._items(lines)
        return [one for line in lines if (one := self._booked(line, items.get(line.move_id.id, ())))]

    def _items(self, lines):
        """{id of the entry: [(account, amount, currency, label, analytic, taxes, settles, when)]} without the bank's own account and taxes."""
        self.env['account.move.line'].flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT item.move_id, item.account_id, item.amount_currency, item.currency_id, item.name,
                          item.analytic_distribution,
                          ARRAY(SELECT account_tax_id FROM account_move_line_account_tax_rel rel
                                 WHERE rel.account_move_line_id = item.id ORDER BY 1),
                          EXISTS(SELECT 1 FROM account_partial_reconcile partial
                                   JOIN account_move_line other ON other.id IN (partial.debit_move_id, partial.credit_move_id)
                                   JOIN account_move document ON document.id = other.move_id
                                  WHERE item.id IN (partial.debit_move_id, partial.credit_move_id) AND other.id <> item.id
                                    AND (document.move_type <> 'entry' OR document.origin_payment_id IS NOT NULL
                                         OR EXISTS(SELECT 1 FROM bank_payment_order sent WHERE sent.move_id = document.id))),
                          item.write_date
                     FROM account_move_line item
                     JOIN account_move move ON move.id = item.move_id
                     JOIN account_journal journal ON journal.id = item.journal_id
                    WHERE item.move_id IN %s AND item.tax_repartition_line_id IS NULL AND move.state = 'posted'
                      AND item.account_id IS DISTINCT FROM journal.default_account_id
                 ORDER BY item.move_id, item.id""",
                tuple(lines.move_id.ids),
            )
        )
        found = {}
        for move, *item in rows:
            found.setdefault(move, []).append(item)
        return found

    def _booked(self, line, items):
        if not items:
            return None
        movement = statement_line(line)
        transit = self.company.transfer_account_id.id
        rows, settles, transfer = [], False, None
        total = sum(-item[1] for item in items)
        when = max(
            item[-1] for item in items
        )  # a change of mind is later than what it changes, whatever the movements' days
        for account, amount, currency, label, analytic, taxes, is_settled, _when in items:
            if account == transit and len(items) == 1:
                transfer = TRANSIT
            elif is_settled and account != transit:
                settles = True
            else:
                value = self._told(movement, line, -amount, currency, total)
                own = label if label and label != line.payment_ref else ''
                rows.append(Row(account, value, tuple(taxes), _hashable(analytic), own))
        return Booked(movement, when, tuple(rows), movement.partner, transfer, settles)

    @staticmethod
    def _told(movement, line, amount, currency, total):
        """An item's amount in the account's currency, signed like the movement."""
        digits = line.currency_id.decimal_places
        if currency == line.currency_id.id or not total:
            return exact(amount, digits)
        return (movement.amount * Decimal(repr(amount)) / Decimal(repr(total))).quantize(Decimal(1).scaleb(-digits))

    def _refused(self, keys):
        """What somebody refused or took back of the like."""
        matches = self.env['bank.match']
        matches.flush_model(['state', 'superseded', 'coding', 'rest', 'company_id'])
        rows = self.env.execute_query(
            SQL(
                """SELECT match.id FROM bank_match match
                     JOIN account_bank_statement_line line ON line.id = match.statement_line_id
                    WHERE match.state = 'refused' AND coalesce(match.coding, match.rest) IS NOT NULL AND match.superseded IS NOT TRUE
                      AND match.company_id = %s AND string_to_array(line.bank_grounds, ' ') && %s""",
                self.company.id,
                keys,
            )
        )
        found = []
        for match in matches.browse(row[0] for row in rows):
            told, partner, is_transfer = read_rows(match.coding or match.rest)
            transfer = TRANSIT if is_transfer else None
            movement, when = statement_line(match.statement_line_id), match.refused_at or match.write_date
            found.append(Booked(movement, when, told, partner, transfer, not match.coding, True))
        return found


def _hashable(analytic):
    """A distribution as the core compares it."""
    return tuple(sorted(analytic.items())) if analytic else None
