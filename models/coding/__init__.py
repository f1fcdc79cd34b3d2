from . import account_reconcile_model, account_reconcile_model_line
