from . import bank_consents, bank_return, bank_sandbox, bank_sign, bank_webhook
