"""Regular movements that did not come, or came with another amount: said on the overview, never acted upon."""

from decimal import Decimal

from odoo import fields
from odoo.tools import SQL, format_date

from ...matching.coding.rhythm import change, rhythm
from ...matching.policy import CODED

#: days that are looked back: a year's movement has to show twice
BACK = 1200
#: days for which a changed amount is told; rows of each
TOLD, MOST = 35, 12


class Regular:
    """Of the companies that a person works in.

    :param env: of the person, who may read bank movements"""

    def __init__(self, env):
        self.env, self.today = env, fields.Date.context_today(env['bank.feed'])
        self.lines = env['account.bank.statement.line']
        self.latest = {}

    def told(self):
        """{'missing': [...], 'changed': [...]}, the latest first; a row: {'who', 'what', 'period', 'day', 'amount', 'ids'}"""
        missing, changed = [], []
        for days, amounts, ids, journal in self._groups():
            if row := self._missing(days, amounts, ids, journal):
                missing.append(row)
            if row := self._changed(days, amounts, ids):
                changed.append(row)
        return {'missing': self._shown(missing), 'changed': self._shown(changed)}

    def _groups(self):
        """[(days, amounts, ids of movements, journal's id)] of what pays no document, by who is at the other end; one query."""
        self.lines.flush_model(['bank_grounds', 'bank_match_rule', 'amount', 'journal_id', 'company_id'])
        self.env['account.move'].flush_model(['date', 'state'])
        return self.env.execute_query(
            SQL(
                """SELECT array_agg(move.date ORDER BY move.date, line.id), array_agg(line.amount ORDER BY move.date, line.id),
                          array_agg(line.id ORDER BY move.date, line.id), line.journal_id
                     FROM account_bank_statement_line line JOIN account_move move ON move.id = line.move_id
                    WHERE line.company_id IN %s AND move.date BETWEEN %s AND %s AND move.state = 'posted' AND line.bank_grounds IS NOT NULL
                      AND (line.bank_match_rule IS NULL OR line.bank_match_rule IN %s)
                 GROUP BY line.journal_id, split_part(line.bank_grounds, ' ', 1) HAVING count(*) BETWEEN 3 AND 400""",
                tuple(self.env.companies.ids) or (0,),
                fields.Date.subtract(self.today, days=BACK),
                fields.Date.add(self.today, years=1),
                tuple(CODED),
            )
        )

    def _missing(self, days, amounts, ids, journal):
        found = rhythm(days, [Decimal(str(amount)) for amount in amounts])
        if not found or not found.late <= self.today <= found.ended:
            return None
        if self._latest(journal) < found.late:
            return None  # the account has told nothing since: what is missing there, nobody knows
        return {'ids': ids, 'period': found.period, 'day': found.due, 'amount': amounts[-1]}

    def _latest(self, journal):
        """The latest day that the journal's movements, or a fetch, tell of."""
        if journal not in self.latest:
            record = self.env['account.journal'].browse(journal)
            line = self.lines.search([('journal_id', '=', journal)], order='date desc', limit=1)
            fetched = [feed.last_fetch.date() for feed in record.sudo().bank_feed_ids if feed.last_fetch]
            self.latest[journal] = max([line.date, *fetched])
        return self.latest[journal]

    def _changed(self, days, amounts, ids):
        exact = [Decimal(str(amount)) for amount in amounts]
        if (self.today - days[-1]).days > TOLD or not rhythm(days, exact[:-1]):
            return None
        found = change(exact)
        if not found:
            return None
        return {'ids': ids, 'day': days[-1], 'amount': amounts[-1], 'usual': float(found.usual), 'share': found.share}

    def _shown(self, rows):
        rows = sorted(rows, key=lambda row: (row['day'], row['ids']), reverse=True)[:MOST]
        latest = self.lines.browse(row['ids'][-1] for row in rows)
        latest.fetch(['partner_name', 'payment_ref', 'currency_id'])
        found = []
        for row, line in zip(rows, latest):
            currency = line.currency_id
            found.append(
                {
                    'who': line.partner_name or line.payment_ref or '',
                    'period': row.get('period', ''),
                    'day': format_date(self.env, row['day']),
                    'amount': currency.format(row['amount']),
                    'usual': currency.format(row['usual']) if 'usual' in row else '',
                    'share': row.get('share', 0),
                    'ids': row['ids'],
                }
            )
        return found
