from odoo import api, fields, models

from ...banks.consents import Cover, best


class BankConsentAccount(models.Model):
    """That a consent covers an account: what the bank calls the account there, and until when."""

    _name = 'bank.consent.account'
    _description = "Account of a Bank Consent"
    _order = 'consent_id desc, id'

    consent_id = fields.Many2one('bank.consent', required=True, ondelete='cascade', index=True)
    feed_id = fields.Many2one('bank.feed', string="Account", required=True, ondelete='cascade', index=True)
    user_id = fields.Many2one(related='consent_id.user_id', store=True, precompute=True)
    connection_id = fields.Many2one(related='feed_id.connection_id', store=True, index=True, precompute=True)
    company_id = fields.Many2one(related='feed_id.company_id', store=True, index=True, precompute=True)
    account_session = fields.Char(
        groups=fields.NO_ACCESS,
        copy=False,
        prefetch=False,
        exportable=False,
        help="Technical: what the bank calls the account during this consent.",
    )
    own_until = fields.Date(help="End for this account, where the bank tells it by account.")
    valid_until = fields.Date(compute='_compute_valid_until')
    is_doubted = fields.Boolean(help="The bank lately gave this account no more, while the consent goes on.")

    _once_uniq = models.UniqueIndex("(consent_id, feed_id)", "The consent covers this account already.")

    @api.depends('own_until', 'consent_id.valid_until')
    def _compute_valid_until(self):
        for cover in self:
            cover.valid_until = min(filter(None, (cover.own_until, cover.consent_id.valid_until)), default=False)

    def _covers(self):
        """[:class:`banks.consents.Cover`], of the records' ids."""
        return [
            Cover(
                consent=cover.consent_id.id,
                person=cover.consent_id.user_id.id,
                account=cover.feed_id.id,
                given=cover.consent_id.id,
                until=cover.valid_until or None,
                good=cover.consent_id.state == 'valid',
                doubted=cover.is_doubted,
            )
            for cover in self
        ]

    def _best(self, today):
        """The one of these, of one account, with which it is read; none: it is not read."""
        found = best(self._covers(), today)
        return self.filtered(lambda cover: found and cover.consent_id.id == found.consent)

    def _was_given(self, session):
        """The bank gave the account's movements under this consent, and calls the account so."""
        for cover in self:
            if cover.account_session != session or cover.is_doubted:
                cover.write({'account_session': session, 'is_doubted': False})

    @api.model
    def _keep(self, consent, feed, session, own_until):
        """The consent covers the account, or still does (sudo)."""
        values = {'account_session': session, 'own_until': own_until or False, 'is_doubted': False}
        found = self.sudo().search([('consent_id', '=', consent.id), ('feed_id', '=', feed.id)], limit=1)
        if found:
            found.write(values)
            return found
        return self.sudo().create({**values, 'consent_id': consent.id, 'feed_id': feed.id})
