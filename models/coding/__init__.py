from . import account_account, account_reconcile_model, account_reconcile_model_line
