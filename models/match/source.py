"""What the matching rules ask, answered from Odoo's tables: a handful of queries a batch, by index, whatever the number of
documents. Nothing is read through the ORM: rights are the caller's business, and companies are a condition of each query."""

import re
from collections import defaultdict
from datetime import timedelta
from decimal import Decimal

from psycopg2 import Error as DatabaseError

from odoo.tools import SQL

from ...matching import names, schemes
from ...matching.data import Document, Item
from ...matching.keys import compact, document_keys
from ...matching.source import Source
from ..lib.exact import exact
from .documents import KINDS
from .memory import PayerMemory
from .open_items import OpenItems
from .orders import orders_named
from .people import People
from .sent_payments import SentPayments
from .slips import slip_rate

#: references that tell which schemes of check digits a company follows: its latest
MAX_REFERENCES = 500
#: what the questions read; all of it has to be in the database
MOVE_COLUMNS = (
    'bank_feed_keys', 'state', 'payment_state', 'commercial_partner_id', 'partner_id', 'name', 'ref', 'payment_reference',
    'invoice_origin', 'invoice_date', 'date', 'company_id', 'currency_id', 'move_type',
)  # fmt: skip
ITEM_COLUMNS = (
    'amount_residual_currency', 'amount_currency', 'reconciled', 'date_maturity', 'partner_id', 'parent_state', 'display_type',
    'discount_date', 'discount_amount_currency', 'company_id', 'currency_id', 'account_id', 'move_id',
)  # fmt: skip
STATES = {'posted': 'open', 'draft': 'draft', 'cancel': 'cancelled'}


