"""Why an account cannot be fetched, or a movement not be posted; in words that say what helps."""

from decimal import Decimal

from odoo import fields
from odoo.tools import format_date
from odoo.tools.translate import LazyTranslate

from ..lib import wording
from ..lib.exact import exact

_lt = LazyTranslate(__name__)

#: days that a booked movement may be dated ahead (a weekend, holidays)
DAYS_AHEAD = 14
#: hundredths, or what the currency has, that Odoo's floats hold exactly through all its sums
LARGEST = 10**14


def obstacle(feed):
    """What a person has to mend before a fetch of this account makes sense (a sentence), or ''."""
    if found := journal_obstacle(feed):
        return found
    if found := feed.env['bank.agreement']._obstacle(feed.company_id, feed.connection_id.provider_id):
        return found
    if not feed.consent_id or feed.consent_id.state != 'valid' or not feed.cover_id.account_session:
        return _lt("There is no valid permission for this account. Renew the connection.")
    return ''


def journal_obstacle(feed):
    """Why nothing can be posted to the journal of this account (a sentence), or ''.

    :param feed: ``bank.feed``, or :class:`.place.Place`"""
    if not feed.journal_id or not feed.journal_id.active:
        return _lt("The journal of this account is deleted or archived. Choose another one.")
    if not feed.currency_id.active:
        return _lt("The currency %s is not active. Activate it under Currencies.", feed.currency_id.name)
    journal_currency = feed.journal_id.currency_id or feed.company_id.currency_id
    if journal_currency != feed.currency_id:
        return _lt(
            "The journal is in %(journal)s, the account in %(account)s.",
            account=feed.currency_id.name,
            journal=journal_currency.name,
        )
    return ''


def obstacle_to(place, row):
    """Why this movement cannot be posted to the journal, in words, or ''.

    :param place: :class:`.place.Place`
    :param row: :class:`banks.data.Transaction`"""
    env, currency, digits = place.env, place.currency_id, place.currency_id.decimal_places
    if row.currency != currency.name:
        return env._(
            "The bank gave it in %(given)s on an account in %(account)s.", given=row.currency, account=currency.name
        )
    if row.amount != Decimal(f'{row.amount:.{digits}f}'):
        return env._(
            "The amount %(amount)s has more decimals than %(currency)s has in Odoo.",
            amount=row.amount,
            currency=row.currency,
        )
    inexact = (
        abs(row.amount).scaleb(digits) >= LARGEST or exact(currency.round(float(row.amount)), digits) != row.amount
    )
    if inexact:
        return env._("The amount %s is larger than Odoo can hold exactly.", row.amount)
    if (row.booking_date - fields.Date.today()).days > DAYS_AHEAD:
        return env._("The booking date %s has not come yet.", format_date(env, row.booking_date))
    locks = place.company_id._get_violated_lock_dates(row.booking_date, False, place.journal_id)
    return wording.locked(env, locks[-1][0]) if locks else ''
