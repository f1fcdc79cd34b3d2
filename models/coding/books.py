"""What coding asks about the company's books, answered by the batch."""

from datetime import timedelta
from decimal import Decimal
from functools import cached_property

from odoo.tools import SQL

from ...matching import names
from ...matching.coding.books import Books
from ...matching.coding.traits import canonical, may_be_called
from ..lib.rates import has_rate

#: drafts of documents that are older are forgotten ones
DRAFTS = timedelta(days=120)
#: digits of a tax's rate
RATE = Decimal('0.000001')
#: Odoo's account types as the core knows them, by how they begin
KINDS = {
    'income': 'income', 'expense': 'expense', 'asset_receivable': 'receivable', 'liability_payable': 'payable',
    'asset_cash': 'bank', 'liability_credit_card': 'bank', 'asset': 'asset', 'liability': 'liability', 'equity': 'equity',
}  # fmt: skip


def usual_receivable(env, company):
    """Where customers owe the company, but those for whom somebody chose another account."""
    partners = env['res.partner'].with_company(company)
    return partners._fields['property_account_receivable_id'].get_company_dependent_fallback(partners)


def tax_rates(env, company):
    """{id of a tax: share of the amount without it, Decimal}; none of a tax that is taxed itself, or no percentage."""
    rows = env.execute_query(
        SQL(
            """SELECT tax.id, tax.amount * coalesce(sum(part.factor_percent), 100) / 10000
                 FROM account_tax tax
            LEFT JOIN account_tax_repartition_line part ON part.tax_id = tax.id
                  AND part.document_type = 'invoice' AND part.repartition_type = 'tax'
                WHERE tax.amount_type = 'percent' AND tax.include_base_amount IS NOT TRUE AND tax.company_id IN %s GROUP BY tax.id""",
            tuple(company.parent_ids.ids),
        )
    )
    return {tax: Decimal(repr(rate)).quantize(RATE) for tax, rate in rows}


