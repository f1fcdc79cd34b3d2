"""How a coding is booked: who it is, and what becomes of the movement."""

from odoo.exceptions import UserError

from ...booking import ToAccounts, ToPartner, Transfer, WriteOff
from ...matching.coding.data import CODING
from ...matching.coding.rests import CENT
from ...matching.coding.split import gross
from ..lib.named import account_name
from .automated import model_rest
from .books import tax_rates, usual_receivable
from .kinds import as_text, places
from .stored import read_rows

#: of them a partner's account is what is open with the partner
PERSONAL = ('asset_receivable', 'liability_payable')


class Coded:
    """Rows of a coding, for the company's records.

    :param company: the record
    :param rows: :class:`matching.coding.Row`
    :param partner: id, or None
    :param is_transfer: between own accounts
    :param model: id of the reconciliation model that says so, or None"""

    #: whether records may have gone since it was decided
    is_old = False

    def __init__(self, company, rows, partner, is_transfer, model=None):
        self.company, self.env = company, company.env
        self.rows, self.is_transfer = rows, is_transfer
        self.partner = self.env['res.partner'].browse(partner or [])
        self.model = self.env['account.reconcile.model'].browse(model or [])

    @classmethod
    def of(cls, company, coding):
        """Of a :class:`matching.coding.Coding` that was just decided."""
        return cls(company, coding.rows, coding.partner, coding.is_transfer, coding.model)

    @classmethod
    def kept(cls, company, kept, model):
        """Of what a proposal keeps: since then, records may have gone.

        :param kept: see :func:`.stored.kept`
        :param model: the reconciliation model, or no record"""
        coded = cls(company, *read_rows(kept), model=model.id)
        coded.partner, coded.is_old = coded.partner.exists(), True
        return coded

    def rest(self, scale=None):
        """:class:`booking.Rest` of the whole movement.

        :param scale: makes an amount in the account's currency one in the counterpart's; None: they are the same
        :raise UserError: an account or tax is no more, or is one where it would wait on"""
        model = self.model or None
        if self.is_transfer:
            transit = self.company.transfer_account_id
            if not transit or transit in self._suspense():
                raise UserError(self.env._("Set the account for internal transfers in the accounting settings."))
            return Transfer(transit, model)
        accounts = self.accounts()
        if model and not model.sudo().bank_ground:
            if as_text(places(model)) != as_text(self.kind):
                raise UserError(self.env._("“%s” was changed since. Look at the movement again.", model.name))
            return model_rest(model)  # with its partners and amounts as core has them
        if len(accounts) == 1 and accounts.account_type in PERSONAL and self.partner:
            return ToPartner(self._of_partner(accounts), model)
        rates = tax_rates(self.env, self.company) if len(self.rows) > 1 else {}
        told = scale or (lambda amount: amount)
        # the largest one takes what rounding leaves
        last = max(self.rows, key=lambda row: abs(row.amount))
        offs = [self._write_off(row, told(gross(row, rates, CENT))) for row in self.rows if row is not last]
        return ToAccounts((*offs, self._write_off(last, None)), model)

    def _of_partner(self, account):
        """The partner's own account, where the coding has the company's usual one."""
        usual = usual_receivable(self.env, self.company)
        return self.partner.with_company(self.company).property_account_receivable_id if account == usual else account

    @property
    def kind(self):
        return (CODING, tuple(sorted((row.place for row in self.rows), key=repr)))

    def _suspense(self):
        return self.company.bank_journal_ids.suspense_account_id

    def accounts(self):
        """The accounts, each once.

        :raise UserError: one of them is no more"""
        accounts = self.env['account.account'].browse(dict.fromkeys(row.account for row in self.rows))
        if not accounts or (self.is_old and len(accounts.exists()) != len(accounts)):
            raise UserError(self.env._("An account of this proposal is no more. Refuse it."))
        if self.is_old and (archived := accounts.filtered(lambda account: not account.active)):
            name = account_name(archived[0], self.company)
            raise UserError(self.env._("%s is archived. Refuse this proposal, or book it elsewhere.", name))
        if accounts & self._suspense():
            raise UserError(self.env._("On %s it would wait on. Choose another account.", accounts[0].display_name))
        return accounts.with_company(self.company)

    def _write_off(self, row, amount):
        taxes = self.env['account.tax'].browse(row.taxes)
        if self.is_old and len(taxes.exists()) != len(taxes):
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
        accounts = self.env['account.account'].browse(dict.fromkeys(row.account for row in self.rows))
        accounts = accounts.exists() if self.is_old else accounts
        return ', '.join(account_name(account, self.company) for account in accounts)
