from . import (
    bank_connection,
    bank_consent,
    bank_consent_account,
    bank_consent_holder,
    bank_finder,
    bank_institution,
    bank_provider,
    bank_provider_setting,
    bank_provider_setup,
    bank_sandbox,
    bank_sandbox_customers,
    bank_vault,
)
