"""Exchange rates: where there is none, Odoo takes one for one and says nothing."""


def has_rate(company, currency, day):
    """Whether amounts of the currency are worth something known in the company's, on that day."""
    if currency == company.currency_id:
        return True
    rates = company.env['res.currency.rate'].sudo()
    domain = [('company_id', 'in', [False, company.root_id.id]), ('name', '<=', day)]
    if rates.search_count([*domain, ('currency_id', '=', currency.id)], limit=1):
        return True
    # rates may be told against the other currency, which then needs none itself
    own = rates.search([*domain, ('currency_id', '=', company.currency_id.id)], order='name desc', limit=1)
    return bool(own) and own.rate != 1
