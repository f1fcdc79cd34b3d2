"""Names of records. Core works out a name in sudo wherever a record is only pointed at: whoever knows an id would read it."""

import functools

from odoo import SUPERUSER_ID, api


def told_to_readers(method):
    """Decorator of a ``_compute_display_name``: who may not read a record is told what it is, not which."""

    @functools.wraps(method)
    def _compute_display_name(self):
        hidden = unreadable(self)
        for record in hidden:
            record.display_name = record._description
        return method(self - hidden)

    return api.depends_context('uid')(_compute_display_name)


def account_name(account, company):
    """An account as the company sees it: its number and name."""
    account = account.with_company(company)
    return f"{account.code} {account.name}" if account.code else account.name


def unreadable(records):
    """Those of the records that the person may not read in any of the own companies. Asked in sudo only: elsewhere they were read already."""
    env = records.env
    if not env.su or env.uid == SUPERUSER_ID:
        return records.browse()
    asked = records.filtered('id').sudo(False).with_context(allowed_company_ids=env.user.company_ids.ids)
    known = asked._filtered_access('read') if asked else asked
    return records - records.browse(known._ids)
