from . import bank_match, bank_match_rule, bank_match_test
