"""What becomes of the rest of a movement: the partner's, another account's with its taxes, or as a model says."""

import re

from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..lib.given import given_dict, given_id, given_ids, given_number, given_text

_NUMBER = re.compile(r'\d[\d\s.,\u00a0]*')


def read_amount(text):
    """The amount in a text, whatever its separators; None where there is none.

    >>> read_amount('1.234,56'), read_amount('1,234.56'), read_amount('2,40.'), read_amount('1 234'), read_amount('x')
    (1234.56, 1234.56, 2.4, 1234.0, None)
    """
    match = _NUMBER.search(text or '')
    if not match:
        return None
    found = re.sub(r'[\s\u00a0]', '', match.group()).rstrip('.,')
    head, mark, cents = found.rpartition(max('.,', key=found.rfind))
    if mark and len(cents) <= 2:
        return float(re.sub(r'[.,]', '', head) + '.' + cents)
    return float(re.sub(r'[.,]', '', found))


#: letters of a label that a person writes
MAX_LABEL = 500
#: a user's pattern: letters of it, of the text; open repetitions in it
MAX_PATTERN, MAX_SEARCHED, MAX_OPEN_REPEATS = 200, 200, 3
_OPEN = re.compile(r'(?<!\\)(?:[*+]|\{\d*,\d*\})')
#: a group that is repeated and repeats, branches or refers back inside
_REPEATED = re.compile(r'\([^()]*(?:[*+}|]|\\\d)[^()]*\)\s*[*+{]|\)\s*\)\s*[*+{]')


