from . import (
    bank_agreement,
    bank_agreement_course,
    bank_agreement_send,
    bank_signature_provider,
    bank_signing,
    bank_signing_mail,
)
