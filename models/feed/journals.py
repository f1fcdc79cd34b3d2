"""The journal that an account feeds: found, or made."""

from datetime import date, timedelta

#: codes that are tried for a new journal
MAX_CODES = 10000


def free_code(env, company, skip=0):
    """A code that no journal of the company has.

    :param skip: free codes to pass over, which others of the same list will take"""
    taken = set(
        env['account.journal'].with_context(active_test=False).search([('company_id', '=', company.id)]).mapped('code')
    )
    free = (code for number in range(1, MAX_CODES) if (code := f'BNK{number}') not in taken)
    for _skipped in range(skip):
        next(free)
    return next(free)


def earlier_journal(consent, account):
    """The journal that this account fed before its connection was ended, or none.

    :param account: :class:`banks.data.Account`"""
    feeds = consent.env['bank.feed']._find(consent.institution_id, account.number, account.currency)
    return feeds.filtered(lambda feed: feed.company_id in consent.env.companies).journal_id[:1].sudo(False)


def journal_by_number(env, number, currency):
    """A bank journal of one of the companies with this account and currency, which no feed has yet, or none."""
    journals = env['account.journal'].search(
        [
            ('type', 'in', ('bank', 'credit')),
            ('company_id', 'in', env.companies.ids),
            ('bank_account_id.sanitized_acc_number', '=', number),
        ]
    )
    in_use = [('journal_id', 'in', journals.ids), ('connection_id.state', '!=', 'disconnected')]
    free = journals - env['bank.feed'].sudo().search(in_use).journal_id
    return free.filtered(lambda journal: (journal.currency_id or journal.company_id.currency_id) == currency)[:1]


def first_free_day(journal):
    """The day after the last statement line that came by file or by hand: those days are in the books already. Mails tell single
    movements: the bank is asked for their days, too."""
    last = journal.env['account.bank.statement.line'].search(
        [('journal_id', '=', journal.id), ('bank_feed_id', '=', False), ('bank_feed_way', 'in', (False, 'file'))],
        order='internal_index desc',
        limit=1,
    )
    return last.date + timedelta(days=1) if last else date.min


def make_journal(company, currency, number, name, code):
    """A bank journal with this account; made with more rights than a Bank Feeds manager has by himself."""
    values = {
        'type': 'bank',
        'name': name or number,
        'code': code,
        'company_id': company.id,
        'currency_id': currency.id if currency != company.currency_id else False,
        'bank_statements_source': 'bank_feed',
    }
    if number:
        values['bank_account_id'] = bank_account(company, number).id
    return company.env['account.journal'].sudo().with_company(company).create(values).sudo(False)


def bank_account(company, number):
    """The company's own account of this number, made where there is none."""
    accounts = company.env['res.partner.bank'].sudo().with_context(active_test=False)
    own = ('partner_id', '=', company.partner_id.id)
    found = accounts.search([('sanitized_acc_number', '=', number.replace(' ', '')), own], limit=1)
    return found or accounts.create(
        {'acc_number': number, 'partner_id': company.partner_id.id, 'allow_out_payment': True}
    )
