"""Taxes that are contained in what is written off: core's tax engine takes the amount apart."""

from odoo.fields import Command

from .values import amounts


def with_contained(booking, values, taxes):
    """Values of the journal item without its taxes, and of one item for each of them; together as much as it was.

    :param booking: :class:`.booking.Booking` of the movement
    :param dict values: of the item with its taxes contained
    :param taxes: ``account.tax`` records, or none"""
    if not taxes:
        return [values]
    env, company = booking.env, booking.company
    amount, balance = values['amount_currency'], values['debit'] - values['credit']
    if company.currency_id.is_zero(balance):
        return [values]  # less than a cent of the company's currency has no tax
    kind = taxes[:1].type_tax_use
    line = taxes._prepare_base_line_for_taxes_computation(
        {},
        price_unit=amount,
        quantity=1.0,
        tax_ids=taxes,
        currency_id=env['res.currency'].browse(values['currency_id']),
        rate=amount / balance if balance else 0.0,
        special_mode='total_included',
        is_refund=(kind == 'purchase' and amount < 0) or (kind == 'sale' and amount > 0),
        partner_id=env['res.partner'].browse(values['partner_id'] or []),
        account_id=env['account.account'].browse(values['account_id']),
        analytic_distribution=values.get('analytic_distribution'),
    )
    taxes._add_tax_details_in_base_lines([line], company)
    taxes._round_base_lines_tax_details([line], company)
    # the money is here: a tax on payments is due
    taxes._add_accounting_data_in_base_lines_tax_details([line], company, include_caba_tags=True)
    done = taxes._prepare_tax_lines([line], company)
    of_taxes = [_of_tax(values, tax) for tax in done['tax_lines_to_add']]
    currency, own = line['currency_id'], company.currency_id
    base_amount = currency.round(amount - sum(one['amount_currency'] for one in of_taxes))
    base_balance = own.round(balance - sum(one['debit'] - one['credit'] for one in of_taxes))
    base = {
        **values,
        'tax_ids': [Command.set(taxes.ids)],
        'tax_tag_ids': done['base_lines_to_update'][0][1]['tax_tag_ids'],
        **amounts(base_amount, base_balance),
    }
    return [base, *of_taxes]


def _of_tax(values, tax):
    tax = dict(tax)
    balance = tax.pop('balance')
    return {**values, **tax, **amounts(tax['amount_currency'], balance)}
