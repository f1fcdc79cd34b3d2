from . import bank_consents, bank_return, bank_sandbox, bank_webhook
