"""A permission's end is never a surprise: one activity, one mail, in the language of who is responsible."""

from odoo import fields

from ..lib.rights import ACCOUNTANTS, MANAGERS
from ..lib.told import text

RENEW = 'account_bank_feed.mail_activity_type_renew'


class Reminder:
    """Tells people about one connection."""

    def __init__(self, connection):
        self.connection = _for_the_responsible(connection)
        self.env = self.connection.env

    def tell_ending(self, left):
        """The permission ends in so many days."""
        name = self.connection.display_name
        summary = (
            self.env._("Renew %s today", name)
            if not left
            else self.env._("Renew %(bank)s within %(count)s days", bank=name, count=left)
        )
        self._schedule(summary, self.connection.valid_until)
        self._send('account_bank_feed.mail_template_ending')

    def tell_lost(self, feeds, reason):
        """Some accounts are no longer covered, others are; said once, until somebody renews."""
        connection = self.connection
        if not connection.activity_search([RENEW]):
            names = ', '.join(feeds.mapped('account_number'))
            summary = self.env._("Renew %s: not all accounts are fetched", connection.display_name)
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
        self._send('account_bank_feed.mail_template_ended')

    def _schedule(self, summary, deadline):
        """One open activity, however often we remind; our own mail says it, so Odoo need not mail the assignment too."""
        connection = self.connection.with_context(mail_activity_quick_update=True)
        if activity := connection.activity_search([RENEW])[:1]:
            activity.write({'summary': summary, 'date_deadline': deadline})
        else:
            user = connection.user_id or self.env.user
            connection.activity_schedule(RENEW, date_deadline=deadline, summary=summary, user_id=user.id)

    def _send(self, template):
        self.env.ref(template).sudo().send_mail_batch(self.connection.ids)


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
