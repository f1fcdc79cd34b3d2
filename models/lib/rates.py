"""Exchange rates: where there is none, Odoo takes one for one and says nothing."""


def has_rate(company, currency, day):
    """Whether amounts of the currency are worth something known in the company's, on that day."""
    if currency == company.currency_id:
        return True
    rates = company.env['res.currency.rate'].sudo()
    domain = [('company_id', 'in', [False, company.root_id.id]), ('name', '<=', day)]
    known = rates.search([*domain, ('currency_id', 'in', (currency | company.currency_id).ids)]).currency_id
    return bool(known)
