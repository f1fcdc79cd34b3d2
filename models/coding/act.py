"""A coding is booked on a movement that waits."""

from odoo import SUPERUSER_ID
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date

from ..book.booking import Booking
from ..lib.exact import exact
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
        line = self.line
        partner, rest = self.planned()
        Booking(line).put([], partner, rest)
        if partner and line.partner_id != partner:
            ours(line).with_context(skip_account_move_synchronization=True).partner_id = partner
        if not line.is_reconciled:
            raise UserError(self.env._("“%s” would still wait. Choose another account.", line.payment_ref))

    def planned(self):
        """(partner, :class:`booking.Rest`) of it.

        :raise UserError: in words, why not"""
        self._check_taxes()
        # what a person said of it holds
        return self.line.partner_id or self.coded.partner, self.coded.rest(self._scale())

    def _scale(self):
        """What parts in the account's currency are in the counterpart's."""
        line = self.line
        if len(self.coded.rows) < 2 or not line.foreign_currency_id or not line.amount:
            return None
        currency, share = line.foreign_currency_id, line.amount_currency / line.amount
        return lambda amount: exact(currency.round(float(amount) * share), currency.decimal_places)

    def _check_taxes(self):
        """Core moves an entry with taxes out of a locked tax period, and the bank's day with it."""
        line = self.line
        has_taxes = any(row.taxes for row in self.coded.rows)
        if has_taxes and line.company_id._get_violated_lock_dates(line.date, True, line.journal_id):
            raise UserError(
                self.env._(
                    "The tax period of %s is locked: open it, or book it without taxes.",
                    format_date(self.env, line.date),
                )
            )

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
        user = line.env.user if line.env.uid != SUPERUSER_ID else model.create_uid
        line.move_id.activity_schedule(activity_type_id=kind.id, user_id=user.id)


def unplan_activities(lines):
    """What reconciliation models wanted to be done of a booking that is taken back."""
    for line in lines.sudo():
        if kinds := line.line_ids.reconcile_model_id.next_activity_type_id:
            planned = line.move_id.activity_ids.filtered_domain(
                [('automated', '=', True), ('activity_type_id', 'in', kinds.ids)]
            )
            planned.unlink()
