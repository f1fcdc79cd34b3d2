from . import (
    account_bank_statement,
    account_bank_statement_line,
    account_journal,
    account_move,
    account_move_line,
    account_partial_reconcile,
    account_payment,
    account_payment_method,
    account_reconcile_model,
    res_company,
    res_config_settings,
    res_partner,
)
