"""What a button answers the browser."""

#: show the same page again, as it is now
SOFT_RELOAD = {'type': 'ir.actions.client', 'tag': 'soft_reload'}
#: leave the page of a record that is gone
BACK = {'type': 'ir.actions.client', 'tag': 'account_bank_feed.back'}
