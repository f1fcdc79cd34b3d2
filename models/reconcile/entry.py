"""What a movement is booked on: the accounts and taxes that a person may choose, and its entry before and after what is chosen."""

from collections import Counter

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools.sql import escape_psql

from ..book.booking import Booking
from ..book.parts import partner_of
from ..coding.act import Act
from ..lib.given import given_dict, given_id, given_text
from .by_hand import ByHand

#: accounts with a life of their own: what is booked on them is chosen as an item, not as an account
NOT_CHOSEN = ('asset_receivable', 'liability_payable', 'off_balance')
#: movements by hand that are looked at for the accounts that are used, and accounts that are offered
LOOKED_AT, OFFERED = 200, 12
#: account types in the order in which they are offered where nothing was used yet: first what banks charge and pay
BY_LIKELIHOOD = ('expense', 'income_other', 'income', 'expense_direct_cost', 'expense_depreciation')
#: of an opening balance
EQUITY = ('equity', 'equity_unaffected')


class Entry:
    """The entry of one movement, as it is and as it might be."""

    def __init__(self, line):
        self.line, self.env, self.company, self.booking = line, line.env, line.company_id, Booking(line)

    # === Accounts and taxes to choose from === #

    def accounts(self, text=''):
        """See :meth:`bank_reconcile_accounts`."""
        domain = Domain('account_type', 'not in', NOT_CHOSEN) & Domain('company_ids', 'parent_of', self.company.ids)
        own = self.line.journal_id.default_account_id | self.line.journal_id.suspense_account_id
        domain &= Domain('id', 'not in', own.ids)
        text = given_text(self.env, text, 200).strip()
        if text:
            domain &= self._meant_by(text)
        used = self._used_accounts()
        first = self.line.journal_id.sudo().bank_feed_ids[:1].date_from
        order = EQUITY if first and self.line.date < first else BY_LIKELIHOOD

        def rank(account):
            likely = order.index(account.account_type) if account.account_type in order else 9
            return (-used[account.id], 0 if text else likely, account.code or '')

        found = self.env['account.account'].with_company(self.company).search(domain)
        return [
            {'id': account.id, 'name': self.booking.account_name(account)} for account in found.sorted(rank)[:OFFERED]
        ]

    def _meant_by(self, text):
        """Accounts that a text means: the beginning of a number, or a part of a name, or both as they are shown."""
        literal = escape_psql(text)
        number, _space, name = literal.partition(' ')
        found = Domain('name', 'ilike', literal) | Domain('code', '=ilike', f'{literal}%')
        return found | (Domain('code', '=ilike', f'{number}%') & Domain('name', 'ilike', name)) if name else found

    def _used_accounts(self):
        """Counter of accounts that people booked movements of this journal on; the same payer's count for more."""
        line = self.line
        by_hand = line.search(
            [('journal_id', '=', line.journal_id.id), ('bank_match_state', '=', 'manual'), ('id', '!=', line.id)],
            order='internal_index desc',
            limit=LOOKED_AT,
        )
        counted = Counter()
        for other in by_hand:
            same = (line.account_number and other.account_number == line.account_number) or (
                line.partner_name and other.partner_name == line.partner_name
            )
            for item in Booking(other).booked_items():
                if item.account_id.account_type not in NOT_CHOSEN and not item.tax_repartition_line_id:
                    counted[item.account_id.id] += LOOKED_AT if same else 1
        return counted

    def taxes(self):
        """See :meth:`bank_reconcile_taxes`."""
        taxes = self.env['account.tax'].search(
            [('type_tax_use', 'in', ('sale', 'purchase')), ('company_id', 'parent_of', self.company.id)]
        )
        uses = dict(taxes._fields['type_tax_use']._description_selection(self.env))
        first = 'sale' if self.line.amount > 0 else 'purchase'
        return [
            {'id': tax.id, 'name': f"{tax.name} ({uses[tax.type_tax_use]})"}
            for tax in taxes.sorted(lambda tax: (tax.type_tax_use != first, tax.sequence, tax.id))
        ]

    # === Before and after === #

    def preview(self, parts=None, rest=None, partner_id=False, match_id=False):
        """See :meth:`bank_reconcile_preview`."""
        before, after, reason = [self._row(item) for item in self.line.move_id.line_ids], False, ''
        rest, match_id = given_dict(self.env, rest), given_id(self.env, match_id)
        if not self.line.is_reconciled and (parts or match_id or rest.get('kind', 'open') != 'open'):
            try:
                after = self._proposed(match_id) if match_id else self._chosen(parts, rest, partner_id)
            except (UserError, ValidationError) as error:
                reason = str(error)
        return {'before': before, 'after': after, 'reason': reason}

    def _proposed(self, match_id):
        match = self.line.bank_match_ids.filtered(lambda match: match.id == match_id and match.state == 'proposed')
        if match.coding:
            return self._after([], *Act(self.line, match._coded()).planned(), by_person=True)
        if not match.allocation_ids or not all(part.move_line_id for part in match.allocation_ids):
            return False
        parts = self.booking.parts.proposed(match)
        if self.booking.wants_other_currency(parts):
            return False
        rest = match._coded_rest().rest() if match.rest else None
        return self._after(parts, partner_of(parts, self.env), rest, by_person=False)

    def _chosen(self, parts, rest, partner_id):
        return self._after(*ByHand(self.line).read(parts, rest, partner_id), by_person=True)

    def _after(self, parts, partner, rest, by_person):
        liquidity, suspense, other = self.booking.bookable(by_person)
        planned = self.booking.planned(suspense, parts, partner, rest, by_person)
        return [self._row(item) for item in liquidity + other] + [self._planned_row(values) for values in planned]

    def _row(self, item):
        told = item.currency_id
        label = ', '.join(filter(None, (item.partner_id.name, item._bank_items_of_documents().move_id[:1].name)))
        return self._shown(item.account_id, label, item.debit, item.credit, told, item.amount_currency)

    def _planned_row(self, values):
        account = self.env['account.account'].browse(values['account_id'])
        partner = self.env['res.partner'].browse(values.get('partner_id') or [])
        label = partner.name if partner else values.get('name')
        told = self.env['res.currency'].browse(values.get('currency_id'))
        amounts = values.get('debit'), values.get('credit'), told, values['amount_currency']
        return self._shown(account, label or '', *amounts)

    def _shown(self, account, label, debit, credit, told, amount):
        own = self.company.currency_id
        return {
            'account': self.booking.account_name(account),
            'label': label,
            'debit': own.format(debit) if debit else '',
            'credit': own.format(credit) if credit else '',
            'told': told.format(amount) if told and told != own else '',
        }
