from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..lib.walls import without_defaults


class BankPaymentApproval(models.Model):
    """One person's word on a payment order as it stood: bound to the hash of its content. It falls with the content, and stays as a record."""

    _name = 'bank.payment.approval'
    _description = "Approval of a Payment Order"
    _order = 'id'

    order_id = fields.Many2one('bank.payment.order', required=True, ondelete='restrict', index=True)
    company_id = fields.Many2one(related='order_id.company_id', store=True, precompute=True, index=True)
    user_id = fields.Many2one('res.users', string="By", required=True)
    at = fields.Datetime(required=True, default=fields.Datetime.now)
    decision = fields.Selection([('approved', "Approved"), ('rejected', "Rejected")], required=True)
    content_hash = fields.Char(string="Content (SHA-256)", required=True)
    consent_id = fields.Many2one(
        'bank.consent', ondelete='set null', groups='account_bank_feed.bank_feed_group_manager'
    )
    comment = fields.Char()
    is_good = fields.Boolean(string="Holds", compute='_compute_is_good', help="Of the order as it stands now.")

    @api.depends('decision', 'content_hash', 'order_id.content_hash')
    def _compute_is_good(self):
        for approval in self:
            approval.is_good = (
                approval.decision == 'approved' and approval.content_hash == approval.order_id.content_hash
            )

    @api.model_create_multi
    def create(self, vals_list):
        """No default of the context or of a person says anything here, also where the module itself makes the record."""
        records, vals_list = without_defaults(self, vals_list, set())
        return super(BankPaymentApproval, records).create(vals_list).with_env(self.env)

    def write(self, vals):
        raise AccessError(self.env._("An approval is never changed."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise AccessError(self.env._("An approval is never deleted."))
