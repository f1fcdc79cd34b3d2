import secrets

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..feed.queue import queue
from .bank_consent import RETURN_LIFE, _hash
from .bank_provider import RETURN_PATH

#: letters of a bank's name, as a bank may send anything
MAX_BANK = 200


class BankConsent(models.Model):
    """The accounts that a consent covers: which are read with it, and news of them."""

    _inherit = 'bank.consent'

    # === Which accounts === #

    def _feeds_of(self, account):
        """Feeds of an account that go over to this permission: of the same bank, in use (or renewed by it), in companies of the
        person or under an earlier permission of the same person (sudo).

        :param account: :class:`banks.data.Account`"""
        companies, person = self.env.companies, self.sudo().user_id
        if self.sudo().invited_by:  # whoever confirms: the person gave it for companies of the own
            companies &= person.company_ids
        feeds = self.env['bank.feed']._find(self.institution_id, account.number, account.currency)
        return feeds.filtered(
            lambda feed: (
                (
                    feed.company_id in companies
                    or feed.consent_id.user_id == self.user_id
                    or feed.connection_id == self.renews_connection_id
                )
                and (feed.connection_id.state != 'disconnected' or feed.connection_id == self.renews_connection_id)
            )
        )

    def _stopped_of(self, account):
        """The feed of an account that somebody stopped, in the consent's company where it is one of the person's (sudo)."""
        feeds = self.env['bank.feed'].with_context(active_test=False)
        found = feeds._find(self.sudo().institution_id, account.number, account.currency)
        own = self.sudo().company_id & self.env.companies
        return found.filtered(lambda feed: feed.company_id in own and feed.status == 'stopped')[:1]

    def _take_over(self, accounts, only=None):
        """The feeds of these accounts are fetched with this permission from now on, at once.

        :param accounts: :class:`banks.data.Account` as the bank shared them with this permission
        :param only: a connection whose feeds alone go over"""
        taken = self.env['bank.feed']
        for account in accounts:
            feeds = self._feeds_of(account).filtered(lambda feed: feed.consent_id != self)
            if only:
                feeds = feeds.filtered(lambda feed: feed.connection_id == only)
            if feeds:
                if account.bank_name:
                    feeds.sudo().bank_name = account.bank_name[:MAX_BANK]
                feeds._attach(self, account.session_id, account.valid_until)
                queue(feeds, 'renew')
                taken |= feeds
        return taken

    def _join(self, psu):
        """The person was asked for this consent: the connection's accounts that it covers are read with it from now on; of others, who
        asked says what becomes of them. Raises BankError.

        :return: what it covers, a sentence for the person"""
        consent, connection = self.sudo(), self.sudo().renews_connection_id
        if not connection or connection.state == 'disconnected':
            consent._revoke()
            raise UserError(self.env._("This connection was removed meanwhile. Nothing was connected."))
        accounts = consent._client().accounts(consent._bank_ref(), psu)
        if not accounts:
            consent._revoke()
            raise UserError(self.env._("The bank shared no account. Begin again and tick at least one."))
        connection._adopt(consent)
        consent._take_over(accounts, connection)
        consent._end_older()
        holder = self.env['bank.consent.holder']._of(connection, consent.user_id)
        known = len(holder._own_accounts())
        others = len(accounts) - known
        told = self.env._(
            "A consent was given: accounts of this connection: %(known)s, others: %(others)s.",
            known=known,
            others=others,
        )
        connection.message_post(body=told, author_id=self.env.ref('base.partner_root').id)  # whose it is, managers see
        if others and connection.state == 'waiting':
            connection._ask_to_choose(consent)
        else:  # else the activity tells
            adds = self.env._("“Change Accounts” on the connection adds the others.") if others else ''
            holder.with_env(self.env)._tell_inviter(
                self.env._("%s has given a consent", consent.user_id.name), f'{connection.display_name}: {told} {adds}'
            )
        if known:
            return self.env._("You shared %(all)s accounts of %(bank)s until %(day)s; %(count)s of them are fetched by Odoo. There is nothing more to do for you.",
                              bank=connection.display_name, all=len(accounts), count=known, day=format_date(self.env, consent.valid_until) or '…')  # fmt: skip
        return self.env._(
            "%s now chooses which account belongs to which journal. There is nothing more to do for you.",
            consent.invited_by.name,
        )

    def _hand_over(self, accounts):
        """Before this permission is given back: feeds whose older one the bank ended for its sake go on with this one.

        :param accounts: :class:`banks.data.Account` that it gives"""
        feeds = self.env['bank.feed'].sudo()
        for account in accounts:
            feeds |= self._feeds_of(account)
        older = feeds.consent_id.filtered(lambda consent: consent != self and consent.state == 'valid')
        for consent in older:
            consent._ask_state()
        ended = older.filtered(lambda consent: consent.state != 'valid')
        return self._take_over(
            [account for account in accounts if any(feed.consent_id in ended for feed in self._feeds_of(account))]
        )

    # === News === #

    def _synchronise(self, psu):
        """Have the provider ask the bank for news; the page where the person has to log in for it, or ''. Raises BankError."""
        self.ensure_one()
        token = secrets.token_urlsafe(24)
        consent = self.sudo()
        address = consent._client().synchronise(
            consent._bank_ref(), f'{self.get_base_url()}{RETURN_PATH}?state={token}', psu
        )
        if address:
            consent.write(
                {
                    'return_hash': _hash(token),
                    'return_until': fields.Datetime.now() + RETURN_LIFE,
                    'returned_at': False,
                    'returns_to_fetch': True,
                }
            )
        return address

    def _come_for_news(self):
        """The person has logged in at the bank: what is new is fetched now, of all accounts that this consent is used for.

        :return: the connection to show"""
        consent = self.sudo()
        consent.write({'return_hash': False, 'returns_to_fetch': False})
        feeds = self.env['bank.feed'].sudo().search([('consent_id', '=', consent.id)])
        queue(feeds, 'manual')
        return feeds.connection_id[:1] or consent.connection_ids[:1]

    def _asked_to_renew(self, until):
        """The bank wants this person's log-in again, maybe earlier than it was said: the person is told at once.

        :param until: last day on which it gives data, or None"""
        today = fields.Date.context_today(self)
        for consent in self.sudo().filtered(lambda one: one.state == 'valid'):
            if until and (not consent.valid_until or until < consent.valid_until):
                consent.valid_until = max(until, today)
            for connection in consent.connection_ids.filtered(lambda one: one.state != 'disconnected'):
                connection._refresh_state()
                self.env['bank.consent.holder']._of(connection, consent.user_id)._remind_now(
                    consent.valid_until or today
                )