class AccountBankStatementLine(models.Model):
    _inherit = 'account.bank.statement.line'

    def _of_rest(self, rest, partner, items=()):
        """(values, amount, balance) → list of values, as :meth:`_counterparts` takes it.

        :raise UserError: what is chosen is incomplete"""
        kind = rest.get('kind') or 'open'
        if kind == 'open':
            return None
        left, currency = self._open_rest()
        left = currency.round(left - sum(part.amount for part in items))
        if kind in ('partner', 'transfer') and not currency.is_zero(left) and (left > 0) != (self.amount > 0):
            raise UserError(self.env._("More than the movement's amount would be paid."))
        if kind == 'partner':
            return lambda values, *_amounts: [{**values, 'account_id': self._account_of(partner, items).id}]
        if kind == 'transfer':
            account = self.company_id.transfer_account_id
            if not account:
                raise UserError(self.env._("Set the account for internal transfers in the accounting settings."))
            return lambda values, *_amounts: [{**values, 'account_id': account.id}]
        if kind == 'account':
            lines = [self._written_off(line) for line in rest.get('lines') or [rest]]
            return lambda values, amount, balance: self._by_lines(lines, values, amount, balance)
        model = self.env['account.reconcile.model'].browse(given_id(self.env, rest.get('model_id')) or []).exists()
        if kind != 'model' or not model:
            raise UserError(self.env._("Choose what becomes of the rest."))
        return lambda values, amount, balance: self._by_model(model, values, amount, balance)

    def _account_of(self, partner, items):
        """Where a partner's credit stands: with the items that are paid with it, else by the direction of the money."""
        if not partner:
            raise UserError(self.env._("Say first who the partner is."))
        accounts = {part.item.account_id for part in items}
        if len(accounts) == 1 and (account := accounts.pop()).account_type in ('asset_receivable', 'liability_payable'):
            return account
        partner = partner.with_company(self.company_id)
        return partner.property_account_receivable_id if self.amount > 0 else partner.property_account_payable_id

    def _written_off(self, line):
        """A line of a write-off as a person wrote it, checked: {account, taxes, label, amount or None, analytic_distribution}"""
        line = given_dict(self.env, line)
        account = self.env['account.account'].browse(given_id(self.env, line.get('account_id')) or []).exists()
        if not account:
            raise UserError(self.env._("Choose the account of the rest."))
        amount = line.get('amount')
        return {
            'account': account,
            'taxes': self.env['account.tax'].browse(given_ids(self.env, line.get('tax_ids'))),
            'label': given_text(self.env, line.get('label'), MAX_LABEL),
            'amount': None if amount is None or amount is False else given_number(self.env, amount),
            'analytic_distribution': self._analytic(given_dict(self.env, line.get('analytic_distribution'))),
        }

    def _analytic(self, distribution):
        """Core's form of it, {'ids': percentage}, of analytic accounts that the person may use."""
        try:
            wanted = {
                ','.join(str(int(key)) for key in str(keys).split(',')): float(share)
                for keys, share in distribution.items()
            }
        except (TypeError, ValueError):
            raise UserError(self.env._("The analytic distribution cannot be read.")) from None
        ids = {given_id(self.env, int(key)) for keys in wanted for key in keys.split(',')}
        if len(self.env['account.analytic.account'].search([('id', 'in', list(ids))])) != len(ids):
            raise UserError(self.env._("The analytic distribution names an account that is not there."))
        return wanted or False

    def _by_lines(self, lines, values, amount, balance):
        """The rest on several accounts, with their taxes: each line takes its amount (signed like the movement), one without
        an amount takes what is left; what is left after all of them stays open."""
        currency = self.env['res.currency'].browse(values['currency_id'])
        made, left, left_balance = [], amount, balance
        for line in lines:
            part = left if line['amount'] is None else currency.round(-line['amount'])
            if currency.is_zero(part):
                raise UserError(self.env._("Nothing is left for %s.", self._account_name(line['account'])))
            share = left_balance if part == left else self.company_id.currency_id.round(balance * part / amount)
            own = {
                **values,
                'account_id': line['account'].id,
                'name': line['label'] or values['name'],
                'analytic_distribution': line['analytic_distribution'],
            }
            made += self._with_taxes(own, line['taxes'], part, share)
            left, left_balance = currency.round(left - part), left_balance - share
        if currency.is_zero(left):
            return made
        if (left > 0) != (amount > 0):
            raise UserError(self.env._("More than what is left of the movement is written off."))
        return [*made, *self._rest_open({**values, **self._amounts(left, left_balance)}, left, left_balance)]

    def _by_model(self, model, values, amount, balance):
        """Lines of a reconciliation model; what it leaves stays open."""
        currency = self.env['res.currency'].browse(values['currency_id'])
        lines, left, left_balance = [], amount, balance
        for model_line in model.line_ids:
            part = currency.round(self._amount_by_model(model_line, amount, left))
            if currency.is_zero(part):
                continue
            if (part > 0) != (amount > 0) or currency.compare_amounts(abs(part), abs(left)) > 0:
                raise UserError(self.env._("The model “%s” takes more than is left of the movement.", model.name))
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
        if not lines:
            raise UserError(self.env._("The model “%s” takes nothing of this movement.", model.name))
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
        match = self._found_by(model_line.amount_string)
        if not match:
            return 0.0
        found = read_amount(match.group(1) if match.groups() else match.group())
        if found is None:
            raise UserError(self.env._("No amount can be read from “%s”.", match.group()))
        return found if amount > 0 else -found

    def _found_by(self, pattern):
        """Match of a user's pattern in the label. Python's patterns know no time limit, so those that may take for ever on some
        text are refused: a repeated group that repeats or branches inside, and more than a few open repetitions."""
        if _REPEATED.search(pattern) or len(_OPEN.findall(pattern)) > MAX_OPEN_REPEATS or len(pattern) > MAX_PATTERN:
            raise UserError(self.env._("The pattern “%s” is too complicated for looking up an amount.", pattern[:60]))
        try:
            return re.search(pattern, (self.payment_ref or '')[:MAX_SEARCHED])
        except re.error:
            raise UserError(self.env._("“%s” is no pattern.", pattern[:60])) from None

    def _with_taxes(self, values, taxes, amount, balance):
        """The line, and lines of the taxes that are contained in it."""
        if not taxes:
            return [{**values, **self._amounts(amount, balance)}]
        currency = self.env['res.currency'].browse(values['currency_id'])
        company_currency = self.company_id.currency_id
        kind = taxes[:1].type_tax_use
        found = taxes.with_context(force_price_include=True).compute_all(
            amount,
            currency=currency,
            partner=self.partner_id,
            is_refund=(kind == 'purchase' and amount < 0) or (kind == 'sale' and amount > 0),
            include_caba_tags=True,  # the money is here: the tax is due
        )
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
                    'tax_base_amount': company_currency.round(balance * tax['base'] / amount),  # signed like the base
                    'analytic_distribution': values.get('analytic_distribution') if tax['analytic'] else False,
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
