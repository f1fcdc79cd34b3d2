"""What a movement is booked on: the accounts that a person may choose, and its entry before and after what is chosen."""

from collections import Counter

from odoo import models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools.sql import escape_psql

from ..lib.given import given_dict, given_id, given_text
from ..lib.parts import Part

#: accounts with a life of their own: what is booked on them is chosen as an item, not as an account
NOT_CHOSEN = ('asset_receivable', 'liability_payable', 'off_balance')
#: movements by hand that are looked at for the accounts that are used, and accounts that are offered
LOOKED_AT, OFFERED = 200, 12
#: account types in the order in which they are offered where nothing was used yet: first what banks charge and pay
BY_LIKELIHOOD = ('expense', 'income_other', 'income', 'expense_direct_cost', 'expense_depreciation')
#: of an opening balance
EQUITY = ('equity', 'equity_unaffected')


class AccountBankStatementLine(models.Model):
    _inherit = 'account.bank.statement.line'

    # === Accounts and taxes to choose from === #

    def bank_reconcile_accounts(self, text=''):
        """Accounts for what is written off, with their numbers: [{'id', 'name'}]; those that were used for this payer, then
        for this journal, come first.

        :param str text: the beginning of a number, or a part of a name"""
        self.ensure_one()
        self._check_may_reconcile()
        company = self.company_id
        domain = Domain('account_type', 'not in', NOT_CHOSEN) & Domain('company_ids', 'parent_of', company.ids)
        own = self.journal_id.default_account_id | self.journal_id.suspense_account_id
        domain &= Domain('id', 'not in', own.ids)
        text = given_text(self.env, text, 200).strip()
        if text:
            literal = escape_psql(text)
            number, _space, name = literal.partition(' ')
            found = Domain('name', 'ilike', literal) | Domain('code', '=ilike', f'{literal}%')
            if name:  # as it is shown: number and name
                found |= Domain('code', '=ilike', f'{number}%') & Domain('name', 'ilike', name)
            domain &= found
        used = self._used_accounts()
        accounts = self.env['account.account'].with_company(company).search(domain)

        first = self.journal_id.sudo().bank_feed_ids[:1].date_from
        order = EQUITY if first and self.date < first else BY_LIKELIHOOD

        def rank(account):
            likely = order.index(account.account_type) if account.account_type in order else 9
            return (-used[account.id], 0 if text else likely, account.code or '')

        return [{'id': account.id, 'name': self._account_name(account)} for account in accounts.sorted(rank)[:OFFERED]]

    def _used_accounts(self):
        """Counter of accounts that people booked movements of this journal on; the same payer's count for more."""
        by_hand = self.search(
            [('journal_id', '=', self.journal_id.id), ('match_state', '=', 'manual'), ('id', '!=', self.id)],
            order='internal_index desc',
            limit=LOOKED_AT,
        )
        counted = Counter()
        for line in by_hand:
            same = (self.account_number and line.account_number == self.account_number) or (
                self.partner_name and line.partner_name == self.partner_name
            )
            for item in line._booked_items():
                if item.account_id.account_type not in NOT_CHOSEN and not item.tax_repartition_line_id:
                    counted[item.account_id.id] += LOOKED_AT if same else 1
        return counted

    def _account_name(self, account):
        account = account.with_company(self.company_id)
        return f"{account.code} {account.name}" if account.code else account.name

    def bank_reconcile_taxes(self):
        """Taxes that may be contained in what is written off: [{'id', 'name'}]; those of the money's direction first."""
        self.ensure_one()
        self._check_may_reconcile()
        taxes = self.env['account.tax'].search(
            [('type_tax_use', 'in', ('sale', 'purchase')), ('company_id', 'parent_of', self.company_id.id)]
        )
        uses = dict(taxes._fields['type_tax_use']._description_selection(self.env))
        first = 'sale' if self.amount > 0 else 'purchase'
        return [
            {'id': tax.id, 'name': f"{tax.name} ({uses[tax.type_tax_use]})"}
            for tax in taxes.sorted(lambda tax: (tax.type_tax_use != first, tax.sequence, tax.id))
        ]

    # === The entry === #

    def bank_reconcile_preview(self, parts=None, rest=None, partner_id=False, match_id=False):
        """The movement's entry as it is, and as it would be after :meth:`bank_reconcile`, or after a proposal is accepted.
        Nothing is written.

        :param int match_id: the proposal, where one is looked at
        :return: {'before': rows, 'after': rows or False, 'reason': why it cannot be shown}; a row: {account, label, debit,
            credit}, amounts as texts"""
        self.ensure_one()
        self._check_may_reconcile()
        before, after, reason = [self._entry_row(item) for item in self.move_id.line_ids], False, ''
        rest, match_id = given_dict(self.env, rest), given_id(self.env, match_id)
        if not self.is_reconciled and (parts or match_id or rest.get('kind', 'open') != 'open'):
            try:
                after = self._entry_after(parts, rest, partner_id, match_id)
            except (UserError, ValidationError) as error:
                reason = str(error)
        return {'before': before, 'after': after, 'reason': reason}

    def _entry_after(self, parts, rest, partner_id, match_id):
        if match_id:
            match = self.match_ids.filtered(lambda match: match.id == match_id and match.state == 'proposed')
            found = [Part(part.move_line_id, part.amount, part.discount) for part in match.allocation_ids]
            if not found or not all(part.item for part in found) or self._wants_other_currency(found):
                return False
            partner, of_rest = self._only_partner(found), None
        else:
            found = self._open_items(parts)
            partner = self._only_partner(found) or self._given_partner(partner_id) or self.partner_id
            of_rest = self._of_rest(rest, partner, found)
        liquidity, suspense, other = self._bookable(finish=not match_id)
        lines = self._counterparts_of(suspense, found, partner, of_rest, finish=not match_id)
        return [self._entry_row(item) for item in liquidity + other] + [self._planned_row(values) for values in lines]

    def _entry_row(self, item):
        own, told = self.company_id.currency_id, item.currency_id
        return {
            'account': self._account_name(item.account_id),
            'label': ', '.join(filter(None, (item.partner_id.name, item._reconciled_lines_of_documents().move_id[:1].name))),
            'debit': own.format(item.debit) if item.debit else '',
            'credit': own.format(item.credit) if item.credit else '',
            'told': told.format(item.amount_currency) if told != own else '',
        }  # fmt: skip

    def _planned_row(self, values):
        own, told = self.company_id.currency_id, self.env['res.currency'].browse(values.get('currency_id'))
        partner = self.env['res.partner'].browse(values.get('partner_id') or [])
        label = partner.name if partner else values.get('name')
        return {
            'account': self._account_name(self.env['account.account'].browse(values['account_id'])),
            'label': label or '',
            'debit': own.format(values['debit']) if values.get('debit') else '',
            'credit': own.format(values['credit']) if values.get('credit') else '',
            'told': told.format(values['amount_currency']) if told and told != own else '',
        }
