"""The bank's balance beside the books."""

from odoo.fields import Domain
from odoo.tools import groupby


def first_difference(feed, amount, booked, date_from, date_to):
    """First day, from ``date_from`` on, at whose end the bank's running balance and the books differ.

    :param amount: the bank's balance at the end of ``date_to``, Decimal in the account's currency
    :param booked: the bank's transactions of these days, by day"""
    bank_days = {day: sum(row.amount for row in rows) for day, rows in groupby(booked, lambda row: row.booking_date)}
    ledger_days = _ledger_days(feed, date_from, date_to)
    bank_total = float(amount - sum(bank_days.values()))
    ledger_total = float(amount) - feed.balance_difference - sum(ledger_days.values())
    days = sorted({date_from, *bank_days, *ledger_days})
    for day in days:
        bank_total += float(bank_days.get(day, 0))
        ledger_total += ledger_days.get(day, 0.0)
        if feed.currency_id.compare_amounts(bank_total, ledger_total):
            # different from the first day on: it began earlier, maybe on a day found before
            return min(feed.difference_since or day, day)
    return days[-1]


def _ledger_days(feed, date_from, date_to):
    """{day: what was posted on the account's ledger, in the account's currency}"""
    foreign = feed.currency_id != feed.company_id.currency_id
    return dict(
        feed.env['account.move.line']._read_group(
            [
                ('account_id', '=', feed.journal_id.default_account_id.id),
                ('parent_state', '=', 'posted'),
                ('date', '>=', date_from),
                ('date', '<=', date_to),
                ('company_id', '=', feed.company_id.id),
            ],
            ['date:day'],
            ['amount_currency:sum' if foreign else 'balance:sum'],
        )
    )


def ledger_balances(feeds):
    """{feed: (the books as they are, how they differ from the bank's balance at the end of that balance's day)}, in each
    account's currency."""
    totals = _ledger_totals(feeds, Domain('account_id', 'in', feeds.journal_id.default_account_id.ids))
    dated = feeds.filtered(lambda feed: feed.journal_id.default_account_id and feed.bank_balance_date)
    later = _ledger_totals(
        feeds,
        Domain.OR(
            Domain('account_id', '=', feed.journal_id.default_account_id.id)
            & Domain('date', '>', feed.bank_balance_date)
            for feed in dated
        ),
    )
    found = {}
    for feed in feeds:
        account = feed.journal_id.default_account_id
        position = feed.currency_id == feed.company_id.sudo().currency_id  # balance, else amount in currency
        ledger = totals.get(account, (0.0, 0.0))[position]
        until = ledger - (later.get(account, (0.0, 0.0))[position] if feed in dated else 0.0)
        difference = feed.bank_balance - until if feed.has_bank_balance else 0.0
        found[feed] = (ledger, feed.currency_id.round(difference) if feed.currency_id else 0.0)
    return found


def _ledger_totals(feeds, domain):
    """{account: (amount in currency, balance)} of posted items of these feeds' companies."""
    domain &= Domain('parent_state', '=', 'posted') & Domain('company_id', 'in', feeds.company_id.ids)
    rows = (
        feeds.env['account.move.line']
        .sudo()
        ._read_group(domain, ['account_id'], ['amount_currency:sum', 'balance:sum'])
    )
    return {account: (amount, balance) for account, amount, balance in rows}
