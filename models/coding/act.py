"""A coding is booked on a movement that waits."""

from odoo.exceptions import UserError, ValidationError

from ..book.booking import Booking
from ..lib.inside import ours


class Act:
    """Of one statement line.

    :param line: the record
    :param coded: :class:`.coded.Coded`"""

    def __init__(self, line, coded):
        self.line, self.coded, self.env = line, coded, line.env

    def book(self):
        """Put it into the entry.

        :raise UserError: in words, why not"""
        line, coded = self.line, self.coded
        if len(coded.rows) > 1 and line.foreign_currency_id:
            # the parts are in the account's currency
            line.write({'foreign_currency_id': False, 'amount_currency': 0.0})
        partner = coded.partner or line.partner_id
        Booking(line).put([], partner, coded.rest())
        if partner and line.partner_id != partner:
            ours(line).with_context(skip_account_move_synchronization=True).partner_id = partner

    def refusal(self):
        """:meth:`book` within a savepoint; why Odoo refuses it, '' where it does not."""
        try:
            with self.env.cr.savepoint():
                self.book()
        except (UserError, ValidationError) as error:
            return str(error)
        return ''


def plan_activity(line, model):
    """What a reconciliation model wants to be done next.

    :param model: ``account.reconcile.model``, or no record"""
    if kind := model.next_activity_type_id:
        line.move_id.activity_schedule(activity_type_id=kind.id, user_id=line.env.uid)
