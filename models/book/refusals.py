"""Why something cannot be booked so, in words: every code of :class:`booking.Refused`."""

from odoo.exceptions import UserError
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

WORDS = {
    'more_than_movement': _lt("More than the movement's amount would be paid."),
    'wrong_direction': _lt(
        "What is chosen goes the other way than the money. Choose it together with what it is set off against, or say what becomes of the rest."
    ),
    'worth_more': _lt("At the day's rate the movement is worth more than is open on %s. Match it by hand."),
    'discount_in_another_currency': _lt("An early-payment discount in another currency has to be booked by hand."),
    'nothing_left': _lt("Nothing is left for %s."),
    'more_written_off': _lt("More than what is left of the movement is written off."),
    'model_takes_more': _lt("The model “%s” takes more than is left of the movement."),
    'model_without_account': _lt("The model “%s” has a line without an account."),
    'model_takes_nothing': _lt("The model “%s” takes nothing of this movement."),
    'pattern_complicated': _lt("The pattern “%s” is too complicated for looking up an amount."),
    'pattern_wrong': _lt("“%s” is no pattern."),
    'amount_unreadable': _lt("No amount can be read from “%s”."),
}


def in_words(booking, refused):
    """The UserError that says a :class:`booking.Refused` in the reader's language.

    :param booking: :class:`.booking.Booking` of the movement"""
    text = booking.env._(WORDS[refused.code])
    return UserError(text if refused.about is None else text % _name(booking, refused.about))


def _name(booking, about):
    model = getattr(about, '_name', '')
    if model == 'account.move.line':
        return about.move_id.name
    return booking.account_name(about) if model == 'account.account' else getattr(about, 'name', about)
