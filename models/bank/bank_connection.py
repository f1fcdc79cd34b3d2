import logging
from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date, format_datetime
from odoo.tools.translate import LazyTranslate

from ...banks.errors import BankError
from ..feed.progress import progress
from ..lib import wording
from ..lib.actions import SOFT_RELOAD, notify
from ..lib.psu import current_psu
from ..lib.rights import MANAGERS
from ..lib.told import text as told
from ..lib.walls import check_free

_lt = LazyTranslate(__name__)

_logger = logging.getLogger(__name__)

#: what a person may write: state, consents and identity are the bank's word
FREE = {'user_id', 'activity_ids', 'message_follower_ids', 'message_ids', 'message_main_attachment_id'}


class BankConnection(models.Model):
    """One company's link to one bank."""

    _name = 'bank.connection'
    _description = "Bank Connection"
    _inherit = ['mail.thread', 'mail.activity.mixin']
    _check_company_auto = True
    _order = 'state, institution_id, id'

    institution_id = fields.Many2one('bank.institution', string="Bank", required=True, ondelete='restrict', index=True)
    provider_id = fields.Many2one(related='institution_id.provider_id', store=True, index=True)
    company_id = fields.Many2one('res.company', required=True, index=True, default=lambda self: self.env.company)
    user_id = fields.Many2one(
        'res.users',
        string="Responsible",
        default=lambda self: self.env.user,
        tracking=True,
        help="Reminded before the permission ends, and told when it did.",
    )
    state = fields.Selection(
        [
            ('waiting', "Waiting"),
            ('active', "Connected"),
            ('expired', "Expired"),
            ('revoked', "Revoked"),
            ('disconnected', "Disconnected"),
        ],
        required=True,
        default='active',
        tracking=True,
    )
    feed_ids = fields.One2many('bank.feed', 'connection_id', string="Accounts")
    feed_count = fields.Integer(compute='_compute_feed_count')
    bank_names = fields.Char(compute='_compute_bank_names', string="Banks", help="Where one log-in reaches several.")
    valid_until = fields.Date(tracking=True, help="The last day on which the bank gives data; renew before.")
    days_left = fields.Integer(compute='_compute_days_left')
    next_action = fields.Char(compute='_compute_next_action')
    logo = fields.Image(related='institution_id.logo')
    mode = fields.Selection(related='provider_id.mode')
    progress = fields.Json(compute='_compute_progress')
    _company_bank_uniq = models.UniqueIndex(
        "(company_id, institution_id) WHERE state <> 'disconnected'", "This company is connected to the bank already."
    )

    @api.depends('institution_id', 'provider_id')
    def _compute_display_name(self):
        """The bank's name; with the provider's where the company has two connections of one name."""
        names = self.env['bank.connection'].sudo().search([('company_id', 'in', self.company_id.ids)])
        counted = Counter((row.company_id.id, row.institution_id.name) for row in names)
        for connection in self:
            name = connection.institution_id.name or ''
            if counted[connection.company_id.id, connection.institution_id.name] > 1:
                name = f"{name} ({connection.sudo().provider_id.name})"
            connection.display_name = name

    @api.depends('feed_ids')
    def _compute_feed_count(self):
        for connection in self:
            connection.feed_count = len(connection.feed_ids)

    @api.depends('feed_ids.bank_name')
    def _compute_bank_names(self):
        for connection in self:
            names = sorted({name for name in connection.feed_ids.mapped('bank_name') if name})
            connection.bank_names = ', '.join(names) if names != [connection.institution_id.name] else False

    @api.depends('valid_until')
    def _compute_days_left(self):
        today = fields.Date.context_today(self)
        for connection in self:
            connection.days_left = (connection.valid_until - today).days if connection.valid_until else 0

    @api.depends('state', 'valid_until', 'feed_ids.error', 'feed_ids.difference_since', 'holder_ids.state')
    @api.depends_context('uid')
    def _compute_next_action(self):
        for connection in self:
            failing = connection.feed_ids.filtered('error')
            different = connection.feed_ids.filtered('difference_since')
            if connection.state != 'disconnected' and not connection._provider_is_on():
                text = self.env._("The provider is switched off: nothing is fetched. Switch it on to go on.")
            elif connection.state == 'disconnected':
                text = self.env._(
                    "Disconnected. The data stays; connect again at any time, or invite who has rights at the bank."
                )
            elif found := self.env['bank.agreement']._obstacle(connection.company_id, connection.provider_id):
                text = told(self.env, found)
            elif said := connection._next_of_consents():
                text = said
            elif failing:
                text = self.env._("%(account)s: %(error)s", account=failing[0].display_name, error=failing[0].error)
            elif different:
                text = self.env._(
                    "%(account)s: the bank's balance and the books differ since %(day)s. Open the account.",
                    account=different[0].display_name,
                    day=format_date(self.env, different[0].difference_since),
                )
            else:
                text = self.env._("Nothing to do.")
            connection.next_action = text

    @api.depends('feed_ids.run_ids.state', 'feed_ids.run_ids.message')
    def _compute_progress(self):
        for connection in self:
            connection.progress = progress(connection.feed_ids)

    def _provider_is_on(self):
        """Whether this connection's provider may be called at all."""
        self.ensure_one()
        provider = self.sudo().provider_id
        return provider.active and provider.mode != 'off'

    @api.model
    def unfinished(self):
        """What the person began and did not end: [{'id' of the list of accounts, 'bank', 'since'}]."""
        if not self.env.user.has_group(MANAGERS):
            return []
        found = self.env['bank.connect.result'].sudo().search(
            [('create_uid', '=', self.env.uid), ('consent_id.state', '=', 'valid'), ('consent_id.user_id', '=', self.env.uid)],
            order='id desc',
        )  # fmt: skip
        newest = {result.consent_id: result for result in reversed(found) if not result.consent_id.connection_ids}
        return [
            {
                'id': result.id,
                'bank': consent.institution_id.name,
                'since': format_datetime(self.env, result.create_date, dt_format='short'),
            }
            for consent, result in newest.items()
            if consent.company_id in self.env.companies
        ]

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        connections = super().create(vals_list)
        for company in connections.company_id:
            if not self.sudo().search_count(
                [('company_id', '=', company.id), ('id', 'not in', connections.ids)], limit=1
            ):
                self.env['account.reconcile.model']._provide_bank_feed_settings(company)
        return connections

    def write(self, vals):
        """State, consents and identity are the bank's word; a person changes who is responsible."""
        check_free(self, vals, FREE)
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_disconnected(self):
        """Nobody deletes a living connection by the way: what goes, and what stays, is said first."""
        if living := self.filtered(lambda connection: connection.state == 'active'):
            raise UserError(
                self.env._(
                    "Remove “%s” first: nothing is fetched any more, and journals, movements and matches stay.",
                    living[0].display_name,
                )
            )
        movements = self.env['account.bank.statement.line'].sudo()
        for connection in self:
            if movements.search_count([('bank_feed_id.connection_id', '=', connection.id)], limit=1):
                raise UserError(
                    self.env._(
                        "Movements of “%s” are in the books and are known by it: it stays, disconnected.",
                        connection.display_name,
                    )
                )

    # === Actions === #

    def action_fetch_now(self):
        """Queue a fetch of all accounts, as one that a person is waiting for."""
        return self.feed_ids.action_fetch_now()

    def action_renew(self):
        """Send the person to the bank for a new permission; feeds and journals stay."""
        self.ensure_one()
        self.check_access('write')
        if not self.env.context.get('bank_feed_myself') and (others := self._others_to_ask()):
            return self._ask(others)
        if self.institution_id.by_token:
            context = {'default_institution_id': self.institution_id.id, 'default_company_id': self.company_id.id}
            action = self.env['ir.actions.act_window']._for_xml_id('account_bank_feed.bank_connect_action')
            return {**action, 'context': context}
        try:
            _consent, address = self.env['bank.consent']._start(
                self.institution_id, self.company_id, current_psu(), renews=self
            )
        except BankError as error:
            raise UserError(wording.bank_error(self.env, error, attended=True)) from None
        return {'type': 'ir.actions.act_url', 'url': address, 'target': 'self'}

    def action_disconnect(self):
        """Stop fetching, end the permission at the bank where it can be ended, keep all data."""
        self.check_access('write')
        done = []
        for connection in self.sudo():
            feeds = connection.with_context(active_test=False).feed_ids
            consents = connection.consent_ids.filtered(lambda consent: consent.state == 'valid')
            # a consent that another company's connection still uses is not ours alone to end
            others = consents.cover_ids - connection.cover_ids
            feeds._uncover()
            connection._set_state('disconnected')
            connection._stop_waiting(feeds)
            connection._resolve_activities()
            connection.holder_ids.invited_at = False  # who was asked is not asked any more
            problems = [problem for consent in consents - others.consent_id if (problem := consent._revoke())]
            body = self.env._("Disconnected. Journals, transactions and matches stay.")
            if consents and not connection.institution_id._capabilities().revoke:
                body += ' ' + self.env._(
                    "The consents cannot be ended from here: they live on at the provider until their end, or until each person ends the own one there."
                )
            elif len(problems) < len(consents - others.consent_id):
                body += ' ' + self.env._("The consents were ended at the bank.")
            if problems:
                body += ' ' + self.env._(
                    "The bank did not confirm the end of the permission: %s Revoke it in your online banking too.",
                    problems[0],
                )
            connection.message_post(body=body, author_id=self.env.user.partner_id.id)
            done.append(body)
            for person in (consents - others.consent_id).user_id - self.env.user:
                holder = self.env['bank.consent.holder']._of(connection, person)
                holder.filtered(lambda one: one._is_reached())._send('account_bank_feed.mail_template_removed')
        return notify(' '.join(done), then=SOFT_RELOAD, sticky=True)

    def action_open_feeds(self):
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('account_bank_feed.bank_feed_action')
        return {**action, 'domain': [('connection_id', '=', self.id)], 'context': {'active_test': False}}

    # === Its state, and the permissions that it rests on === #

    def _set_state(self, state, **values):
        """The one writer of the state.

        * waiting: somebody is asked for the first consent (:meth:`_wait_for`)
        * waiting → connected: it was given, and accounts are chosen (:meth:`_adopt`)
        * connected → expired, revoked: no permission of its accounts is good any more (:meth:`_refresh_state`)
        * expired, revoked → connected: an account has a good one again (:meth:`_refresh_state`)
        * any → disconnected: a person ends it (:meth:`action_disconnect`)
        * disconnected → connected: a person connects again (:meth:`_adopt`)"""
        self.sudo().write({'state': state, **values})

    @api.model
    def _of(self, institution, company):
        """A company's connection to a bank, made where there is none."""
        own = [('company_id', '=', company.id), ('institution_id', '=', institution.id)]
        found = self.search(own, order='state', limit=1)
        values = {'company_id': company.id, 'institution_id': institution.id, 'user_id': self.env.uid}
        return found or self.sudo().create(values).sudo(False)

    def _tell_moved(self, feed):
        """Both connections remember that an account goes from one to the other."""
        names = {'account': feed.display_name, 'old': feed.connection_id.provider_id.sudo().name}
        names['new'] = self.provider_id.sudo().name
        body = self.env._("%(account)s moved from %(old)s to %(new)s.", **names)
        for record in feed.connection_id | self:
            record.sudo().message_post(body=body, author_id=self.env.user.partner_id.id)
