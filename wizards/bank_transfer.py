from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.lib.rights import ACCOUNTANTS
from ..payments.days import business_day


class BankTransfer(models.TransientModel):
    """From one own account to another: a payment order as any, over the company's account for transfers."""

    _name = 'bank.transfer'
    _description = "Transfer Between Own Accounts"
    _check_company_auto = True

    company_id = fields.Many2one('res.company', required=True, default=lambda self: self.env.company)
    journal_id = fields.Many2one(
        'account.journal', string="From", required=True, check_company=True, domain="[('type', '=', 'bank')]"
    )
    to_journal_id = fields.Many2one(
        'account.journal',
        string="To",
        required=True,
        check_company=True,
        domain="[('type', '=', 'bank'), ('id', '!=', journal_id)]",
    )
    currency_id = fields.Many2one('res.currency', compute='_compute_currency_id')
    amount = fields.Monetary(required=True)
    day = fields.Date(string="Execution Day", required=True, default=fields.Date.context_today)
    text = fields.Char(default=lambda self: self.env._("Transfer"))

    @api.depends('journal_id')
    def _compute_currency_id(self):
        for transfer in self:
            transfer.currency_id = transfer.journal_id.currency_id or transfer.company_id.currency_id

    def action_make(self):
        """The payment, in its order."""
        self.ensure_one()
        if not self.env.user.has_group(ACCOUNTANTS):
            raise UserError(self.env._("You need the right “Bank Feeds: Accountant” to pay from here."))
        if self.amount <= 0:
            raise UserError(self.env._("The amount has to be more than zero."))
        target = self.to_journal_id
        if (target.currency_id or self.company_id.currency_id) != self.currency_id:
            raise UserError(self.env._("Both accounts have to be in one currency."))
        if not target.bank_account_id or not self.company_id.transfer_account_id:
            raise UserError(
                self.env._("The other account’s number, or the company’s account for transfers, is missing.")
            )
        dialog = self.env['bank.pay'].new({'company_id': self.company_id.id, 'journal_id': self.journal_id.id})
        now, method = dialog._today(), dialog._method()
        payment = self.env['account.payment'].create(
            {
                'payment_type': 'outbound',
                'partner_type': 'supplier',
                'partner_id': target.bank_account_id.partner_id.id,
                'partner_bank_id': target.bank_account_id.id,
                'company_id': self.company_id.id,
                'journal_id': self.journal_id.id,
                'currency_id': self.currency_id.id,
                'payment_method_line_id': method.id,
                'destination_account_id': self.company_id.transfer_account_id.id,
                'amount': self.amount,
                'date': business_day(max(self.day, now), self.currency_id.name),
                'memo': self.text or self.env._("Transfer"),
            }
        )
        payment.action_post()
        order = payment.bank_payment_order_id
        action = self.env['ir.actions.act_window']._for_xml_id('account_bank_feed.bank_payment_order_action')
        return {**action, 'views': [(False, 'form')], 'res_id': order.id}
