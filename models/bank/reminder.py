"""A consent's end is never a surprise: one activity and one mail to the person whose consent it is, in that person's language; what
stops being fetched is told to who is responsible."""

from odoo import fields

from ..lib.rights import ACCOUNTANTS, MANAGERS
from ..lib.told import text

RENEW = 'account_bank_feed.mail_activity_type_renew'


class Reminder:
    """Tells people about one connection.

    :param holder: ``bank.consent.holder``, the person who is told of the own consent; none: who is responsible"""

    def __init__(self, connection, holder=None):
        self.holder = holder
        if holder:
            self.user = holder.user_id
            self.connection = connection.with_context(lang=self.user.lang or connection.env.lang)
        else:
            self.connection = _for_the_responsible(connection)
            self.user = self.connection.user_id
        self.env = self.connection.env

    def tell_ending(self, left, end):
        """The person's consent ends in so many days, on ``end``."""
        name = self.connection.display_name
        summary = (
            self.env._("Renew %s today", name)
            if not left
            else self.env._("Renew %(bank)s within %(count)s days", bank=name, count=left)
        )
        self._schedule(summary, end)
        self._send('ending')

    def tell_own_end(self, reason, goes_on):
        """The person's own consent has ended.

        :param goes_on: whether something is fetched, with other people's"""
        name = self.connection.display_name
        summary = (
            self.env._("Your consent at %s has ended", name)
            if goes_on
            else self.env._("Renew %s: nothing is fetched", name)
        )
        self._schedule(summary, fields.Date.context_today(self.connection))
        self._send('ended')

    def tell_lost(self, feeds, reason):
        """Some accounts are no longer covered, others are; said once, until somebody renews."""
        connection = self.connection
        names = ', '.join(feeds.mapped('account_number'))
        summary = self.env._(
            "Renew %(bank)s: %(accounts)s are not fetched", bank=connection.display_name, accounts=names
        )
        told = connection.activity_search([RENEW], user_id=self.user.id)
        if summary not in told.mapped('summary'):
            self._schedule(summary, fields.Date.context_today(connection))
            connection.message_post(
                body=self.env._("%(accounts)s: %(reason)s", accounts=names, reason=text(self.env, reason))
            )

    def tell_ended(self, reason):
        """Nothing is fetched any more."""
        connection = self.connection
        summary = self.env._("Renew %s: nothing is fetched", connection.display_name)
        self._schedule(summary, fields.Date.context_today(connection))
        connection.message_post(body=text(self.env, reason))
        self._send('ended')

    def _schedule(self, summary, deadline):
        """One open activity a person, however often we remind; our own mail says it, so Odoo need not mail the assignment too. Who
        may not see connections has the mail only."""
        connection, user = self.connection.with_context(mail_activity_quick_update=True), self.user or self.env.user
        if activity := connection.activity_search([RENEW], user_id=user.id)[:1]:
            activity.write({'summary': summary, 'date_deadline': deadline})
        elif user.has_group(ACCOUNTANTS):
            connection.activity_schedule(RENEW, date_deadline=deadline, summary=summary, user_id=user.id)

    def _send(self, what):
        """``mail_template_ending``, ``mail_template_ended`` of the connection, or ``mail_template_own_…`` of the person."""
        if self.holder:
            self.env.ref(f'account_bank_feed.mail_template_own_{what}').sudo().send_mail_batch(self.holder.ids)
        else:
            self.env.ref(f'account_bank_feed.mail_template_{what}').sudo().send_mail_batch(self.connection.ids)


def _for_the_responsible(connection):
    """The connection in the language of who is responsible; somebody else where that person has left."""
    user = connection.user_id
    gone = not user.active or connection.company_id not in user.company_ids
    if gone or not user.has_group(ACCOUNTANTS):
        managers = connection.env.ref(MANAGERS).all_user_ids
        fit = managers.filtered(
            lambda user: user.active and not user.share and connection.company_id in user.company_ids
        )
        user = fit.sorted('id')[-1:] or user
        connection.with_context(mail_auto_subscribe_no_notify=True).user_id = user
    return connection.with_context(lang=user.lang or connection.env.lang)
