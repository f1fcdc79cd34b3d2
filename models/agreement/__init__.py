from . import bank_agreement, bank_agreement_course, bank_signature_provider, bank_signing
