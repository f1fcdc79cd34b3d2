"""What a button answers the browser."""

#: show the same page again, as it is now
SOFT_RELOAD = {'type': 'ir.actions.client', 'tag': 'soft_reload'}
#: leave the page of a record that is gone
BACK = {'type': 'ir.actions.client', 'tag': 'account_bank_feed.back'}


def notify(message, kind='success', then=None, sticky=False):
    """A word in the corner of the page.

    :param str kind: 'success', 'info', 'warning' or 'danger'
    :param dict then: the action that follows, e.g. ``SOFT_RELOAD``
    :param bool sticky: until the person closes it"""
    params = {'type': kind, 'message': message, 'sticky': sticky}
    return {
        'type': 'ir.actions.client',
        'tag': 'display_notification',
        'params': {**params, 'next': then} if then else params,
    }
