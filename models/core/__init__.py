from . import (
    account_bank_statement_line,
    account_journal,
    account_journal_dashboard,
    account_move,
    account_move_batch,
    account_move_reference,
    account_reconcile_model,
    res_company,
    res_config_settings,
    res_partner,
)
