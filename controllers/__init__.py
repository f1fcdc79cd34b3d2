from . import bank_return, bank_sandbox, bank_webhook
