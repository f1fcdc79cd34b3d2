"""A movement's entry: what is open of it, and what takes the place of its suspense line. The amounts are worked out by the core
``booking``; here they are read from Odoo's records and become values of journal items."""

import math

from odoo.exceptions import UserError
from odoo.fields import Command

from ...booking import ByModel, Movement, Refused, StaysOpen, ToAccounts, share_out
from ..lib.exact import booking_currency, exact
from ..lib.inside import Own
from ..lib.named import account_name
from . import refusals, taxes
from .original import original_of
from .parts import Parts
from .values import amounts

#: context key: a :class:`Planned`
PARTS = 'bank_feed_parts'
#: context key: a :class:`Counterparts`
COUNTERPARTS = 'bank_counterparts'


class Planned(Own):
    """{bank_feed_uid: ([:class:`booking.Part`], :class:`booking.Rest` or None)} of the movements that are being created; no remote
    call can send one."""


class Counterparts(Own):
    """{key of a part: id of the journal item that became its counterpart}, filled as the items are created."""

    def pairs(self, env, parts):
        """[item + its counterpart], for the reconciliation plan."""
        return [part.item.key + env['account.move.line'].browse(self[part.key]) for part in parts]

    def reconcile(self, env, parts):
        """Reconcile each item with its counterpart.

        :raise UserError: core did not reconcile one of them, as where both go the same way"""
        env['account.move.line']._reconcile_plan(self.pairs(env, parts))
        self.check(env, parts)

    def check(self, env, parts):
        """:raise UserError: one of them is not reconciled with its counterpart"""
        counterparts = env['account.move.line'].browse(self[part.key] for part in parts)
        for part, made in zip(parts, counterparts):
            if not made.matched_debit_ids and not made.matched_credit_ids:
                raise UserError(env._("%s cannot be reconciled with this movement.", part.item.key.move_id.name))


