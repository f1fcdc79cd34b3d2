"""How a movement is booked on what it pays: one counterpart an open item, credit notes and discounts with them, and what is
left on the suspense account, open and visible."""

import math

from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..lib.parts import PARTS, SPREAD


class AccountBankStatementLine(models.Model):
    _inherit = 'account.bank.statement.line'

    def _prepare_move_line_default_vals(self, counterpart_account_id=None):
        """A movement that is created with its match has its counterparts in place from the start."""
        values = super()._prepare_move_line_default_vals(counterpart_account_id)
        parts = self.env.context.get(PARTS, {}).get(self.feed_uid)
        if not parts:
            return values
        liquidity, counterpart = values
        return [liquidity, *self._counterparts(counterpart, parts)]

    def _counterparts(self, counterpart, parts, of_rest=None, spread=SPREAD):
        """Values of the lines that take a counterpart line's place: the parts in their order, then discounts, then the rest.

        :param dict counterpart: values of the one line that core would make
        :param of_rest: (values, amount, balance) → list of values of what is left; without it the suspense account
        :param float spread: see :meth:`_in_currency_of`"""
        currency = self.env['res.currency'].browse(counterpart['currency_id'])
        paid = abs(sum(part.amount for part in parts))
        if not of_rest and currency.compare_amounts(paid, abs(counterpart['amount_currency'])) > 0:
            raise UserError(self.env._("More than the movement's amount would be paid."))
        company_currency = self.company_id.currency_id
        total, balance = counterpart['amount_currency'], counterpart['debit'] - counterpart['credit']
        left, left_balance, lines, discounts = total, balance, [], []
        for part in parts:
            amount = currency.round(-part.amount)
            last = currency.is_zero(left - amount)
            share = left_balance if last else company_currency.round(balance * amount / total)
            amount, share = self._at_most_open(part.item, currency, amount, share)
            left, left_balance = left - amount, left_balance - share
            lines.append(self._counterpart(counterpart, currency, part, amount, share, spread))
            if part.discount:
                discounts += self._discount(counterpart, currency, part, amount)
        rest = []
        if not currency.is_zero(left):
            of_rest = of_rest or self._rest_open
            rest = of_rest({**counterpart, **self._amounts(left, left_balance)}, left, left_balance)
        return [*lines, *discounts, *rest]

    def _rest_open(self, values, _amount, _balance):
        """What is left stays on the suspense account, in everybody's sight."""
        return [{**values, 'account_id': self.journal_id.suspense_account_id.id}]

    def _at_most_open(self, item, currency, amount, share):
        """(amount, balance) of a part. An item in the company's own currency takes what is open of it in that currency, not a
        cent more, whatever the day's rate says; the rest of a movement in another currency stays open."""
        own = self.company_id.currency_id
        if (
            currency == own
            or item.currency_id != own
            or own.compare_amounts(abs(share), abs(item.amount_residual)) <= 0
        ):
            return amount, share
        if own.compare_amounts(abs(share), abs(item.amount_residual) * (1 + SPREAD)) > 0:
            raise self._worth_more(item)
        return currency.round(amount * -item.amount_residual / share), -item.amount_residual

    def _worth_more(self, item):
        return UserError(
            self.env._(
                "At the day's rate the movement is worth more than is open on %s. Match it by hand.", item.move_id.name
            )
        )

    def _counterpart(self, counterpart, currency, part, amount, share, spread):
        item = part.item
        values = {**counterpart, 'account_id': item.account_id.id, 'partner_id': item.partner_id.id}
        if part.discount:
            values.update(self._amounts(-item.amount_residual_currency, -item.amount_residual))
        elif item.currency_id == currency:
            values.update(self._amounts(amount, share))
        else:
            values['currency_id'] = item.currency_id.id
            all_of_it = not spread and self._is_all_of(item, currency, amount)
            worth = -item.amount_residual_currency if all_of_it else self._in_currency_of(item, share, spread)
            values.update(self._amounts(worth, share))
        return values

    def _currency_of(self, part):
        """The currency that a part's amount is told in: the payment's original one, else the account's."""
        original = (self.feed_details or {}).get('original_currency')
        return part.item.currency_id if part.item.currency_id.name == original else self.currency_id

    def _in_currency_of(self, item, share, spread=SPREAD):
        """What a part is worth in the item's currency, at the day's rate; never more than is open, and all of it where the
        two are within the rates' usual spread.

        :param float spread: the share of the amount that counts as no difference; 0 where a person said the amount"""
        company = self.company_id
        if item.currency_id == company.currency_id:
            return share  # in the company's own currency an amount is its balance
        worth = company.currency_id._convert(share, item.currency_id, company, self.date)
        open_ = -item.amount_residual_currency
        if abs(worth) > abs(open_) * (1 + SPREAD):
            raise self._worth_more(item)
        return open_ if abs(worth) >= abs(open_) * (1 - spread) else worth

    def _is_all_of(self, item, currency, amount):
        """Whether a person gave an item in another currency all that was shown as open of it: no crumb may stay."""
        if item.currency_id == self.company_id.currency_id:
            return False
        open_ = abs(self._open_in(item, currency))
        return abs(abs(amount) - open_) < min(1.5 * currency.rounding, SPREAD * open_)

    def _discount(self, counterpart, currency, part, amount):
        """Lines of an early-payment discount, as core books it for a registered payment."""
        item = part.item
        if item.currency_id != currency or currency != self.company_id.currency_id:
            raise UserError(self.env._("An early-payment discount in another currency has to be booked by hand."))
        values = self.env['account.move']._get_invoice_counterpart_amls_for_early_payment_discount(
            [{'aml': item, 'amount_currency': -item.amount_residual_currency, 'balance': -item.amount_residual}],
            item.amount_residual + amount,
        )
        made = []
        for group in values.values():
            for line in group:
                line = dict(line)
                balance = line.pop('balance')
                line.pop('debit', None), line.pop('credit', None)
                made.append(
                    {**line, 'move_id': counterpart['move_id'], **self._amounts(line['amount_currency'], balance)}
                )
        return made

    def _amounts(self, amount_currency, balance):
        return {
            'amount_currency': amount_currency,
            'debit': balance if balance > 0 else 0.0,
            'credit': -balance if balance < 0 else 0.0,
        }

    # === Booked as created, or later === #

    def _use_currency_of(self, parts):
        """A waiting movement's counterpart is in the payment's original currency or in the account's: in the one that the
        documents are in."""
        currencies = {part.item.currency_id for part in parts}
        journal_currency = self.journal_id.currency_id or self.company_id.currency_id
        details = self.feed_details or {}
        original = details.get('original_currency')
        if self.foreign_currency_id and currencies != {self.foreign_currency_id}:
            self.write({'foreign_currency_id': False, 'amount_currency': 0.0})
        elif not self.foreign_currency_id and original and {currency.name for currency in currencies} == {original}:
            (currency,) = currencies
            if currency != journal_currency and details.get('original_amount'):
                amount = math.copysign(float(details['original_amount']), self.amount)
                self.write({'foreign_currency_id': currency.id, 'amount_currency': amount})

    def _wants_other_currency(self, parts):
        """Whether :meth:`_use_currency_of` would change the movement."""
        currencies = {part.item.currency_id for part in parts}
        original = (self.feed_details or {}).get('original_currency')
        if self.foreign_currency_id:
            return currencies != {self.foreign_currency_id}
        return bool(original) and {currency.name for currency in currencies} == {original}

    def _bookable(self, finish):
        """(the bank's item, the waiting one, others) of a movement that can be booked.

        :param bool finish: a part may be booked already
        :raise UserError: somebody changed the movement by hand"""
        liquidity, suspense, other = self._seek_for_lines()
        if len(liquidity) != 1 or len(suspense) != 1 or (other and not finish):
            raise UserError(
                self.env._("“%s” was changed by hand; reset it before you accept a proposal.", self.payment_ref)
            )
        return liquidity, suspense, other

    def _counterparts_of(self, suspense, parts, partner, of_rest, finish):
        """Values of the lines that take the place of the movement's suspense line; see :meth:`_counterparts`."""
        counterpart = {
            'name': suspense.name,
            'account_id': suspense.account_id.id,
            'move_id': self.move_id.id,
            'partner_id': partner.id,
            'currency_id': suspense.currency_id.id,
            **self._amounts(suspense.amount_currency, suspense.balance),
        }
        return self._counterparts(counterpart, parts, of_rest, 0.0 if finish else SPREAD)

    def _booked_pairs(self, parts):
        """[item + its counterpart] of a movement whose counterparts are in place, for the reconciliation plan."""
        self.ensure_one()
        liquidity, suspense, _other = self._seek_for_lines()
        counterparts = (self.move_id.line_ids - liquidity - suspense).sorted('id')
        return [part.item + counterpart for part, counterpart in zip(parts, counterparts)]

    def _book(self, parts, partner, of_rest=None, finish=False):
        """Put the parts in the place of the movement's suspense line.

        :param of_rest: see :meth:`_counterparts`
        :param bool finish: a person said the amounts, in the counterpart's currency; a part may be booked already
        :raise UserError: somebody changed the movement by hand
        :return: [item + its counterpart]"""
        self.ensure_one()
        if parts and not finish and not self._seek_for_lines()[2]:
            self._use_currency_of(parts)
        liquidity, suspense, _other = self._bookable(finish)
        first, *others = self._counterparts_of(suspense, parts, partner, of_rest, finish)
        commands = [Command.update(liquidity.id, {'partner_id': partner.id})]
        if 'tax_ids' in first:  # no taxes are put on an item that is there
            others, kept = [first, *others], liquidity.browse()
            commands.append(Command.delete(suspense.id))
        else:
            kept = suspense
            commands.append(Command.update(suspense.id, first))
        commands += [Command.create(values) for values in others]
        before = self.move_id.line_ids
        self.move_id.with_context(force_delete=True, skip_readonly_check=True, skip_invoice_sync=True).write(
            {'line_ids': commands}
        )
        created = (self.move_id.line_ids - before).sorted('id')
        return [part.item + counterpart for part, counterpart in zip(parts, kept + created)]
