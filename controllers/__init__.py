from . import bank_consents, bank_payment, bank_return, bank_sandbox, bank_sandbox_backstage, bank_sign, bank_webhook
