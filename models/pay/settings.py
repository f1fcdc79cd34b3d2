from odoo import fields, models

from .upload import FORMATS


class ResCompany(models.Model):
    _inherit = 'res.company'

    bank_payment_four_eyes = fields.Selection(
        [('off', "Off"), ('always', "Always"), ('above', "Above an amount, and for accounts to be looked at")],
        string="Second Person Approves",
        default='off',
        required=True,
        help="Whoever had a hand in preparing an order does not approve it.",
    )
    bank_payment_four_eyes_amount = fields.Monetary(string="Above", currency_field='currency_id')
    bank_payment_stop = fields.Boolean(string="Stop Payments", help="Nothing is sent to any bank.")
    bank_payment_limit_line = fields.Monetary(string="Largest Payment", currency_field='currency_id')
    bank_payment_limit_order = fields.Monetary(string="Largest Order", currency_field='currency_id')
    bank_payment_limit_day = fields.Monetary(string="All Orders of a Day", currency_field='currency_id')
    bank_payment_limit_person = fields.Monetary(string="One Person's Approvals of a Day", currency_field='currency_id')


class ResConfigSettings(models.TransientModel):
    _inherit = 'res.config.settings'

    bank_payment_four_eyes = fields.Selection(related='company_id.bank_payment_four_eyes', readonly=False)
    bank_payment_four_eyes_amount = fields.Monetary(
        related='company_id.bank_payment_four_eyes_amount', readonly=False, currency_field='currency_id'
    )
    bank_payment_stop = fields.Boolean(related='company_id.bank_payment_stop', readonly=False)
    bank_payment_limit_line = fields.Monetary(
        related='company_id.bank_payment_limit_line', readonly=False, currency_field='currency_id'
    )
    bank_payment_limit_order = fields.Monetary(
        related='company_id.bank_payment_limit_order', readonly=False, currency_field='currency_id'
    )
    bank_payment_limit_day = fields.Monetary(
        related='company_id.bank_payment_limit_day', readonly=False, currency_field='currency_id'
    )
    bank_payment_limit_person = fields.Monetary(
        related='company_id.bank_payment_limit_person', readonly=False, currency_field='currency_id'
    )


class AccountJournal(models.Model):
    _inherit = 'account.journal'

    bank_payment_format = fields.Selection(
        FORMATS, string="Payment File", help="Empty: as banks of the account's country take it."
    )
