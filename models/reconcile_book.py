"""What a person decides about a movement: which open items it pays, and what becomes of the rest."""

import re

from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from .statement_line_booking import Part

#: days between the two sides of a transfer between own accounts
TRANSFER_DAYS = 7
MAX_TRANSFERS = 3


class AccountBankStatementLine(models.Model):
    _inherit = 'account.bank.statement.line'

    # === By hand === #

    def bank_reconcile(self, parts, rest=None, partner_id=False):
        """Book a movement as a person says, and reconcile it.

        :param parts: [[id of an open item, amount]]; the amount is signed like the movement, in its counterpart's currency
        :param dict rest: what becomes of what is left, by its ``kind``: ``open`` (the default: it waits), ``partner``
            (it is the partner's, to be settled later), ``account`` (with ``account_id``, ``label``, ``tax_ids``), ``model``
            (``model_id``, a reconciliation model), ``transfer`` (it came from or went to another own account)
        :param int partner_id: who it was, where the items do not say
        :raise UserError: in plain words, what does not fit
        :return: see :meth:`bank_reconcile_state`"""
        self.ensure_one()
        self._check_may_reconcile()
        rest = rest or {}
        items = self._open_items(parts)
        partner = self.env['res.partner'].browse(partner_id) or self._only_partner(items) or self.partner_id
        if not items and rest.get('kind', 'open') == 'open':
            raise UserError(self.env._("Choose what the movement pays, or what becomes of its rest."))
        pairs = self._book(items, partner, self._of_rest(rest, partner), finish=True)
        self.env['account.move.line']._reconcile_plan(pairs)
        if partner and self.partner_id != partner:
            self.with_context(skip_account_move_synchronization=True).partner_id = partner
        if partner:
            self.env['bank.payer'].sudo()._learn(self, partner)
        self._note_by_hand(items, rest)
        return self.bank_reconcile_state()

    def bank_reconcile_transfer(self, other_id=False):
        """Book a transfer between own accounts; with the other side where that is known.

        :param int other_id: the movement on the other account"""
        self.ensure_one()
        self._check_may_reconcile()
        other = self.browse(other_id)
        if other and other not in self._transfers():
            raise UserError(self.env._("“%s” is not the other side of this transfer.", other.payment_ref))
        sides = self + other
        for side in sides:
            side.bank_reconcile([], {'kind': 'transfer'})
        account = self.company_id.transfer_account_id
        ours = sides.line_ids.filtered(lambda item: item.account_id == account and not item.reconciled)
        if other and account.reconcile and len(ours) == 2:
            ours.reconcile()
        return self.bank_reconcile_state()

    def bank_reconcile_undo(self):
        """Take a reconciliation back, whoever made it and whenever."""
        self._check_may_reconcile()
        by_hand = self.filtered(lambda line: line.match_state not in ('auto', 'accepted'))
        self.action_undo_reconciliation()
        self.env['bank.payer'].sudo()._unlearn(by_hand)
        by_hand.write(
            {
                'match_state': 'undone',
                'partner_id': False,
                'match_note': self.env._("The reconciliation was undone by %s.", self.env.user.name),
            }
        )
        return self.bank_reconcile_state()

    def bank_reconcile_again(self):
        """Look again, as if nobody had refused or undone anything."""
        self._check_may_reconcile()
        self.match_ids.sudo().filtered(lambda match: match.state == 'refused').unlink()
        waiting = self.filtered(lambda line: not line.is_reconciled)
        waiting.match_state = 'none'
        for _journal, lines in waiting.grouped('journal_id').items():
            lines._match_waiting()
        return self.bank_reconcile_state()

    def bank_reconcile_partner(self, partner_id):
        """Say who it was; the same account is known from now on."""
        self.ensure_one()
        self._check_may_reconcile()
        partner = self.env['res.partner'].browse(partner_id)
        self.partner_id = partner
        if partner:
            self.env['bank.payer'].sudo()._learn(self, partner)
        if not self.is_reconciled and self.match_state in ('none', 'proposed', False):
            self._match_waiting()
        return self.bank_reconcile_state()

    def bank_reconcile_check(self, checked):
        """Mark as checked, or as to be checked by somebody."""
        self._check_may_reconcile()
        self.move_id.set_moves_checked(checked)
        return self.bank_reconcile_state()

    def bank_reconcile_state(self):
        """What became of the movements: {id: {'reconciled', 'state', 'note'}}."""
        return {
            line.id: {'reconciled': line.is_reconciled, 'state': line.match_state, 'note': line.match_note}
            for line in self
        }

    def _check_may_reconcile(self):
        self.check_access('write')
        if not self.env.user.has_group('account_bank_feed.bank_feed_group_accountant'):
            raise AccessError(self.env._("You need the right “Bank Feeds: Accountant” to reconcile movements."))

    def _open_items(self, parts):
        """:class:`Part` of each pair, checked: nothing is paid twice, too much, or for somebody else's company."""
        items = self.env['account.move.line'].browse([item for item, _amount in parts]).exists()
        companies = self.env['res.company'].sudo().search([('id', 'child_of', self.company_id.id)])
        currency = self._seek_for_lines()[1].currency_id[:1] or self.currency_id
        if len(items) != len(parts):
            raise UserError(self.env._("One of the chosen items does not exist any more."))
        found = []
        for item, (_id, amount) in zip(items, parts):
            open_ = item.amount_residual_currency if item.currency_id == currency else item.amount_residual
            name = item.move_id.name
            if item.reconciled or item.parent_state != 'posted' or item.company_id not in companies:
                raise UserError(self.env._("%s is paid or no longer posted.", name))
            if not item.account_id.reconcile and item.account_id.account_type not in (
                'asset_cash', 'liability_credit_card'
            ):  # fmt: skip
                raise UserError(self.env._("%s is on an account that is not reconciled.", name))
            if currency.is_zero(amount) or (amount > 0) != (open_ > 0):
                raise UserError(self.env._("The amount for %s has the wrong sign.", name))
            if item.currency_id == currency and currency.compare_amounts(abs(amount), abs(open_)) > 0:
                raise UserError(
                    self.env._("Only %(amount)s is open on %(name)s.", amount=currency.format(abs(open_)), name=name)
                )
            found.append(Part(item, currency.round(amount)))
        return found

    def _note_by_hand(self, items, rest):
        proposals = self.match_ids.sudo().filtered(lambda match: match.state == 'proposed')
        proposals.write({'state': 'refused', 'superseded': True})
        what = ', '.join(part.item.move_id.name for part in items) or self._name_of_rest(rest)
        self.write(
            {
                'match_state': 'manual',
                'match_rule': False,
                'match_keys': False,
                'match_note': self.env._("By %(user)s: %(what)s", user=self.env.user.name, what=what),
            }
        )

    def _name_of_rest(self, rest):
        kind = rest.get('kind')
        if kind == 'model':
            return self.env['account.reconcile.model'].browse(rest['model_id']).name
        if kind == 'account':
            return self.env['account.account'].browse(rest['account_id']).display_name
        if kind == 'transfer':
            return self.env._("transfer between own accounts")
        return self.env._("credited to the partner")

    # === What becomes of the rest === #

    def _of_rest(self, rest, partner):
        """(values, amount, balance) → list of values, as :meth:`_counterparts` takes it.

        :raise UserError: what is chosen is incomplete"""
        kind = rest.get('kind') or 'open'
        if kind == 'open':
            return None
        if kind == 'partner':
            return lambda values, *_amounts: [{**values, 'account_id': self._account_of(partner).id}]
        if kind == 'transfer':
            account = self.company_id.transfer_account_id
            if not account:
                raise UserError(self.env._("Set the account for internal transfers in the accounting settings."))
            return lambda values, *_amounts: [{**values, 'account_id': account.id}]
        if kind == 'account':
            account = self.env['account.account'].browse(rest.get('account_id'))
            if not account:
                raise UserError(self.env._("Choose the account of the rest."))
            taxes = self.env['account.tax'].browse(rest.get('tax_ids') or [])
            return lambda values, amount, balance: self._with_taxes(
                {**values, 'account_id': account.id, 'name': rest.get('label') or values['name']},
                taxes, amount, balance,
            )  # fmt: skip
        model = self.env['account.reconcile.model'].browse(rest.get('model_id')).exists()
        if kind != 'model' or not model:
            raise UserError(self.env._("Choose what becomes of the rest."))
        return lambda values, amount, balance: self._by_model(model, values, amount, balance)

    def _account_of(self, partner):
        if not partner:
            raise UserError(self.env._("Say first who the partner is."))
        partner = partner.with_company(self.company_id)
        return partner.property_account_receivable_id if self.amount > 0 else partner.property_account_payable_id

    def _by_model(self, model, values, amount, balance):
        """Lines of a reconciliation model; what it leaves stays open."""
        currency = self.env['res.currency'].browse(values['currency_id'])
        lines, left, left_balance = [], amount, balance
        for model_line in model.line_ids:
            part = currency.round(self._amount_by_model(model_line, amount, left))
            if currency.is_zero(part):
                continue
            if not model_line.account_id:
                raise UserError(self.env._("The model “%s” has a line without an account.", model.name))
            share = left_balance if part == left else self.company_id.currency_id.round(balance * part / amount)
            own = {
                **values,
                'account_id': model_line.account_id.id,
                'name': model_line.label or values['name'],
                'reconcile_model_id': model.id,
                'analytic_distribution': model_line.analytic_distribution or False,
            }
            if model_line.partner_id:
                own['partner_id'] = model_line.partner_id.id
            lines += self._with_taxes(own, model_line.tax_ids, part, share)
            left, left_balance = currency.round(left - part), left_balance - share
        if not currency.is_zero(left):
            lines += self._rest_open({**values, **self._amounts(left, left_balance)}, left, left_balance)
        return lines

    def _amount_by_model(self, model_line, amount, left):
        """What a line of a model takes, signed like a journal item (credit is negative)."""
        kind = model_line.amount_type
        if kind == 'percentage':
            return left * model_line.amount / 100
        if kind == 'percentage_st_line':
            return -(self.amount_currency if self.foreign_currency_id else self.amount) * model_line.amount / 100
        if kind == 'fixed':
            return -model_line.amount
        match = re.search(model_line.amount_string, self.payment_ref or '')
        try:
            found = float(re.sub(r'[^\d.]', '', match.group(1).replace(',', '.'))) if match else 0.0
        except (IndexError, ValueError):
            found = 0.0
        return found if amount > 0 else -found

    def _with_taxes(self, values, taxes, amount, balance):
        """The line, and lines of the taxes that are contained in it."""
        if not taxes:
            return [{**values, **self._amounts(amount, balance)}]
        currency = self.env['res.currency'].browse(values['currency_id'])
        company_currency = self.company_id.currency_id
        found = taxes.with_context(force_price_include=True).compute_all(
            amount, currency=currency, partner=self.partner_id, is_refund=amount < 0 and taxes[:1].type_tax_use == 'purchase'
        )  # fmt: skip
        lines, left, left_balance = [], amount, balance
        for tax in found['taxes']:
            share = company_currency.round(balance * tax['amount'] / amount)
            left, left_balance = currency.round(left - tax['amount']), left_balance - share
            lines.append(
                {
                    **values,
                    'name': tax['name'],
                    'account_id': tax['account_id'] or values['account_id'],
                    'tax_repartition_line_id': tax['tax_repartition_line_id'],
                    'tax_tag_ids': [Command.set(tax['tag_ids'])],
                    'tax_ids': [Command.set(tax['tax_ids'])],
                    **self._amounts(tax['amount'], share),
                }
            )
        base = {
            **values,
            'tax_ids': [Command.set(taxes.ids)],
            'tax_tag_ids': [Command.set(found['base_tags'])],
            **self._amounts(left, left_balance),
        }
        return [base, *lines]

    # === Between own accounts === #

    def _transfers(self):
        """Waiting movements of other own accounts that may be the other side."""
        self.ensure_one()
        if self.is_reconciled:
            return self.browse()
        days = fields.Date.add
        return self.search(
            [
                ('company_id', '=', self.company_id.id),
                ('journal_id', '!=', self.journal_id.id),
                ('is_reconciled', '=', False),
                ('amount', '=', -self.amount),
                ('date', '>=', days(self.date, days=-TRANSFER_DAYS)),
                ('date', '<=', days(self.date, days=TRANSFER_DAYS)),
            ],
            limit=MAX_TRANSFERS,
        ).filtered(lambda line: line.currency_id == self.currency_id)
