"""What the matching rules ask, answered from Odoo's tables: a handful of queries a batch, by index, whatever the number of
documents. Nothing is read through the ORM: rights are the caller's business, and companies are a condition of each query."""

import re
from collections import defaultdict
from datetime import timedelta
from decimal import Decimal

from psycopg2 import Error as DatabaseError

from odoo.tools import SQL

from ...matching import names, schemes
from ...matching.accounts import forms
from ...matching.data import Document, Item, Partner
from ...matching.keys import compact, document_keys
from ...matching.risk import MANY, MAX_COUNTED
from ...matching.source import MAX_COUNTED_EQUAL, MAX_EQUAL, MAX_OPEN, Source
from ..lib.exact import exact
from .documents import KINDS
from .memory import PayerMemory
from .orders import orders_named
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
    :param int months: how far back closed documents are known"""

    batched = True
    broken = (DatabaseError,)  # after one, the transaction answers nothing

    def __init__(self, env, company, months=24):
        self.env, self.company, self.months = env, company, months
        companies = env['res.company'].sudo().search([('id', 'child_of', company.id)])
        self.companies = tuple(companies.ids)
        self.currencies = {currency.id: currency for currency in env['res.currency'].sudo().search([])}
        self.by_name = {currency.name: currency.id for currency in self.currencies.values()}
        self.loaded, self.found, self.partners = {}, {}, {}
        self.accounts, self.named, self.identifiers = {}, {}, {}
        self.counts, self.equals, self.opens, self.owned, self.others = {}, {}, {}, {}, {}
        self.customers = {}
        self.journals = set()
        self.open_total = self.trusted = self.slips = None
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
        self._load_identifiers(wanted)
        self._load_accounts({line.counterparty_account for line in lines if line.counterparty_account})
        self._load_names({names.key(line.counterparty_name) for line in lines if line.counterparty_name})
        self._load_counts({(line.currency, line.amount) for line in lines})
        self.memory.load(lines)
        self._load_owned({hit.partner for key in wanted for hit, _kind in self.found[key]}, lines)
        own = set()
        for line in lines:
            if self.counts.get((line.currency, line.amount), 0) > 1:
                own |= {(line.currency, line.amount, partner) for partner in self._likely(line)}
        self._load_equal(own)

    def prepare_more(self, lines, keys):
        self._load_keys(set().union(*keys.values()))
        self._load_identifiers(set().union(*keys.values()))
        wanted, partners = set(), set()
        for line in lines:
            payers = self._likely(line)
            partners |= payers
            wanted |= {(line.currency, line.amount, partner) for partner in (None, *payers)}
        self._load_equal(wanted)
        self._load_open(partners)

    def prepare_equal(self, company, wanted):
        self._load_equal(wanted)

    def prepare_names(self, company, name_keys):
        self._load_names(name_keys)

    def known(self, company, keys):
        self._load_keys(keys)
        return [key for key in keys if self.found[key]]

    def _likely(self, line):
        if line.partner is not None:
            return {line.partner}
        name = names.key(line.counterparty_name or '')
        return {*self.payers_by_account(None, line.counterparty_account), *self.named.get(name, ())}

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
            self._load_partners({document.partner for document in self.loaded.values()})
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

    # === Partners === #

    def partner(self, partner):
        if partner not in self.partners:
            self._load_partners({partner})
        return self.partners.get(partner)

    def _load_partners(self, ids):
        missing = tuple(id_ for id_ in ids if id_ and id_ not in self.partners)
        if missing:
            rows = self.env.execute_query(
                SQL("SELECT id, name, bank_feed_manual FROM res_partner WHERE id IN %s", missing)
            )
            for id_, name, manual in rows:
                self.partners[id_] = Partner(id_, name or '', bool(manual))

    def payers_by_account(self, company, account):
        """By any spelling of the account, its country's own or international."""
        spellings = forms(account)
        if any(form not in self.accounts for form in spellings):
            self._load_accounts({account})
        return list({partner: True for form in spellings for partner in self.accounts[form]})

    def _load_accounts(self, numbers):
        numbers = {form for number in numbers for form in forms(number)} - self.accounts.keys()
        if not numbers:
            return
        for number in numbers:
            self.accounts[number] = []
        rows = self.env.execute_query(
            SQL(
                """SELECT bank.sanitized_acc_number, partner.commercial_partner_id
                     FROM res_partner_bank bank JOIN res_partner partner ON partner.id = bank.partner_id
                    WHERE bank.sanitized_acc_number = ANY(%(numbers)s) AND bank.active
                      AND (bank.company_id IS NULL OR bank.company_id IN %(companies)s)
                    UNION
                   SELECT payer.account_number, min(payer.partner_id) FROM bank_payer payer
                    WHERE payer.account_number = ANY(%(numbers)s) AND payer.company_id IN %(companies)s
                 GROUP BY payer.account_number HAVING count(DISTINCT payer.partner_id) = 1""",
                numbers=list(numbers),
                companies=self.companies,
            )
        )
        for number, partner in rows:
            self.accounts[number].append(partner)

    def accounts_of(self, company, partner):
        if partner not in self.owned:
            self._load_owned({partner})
        return self.owned.get(partner, frozenset())

    def _load_owned(self, partners, lines=None):
        """Accounts on file of these partners; needed for money that we paid."""
        if lines is not None and all(line.amount >= 0 for line in lines):
            return
        missing = [partner for partner in partners if partner and partner not in self.owned]
        if not missing:
            return
        self.owned.update(dict.fromkeys(missing, frozenset()))
        rows = self.env.execute_query(
            SQL(
                """SELECT partner.commercial_partner_id, array_agg(bank.acc_number)
                     FROM res_partner_bank bank JOIN res_partner partner ON partner.id = bank.partner_id
                    WHERE partner.commercial_partner_id = ANY(%s) AND bank.active
                      AND (bank.company_id IS NULL OR bank.company_id IN %s) GROUP BY 1""",
                missing,
                self.companies,
            )
        )
        for partner, numbers in rows:
            self.owned[partner] = frozenset(form for number in numbers for form in forms(number))

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

    def claims(self, company):
        return self.memory.claims()

    def remembered(self, company, line):
        return self.memory.of(line)

    def payers_by_name(self, company, name_key):
        if name_key not in self.named:
            self._load_names({name_key})
        return self._own(self.named.get(name_key, []))

    def _own(self, partners):
        """Of several, those that have documents in these companies: a number or name may be a sister's customer's."""
        if len(partners) < 2:
            return partners
        key = tuple(sorted(partners))
        if key not in self.customers:
            rows = self.env.execute_query(
                SQL(
                    """SELECT partner.id FROM unnest(%s) AS partner(id) WHERE EXISTS (
                       SELECT 1 FROM account_move_line line WHERE line.partner_id = partner.id AND line.company_id IN %s
                          AND line.display_type = 'payment_term' AND line.parent_state = 'posted')""",
                    list(key),
                    self.companies,
                )
            )
            self.customers[key] = {row[0] for row in rows}
        return [partner for partner in partners if partner in self.customers[key]] or partners

    def _load_names(self, keys):
        missing = {key for key in keys if key} - self.named.keys()
        if not missing:
            return
        tokens = {'n:' + key.replace(' ', '_'): key for key in missing}
        self.named.update({key: [] for key in missing})
        for token, partner in self._by_partner_key(tokens):
            self.named[tokens[token]].append(partner)

    def identified(self, company, key, day):
        if key not in self.identifiers:
            self._load_identifiers({key})
        found = self.identifiers[key]
        return self._own(
            list(
                {
                    partner: True
                    for partner, first, last in found
                    if not (first and day < first) and not (last and day > last)
                }
            )
        )

    def identified_many(self, company, keys, day):
        self._load_identifiers(keys)
        return super().identified_many(company, keys, day)

    def _load_identifiers(self, keys):
        missing = set(keys) - self.identifiers.keys()
        if not missing:
            return
        self.identifiers.update({key: [] for key in missing})
        tokens = {'c:' + key: key for key in missing}
        for token, partner in self._by_partner_key(tokens):
            self.identifiers[tokens[token]].append((partner, None, None))
        rows = self.env.execute_query(
            SQL(
                """SELECT own.key, partner.commercial_partner_id, own.date_from, own.date_to
                     FROM bank_partner_identifier own JOIN res_partner partner ON partner.id = own.partner_id
                    WHERE own.key = ANY(%s) AND partner.active AND (own.company_id IS NULL OR own.company_id IN %s)""",
                list(missing),
                self.companies,
            )
        )
        for key, *found in rows:
            self.identifiers[key].append(tuple(found))

    def _by_partner_key(self, tokens):
        """{(token, commercial partner's id)} of active partners that can be found under the tokens."""
        if not tokens:
            return set()
        rows = self.env.execute_query(
            SQL(
                """SELECT wanted.key, hits.partner FROM unnest(%s) AS wanted(key) CROSS JOIN LATERAL (
                   SELECT commercial_partner_id AS partner FROM res_partner
                    WHERE string_to_array(bank_feed_keys, ' ') @> ARRAY[wanted.key] AND bank_feed_keys IS NOT NULL
                      AND active AND (company_id IS NULL OR company_id IN %s)) hits""",
                list(tokens),
                self.companies,
            )
        )
        return set(rows)

    # === Amounts === #

    def count_equal(self, company, currency, amount):
        if (currency, amount) not in self.counts:
            self._load_counts({(currency, amount)})
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

    def _load_counts(self, pairs):
        missing = [pair for pair in pairs if pair not in self.counts and pair[0] in self.by_name]
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
                [self.by_name[currency] for currency, _amount in missing],
                [amount for _currency, amount in missing],
                self._open_lines(),
                MAX_COUNTED_EQUAL,
            )
        )
        for place, number in rows:
            self.counts[missing[place - 1]] = number

    def equal(self, company, currency, amount, partner=None):
        key = (currency, amount, partner)
        if key not in self.equals:
            self._load_equal({key})
        return self.equals[key]

    def _load_equal(self, keys):
        missing = [key for key in keys if key not in self.equals]
        self.equals.update({key: [] for key in missing})
        for single in (True, False):
            some = [key for key in missing if (key[2] is None) is single and key[0] in self.by_name]
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
                [self.by_name[currency] for currency, _amount, _partner in keys],
                [amount for _currency, amount, _partner in keys],
                [partner_ or 0 for _currency, _amount, partner_ in keys],
                self._open_lines(),
                discount,
                partner,
                order,
                MAX_EQUAL,
            )
        )
        self._load({move for _place, move in rows})
        for place, move in rows:
            document = self.loaded.get(move)
            if document and document not in self.equals[keys[place - 1]]:
                self.equals[keys[place - 1]].append(document)

    def open_of(self, company, partner):
        if partner not in self.opens:
            self._load_open({partner})
        return self.opens[partner]

    def _load_open(self, partners):
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
        self._load({move for _partner, move in rows})
        for partner, move in rows:
            document = self.loaded.get(move)
            if document and document not in self.opens[partner]:
                self.opens[partner].append(document)


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
 LEFT JOIN account_move_line line ON line.move_id = move.id AND line.reconciled IS NOT TRUE
           AND line.amount_residual_currency <> 0 AND line.parent_state = 'posted'
           AND (line.display_type = 'payment_term' OR line.account_id = payment.outstanding_account_id)
     WHERE move.id IN %s
  ORDER BY move.id, line.date_maturity, line.id"""
