"""What a person decides about a movement: which open items it pays, and what becomes of the rest."""

from odoo.exceptions import UserError
from odoo.tools.translate import LazyTranslate

from ...booking import StaysOpen
from ..book.booking import Booking
from ..book.parts import partner_of
from ..lib.given import given_dict, given_id, given_list, given_number
from ..lib.inside import ours
from ..lib.told import listed
from .payer import Payer, given_partner
from .rate import Rate
from .rest import GivenRest, rest_name
from .transfers import other_sides

_lt = LazyTranslate(__name__)


def check_open(line, expected=None):
    """Somebody else may have been at it since it was shown.

    :param expected: what the person saw as open, or None
    :raise UserError: it is reconciled, or something else is open"""
    rest, currency = Booking(line).open()
    if line.is_reconciled or line.move_id.state != 'posted':
        raise UserError(line.env._("“%s” is reconciled already, or no longer posted.", line.payment_ref))
    if expected is not None and currency.compare_amounts(rest, given_number(line.env, expected)):
        raise UserError(line.env._("“%s” was changed by somebody else in the meantime.", line.payment_ref))


class ByHand:
    """One movement, as a person says."""

    def __init__(self, line):
        self.line, self.env, self.booking = line, line.env, Booking(line)

    def read(self, parts, rest=None, partner_id=False):
        """(parts, partner, :class:`booking.Rest`) of a call of :meth:`bank_reconcile`, checked.

        :raise UserError: in plain words, what does not fit"""
        parts = self._open_items(parts)
        partner = partner_of(parts, self.env) or given_partner(self.env, partner_id) or self.line.partner_id
        return parts, partner, GivenRest(self.booking, partner, parts).read(given_dict(self.env, rest))

    def reconcile(self, parts, rest=None, partner_id=False, expected=None):
        """Book and reconcile; see :meth:`bank_reconcile`."""
        check_open(self.line, expected)
        Rate(self.line).check()
        parts, partner, rest = self.read(parts, rest, partner_id)
        if not parts and isinstance(rest, StaysOpen):
            raise UserError(self.env._("Choose what the movement pays, or what becomes of its rest."))
        self.booking.put(parts, partner, rest, by_person=True)
        Payer(self.line).set(partner)
        self._note(parts, rest)

    def transfer(self, other):
        """Book a transfer between own accounts, with the other side where that is known."""
        if other and other not in other_sides(self.line):
            raise UserError(self.env._("“%s” is not the other side of this transfer.", other.payment_ref))
        sides = self.line + other
        for side in sides:
            ByHand(side).reconcile([], {'kind': 'transfer'})
        account = self.line.company_id.transfer_account_id
        ours = sides.line_ids.filtered(lambda item: item.account_id == account and not item.reconciled)
        if other and account.reconcile and len(ours) == 2:
            ours.reconcile()

    def _open_items(self, given):
        """Parts of [[id, amount]], checked: nothing is paid twice, too much, or for somebody else's company."""
        given = [self._given_part(part) for part in given_list(self.env, given)]
        items = self.env['account.move.line'].browse([item for item, _amount in given]).exists()
        if len(items) != len(given) or len(set(items.ids)) != len(given):
            raise UserError(self.env._("One of the chosen items does not exist any more."))
        companies = self.env['res.company'].sudo().search([('id', 'child_of', self.line.company_id.id)])
        currency = self.booking.open()[1]
        for item, (_id, amount) in zip(items, given):
            self._check_item(item, amount, currency, companies)
        return [self.booking.parts.part(item, currency.round(amount)) for item, (_id, amount) in zip(items, given)]

    def _check_item(self, item, amount, currency, companies):
        open_, name = self.booking.open_of(item, currency), item.move_id.name
        if item.reconciled or item.parent_state != 'posted' or item.company_id not in companies:
            raise UserError(self.env._("%s is paid or no longer posted.", name))
        if not item.account_id.reconcile:
            raise UserError(self.env._("%s is on an account that is not reconciled.", name))
        if currency.is_zero(amount) or (amount > 0) != (open_ > 0):
            raise UserError(self.env._("The amount for %s has the wrong sign.", name))
        if currency.compare_amounts(abs(amount), abs(open_)) > 0:
            raise UserError(
                self.env._("Only %(amount)s is open on %(name)s.", amount=currency.format(abs(open_)), name=name)
            )

    def _given_part(self, part):
        if not isinstance(part, list | tuple) or len(part) != 2:
            raise UserError(self.env._("Choose what the movement pays, or what becomes of its rest."))
        return given_id(self.env, part[0]) or 0, given_number(self.env, part[1])

    def _note(self, parts, rest):
        """Say on the movement who booked it on what; other proposals end."""
        line = self.line
        proposals = line.bank_match_ids.sudo()._proposed()
        proposals.write({'state': 'refused', 'superseded': True})
        chosen = {part.item.key.move_id.id for part in parts}
        chosen_before = line.bank_match_ids.sudo().filtered(
            lambda match: (
                match.state == 'refused' and not match.superseded and chosen & {*match.allocation_ids.move_id.ids}
            )
        )
        chosen_before.reconsidered = True  # who pays it by hand refuses it no more; by itself it is never booked
        what = [*(part.item.key.move_id.name for part in parts), rest_name(rest, self.booking)]
        ours(line).write(
            {
                'bank_match_state': 'manual',
                'bank_match_rule': False,
                'bank_match_keys': False,
                'bank_match_note': _lt(
                    "By %(user)s: %(what)s", user=self.env.user.name, what=listed([one for one in what if one])
                ),
            }
        )
