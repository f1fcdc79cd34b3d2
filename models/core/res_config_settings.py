from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = 'res.config.settings'

    bank_cash_journal_id = fields.Many2one(related='company_id.bank_cash_journal_id', readonly=False)
    bank_feed_reminder_days = fields.Char(related='company_id.bank_feed_reminder_days', readonly=False)
