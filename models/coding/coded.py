"""How a coding is booked: who it is, and what becomes of the movement."""

from odoo.exceptions import UserError

from ...booking import ToAccounts, ToPartner, Transfer, WriteOff
from ...matching.coding.rests import CENT
from ...matching.coding.split import gross
from .books import tax_rates

#: of them a partner's account is what is open with the partner
PERSONAL = ('asset_receivable', 'liability_payable')


class Coded:
    """Rows of a coding, for the company's records.

    :param company: the record
    :param rows: :class:`matching.coding.Row`
    :param partner: id, or None
    :param is_transfer: between own accounts
    :param model: id of the reconciliation model that says so, or None"""

    def __init__(self, company, rows, partner, is_transfer, model=None):
        self.company, self.env = company, company.env
        self.rows, self.is_transfer = rows, is_transfer
        self.partner = self.env['res.partner'].browse(partner or []).exists()
        self.model = self.env['account.reconcile.model'].browse(model or []).exists()

    @classmethod
    def of(cls, company, coding):
        """Of a :class:`matching.coding.Coding`."""
        return cls(company, coding.rows, coding.partner, coding.is_transfer, coding.model)

    def rest(self):
        """:class:`booking.Rest` of the whole movement.

        :raise UserError: an account or tax is no more"""
        if self.is_transfer:
            if not self.company.transfer_account_id:
                raise UserError(self.env._("Set the account for internal transfers in the accounting settings."))
            return Transfer(self.company.transfer_account_id)
        accounts = self.accounts()
        if len(accounts) == 1 and accounts.account_type in PERSONAL and self.partner:
            return ToPartner(accounts)
        rates = tax_rates(self.env, self.company) if len(self.rows) > 1 else {}
        # the largest one takes what rounding leaves
        last = max(self.rows, key=lambda row: abs(row.amount))
        offs = [self._write_off(row, gross(row, rates, CENT)) for row in self.rows if row is not last]
        return ToAccounts((*offs, self._write_off(last, None)), self.model or None)

    def accounts(self):
        """The accounts, each once.

        :raise UserError: one of them is no more"""
        accounts = self.env['account.account'].browse(dict.fromkeys(row.account for row in self.rows))
        if len(accounts.exists()) != len(accounts) or not accounts:
            raise UserError(self.env._("An account of this proposal is no more. Refuse it."))
        return accounts.with_company(self.company)

    def _write_off(self, row, amount):
        taxes = self.env['account.tax'].browse(row.taxes)
        if len(taxes.exists()) != len(taxes):
            raise UserError(self.env._("A tax of this proposal is no more. Refuse it."))
        return WriteOff(
            self.env['account.account'].browse(row.account),
            amount,
            row.label,
            taxes,
            dict(row.analytic) if row.analytic else None,
        )

    def name(self):
        """What it is booked on, in a few words."""
        if self.is_transfer:
            return self.env._("transfer between own accounts")
        accounts = self.env['account.account'].browse(dict.fromkeys(row.account for row in self.rows)).exists()
        accounts = accounts.with_company(self.company)
        return ', '.join(f"{account.code} {account.name}" if account.code else account.name for account in accounts)
