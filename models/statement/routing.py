"""To which journal a statement belongs: by account number and currency."""

from ...statements.numbers import bank_of, is_iban, is_same
from ..feed.journals import free_code, make_journal


def journal_of(statement, default, alone=True):
    """The bank journal that a statement belongs to, or none where a person has to say it.

    :param statement: ``bank.import.statement``
    :param default: the journal on which the file was dropped, or none
    :param alone: whether all that was dropped is of one account"""
    env, currency = statement.env, statement.currency_id
    if not statement.account_number:
        return default if default and fits(default, currency) else env['account.journal']
    domain = [('type', 'in', ('bank', 'credit')), ('company_id', '=', statement.import_id.company_id.id)]
    found = (
        env['account.journal']
        .search(domain)
        .filtered(lambda journal: fits(journal, currency) and statement._is_account(numbers(journal)))
    )
    if default in found:
        return default
    if len(found) == 1:
        return found
    if not found and alone and default and fits(default, currency) and not numbers(default):
        return default  # the first statement of a journal that has no account number yet
    return env['account.journal']


def numbers(journal):
    """The account numbers of a journal: its own, and that of the account at the bank which feeds it."""
    found = [journal.bank_account_id.acc_number, *journal.sudo().bank_feed_ids.mapped('account_number')]
    return [number for number in found if number]


def is_of_another(statement):
    """Whether the chosen journal has account numbers, and the statement's is none of them."""
    told = numbers(statement.journal_id)
    return bool(statement.account_number and told and not statement._is_account(told))


def fits(journal, currency):
    """Whether the journal is in the statement's currency; a statement that says none fits any."""
    return not currency or (journal.currency_id or journal.company_id.currency_id) == currency


def is_account(number, bank, others):
    """Whether an account number of a file is one of these."""
    return any(is_same(number, other, bank) for other in others)


def elsewhere(statement):
    """A journal of the statement's account in another company of the person's (sudo); none where there is none."""
    companies = statement.env.user.company_ids - statement.import_id.company_id
    journals = (
        statement.env['account.journal']
        .sudo()
        .search(
            [('company_id', 'in', companies.ids), ('type', 'in', ('bank', 'credit')), ('bank_account_id', '!=', False)]
        )
    )
    number = statement.iban or statement.account_number
    return journals.filtered(lambda journal: number and is_account(number, statement.bank_code, numbers(journal)))[:1]


def new_journal(statement):
    """A journal for the statement's account, with the bank's name."""
    company, currency = (
        statement.import_id.company_id,
        statement.currency_id or statement.import_id.company_id.currency_id,
    )
    number = statement.iban or statement.account_number
    bic, name = bank_of(number) if number and is_iban(number) else ('', '')
    label = f'{name or statement.env._("Bank account")} {(number or "")[-4:]}'.strip()
    code = free_code(statement.env, company)
    journal = make_journal(company, currency, number, label or statement.import_id.name, code)
    _name_bank(journal, name, bic)
    return journal


def _name_bank(journal, name, bic):
    """The bank of a new account number is known by its BIC."""
    account = journal.sudo().bank_account_id
    if not account or account.bank_id or not bic:
        return
    banks = journal.env['res.bank'].sudo()
    account.bank_id = banks.search([('bic', '=', bic)], limit=1) or banks.create({'name': name or bic, 'bic': bic})
