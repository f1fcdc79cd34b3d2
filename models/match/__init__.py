from . import bank_backtest, bank_match, bank_match_rule, bank_partner_identifier, bank_payer
