"""What an order says of itself on the screen: numbers with their time, and what is to be looked at."""

from odoo.tools import format_date

from ...payments import states
from .names import BEFORE


class Shown:
    """The sentences of one order, in the reader's language."""

    def __init__(self, order):
        self.order, self.env = order, order.env

    def balance(self):
        """The bank's own number and how it is told: (amount in the account's currency, sentence or False); none is invented."""
        feed = self.order.feed_id
        available = feed.has_available_balance
        if not (available or feed.has_bank_balance):
            return 0, False
        amount = feed.available_balance if available else feed.bank_balance
        if self.order.state in states.FINAL:
            return amount, False
        told = {
            'balance': feed.currency_id.format(amount),
            'day': format_date(self.env, feed.balance_at or feed.bank_balance_date),
        }
        if available:
            return amount, self.env._("%(balance)s available, %(day)s", **told)
        return amount, self.env._("%(balance)s booked, %(day)s", **told)

    def look_at(self):
        """How many payments have a warning, before anything was sent; or False."""
        lines = self.order.line_ids
        doubted = lines.filtered('warnings') if self.order.state in BEFORE else ()
        return bool(doubted) and self.env._(
            "%(doubted)s of %(count)s payments have something to look at.", doubted=len(doubted), count=len(lines)
        )