class OdooBooks(Books):
    """Of one company.

    :param journal: of the movements
    :param source: :class:`models.match.source.OdooSource`, which knows the documents"""

    in_transit = True

    def __init__(self, journal, source):
        self.env, self.company, self.source = journal.env(su=True), journal.company_id, source
        self.journal = journal
        self.customers, self.known_customers = set(), set()
        self.kinds, self.inactive, self.open, self.analytic = {}, set(), set(), {}

    # === Asked once === #

    @cached_property
    def own(self):
        return self.numbers(self.env, self.company)

    @staticmethod
    def numbers(env, company):
        """{canonical number of an account of the company's: id of its journal}, by its bank journals and what a bank told of them."""
        journals = env['account.journal'].search(
            [
                ('company_id', '=', company.id),
                ('type', 'in', ('bank', 'credit')),
                ('bank_account_id', '!=', False),
                ('active', '=', True),
            ]
        )
        feeds = env['bank.feed'].sudo().search([('company_id', '=', company.id), ('journal_id', '!=', False)])
        found = {canonical(feed.account_number): feed.journal_id.id for feed in feeds if feed.account_number}
        found.update({canonical(one.bank_account_id.sanitized_acc_number): one.id for one in journals})
        return {number: journal for number, journal in found.items() if number}

    @cached_property
    def rates(self):
        """{tax: share of the amount without it}; a reverse charge adds nothing to what is paid."""
        return tax_rates(self.env, self.company)

    def deposits(self):
        return self._deposit_account

    @cached_property
    def _deposit_account(self):
        return usual_receivable(self.env, self.company).id or None

    # === Asked by the batch === #

    def prepare(self, partners, accounts):
        """Load what will be asked about these partners and accounts."""
        partners = self._with_namesakes({partner for partner in partners if partner}) - self.known_customers
        self.source.open_items.load_open(partners)
        if partners:
            self.open |= self._open_of(partners)
            found = self.env['res.partner'].browse(partners)
            self.customers |= set(found.filtered(lambda partner: partner.customer_rank > 0).ids)
            self.known_customers |= partners
        if missing := [account for account in accounts if account not in self.kinds]:
            self._load_kinds(missing)

    def _open_of(self, partners):
        """{(partner, whether money that comes in pays it)} of posted items and drafts; one query."""
        self.env['account.payment'].flush_model(['state', 'move_id', 'partner_id', 'payment_type'])
        rows = self.env.execute_query(
            SQL(
                """SELECT partner.commercial_partner_id, item.amount_residual > 0
                     FROM account_move_line item
                     JOIN res_partner partner ON partner.id = item.partner_id
                     JOIN account_account account ON account.id = item.account_id
                    WHERE partner.commercial_partner_id = ANY(%(partners)s) AND item.company_id IN %(companies)s
                      AND item.reconciled IS NOT TRUE AND item.parent_state = 'posted' AND item.amount_residual <> 0
                      AND (account.account_type IN ('asset_receivable', 'liability_payable')
                           OR (item.payment_id IS NOT NULL AND account.reconcile))
                    UNION
                   SELECT move.commercial_partner_id, move.move_type IN ('out_invoice', 'in_refund', 'out_receipt')
                     FROM account_move move
                    WHERE move.commercial_partner_id = ANY(%(partners)s) AND move.company_id IN %(companies)s AND move.state = 'draft'
                      AND move.move_type <> 'entry' AND move.create_date >= %(since)s
                    UNION
                   SELECT partner.commercial_partner_id, payment.payment_type = 'inbound'
                     FROM account_payment payment JOIN res_partner partner ON partner.id = payment.partner_id
                    WHERE partner.commercial_partner_id = ANY(%(partners)s) AND payment.company_id IN %(companies)s
                      AND payment.state = 'in_process' AND payment.move_id IS NULL""",
                partners=list(partners),
                companies=self.source.companies,
                since=self.env.cr.now() - DRAFTS,
            )
        )
        return {(partner, bool(incoming)) for partner, incoming in rows}

    def _active_analytic(self, ids):
        if missing := ids - self.analytic.keys():
            found = self.env['account.analytic.account'].browse(missing).exists()
            self.analytic.update(dict.fromkeys(missing, False) | {one.id: one.active for one in found})
        return {id_ for id_ in ids if self.analytic[id_]}

    def is_archived(self, rows):
        """Whether an account, a tax or an analytic account of these rows is archived, or gone."""
        accounts = {row.account for row in rows}
        if missing := accounts - self.kinds.keys():
            self._load_kinds(missing)
        taxes = {tax for row in rows for tax in row.taxes}
        analytic = {int(one) for row in rows for keys, _share in row.analytic or () for one in keys.split(',')}
        if not analytic <= self._active_analytic(frozenset(analytic)):
            return True
        return not self.inactive.isdisjoint(accounts) or not taxes <= self.taxes

    @cached_property
    def taxes(self):
        """Ids of the taxes that are not archived."""
        return set(
            self.env['account.tax'].search([('company_id', 'parent_of', self.company.id), ('active', '=', True)]).ids
        )

    def is_tax_locked(self, day):
        """Whether core would move an entry with taxes of this day to another one."""
        return bool(self.company._get_violated_lock_dates(day, True, self.journal))

    def has_rate(self, movement):
        """Whether the day's rate is known, where the movement is in another currency."""
        currency = self.journal.currency_id or self.company.currency_id
        return currency == self.company.currency_id or has_rate(self.company, currency, movement.date)

    def _load_kinds(self, accounts):
        own = self.company.bank_journal_ids.suspense_account_id | self.journal.default_account_id
        suspense = own.ids
        self.kinds.update(dict.fromkeys(accounts, ''))
        found = self.env['account.account'].with_company(self.company).browse(accounts).exists()
        found.mapped('code')  # what they are called is said of each booking
        for account in found:
            kind = account.account_type
            begun = next((known for begins, known in KINDS.items() if kind.startswith(begins)), '')
            self.kinds[account.id] = 'suspense' if account.id in suspense else KINDS.get(kind, begun)
        self.inactive |= {*accounts} - {account.id for account in found if account.active}

    def kind(self, account):
        if account is not None and account not in self.kinds:
            self._load_kinds([account])
        return self.kinds.get(account, '')

    def owes(self, partners, incoming):
        """Documents, and whatever else is open with them: payments that wait for the bank, opening balances, drafts of bills."""
        self.prepare(partners, ())
        partners = self._with_namesakes(partners)
        return any((partner, incoming) in self.open for partner in partners) or any(
            document.state == 'open'
            and document.kind != 'order'
            and any((item.residual > 0) == incoming for item in document.items)
            for partner in partners
            for document in self.source.open_of(self.company.id, partner)
        )

    def _with_namesakes(self, partners):
        """And partners of the same names, as far as anybody can tell: a document may be on the other record."""
        people = self.source.people
        people.load_partners(partners)
        named = [record.name for partner in partners if (record := people.partner(partner))]
        people.load_alike(named)
        return {*partners, *(other for name in named for other in people.whoever('', name))}

    def is_customer(self, partners):
        if missing := set(partners) - self.known_customers:
            self.prepare(missing, ())
        return not self.customers.isdisjoint(partners)

    # === Who is at the other end === #

    def whoever(self, movement):
        """Commercial partners who may be at the other end, however little says so: whatever is open with them speaks against a
        booking by itself."""
        known, people = self.payers(movement), self.source.people
        found = people.whoever(movement.counterparty_account, '')
        for name in may_be_called(movement):
            found |= people.whoever('', name)
        return [*known, *sorted(found - {*known})]

    def payers(self, movement):
        """Commercial partners who are known to be at the other end."""
        found = {}
        if movement.partner is not None:
            found[movement.partner] = True
        if movement.counterparty_account:
            found.update(dict.fromkeys(self.source.people.by_account(movement.counterparty_account), True))
        if movement.counterparty_name and (key := names.key(movement.counterparty_name)):
            found.update(dict.fromkeys(self.source.people.by_name(key), True))
        return list(found)
