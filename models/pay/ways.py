"""How an order reaches the bank: through the connection of its account, or as a file that a person takes there."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tools.translate import LazyTranslate

from ...banks.client import Capabilities
from ...payments import states
from ..lib.told import text

_lt = LazyTranslate(__name__)

#: days after the day of execution on which only a movement says more
PATIENCE = 3
NEXT = {
    states.DRAFT: _lt("Look at the payments, then submit them for approval."),
    states.TO_APPROVE: _lt("Waits for your approval."),
    states.APPROVED: _lt("Approved. Send it to the bank and sign it there."),
    states.SENDING: _lt("Is being sent."),
    states.UNKNOWN: _lt(
        "Whether the bank has it is not known. It is never sent again by itself: look in your internet banking."
    ),
    states.WAITING: _lt("Has to be signed at the bank."),
    states.SIGNER: _lt("The bank waits for another signature."),
    states.ACCEPTED: _lt("The bank has taken it. It is finished when the movement comes."),
    states.PARTIALLY: _lt("The bank has taken a part of it. What it refused is open again."),
    states.EXECUTED: _lt("Executed. It is finished when the movement comes."),
    states.CLOSED: _lt("Finished: the movements are on the statement."),
    states.REJECTED: _lt("It was not paid. What it pays is open again."),
    states.CANCELLED: _lt("Cancelled. What it pays is open again."),
    states.RETURNED: _lt("The money came back. What it paid is open again."),
}
NEXT_OF_FILES = {
    states.APPROVED: _lt("Approved. Download the file and upload it in your internet banking."),
    states.WAITING: _lt(
        "Upload the file in your internet banking and sign it there. It is finished when the movement comes."
    ),
}


#: what is signed later, in the internet banking
NEXT_DEFERRED = {
    states.APPROVED: _lt("Approved. Send it to the bank, then sign it in the internet banking."),
    states.WAITING: _lt("The bank has it. Sign it in the internet banking. It is finished when the movement comes."),
}


class Way:
    """Of one order.

    :param order: ``bank.payment.order``"""

    def __init__(self, order):
        self.order, self.env = order, order.env

    def next_step(self):
        """What is to be done now (a sentence)."""
        if self.order.state in (states.TO_APPROVE, states.APPROVED) and (stopped := self.obstacle()):
            return stopped
        if self.order.state == states.CLOSED and (refused := len(self.order.line_ids - self.order._living())):
            return _lt(
                "Finished: the movements are on the statement. %s of the payments were not made: see below.", refused
            )
        own = (
            NEXT_OF_FILES
            if self.order.way == 'file'
            else NEXT_DEFERRED
            if self._capabilities().payments == 'deferred'
            else {}
        )
        return self.order.note or own.get(self.order.state) or NEXT[self.order.state]

    def _capabilities(self):
        institution = self.order.sudo().feed_id.institution_id
        return institution._capabilities() if institution else Capabilities()

    def is_told(self):
        """Whether the bank says what becomes of an order."""
        return self.order.way == 'bank' and self._capabilities().payment_status

    def is_silent(self):
        """Whether the bank does not say (any more) what becomes of what it has, or may have: then a manager's word counts."""
        order = self.order
        if order.state == states.UNKNOWN or order.state not in states.SENT - {states.SENDING}:
            return order.state == states.UNKNOWN
        if not self.is_told():
            return order.state == states.WAITING
        return order.part_unsaid or order.date + timedelta(days=PATIENCE) < fields.Date.today()

    def may_cancel(self):
        """Whether the bank can be asked to cancel it."""
        order = self.order
        early = order.state in (states.WAITING, states.SIGNER, states.ACCEPTED)
        return bool(
            early and order.way == 'bank' and self._capabilities().cancels_payments and order.sudo().bank_ref_sealed
        )

    @classmethod
    def offered(cls, journal):
        """'bank' where the journal's account is connected to a bank that takes payments from us, else 'file'."""
        feed = journal.env['bank.feed'].sudo().search([('journal_id', '=', journal.id)], limit=1)
        return 'bank' if feed and feed.institution_id._capabilities().payments else 'file'

    def check_chosen(self):
        """:raises UserError: the connection does not take payments"""
        if self.order.way == 'bank' and self.offered(self.order.journal_id) != 'bank':
            raise UserError(self.env._("This account's connection takes no payments: send it as a file."))

    def obstacle(self):
        """Why nothing is sent this way now (a sentence), or None: switches, agreement, connection."""
        order = self.order.sudo()
        if any(order._concerned().mapped('bank_payment_stop')):
            return _lt("Payments of this company are stopped (Settings, Bank Payments).")
        if order.way == 'file':
            return None
        connection = order.feed_id.connection_id
        if not connection or connection.state != 'active':
            return _lt("The account is not connected any more. Renew the connection, or send a file.")
        if connection.payments_stopped:
            return _lt("Payments through this connection are stopped.")
        if not connection._provider_is_on():
            return _lt("The provider is switched off.")
        for company in order.company_id | order.journal_id.company_id:
            if found := self.env['bank.agreement']._obstacle(company, connection.provider_id, 'payments'):
                return found
        return None

    def check(self):
        """:raises UserError: nothing is sent this way now"""
        if found := self.obstacle():
            raise UserError(text(self.env, found))
