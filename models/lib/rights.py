"""Groups that fields and calls ask for."""

#: who keeps or audits the books; through no other model does anybody ask these fields
KEEPERS = 'account.group_account_basic,account.group_account_readonly'
#: who reconciles
ACCOUNTANTS = 'account_bank_feed.bank_feed_group_accountant'
