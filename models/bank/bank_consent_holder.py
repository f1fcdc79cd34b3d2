from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools.translate import LazyTranslate

from ...banks.consents import accounts, ending
from ..lib.actions import SOFT_RELOAD, notify
from ..lib.rights import MANAGERS
from ..lib.walls import onchange
from .matrix import matrix
from .reminder import Reminder

_lt = LazyTranslate(__name__)

#: a consent that ends within so many days is shown as ending soon
SOON = 14
STATES = [
    ('none', "No Consent"),
    ('invited', "Invited"),
    ('valid', "Valid"),
    ('ending', "Ends Soon"),
    ('ended', "Ended"),
    ('no_rights', "Not Needed"),
]


class BankConsentHolder(models.Model):
    """A person at a connection: whether they hold a consent there, were asked for one, or have no rights at the bank."""

    _name = 'bank.consent.holder'
    _description = "Person at a Bank Connection"
    _order = 'connection_id, user_id'

    connection_id = fields.Many2one('bank.connection', required=True, ondelete='cascade', index=True)
    company_id = fields.Many2one(related='connection_id.company_id', store=True, index=True, precompute=True)
    user_id = fields.Many2one('res.users', string="Person", required=True, ondelete='cascade', index=True)
    invited_by = fields.Many2one('res.users', ondelete='set null')
    invited_at = fields.Datetime(string="Invited")
    no_rights = fields.Boolean(
        string="No Rights at the Bank",
        help="This person may not see the accounts at the bank: is not asked or reminded.",
    )
    reminded_days = fields.Integer(default=-1, help="Technical: the last reminder's number of days.")
    state = fields.Selection(STATES, compute='_compute_state', compute_sudo=True)
    valid_until = fields.Date(compute='_compute_state', compute_sudo=True)
    account_count = fields.Integer(string="Accounts", compute='_compute_state', compute_sudo=True)

    _person_uniq = models.UniqueIndex("(connection_id, user_id)", "This person is at the connection already.")

    def onchange(self, values, field_names, fields_spec):
        return onchange(super().onchange, values, field_names, fields_spec, ())

    @api.depends('connection_id', 'user_id')
    def _compute_display_name(self):
        for holder in self:
            holder.display_name = f'{holder.user_id.name} · {holder.connection_id.sudo().display_name}'

    @api.depends(
        'no_rights',
        'invited_at',
        'connection_id.cover_ids.valid_until',
        'connection_id.cover_ids.is_doubted',
        'connection_id.consent_ids.state',
        'connection_id.feed_ids.active',
    )
    def _compute_state(self):
        today = fields.Date.context_today(self)
        for holder in self:
            covers, person = holder._covers(), holder.user_id.id
            end = ending(covers, person, today)
            holder.account_count = len(accounts(covers, person, today))
            given = holder.connection_id.consent_ids.filtered_domain(
                [('user_id', '=', person), ('authorised_at', '!=', False)]
            )
            if holder.account_count:
                holder.state = 'ending' if end and (end - today).days <= SOON else 'valid'
            elif holder.no_rights:
                holder.state = 'no_rights'
            elif 'valid' in given.mapped('state') and not any(cover.person == person for cover in covers if cover.good):
                holder.state = 'valid'  # nothing is read with it: its accounts were stopped, or wait for their journals
            elif given:
                holder.state = 'ended'
            else:
                holder.state = 'invited' if holder.invited_at else 'none'
            valid = given.filtered(lambda consent: consent.state == 'valid')
            last = valid.mapped('valid_until') or given.mapped('ended_on')
            holder.valid_until = end if holder.account_count else max(filter(None, last), default=False)

    def _covers(self):
        """:class:`banks.consents.Cover` of the connection's accounts that are fetched."""
        feeds = self.sudo().connection_id.feed_ids
        return feeds.cover_ids._covers()

    def _own_accounts(self):
        """Feeds that the person's own consents cover today."""
        found = accounts(self._covers(), self.user_id.id, fields.Date.context_today(self))
        return self.sudo().connection_id.feed_ids.filtered(lambda feed: feed.id in found)

    @api.model
    def _of(self, connection, person):
        """The person at the connection (sudo), made where there is none."""
        found = self.sudo().search([('connection_id', '=', connection.id), ('user_id', '=', person.id)], limit=1)
        return found or self.sudo().create({'connection_id': connection.id, 'user_id': person.id})

    @api.model
    def matrix(self):
        """See :func:`.matrix.matrix`."""
        self.check_access('read')
        return matrix(self)

    # === What a person says === #

    def action_no_rights(self):
        """The person says, or a manager, that there are no rights at the bank: not asked, not reminded."""
        for holder in self:
            holder._check_own_or_manager()
            holder = holder.sudo()
            if any(
                consent.user_id == holder.user_id and consent.state == 'valid'
                for consent in holder.connection_id.consent_ids
            ):
                raise UserError(self.env._("%s holds a consent at this bank.", holder.user_id.name))
            holder.no_rights = True
            holder.connection_id._resolve_activities_of(holder.user_id)
            holder._tell_inviter(
                self.env._("%s has no rights at the bank", holder.user_id.name),
                self.env._("Ask somebody else for a consent, if one is needed."),
            )
        return True

    @api.model
    def say_no_rights(self, connection_id):
        """The person says so without having been asked."""
        self.check_access('read')
        connection = self.env['bank.connection'].browse(connection_id)
        connection.check_access('read')
        return self._of(connection, self.env.user).with_env(self.env).action_no_rights()

    def _end_own(self):
        """The person takes the own consents back: they are ended at the bank where it lets us.

        :return: what the bank said against it, in plain words, or ''"""
        consents = self.sudo().connection_id.consent_ids.filtered(
            lambda consent: consent.user_id == self.sudo().user_id and consent.state == 'valid'
        )
        problems = [consent._revoke() for consent in consents]
        # who did it knows
        consents.with_context(bank_feed_ended_by=self.sudo().user_id.id)._tell_end(_lt("The person has ended it."))
        self._tell_inviter(
            self.env._("%s has ended the consent", self.sudo().user_id.name), self.sudo().connection_id.next_action
        )
        return ' '.join(filter(None, problems))

    def _tell_inviter(self, subject, body):
        """Who asked is told what became of it, nobody else."""
        holder = self.sudo()
        asked = holder.invited_by
        if asked and asked != self.env.user and asked.active and holder.company_id in asked.company_ids:
            holder.connection_id.message_notify(
                partner_ids=asked.partner_id.ids,
                subject=subject,
                body=body,
                author_id=self.env.ref('base.partner_root').id,
            )

    def action_has_rights(self):
        """It was said by mistake."""
        for holder in self:
            holder._check_own_or_manager()
            holder.sudo().no_rights = False
        return True

    def _check_own_or_manager(self):
        self.ensure_one()
        own = self.sudo().user_id == self.env.user
        if not own:
            self.check_access('read')
        if not own and not self.env.user.has_group(MANAGERS):
            raise AccessError(self.env._("Only the person, or a Bank Feeds manager, says this."))

    # === Invite === #

    def _invite(self, by):
        """Ask the person for a consent, by a mail with one button."""
        for holder in self.sudo():
            holder.write({'invited_by': by.id, 'invited_at': fields.Datetime.now(), 'no_rights': False})
        given = self.filtered(
            lambda holder: holder.state in ('valid', 'ending', 'ended') and holder.connection_id.state != 'waiting'
        )
        given._send('account_bank_feed.mail_template_renewal')
        (self - given)._send('account_bank_feed.mail_template_invitation')

    def action_remind(self):
        """Ask again who was asked, or gave a consent, before."""
        self.connection_id.check_access('write')
        for connection in self.connection_id:
            provider = connection.institution_id.sudo().provider_id
            self.env['bank.agreement']._check_opens(connection.company_id, provider)
        if gone := self.filtered(lambda holder: holder.no_rights or not holder._is_reached()):
            raise UserError(self.env._("%s cannot be asked.", gone[0].user_id.name))
        self._invite(self.env.user)
        return self._told_asked(SOFT_RELOAD)

    def _told_asked(self, then):
        names = ', '.join(self.user_id.mapped('name'))
        return notify(self.env._("%s has a mail with the way to the bank.", names), then=then)

    def _send(self, template):
        self.env.ref(template).sudo().send_mail_batch(self.ids)

    def _may_give(self):
        """Whether the person was asked for a consent, holds or held one, or manages the connections of the company."""
        self.ensure_one()
        holder = self.sudo()
        manages = holder.user_id.has_group(MANAGERS) and holder.company_id in holder.user_id.company_ids
        return bool(holder.invited_at or holder.state in ('valid', 'ending', 'ended') or manages)

    # === What the person is told === #

    def _has_given(self):
        self.sudo().write({'no_rights': False, 'reminded_days': -1})

    def _is_reached(self):
        """Whether the person still is there to be told."""
        user = self.sudo().user_id
        return user.active and not user.share and self.sudo().company_id in user.company_ids

    def _is_told_apart(self):
        """Whether the person is another one than who is responsible for the connection."""
        return self.sudo().user_id != self.sudo().connection_id.user_id

    def _tell_own_end(self, reason, goes_on):
        """The person's own consent has ended.

        :param goes_on: whether all accounts are fetched with somebody else's"""
        for holder in self.sudo().filtered(lambda holder: holder._is_reached() and not holder.no_rights):
            Reminder(holder.connection_id, holder).tell_own_end(reason, goes_on)

    def _tell_ending(self, left, end):
        """The person is told; where nobody is there any more, who is responsible, if something stops being fetched then."""
        if self._is_reached():
            Reminder(self.connection_id, self).tell_ending(left, end)
        elif self.connection_id.valid_until == end:
            Reminder(self.connection_id).tell_ending(left, end)

    def _remind_now(self, end):
        """The bank asks for a new consent, whatever day it is; said once a day at most."""
        today = fields.Date.context_today(self)
        left = max((end - today).days, 0)
        for holder in self.sudo().filtered(lambda holder: not holder.no_rights):
            if holder.reminded_days != left:
                holder.reminded_days = left
                holder._tell_ending(left, end)

    def _remind(self, today):
        """Send what is due today: each person of the own consent."""
        for holder in self.sudo().filtered(lambda holder: not holder.no_rights):
            end = ending(holder._covers(), holder.user_id.id, today)
            if not end:
                continue
            left = (end - today).days
            due = [days for days in holder.company_id._bank_feed_reminder_days() if left <= days]
            if due and (holder.reminded_days < 0 or min(due) < holder.reminded_days):
                holder.reminded_days = min(due)
                holder._tell_ending(left, end)
