from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...banks.data import Transaction
from ..lib.actions import SOFT_RELOAD
from ..lib.rights import ACCOUNTANTS
from ..lib.told import text as told_text
from .obstacles import journal_obstacle
from .store import PostOrHold


class BankFeedUnposted(models.Model):
    """A movement that is at the bank and not in the books: pending there, or booked there and on hold here, with the
    reason. What is on hold is tried again at every fetch."""

    _name = 'bank.feed.unposted'
    _description = "Bank Movement Not Posted"
    _order = 'date desc, id desc'

    feed_id = fields.Many2one('bank.feed', string="Account", required=True, ondelete='cascade', index=True)
    company_id = fields.Many2one(related='feed_id.company_id', store=True, index=True, precompute=True)
    journal_id = fields.Many2one(related='feed_id.journal_id')
    state = fields.Selection(
        [('pending', "Pending at the bank"), ('held', "On hold"), ('unreadable', "Unreadable")], required=True
    )
    uid = fields.Char(required=True, help="Identity of the movement within its account.")
    date = fields.Date()
    amount = fields.Monetary()
    currency_id = fields.Many2one('res.currency')
    partner_name = fields.Char(string="Counterparty")
    label = fields.Char()
    reason = fields.Char(help="Why it is not in the books, and what helps.")
    doubtful = fields.Boolean(help="Perhaps it is in the books already; posted only when a person asks for it.")
    details = fields.Json(exportable=False)
    dismissed = fields.Boolean(help="A person has dealt with it; it is kept so that it does not come back.")

    _uid_uniq = models.UniqueIndex("(feed_id, uid) WHERE state <> 'pending'", "This movement is on hold already.")

    @api.depends('label', 'partner_name')
    def _compute_display_name(self):
        for movement in self:
            movement.display_name = movement.label or movement.partner_name or movement.uid

    def action_retry(self):
        """Try to post what is on hold again."""
        self._check_may_decide()
        held = self.sudo().filtered(lambda movement: movement.state == 'held')
        for feed, asked in held.grouped('feed_id').items():
            if obstacle := journal_obstacle(feed):
                raise UserError(told_text(self.env, obstacle))
            PostOrHold(feed.with_company(feed.company_id)).post_held(asked=asked)
        return SOFT_RELOAD

    def action_dismiss(self):
        """A person has dealt with it by hand: it is neither shown nor posted later."""
        self._check_may_decide()
        self.filtered(lambda movement: movement.state != 'pending').sudo().dismissed = True
        return SOFT_RELOAD

    def _check_may_decide(self):
        self.check_access('read')
        if not self.env.user.has_group(ACCOUNTANTS):
            raise AccessError(self.env._("You need the right “Bank Feeds: Accountant” for this."))

    def _transaction(self):
        """The bank's movement again (:class:`banks.data.Transaction`)."""
        self.ensure_one()
        return Transaction.from_json(self.details)
