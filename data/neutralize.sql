-- a copy of the database must not reach a bank
UPDATE bank_provider SET credential_sealed = NULL, webhook_token = NULL, mode = 'off', practice = FALSE;
UPDATE bank_provider_setting SET value_sealed = NULL;
DELETE FROM bank_vault;
DELETE FROM bank_prefetch;
DELETE FROM bank_connect;
DELETE FROM bank_connect_result_line;
UPDATE bank_consent SET bank_ref_sealed = NULL, memory_sealed = NULL, bank_ref_hash = NULL, return_hash = NULL, state = 'terminatedByTpp'
 WHERE state IN ('received', 'partiallyAuthorised', 'valid') OR bank_ref_sealed IS NOT NULL;
UPDATE bank_consent_account SET account_session = NULL;
UPDATE bank_feed SET lease_token = NULL, lease_until = NULL;
UPDATE bank_connection SET state = 'disconnected' WHERE state = 'active';
UPDATE bank_signature_provider SET secret_sealed = NULL, webhook_sealed = NULL, webhook_token = NULL;
UPDATE bank_signing SET link_hash = NULL, code_hash = NULL, state = 'cancelled' WHERE state IN ('pending', 'opened');
DELETE FROM bank_feed_run WHERE state = 'queued';
UPDATE res_company SET bank_payment_stop = TRUE;
UPDATE bank_payment_order SET bank_ref_sealed = NULL, bank_page_sealed = NULL, has_bank_page = FALSE, return_hash = NULL, next_poll = NULL;
