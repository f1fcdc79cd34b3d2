from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, ValidationError

from ...banks.consents import best, until
from ..lib.actions import SOFT_RELOAD
from ..lib.rights import MANAGERS

#: a consent that ends within so many days is shown as ending soon
SOON = 14


class BankFeed(models.Model):
    """Whose consent the account is fetched with."""

    _inherit = 'bank.feed'

    account_valid_until = fields.Date(
        related='cover_id.own_until',
        help="End of the permission for this account, where the bank tells it by account.",
    )
    valid_until = fields.Date(compute='_compute_valid_until', compute_sudo=True)
    cover_ids = fields.One2many('bank.consent.account', 'feed_id', string="Covered By", groups=MANAGERS)
    cover_id = fields.Many2one(
        'bank.consent.account',
        ondelete='set null',
        index='btree_not_null',
        copy=False,
        groups=MANAGERS,
        help="Technical: with which it is fetched now.",
    )
    consent_id = fields.Many2one(
        related='cover_id.consent_id',
        string="Consent",
        store=True,
        index='btree_not_null',
        groups=MANAGERS,
        help="With which it is fetched now.",
    )

    status = fields.Selection(
        [
            ('active', "Connected"),
            ('ending', "Ends Soon"),
            ('lost', "No Consent"),
            ('stopped', "Stopped"),
            ('waiting', "Waiting"),
            ('expired', "Expired"),
            ('revoked', "Revoked"),
            ('disconnected', "Disconnected"),
        ],
        compute='_compute_status',
        compute_sudo=True,
        help="Whether this account is fetched, whatever becomes of others of the connection.",
    )
    consent_user_id = fields.Many2one(related='consent_id.user_id', string="Consent of", groups=MANAGERS)
    ends_soon = fields.Boolean(compute='_compute_valid_until', compute_sudo=True)

    @api.depends(
        'cover_ids.valid_until', 'cover_ids.consent_id.state', 'cover_ids.is_doubted', 'cover_id.consent_id.ended_on'
    )
    def _compute_valid_until(self):
        """Until when somebody's consent covers it."""
        today = fields.Date.context_today(self)
        for feed in self.sudo():
            covers = feed.cover_ids._covers()
            read = best(covers, today)
            ended = min(filter(None, (feed.cover_id.valid_until, feed.cover_id.consent_id.ended_on)), default=False)
            end = until(covers, today) if read and not read.doubted else ended
            feed.valid_until = end
            feed.ends_soon = bool(end and (end - today).days <= SOON)

    @api.depends('active', 'connection_id.state', 'cover_ids.valid_until', 'cover_ids.consent_id.state')
    def _compute_status(self):
        today = fields.Date.context_today(self)
        for feed in self.sudo():
            state = feed.connection_id.state
            if not feed.active and state != 'disconnected':
                feed.status = 'stopped'
            elif state == 'active' and not best(feed.cover_ids._covers(), today):
                feed.status = 'lost'
            else:
                feed.status = 'ending' if state == 'active' and feed.ends_soon else state

    def action_resume(self):
        """Fetch again what was stopped: from where it ended."""
        self.check_access('write')
        for feed in self.filtered(lambda feed: feed.status == 'stopped'):
            feed.active = True
            feed.sudo()._choose_consent()
            feed.sudo()._begin_anew()
            feed.sudo().connection_id._refresh_state()
            feed.sudo().connection_id.message_post(
                body=self.env._("%s is fetched again.", feed.account_number), author_id=self.env.user.partner_id.id
            )
        return SOFT_RELOAD

    def write(self, vals):
        result = super().write(vals)
        if 'cover_id' in vals:
            self._check_consent()
        return result

    def _check_giver(self, consent):
        """A permission is used for the bank that gave it, at the word of the person who gave it."""
        other_bank = self.sudo().filtered(
            lambda feed: feed.connection_id.institution_id != consent.sudo().institution_id
        )
        if other_bank or (self.env.uid != SUPERUSER_ID and not consent._may_be_used_by(self.env.user)):
            raise AccessError(self.env._("Only who gave this permission at the bank can use it."))

    def _check_consent(self):
        """A feed reads under a permission of its own connection only."""
        for feed in self.sudo().filtered('cover_id'):
            if feed.cover_id.feed_id != feed or feed.consent_id not in feed.connection_id.consent_ids:
                raise ValidationError(self.env._("The permission belongs to another connection."))

    def _attach(self, consent, session, valid_until=None):
        """Fetch with this permission from now on; ``session`` is the account's id in it."""
        self._check_giver(consent)
        connections = self.sudo().connection_id
        connections._adopt(consent)
        covers = self.env['bank.consent.account']
        for feed in self.sudo():
            covers._keep(consent, feed, session, valid_until)
        self.sudo()._choose_consent()
        self.sudo()._begin_anew()
        connections._refresh_state()

    def _choose_consent(self):
        """Each account is read with the newest consent that covers it and is good; where there is none, the last one stays, so that it
        can be said what became of it. The one writer of :attr:`cover_id` but for :meth:`_uncover`.

        :return: accounts that are read with another consent than before"""
        today = fields.Date.context_today(self)
        changed = self.browse()
        for feed in self:
            found = feed.cover_ids._best(today)
            if found and found != feed.cover_id:
                feed.cover_id = found
                changed |= feed
        return changed

    def _uncover(self):
        """No consent covers these accounts any more: they go to another connection, or nobody wants them fetched."""
        self.cover_id = False
        self.cover_ids.unlink()

    def _begin_anew(self):
        """Fetch at once, further back, whatever went wrong before."""
        self.write(
            {
                'wide_overlap': True,
                'error': False,
                'error_count': 0,
                'next_fetch': fields.Datetime.now(),
            }
        )
