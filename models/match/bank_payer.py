from odoo import api, fields, models

from ...matching import accounts

#: letters of an account number; no country has half as many
MAX_NUMBER = 100


class BankPayer(models.Model):
    """An account that was seen paying for a partner, learned where a person confirmed a match or said
    who it was (:class:`models.reconcile.payer.Payer`); what the books themselves prove is in ``memory.py``. It is no bank account of the
    partner: nothing is ever sent to it."""

    _name = 'bank.payer'
    _description = "Known Payer Account"
    _order = 'partner_id, id'

    account_number = fields.Char(required=True, readonly=True)
    partner_id = fields.Many2one('res.partner', required=True, readonly=True, ondelete='cascade', index=True)
    company_id = fields.Many2one('res.company', required=True, readonly=True, index=True)
    statement_line_id = fields.Many2one(
        'account.bank.statement.line', string="Learned From", readonly=True, ondelete='set null', index=True
    )

    _account_index = models.Index("(account_number, company_id)")

    @api.model
    def _learn(self, line, partner):
        """After a person confirmed a match: this account paid for this partner. It counts as long as it paid for no other,
        and nobody's own bank account is learned."""
        number = accounts.compact(line.account_number)
        if not number or not partner or len(number) > MAX_NUMBER:
            return
        if self.env['res.partner.bank'].search_count([('sanitized_acc_number', '=', number)], limit=1):
            return
        self.create(
            {
                'account_number': number,
                'partner_id': partner.commercial_partner_id.id,
                'company_id': line.company_id.id,
                'statement_line_id': line.id,
            }
        )

    @api.model
    def _unlearn(self, lines):
        self.search([('statement_line_id', 'in', lines.ids)]).unlink()
