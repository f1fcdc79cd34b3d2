from odoo import fields, models


class AccountJournal(models.Model):  # the class name matters: core's method below is name-mangled
    _inherit = 'account.journal'

    bank_feed_ids = fields.One2many(
        'bank.feed', 'journal_id', string="Feeding Accounts", groups='account_bank_feed.bank_feed_group_accountant'
    )

    def __get_bank_statements_available_sources(self):
        sources = super().__get_bank_statements_available_sources()
        return [*sources, ('bank_feed', self.env._("Bank feed"))]

    def action_bank_feed_fetch(self):
        """Fetch now, from the dashboard's card."""
        return self.bank_feed_ids.action_fetch_now()

    def action_bank_feed_renew(self):
        """Renew the connection that feeds this journal."""
        self.ensure_one()
        return self.bank_feed_ids.connection_id[:1].action_renew()

    def action_bank_feed_open(self):
        """Open the connection that feeds this journal."""
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'bank.connection',
            'res_id': self.bank_feed_ids.connection_id[:1].id,
            'view_mode': 'form',
            'views': [(False, 'form')],
        }
