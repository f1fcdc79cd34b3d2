from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...matching.keys import digits
from ...sandbox.people import account_key, accounts_of, sk_iban
from ..lib.actions import notify

MOST = 200

#: who pays for somebody else
OTHER_PAYER = 'Holding Dunaj a.s.'


class BankSandboxCustomers(models.Model):
    """The sandbox bank's customers: they pay open invoices as real ones do, in all spellings."""

    _inherit = 'bank.provider'

    def action_customers_pay(self):
        """Customers of the sandbox bank pay this company's open invoices; the next fetch brings the payments."""
        self.ensure_one()
        self.check_access('write')
        company = self.env.company
        moves = self.env['account.move'].search(
            Domain('company_id', '=', company.id)
            & Domain('state', '=', 'posted')
            & Domain('move_type', 'in', ('out_invoice', 'in_invoice'))
            & Domain('payment_state', '=', 'not_paid'),
            limit=MOST,
            order='invoice_date, id',
        )
        key = self._sandbox_account(company)
        moves = moves.filtered(lambda move: move.currency_id.name == key[-3:])
        if not moves:
            raise UserError(self.env._("No unpaid invoice in %s is left to pay: make and confirm one first.", key[-3:]))
        self._customers_pay(moves, key)
        return notify(self.env._("%s documents were paid at the sandbox bank. Fetch to see it.", len(moves)))

    def _sandbox_account(self, company):
        """The account at the sandbox bank that feeds this company, else the first one there."""
        feed = self.env['bank.feed'].search(
            [('company_id', '=', company.id), ('institution_id.provider_id', '=', self.id)], limit=1
        )
        return f'{feed.account_number}/{feed.currency_id.name}' if feed else account_key(accounts_of('jana')[0])

    def _customers_pay(self, moves, key):
        """Enter payments of ``moves`` on the account ``key`` ("IBAN/CUR") of the sandbox bank.

        Of eight, five can be matched without doubt; one is short, one pays two invoices at once, one says nothing.
        From the second eight on, the short one comes from somebody else's account."""
        today = fields.Date.context_today(self)
        sales = list(moves.filtered(lambda move: move.move_type == 'out_invoice'))
        with self.env['bank.sandbox']._bank() as bank:
            number = 0
            while sales:
                move = sales.pop(0)
                also = self._another_of(move, sales) if number % 8 == 6 else None
                stranger = number % 8 == 5 and number > 8
                booked = max(move.invoice_date, today - timedelta(days=number % 12))
                bank.add_entry(
                    key,
                    booked=booked.isoformat(),
                    name=OTHER_PAYER if stranger else move.commercial_partner_id.name[:70],
                    iban=sk_iban(5000000 + (0 if stranger else move.commercial_partner_id.id)),
                    **self._spelled(move, number % 8, also),
                )
                number += 1
            for move in moves.filtered(lambda move: move.move_type == 'in_invoice'):
                bank.add_entry(
                    key,
                    amount=f'-{move.amount_residual:.2f}',
                    booked=today.isoformat(),
                    name=move.commercial_partner_id.name[:70],
                    iban=sk_iban(6000000 + move.commercial_partner_id.id),
                    remittance=[f"Uhrada {move.ref or move.name}"],
                )

    def _another_of(self, move, sales):
        """Take another invoice of the same customer from the list; None where there is none."""
        other = next((sale for sale in sales if sale.partner_id == move.partner_id), None)
        if other:
            sales.remove(other)
        return other

    def _spelled(self, move, style, also):
        """Amount and texts of one payment."""
        amount = move.amount_residual + (also.amount_residual if also else 0)
        symbol = digits(move.payment_reference or move.name)[-10:]
        texts = (
            {'e2e': f'/VS{symbol}/SS/KS0308'},
            {'remittance': [f"Faktura {move.name}"]},
            {'structured': (move.payment_reference or move.name)[:140]},
            {'remittance': [f"vs{symbol},ks0308"]},
            {'remittance': [f"{move.name} dakujeme"], 'e2e': 'NOTPROVIDED'},
            {'e2e': f'/VS{symbol}/SS/KS', 'remittance': ["Uhrada"]},
            {'remittance': [f"{move.name}, {also.name}" if also else move.name]},
            {'remittance': ["Dakujeme za tovar"]},
        )[style]
        return {'amount': f'{amount - (3 if style == 5 else 0):.2f}', **texts}
