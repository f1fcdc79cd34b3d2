from datetime import timedelta

from odoo import fields, models

from ...banks.client import BankError

#: so long a first fetch waits until it looks whether the history has come
WAIT = timedelta(seconds=20)


class BankFeedHistory(models.Model):
    """An account's first fetch, and what the bank gave right after the log-in (``bank.history``)."""

    _inherit = 'bank.feed'

    def _waits_for(self, history):
        """Another worker is asking the bank for this account's history: come back when it is there."""
        running = history._is_running()
        if running:
            self.write({'lease_until': fields.Datetime.now() + WAIT, 'lease_token': False})
            self.env.ref('account_bank_feed.ir_cron_fetch')._trigger(at=self.lease_until)
        return running

    def _use(self, history, plan):
        """What was fetched in advance goes into the plan; where it reaches back far enough, the bank is not asked."""
        plan.kept = history._kept()
        if not plan.kept:
            history.unlink()
        elif plan.kept.first_day <= plan.date_from:
            plan.take_kept()

    def _answer(self, plan):
        """What is to be stored (:class:`banks.data.Movements`): the bank's answer, or what was fetched in advance where
        that reaches further back. No transaction is open."""
        if plan.answer:
            return plan.answer
        try:
            found = self._ask(plan)
        except BankError:
            if not plan.kept:
                raise
            return plan.take_kept()
        if plan.kept and plan.kept.first_day < (found.first_day or plan.date_from):
            return plan.take_kept()
        return found
