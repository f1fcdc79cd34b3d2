"""What a button answers the browser."""

#: show the same page again, as it is now
SOFT_RELOAD = {'type': 'ir.actions.client', 'tag': 'soft_reload'}
