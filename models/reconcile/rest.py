"""What a person says of the rest of a movement: read from the call, checked, and named."""

import math
from decimal import Decimal
from functools import singledispatch

from odoo.exceptions import UserError
from odoo.tools.translate import LazyTranslate

from ...booking import ByModel, StaysOpen, ToAccounts, ToPartner, Transfer, WriteOff
from ..coding.automated import model_rest
from ..lib.given import given_dict, given_id, given_ids, given_list, given_number, given_text

_lt = LazyTranslate(__name__)

#: letters of a label that a person writes
MAX_LABEL = 500


class GivenRest:
    """Reads the ``rest`` of :meth:`bank_reconcile`.

    :param booking: :class:`models.book.booking.Booking` of the movement
    :param partner: whose movement it is, or none
    :param parts: what is paid with it"""

    def __init__(self, booking, partner, parts=()):
        self.booking, self.env, self.partner, self.parts = booking, booking.env, partner, parts

    def read(self, given):
        """:class:`booking.Rest` of what was given.

        :raise UserError: what is chosen is incomplete"""
        readers = {
            'open': lambda given: StaysOpen(),
            'partner': self._to_partner,
            'transfer': self._transfer,
            'account': self._to_accounts,
            'model': self._by_model,
        }
        kind = given.get('kind') or 'open'
        if not isinstance(kind, str) or kind not in readers:
            raise UserError(self.env._("Choose what becomes of the rest."))
        return readers[kind](given)

    def _to_partner(self, _given):
        """Where a partner's credit stands: with the items that are paid with it, else by the direction of the money."""
        if not self.partner:
            raise UserError(self.env._("Say first who the partner is."))
        accounts = {part.item.key.account_id for part in self.parts}
        if len(accounts) == 1 and (account := accounts.pop()).account_type in ('asset_receivable', 'liability_payable'):
            return ToPartner(account)
        partner = self.partner.with_company(self.booking.company)
        incoming = self.booking.line.amount > 0
        return ToPartner(partner.property_account_receivable_id if incoming else partner.property_account_payable_id)

    def _transfer(self, _given):
        account = self.booking.company.transfer_account_id
        if not account:
            raise UserError(self.env._("Set the account for internal transfers in the accounting settings."))
        return Transfer(account)

    def _to_accounts(self, given):
        lines = given_list(self.env, given.get('lines')) or [given]
        return ToAccounts(tuple(self._write_off(line) for line in lines))

    def _write_off(self, given):
        given = given_dict(self.env, given)
        account = self.env['account.account'].browse(given_id(self.env, given.get('account_id')) or []).exists()
        if not account:
            raise UserError(self.env._("Choose the account of the rest."))
        journal = self.booking.line.journal_id
        if account in journal.suspense_account_id | journal.default_account_id:
            raise UserError(self.env._("On %s it would wait on. Choose another account.", account.display_name))
        amount = given.get('amount')
        return WriteOff(
            account,
            None if amount is None or amount is False else Decimal(repr(given_number(self.env, amount))),
            given_text(self.env, given.get('label'), MAX_LABEL),
            self.env['account.tax'].browse(given_ids(self.env, given.get('tax_ids'))),
            self._analytic(given_dict(self.env, given.get('analytic_distribution'))),
        )

    def _analytic(self, distribution):
        """Core's form of it, {'ids': percentage}, of analytic accounts that the person may use."""
        try:
            wanted = {
                ','.join(str(int(key)) for key in str(keys).split(',')): float(share)
                for keys, share in distribution.items()
            }
            if not all(math.isfinite(share) for share in wanted.values()):
                raise ValueError
        except (TypeError, ValueError, OverflowError):
            raise UserError(self.env._("The analytic distribution cannot be read.")) from None
        ids = {given_id(self.env, int(key)) for keys in wanted for key in keys.split(',')}
        if len(self.env['account.analytic.account'].search([('id', 'in', list(ids))])) != len(ids):
            raise UserError(self.env._("The analytic distribution names an account that is not there."))
        return wanted or False

    def _by_model(self, given):
        model = self.env['account.reconcile.model'].browse(given_id(self.env, given.get('model_id')) or []).exists()
        if not model:
            raise UserError(self.env._("Choose what becomes of the rest."))
        return model_rest(model)


@singledispatch
def rest_name(rest, booking):
    """What a note calls the way that was chosen for a rest: a sentence or text; '' where it stays open."""
    return ''


@rest_name.register
def _(rest: ToPartner, booking):
    return _lt("credited to the partner")


@rest_name.register
def _(rest: Transfer, booking):
    return _lt("transfer between own accounts")


@rest_name.register
def _(rest: ToAccounts, booking):
    return ', '.join(booking.account_name(off.account) for off in rest.write_offs)


@rest_name.register
def _(rest: ByModel, booking):
    return rest.key.name
