"""Parts of a movement: which open item gets how much, read from Odoo's records."""

from ...booking import Item, Part
from ..lib.exact import booking_currency, exact


class Parts:
    """Makes :class:`booking.Part` of open items; the key of a part's item is its ``account.move.line``.

    :param currencies: of the account that the movement is on, and of the payment where that is another one
    :param told: function of (item, currency): what is open of an item in a currency, see :meth:`.booking.Booking.open_of`"""

    def __init__(self, env, company, currencies, told=None):
        self.env, self.company, self.told = env, company, told
        self.digits = max((currencies | company.currency_id).mapped('decimal_places'))

    def part(self, item, amount, discount=False):
        """So much (a float or Decimal, signed like the movement, in its counterpart's currency) pays an open item."""
        currency, own = item.currency_id, self.company.currency_id
        digits = max(currency.decimal_places, self.digits)
        return Part(
            Item(
                item,
                booking_currency(currency),
                exact(item.amount_residual_currency, currency.decimal_places),
                exact(item.amount_residual, own.decimal_places),
                lambda: exact(self.told(item), digits),
            ),
            exact(amount, digits),
            discount,
        )

    def decided(self, matching_line, allocations):
        """Of a decision's allocations. They are told in the account's currency; where the document is in the payment's original
        currency, all that is open of it is paid.

        :param matching_line: :class:`matching.data.Line`
        :param allocations: :class:`matching.data.Allocation` of it"""
        items = self.env['account.move.line'].browse([allocation.item.id for allocation in allocations])
        told = sum(allocation.amount for allocation in allocations) == matching_line.amount
        parts = []
        for item, allocation in zip(items, allocations):
            original = allocation.document.currency == matching_line.original_currency != matching_line.currency
            amount = allocation.item.residual if original and told else allocation.amount
            parts.append(self.part(item, amount, allocation.discount))
        return parts

    def proposed(self, match):
        """Of a stored proposal (``bank.match``)."""
        return [self.part(one.move_line_id, one.amount, one.discount) for one in match.allocation_ids]


def partner_of(parts, env):
    """The one partner of all parts, or none."""
    partners = env['res.partner'].browse({part.item.key.partner_id.id for part in parts})
    return partners if len(partners) == 1 else env['res.partner']