class OdooSource(Source):
    """Documents of a company and its branches.

    :param company: the record
    :param int months: how far back closed documents are known
    :param journal: of the movements: what was sent from its account"""

    batched = True
    broken = (DatabaseError,)  # after one, the transaction answers nothing

    def __init__(self, env, company, months=24, journal=None):
        self.env, self.company, self.months = env, company, months
        self.own = SentPayments(env, journal, self._load)
        companies = env['res.company'].sudo().search([('id', 'child_of', company.id)])
        self.companies = tuple(companies.ids)
        self.currencies = {currency.id: currency for currency in env['res.currency'].sudo().search([])}
        self.by_name = {currency.name: currency.id for currency in self.currencies.values()}
        self.loaded, self.found, self.others, self.journals = {}, {}, {}, set()
        self.trusted = self.slips = None
        self.people = People(env, self.companies)
        self.open_items = OpenItems(env, self.companies, self.by_name, self._load)
        self.memory = PayerMemory(env, self.companies)
        for model, columns in (
            ('account.move', MOVE_COLUMNS),
            ('account.move.line', ITEM_COLUMNS),
            ('res.partner', ('bank_feed_keys', 'commercial_partner_id', 'bank_feed_manual')),
            ('res.partner.bank', ('sanitized_acc_number', 'partner_id', 'active')),
            ('bank.payer', ('account_number', 'partner_id')),
            ('bank.partner.identifier', ('key', 'partner_id', 'date_from', 'date_to')),
        ):
            env[model].flush_model(columns)

    # === Batches === #

    def prepare(self, lines, keys):
        wanted = set().union(*keys.values())
        self._load_keys(wanted)
        self.people.load_identifiers(wanted)
        self.people.load_accounts({line.counterparty_account for line in lines if line.counterparty_account})
        self.people.load_names({names.key(line.counterparty_name) for line in lines if line.counterparty_name})
        self.open_items.load_counts({(line.currency, line.amount) for line in lines})
        self.memory.load(lines)
        self.people.load_owned({hit.partner for key in wanted for hit, _kind in self.found[key]}, lines)
        own = set()
        for line in lines:
            if self.open_items.counts.get((line.currency, line.amount), 0) > 1:
                own |= {(line.currency, line.amount, partner) for partner in self._likely(line)}
        self.open_items.load_equal(own)

    def prepare_more(self, lines, keys):
        self._load_keys(set().union(*keys.values()))
        self.people.load_identifiers(set().union(*keys.values()))
        wanted, partners = set(), set()
        for line in lines:
            payers = self._likely(line)
            partners |= payers
            wanted |= {(line.currency, line.amount, partner) for partner in (None, *payers)}
        self.open_items.load_equal(wanted)
        self.open_items.load_open(partners)

    def prepare_equal(self, company, wanted):
        self.open_items.load_equal(wanted)

    def prepare_names(self, company, name_keys):
        self.people.load_names(name_keys)

    def known(self, company, keys):
        self._load_keys(keys)
        return [key for key in keys if self.found[key]]

    def _likely(self, line):
        if line.partner is not None:
            return {line.partner}
        name = names.key(line.counterparty_name or '')
        return {*self.people.by_account(line.counterparty_account), *self.people.named.get(name, ())}

    # === Documents === #

    def documents(self, company, key):
        if key not in self.found:
            self._load_keys({key})
        return self.found[key]

    def _load_keys(self, keys):
        missing = [key for key in keys if key not in self.found]
        if not missing:
            return
        for key in missing:
            self.found[key] = []
        rows = self.env.execute_query(
            SQL(
                # one look into the index a key: of many keys at once the planner would rather read the whole table
                """SELECT hits.id FROM unnest(%s) AS wanted(key) CROSS JOIN LATERAL (SELECT id FROM account_move
                    WHERE string_to_array(bank_feed_keys, ' ') @> ARRAY[wanted.key] AND bank_feed_keys IS NOT NULL
                      AND company_id IN %s AND (payment_state NOT IN ('paid', 'reversed') OR date >= %s)) hits""",
                missing,
                self.companies,
                self._oldest_day(),
            )
        )
        for document in self._load({row[0] for row in rows}):
            for key, kind in document_keys(document).items():
                if key in self.found:
                    self.found[key].append((document, kind))
        for key, document in orders_named(self.env, self.companies, missing):
            self.found[key].append((document, 'number'))

    def _oldest_day(self):
        return self.env.cr.now().date() - timedelta(days=31 * self.months)

    def _load(self, ids):
        """:class:`Document` of each journal entry, each made once."""
        missing = tuple(ids - self.loaded.keys())
        if missing:
            rows = self.env.execute_query(SQL(_DOCUMENTS, missing))
            by_move = defaultdict(list)
            for row in rows:
                by_move[row[0]].append(row)
            for move, entries in by_move.items():
                self.loaded[move] = self._document(entries)
            self.people.load_partners({document.partner for document in self.loaded.values()})
        return [self.loaded[id_] for id_ in ids if id_ in self.loaded]

    def _document(self, rows):
        (move, company, move_type, name, reference, ref, origin, day, state, payment_state, partner, currency) = rows[
            0
        ][:12]
        digits = self.currencies[currency].decimal_places
        items, wholes = [], []
        for *_head, line, residual, amount, due, discount_day, discount in rows:
            if line:
                open_, whole = exact(residual, digits), exact(amount, digits)
                reduced = (discount_day, exact(discount, digits)) if discount_day and discount else None
                wholes.append(whole)
                items.append(Item(line, due, open_, reduced if open_ == whole else None))
        kind = KINDS.get(move_type, 'payment')
        known = STATES[state]
        return Document(
            move,
            company,
            partner,
            kind,
            'closed' if known == 'open' and not items else known,
            name if name and name != '/' else '',
            reference or '',
            ref or '',
            origin or '',
            day,
            self.currencies[currency].name,
            sum(wholes, Decimal(0)),
            tuple(items),
            payment_state == 'blocked',
        )

    def elsewhere(self, company, key):
        """Only ids of partners leave this: what other companies sent is nobody's business here."""
        if key not in self.others:
            rows = self.env.execute_query(
                SQL(
                    """SELECT DISTINCT commercial_partner_id FROM account_move
                        WHERE string_to_array(bank_feed_keys, ' ') @> ARRAY[%s] AND bank_feed_keys IS NOT NULL
                          AND company_id NOT IN %s LIMIT 20""",
                    key,
                    self.companies,
                )
            )
            self.others[key] = [row[0] for row in rows if row[0]]
        return self.others[key]

    # === Partners === #

    def partner(self, partner):
        return self.people.partner(partner)

    def payers_by_account(self, company, account):
        return self.people.by_account(account)

    def payers_by_name(self, company, name_key):
        return self.people.by_name(name_key)

    def accounts_of(self, company, partner):
        return self.people.accounts_of(partner)

    def identified(self, company, key, day):
        return self.people.identified(key, day)

    def identified_many(self, company, keys, day):
        self.people.load_identifiers(keys)
        return super().identified_many(company, keys, day)

    def claims(self, company):
        return self.memory.claims()

    def remembered(self, company, line):
        return self.memory.of(line)

    # === Amounts === #

    def count_equal(self, company, currency, amount):
        return self.open_items.count_equal(currency, amount)

    def equal(self, company, currency, amount, partner=None):
        return self.open_items.equal(currency, amount, partner)

    def open_of(self, company, partner):
        return self.open_items.open_of(partner)

    # === What was sent from here === #

    def sent(self, company):
        return self.own.all_open()

    def sent_by_id(self, company, ids):
        return self.own.by_id(ids)

    # === The company's own habits === #

    def is_prefix(self, company, letters):
        self.schemes(company)
        return letters in self.journals

    def schemes(self, company):
        if self.trusted is None:
            rows = self.env.execute_query(
                SQL(
                    """SELECT payment_reference, name FROM account_move
                        WHERE move_type IN ('out_invoice', 'out_receipt') AND state = 'posted' AND company_id IN %s
                          AND payment_reference IS NOT NULL ORDER BY id DESC LIMIT %s""",
                    self.companies,
                    MAX_REFERENCES,
                )
            )
            self.trusted = schemes.trusted((compact(reference), compact(name)) for reference, name in rows)
            self.journals = {re.match('[A-Z]*', (name or '').upper()).group() for _reference, name in rows}
        return self.trusted

    def slip_rate(self, company):
        if self.slips is None:
            self.slips = slip_rate(self.env, self.companies)
        return self.slips


_DOCUMENTS = """
    SELECT move.id, move.company_id, move.move_type, move.name,
           CASE WHEN payment.id IS NULL THEN move.payment_reference ELSE payment.memo END,
           CASE WHEN payment.id IS NULL THEN move.ref ELSE payment.payment_reference END,
           move.invoice_origin, COALESCE(move.invoice_date, move.date), move.state, move.payment_state,
           COALESCE(move.commercial_partner_id, move.partner_id), move.currency_id,
           line.id, line.amount_residual_currency, line.amount_currency, line.date_maturity,
           line.discount_date, line.discount_amount_currency
      FROM account_move move
 LEFT JOIN account_payment payment ON payment.move_id = move.id AND move.move_type = 'entry'
 LEFT JOIN bank_payment_order porder ON porder.move_id = move.id
 LEFT JOIN account_move_line line ON line.move_id = move.id AND line.reconciled IS NOT TRUE
           AND line.amount_residual_currency <> 0 AND line.parent_state = 'posted'
           AND (line.display_type = 'payment_term' OR line.account_id = payment.outstanding_account_id
                OR line.account_id = porder.outstanding_account_id)
     WHERE move.id IN %s
  ORDER BY move.id, line.date_maturity, line.id"""
