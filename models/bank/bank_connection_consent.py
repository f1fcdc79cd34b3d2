import logging

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date
from odoo.tools.translate import LazyTranslate

from ...banks.errors import BankError
from ...matching.decide import place
from ..lib import wording
from ..lib.psu import current_psu
from ..lib.rights import MANAGERS
from .bank_consent_holder import SOON
from .reminder import RENEW, Reminder

_lt = LazyTranslate(__name__)
_logger = logging.getLogger(__name__)

#: consent state → connection state
ENDED = {'expired': 'expired', 'revokedByPsu': 'revoked', 'rejected': 'revoked', 'terminatedByTpp': 'revoked'}


class BankConnection(models.Model):
    """The people's consents that a connection rests on: who is asked, whose are good, what becomes of it when one ends."""

    _inherit = 'bank.connection'

    consent_ids = fields.Many2many(
        'bank.consent', 'bank_connection_consent_rel', 'connection_id', 'consent_id', string="Consents", groups=MANAGERS
    )
    cover_ids = fields.One2many('bank.consent.account', 'connection_id', string="Covered Accounts", groups=MANAGERS)
    holder_ids = fields.One2many('bank.consent.holder', 'connection_id', string="People", groups=MANAGERS)
    can_choose = fields.Boolean(
        compute='_compute_can_choose', help="The person holds a consent here, or asked for one."
    )

    @api.depends('consent_ids.state')
    @api.depends_context('uid')
    def _compute_can_choose(self):
        for connection in self:
            connection.can_choose = bool(connection._own_consents())

    def _own_consents(self):
        """Valid consents that the person gave here, or asked for (sudo)."""
        return self.sudo().consent_ids.filtered(
            lambda consent: consent.state == 'valid' and consent._may_be_used_by(self.env.user)
        )

    def _next_of_consents(self):
        """What has to be done about the people's consents, and by whom; '' where nothing has. Names are for managers."""
        self.ensure_one()
        holders, own = self.sudo().holder_ids, self.sudo().holder_ids.filtered(lambda one: one.user_id == self.env.user)
        manages = self.env.user.has_group(MANAGERS)

        def names(*states):
            return ', '.join(holders.filtered(lambda one: one.state in states).user_id.mapped('name'))

        if self.state == 'waiting':
            if self.sudo().consent_ids.filtered(lambda consent: consent.state == 'valid'):
                return self.env._("A consent was given: choose which account feeds which journal.")
            asked = ', '.join(holders.filtered(lambda one: one.invited_at and not one.no_rights).user_id.mapped('name'))
            if manages and asked:
                return self.env._("%s was asked for a consent. Nothing is fetched before it is given.", asked)
            return self.env._("Nothing is fetched before somebody gives a consent at the bank.")
        if self.state in ('expired', 'revoked'):
            if own.state == 'ended':
                return self.env._("Nothing is fetched: your consent at the bank has ended. Renew it.")
            if manages and (ended := names('ended')):
                return self.env._(
                    "Nothing is fetched: the consent of %s has ended. Ask for a new one (Invite), or renew yourself if you have rights at the bank.",
                    ended,
                )
            return self.env._("Nothing is fetched: somebody with rights at the bank has to give a consent.")
        if lost := self.feed_ids.filtered(lambda feed: feed.status == 'lost'):
            lacking = ', '.join(lost.mapped('display_name'))
            if own.state == 'ended':
                return self.env._("%s is not fetched: your consent at the bank has ended. Renew it.", lacking)
            if manages and (ended := names('ended')):
                return self.env._(
                    "%(accounts)s is not fetched: the consent of %(who)s has ended. Remind, or invite who has rights.",
                    accounts=lacking,
                    who=ended,
                )
            return self.env._(
                "%s is not fetched: nobody’s consent covers it. Renew, or invite who has rights.", lacking
            )
        if self.valid_until and (self.valid_until - fields.Date.context_today(self)).days <= SOON:
            day = format_date(self.env, self.valid_until)
            if own.state == 'ending':
                return self.env._("Your consent at the bank ends on %s: renew it.", day)
            if manages and (ending := names('ending')):
                return self.env._("The consent of %(who)s ends on %(day)s: ask for a new one.", who=ending, day=day)
            return self.env._("The consent at the bank ends on %s: it has to be renewed.", day)
        return ''

    def _others_to_ask(self):
        """People whose turn it is, where who presses *Renew* has no consent here (sudo)."""
        holders = self.sudo().holder_ids
        own = holders.filtered(lambda one: one.user_id == self.env.user)
        if own.state in ('valid', 'ending', 'ended', 'invited'):
            return holders.browse()
        return holders.filtered(lambda one: one._is_reached() and one.state in ('ending', 'ended', 'invited', 'valid'))

    def _ask(self, holders):
        """The dialog that asks these people, and lets go on who has the rights as well."""
        due = holders.filtered(lambda one: one.state in ('ending', 'ended', 'invited')) or holders
        action = self.action_invite()
        context = {**action['context'], 'default_user_ids': due.user_id.ids, 'bank_feed_can_myself': True}
        return {**action, 'context': context, 'name': self.env._("Whose turn is it?")}

    def action_invite(self):
        """Choose colleagues to ask for their consent."""
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('account_bank_feed.bank_invite_action')
        context = {'default_connection_id': self.id, 'default_company_id': self.company_id.id}
        return {**action, 'context': context, 'name': self.env._("Invite to %s", self.display_name)}

    def action_choose_accounts(self):
        """Which accounts of a consent feed which journal: accounts are added, or not fetched any more; nothing is lost."""
        self.ensure_one()
        self.check_access('write')
        own = self._own_consents()
        if not own:
            raise UserError(
                self.env._(
                    "You hold no valid consent here. Press Renew, tick the accounts at the bank, and choose their journals."
                )
            )
        try:
            result = self.env['bank.connect.result']._from_consents(
                own.sorted('id', reverse=True).with_env(self.env), current_psu()
            )
        except BankError as error:
            raise UserError(wording.bank_error(self.env, error, attended=True)) from None
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'bank.connect.result',
            'res_id': result.id,
            'views': [(False, 'form')],
        }

    def _ask_to_choose(self, consent):
        """Somebody gave the consent that was asked for: its accounts wait for their journals."""
        asked = consent.invited_by.filtered(lambda user: user.active and self.company_id in user.company_ids)
        who = asked or Reminder(self).user
        self.with_context(lang=who.lang or self.env.lang).activity_schedule(
            'mail.mail_activity_data_todo',
            date_deadline=fields.Date.context_today(self),
            summary=self.env._("Choose the accounts of %s", self.display_name),
            user_id=who.id,
        )

    @api.model
    def _wait_for(self, institution, company):
        """A company's connection to a bank where somebody else is asked for the consent; one that was removed waits, too."""
        connection = self._of(institution, company)
        connection._ask_anew()
        return connection

    def _ask_anew(self):
        """A manager asks people: without accounts that anybody reads, the connection waits for them."""
        for connection in self:
            unused = not connection.sudo().with_context(active_test=False).feed_ids
            if connection.state != 'waiting' and (unused or connection.state == 'disconnected'):
                connection._set_state('waiting')

    def _adopt(self, consent):
        """A permission is this connection's from now on: what was asked of people is done, reminders begin anew."""
        for connection in self.sudo():
            connection.consent_ids = [fields.Command.link(consent.id)]
            self.env['bank.consent.holder']._of(connection, consent.sudo().user_id)._has_given()
            if connection.state in ('disconnected', 'waiting') and connection.with_context(active_test=False).feed_ids:
                connection._set_state('active')
        self._resolve_done()

    def _refresh_state(self):
        """State and end of the permission after the consents that cover its accounts: connected while one of them is good."""
        for connection in self.sudo().filtered(lambda connection: connection.state not in ('disconnected', 'waiting')):
            connection.consent_ids._expire_over()
            feeds = connection.feed_ids
            connection._tell_taken_over(feeds._choose_consent())
            consents = feeds.consent_id
            valid = consents.filtered(lambda consent: consent.state == 'valid')
            ended = [ENDED[consent.state] for consent in consents if consent.state in ENDED]
            state = ended[0] if ended and not valid else 'active'
            ends = [feed.valid_until for feed in feeds if feed.valid_until and (feed.consent_id in valid or not valid)]
            valid_until = min(ends, default=False)
            if connection.state != state or connection.valid_until != valid_until:
                connection._set_state(state, valid_until=valid_until)
            connection._stop_waiting(feeds.filtered(lambda feed: feed.consent_id.state != 'valid'))
            connection._resolve_done()

    def _tell_taken_over(self, feeds):
        """Accounts whose consent ended go on with that of somebody else, at once."""
        feeds._begin_anew()
        for taken in feeds.grouped('consent_id').values():
            self.message_post(
                body=self.env._(
                    "%s: fetched with another person's consent from now on.", ', '.join(taken.mapped('account_number'))
                )
            )

    def _stop_waiting(self, feeds):
        """Nobody has to wait for a fetch that cannot come."""
        feeds.run_ids.filtered(lambda run: run.state in ('queued', 'running'))._finish(
            'failed', _lt("There is no valid permission for this account. Renew the connection.")
        )

    def _on_consent_ended(self, reason, consent):
        """A person's consent has ended: another one that covers its accounts takes over. It is said once to that person, where accounts
        are left that no other one of the own covers; and to who is responsible, where accounts are not fetched any more.

        :param consent: the one that has ended (sudo)"""
        person, accounts = consent.user_id, consent.cover_ids.feed_id.filtered('active')
        for connection in self.sudo():
            before = connection.state
            connection._refresh_state()
            lost = connection.feed_ids.filtered(lambda feed: feed.consent_id.state in ENDED)
            lost.error = reason
            stops = before == 'active' and connection.state in ('expired', 'revoked')
            holder = self.env['bank.consent.holder']._of(connection, person)
            left = accounts & connection.feed_ids - holder._own_accounts()
            by_self = self.env.context.get('bank_feed_ended_by') == person.id
            if not by_self and (left or not holder.account_count) and (holder._is_told_apart() or not stops):
                holder._tell_own_end(reason, goes_on=connection.state == 'active')
            if stops:
                Reminder(connection).tell_ended(reason)
            elif connection.state == 'active' and lost:
                Reminder(connection).tell_lost(lost, reason)

    def _resolve_activities(self):
        """Nobody is asked for a consent any more."""
        self.activity_search([RENEW]).sudo().unlink()

    def _resolve_done(self):
        """Nobody is asked any more whose own consent goes on, nor who is responsible, once all accounts are fetched."""
        for connection in self.sudo():
            asked = connection.activity_search([RENEW]).sudo()
            if not asked:
                continue
            waiting = connection.holder_ids.filtered(lambda one: one.state in ('ending', 'ended')).user_id
            if connection.feed_ids.filtered(lambda feed: feed.status in ('lost', 'expired', 'revoked')):
                waiting |= connection.user_id
            for activity in asked:
                if activity.user_id not in waiting:
                    activity.unlink()

    def _resolve_choice(self):
        """It was said which account feeds which journal."""
        todo = self.activity_search(['mail.mail_activity_data_todo'], additional_domain=[('automated', '=', True)])
        todo.sudo().unlink()

    def _resolve_activities_of(self, person):
        """The person is not asked any more."""
        self.activity_search([RENEW], user_id=person.id).sudo().unlink()

    # === Reminders === #

    @api.model
    def _cron_remind(self):
        """Remind people of their consents that end soon; notice those that ended. One connection, one transaction."""
        cron = self.env['ir.cron']
        connections = self.search([('state', 'in', ('active', 'waiting'))])
        cron._commit_progress(remaining=len(connections))
        for connection in connections:
            connection = connection.try_lock_for_update(allow_referencing=True).with_company(connection.company_id)
            try:
                connection._remind()
                cron._commit_progress()  # what fails when it is written belongs here, too
            except Exception as error:  # one connection's trouble must not silence the others
                self.env.cr.rollback()
                _logger.warning(
                    "Reminder of bank connection %s: %s at %s", connection.id, type(error).__name__, place(error, 4)
                )
            if not cron._commit_progress(1):
                break
        self.env['bank.consent']._revoke_unused()

    def _remind(self):
        """Send what is due today for these connections."""
        today = fields.Date.context_today(self)
        for connection in self:
            connection.consent_ids._expire_over()
            connection._refresh_state()
            connection.holder_ids._remind(today)