class Booking:
    """The entry of one statement line.

    Everything is rolled back by the caller where a call raises."""

    def __init__(self, line):
        line.ensure_one()
        self.line, self.env, self.company = line, line.env, line.company_id
        currencies = line.currency_id | line.foreign_currency_id
        self.parts = Parts(line.env, line.company_id, currencies, lambda item: self.open_of(item, self.open()[1]))

    # === What is there === #

    def items(self):
        """(liquidity, suspense, other) journal items."""
        return self.line._seek_for_lines()

    def booked_items(self):
        """The journal items that stand against the bank's account, without what still waits."""
        liquidity, suspense, other = self.items()
        return other - liquidity - suspense

    def is_begun(self):
        """Whether a part of the movement is booked already."""
        return bool(self.items()[2])

    def open(self):
        """(what is open of the movement, signed like it; its currency)"""
        suspense = self.items()[1]
        currency = suspense.currency_id[:1] or self.line.foreign_currency_id or self.line.currency_id
        return currency.round(-sum(suspense.mapped('amount_currency'))), currency

    def open_of(self, item, currency):
        """What is open of an item, in the currency of the movement's counterpart. An item in a third currency is worth what
        the day's rate says, which is nearer to what a bank changes at than the rate of the invoice's day, which core takes; from
        the company's currency on the bank's own rate holds."""
        if item.currency_id == currency:
            return item.amount_residual_currency
        company = self.company
        worth = item.currency_id._convert(
            item.amount_residual_currency, company.currency_id, company, self.line.date, round=False
        )
        at_bank = self.line._prepare_counterpart_amounts_using_st_line_rate(
            item.currency_id, worth, item.amount_residual_currency
        )
        return currency.round(at_bank['amount_currency'])

    def bookable(self, by_person=False):
        """:meth:`items`, where something can be put in the suspense line's place.

        :raise UserError: somebody changed the entry by hand, or it is no longer posted"""
        if self.line.move_id.state != 'posted':
            raise UserError(self.env._("“%s” is not posted: nothing is paid by a draft.", self.line.payment_ref))
        liquidity, suspense, other = self.items()
        if len(liquidity) != 1 or len(suspense) != 1 or (other and not by_person):
            raise UserError(
                self.env._("“%s” was changed by hand; reset it before you accept a proposal.", self.line.payment_ref)
            )
        return liquidity, suspense, other

    def account_name(self, account):
        return account_name(account, self.company)

    def told_currency(self, part):
        """The currency that a part's amount is told in: the payment's original one, else the account's."""
        currency = part.item.key.currency_id
        return currency if currency.name == original_of(self.line)[1] else self.line.currency_id

    # === Journal items === #

    def counterparts(self, values, parts, rest=None, by_person=False):
        """Values of the journal items that take a counterpart's place: the parts in their order, then discounts, then the rest.

        :param dict values: of the one journal item that core would make
        :param by_person: a person said the amounts, in the counterpart's currency
        :raise UserError: it does not come out, in words"""
        movement, rest = self._movement(values), rest or StaysOpen()
        try:
            shared = share_out(movement, parts, by_person)
            is_left = not movement.currency.is_zero(shared.left.amount)
            rest_lines = rest.lines(movement, shared.left) if is_left else []
        except Refused as refused:
            raise refusals.in_words(self, refused) from None
        made = [self._paying(values, counterpart) for counterpart in shared.counterparts]
        for discount in shared.discounts:
            made += self._taken(values, discount)
        for line in rest_lines:
            made += taxes.with_contained(self, self._left(values, line, rest), line.taxes)
        return made

    def _movement(self, values):
        currency, own = self.env['res.currency'].browse(values['currency_id']), self.company.currency_id
        line = self.line
        whole = line.amount_currency if line.foreign_currency_id else line.amount

        def worth(share, other):
            other = self.env['res.currency'].browse(other.key)
            return exact(own._convert(float(share), other, self.company, line.date), other.decimal_places)

        return Movement(
            booking_currency(currency),
            booking_currency(own),
            exact(values['amount_currency'], currency.decimal_places),
            exact(values['debit'] - values['credit'], own.decimal_places),
            exact(whole, currency.decimal_places),
            worth,
            line.payment_ref or '',
        )

    def _paying(self, values, counterpart):
        item = counterpart.part.item.key
        return {
            **values,
            'bank_part': counterpart.part.key,
            'account_id': item.account_id.id,
            'partner_id': item.partner_id.id,
            'currency_id': counterpart.currency.key,
            **amounts(counterpart.amount, counterpart.balance),
        }

    def _taken(self, values, discount):
        """Journal items of an early-payment discount, as core books it for a registered payment."""
        item = discount.item.key
        groups = self.env['account.move']._get_invoice_counterpart_amls_for_early_payment_discount(
            [{'aml': item, 'amount_currency': -item.amount_residual_currency, 'balance': -item.amount_residual}],
            float(discount.amount),
        )
        made = []
        for line in (dict(line) for group in groups.values() for line in group):
            balance = line.pop('balance')
            line.pop('debit', None), line.pop('credit', None)
            made.append({**line, 'move_id': values['move_id'], **amounts(line['amount_currency'], balance)})
        return made

    def _left(self, values, line, rest):
        """Values of a journal item of what is left."""
        made = {
            **values,
            'account_id': (line.account or self.line.journal_id.suspense_account_id).id,
            **amounts(line.amount, line.balance),
        }
        if line.label:
            made['name'] = line.label
        if line.account and isinstance(rest, (ByModel, ToAccounts)):
            made['analytic_distribution'] = line.analytic or False  # what nobody chose is none
        if line.partner:
            made['partner_id'] = line.partner.id
        if line.account and getattr(rest, 'key', None):
            made['reconcile_model_id'] = rest.key.id
        return made

    # === Put into the entry === #

    def put(self, parts, partner, rest=None, by_person=False):
        """Put the parts, and what becomes of the rest, in the place of the suspense line, and reconcile them.

        :param by_person: see :meth:`counterparts`; a part of the movement may be booked already
        :raise UserError: in words, why not"""
        if parts and not by_person and not self.is_begun():
            self._use_currency_of(parts)
        liquidity, suspense, _other = self.bookable(by_person)
        first, *others = self.planned(suspense, parts, partner, rest, by_person)
        commands = [Command.update(liquidity.id, {'partner_id': partner.id})]
        if 'tax_ids' in first:  # no taxes are put on a journal item that is there
            commands += [Command.delete(suspense.id), Command.create(first)]
        else:
            commands.append(Command.update(suspense.id, first))
        commands += [Command.create(values) for values in others]
        found = Counterparts()
        self.line.move_id.with_context(
            force_delete=True, skip_readonly_check=True, skip_invoice_sync=True, **{COUNTERPARTS: found}
        ).write({'line_ids': commands})
        found.reconcile(self.env, parts)

    def planned(self, suspense, parts, partner, rest=None, by_person=False):
        """Values of the journal items that :meth:`put` puts in the place of the suspense line."""
        values = {
            'name': suspense.name,
            'account_id': suspense.account_id.id,
            'move_id': self.line.move_id.id,
            'partner_id': partner.id,
            'currency_id': suspense.currency_id.id,
            **amounts(suspense.amount_currency, suspense.balance),
        }
        return self.counterparts(values, parts, rest, by_person)

    def _wanted_currency(self, parts):
        """What to write so that the counterpart of a waiting movement is in the currency that the documents are in: the payment's
        original one, or the account's."""
        line, (amount, original) = self.line, original_of(self.line)
        currencies = {part.item.key.currency_id for part in parts}
        if line.foreign_currency_id and currencies != {line.foreign_currency_id}:
            return {'foreign_currency_id': False, 'amount_currency': 0.0}
        if line.foreign_currency_id or not original or {currency.name for currency in currencies} != {original}:
            return {}
        (currency,) = currencies
        if currency == (line.journal_id.currency_id or self.company.currency_id) or not amount:
            return {}
        return {'foreign_currency_id': currency.id, 'amount_currency': math.copysign(float(amount), line.amount)}

    def wants_other_currency(self, parts):
        """Whether :meth:`put` would change the currency of the counterpart first."""
        return bool(self._wanted_currency(parts))

    def _use_currency_of(self, parts):
        if wanted := self._wanted_currency(parts):
            self.line.write(wanted)
