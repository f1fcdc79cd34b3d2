"""Open items by amount and by partner: what the matching rules ask where no reference names a document, by the batch."""

from odoo.tools import SQL

from ...matching.risk import MANY, MAX_COUNTED
from ...matching.source import MAX_COUNTED_EQUAL, MAX_EQUAL, MAX_OPEN


class OpenItems:
    """What is open in these companies.

    :param companies: tuple of ids, a company and its branches
    :param currencies: {name: id}
    :param load: gives the :class:`matching.data.Document` of each of a set of ids of journal entries"""

    def __init__(self, env, companies, currencies, load):
        self.env, self.companies, self.currencies, self.load = env, companies, currencies, load
        self.counts, self.equals, self.opens = {}, {}, {}
        self.open_total = None

    def count_equal(self, currency, amount):
        if (currency, amount) not in self.counts:
            self.load_counts({(currency, amount)})
        if self.open_total is None:
            counted = self.env.execute_query(
                SQL("SELECT count(*) FROM (SELECT 1 %s LIMIT %s) hits", self._open_lines(), MAX_COUNTED)
            )[0][0]
            self.open_total = counted if counted < MAX_COUNTED else MANY
        return self.counts[currency, amount], self.open_total

    def _open_lines(self):
        return SQL(
            """FROM account_move_line line WHERE line.display_type = 'payment_term' AND line.reconciled IS NOT TRUE
                AND line.parent_state = 'posted' AND line.company_id IN %s""",
            self.companies,
        )

    def load_counts(self, pairs):
        missing = [pair for pair in pairs if pair not in self.counts and pair[0] in self.currencies]
        self.counts.update(dict.fromkeys((pair for pair in pairs if pair not in self.counts), 0))
        if not missing:
            return
        rows = self.env.execute_query(
            SQL(
                """SELECT wanted.place, hits.number
                     FROM unnest(%s, %s::numeric[]) WITH ORDINALITY AS wanted(currency, amount, place)
                    CROSS JOIN LATERAL (SELECT count(*) AS number FROM (
                          SELECT 1 %s AND line.amount_residual_currency = wanted.amount
                             AND line.currency_id = wanted.currency LIMIT %s) few) hits""",
                [self.currencies[currency] for currency, _amount in missing],
                [amount for _currency, amount in missing],
                self._open_lines(),
                MAX_COUNTED_EQUAL,
            )
        )
        for place, number in rows:
            self.counts[missing[place - 1]] = number

    def equal(self, currency, amount, partner=None):
        key = (currency, amount, partner)
        if key not in self.equals:
            self.load_equal({key})
        return self.equals[key]

    def load_equal(self, keys):
        missing = [key for key in keys if key not in self.equals]
        self.equals.update({key: [] for key in missing})
        for single in (True, False):
            some = [key for key in missing if (key[2] is None) is single and key[0] in self.currencies]
            if some:
                self._load_equal_of(some, single)

    def _load_equal_of(self, keys, anybody):
        """A document's open amount, an instalment's, or less the early-payment discount."""
        partner = SQL("") if anybody else SQL("AND line.partner_id = wanted.partner")
        order = SQL("") if anybody else SQL("ORDER BY line.date_maturity")
        discount = (
            SQL("")
            if anybody
            else SQL("OR (line.discount_amount_currency = wanted.amount AND line.discount_date IS NOT NULL)")
        )
        rows = self.env.execute_query(
            SQL(
                """SELECT wanted.place, hits.move_id
                     FROM unnest(%s, %s::numeric[], %s::int[]) WITH ORDINALITY AS wanted(currency, amount, partner, place)
                    CROSS JOIN LATERAL (
                          SELECT line.move_id %s AND (line.amount_residual_currency = wanted.amount %s)
                             AND line.currency_id = wanted.currency %s %s LIMIT %s) hits""",
                [self.currencies[currency] for currency, _amount, _partner in keys],
                [amount for _currency, amount, _partner in keys],
                [partner_ or 0 for _currency, _amount, partner_ in keys],
                self._open_lines(),
                discount,
                partner,
                order,
                MAX_EQUAL,
            )
        )
        known = {document.id: document for document in self.load({move for _place, move in rows})}
        for place, move in rows:
            document = known.get(move)
            if document and document not in self.equals[keys[place - 1]]:
                self.equals[keys[place - 1]].append(document)

    def open_of(self, partner):
        if partner not in self.opens:
            self.load_open({partner})
        return self.opens[partner]

    def load_open(self, partners):
        missing = [partner for partner in partners if partner not in self.opens]
        if not missing:
            return
        self.opens.update({partner: [] for partner in missing})
        rows = self.env.execute_query(
            SQL(
                """SELECT wanted.partner, hits.move_id
                     FROM unnest(%s) AS wanted(partner)
                    CROSS JOIN LATERAL (SELECT line.move_id %s AND line.partner_id = wanted.partner
                                      ORDER BY line.date_maturity LIMIT %s) hits""",
                missing,
                self._open_lines(),
                MAX_OPEN,
            )
        )
        known = {document.id: document for document in self.load({move for _partner, move in rows})}
        for partner, move in rows:
            document = known.get(move)
            if document and document not in self.opens[partner]:
                self.opens[partner].append(document)
