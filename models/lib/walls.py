"""What a person may write, and in which companies: asked of every call that is not the module's own, as a view's ``readonly``
binds no remote call and record rules are asked before a write only."""

from odoo.exceptions import AccessError


def check_free(records, vals, free):
    """Refuse what is not on the model's list.

    :param vals: what a person writes
    :param free: names of the fields that people may write
    :raises AccessError: where something else is among it"""
    if not records.env.su and (closed := vals.keys() - free):
        raise AccessError(
            records.env._(
                "These fields of “%(model)s” cannot be changed: %(fields)s.",
                model=records._description,
                fields=', '.join(sorted(closed)),
            )
        )


def without_defaults(records, free):
    """The records without a person's context defaults of fields that are not on the list: a default is a way to write, too."""
    if records.env.su:
        return records
    closed = {f'default_{name}' for name in records._fields} - {f'default_{name}' for name in free}
    if not closed & records.env.context.keys():
        return records
    context = {key: value for key, value in records.env.context.items() if key not in closed}
    return records.with_env(records.env(context=context))


def check_companies(records, shared=True):
    """After a write: nothing is put into a company that the person is not in.

    :param bool shared: whether the person may change what belongs to no company, and so to all
    :raises AccessError: where a record stands behind a wall now"""
    if records.env.su:
        return
    for record in records:
        company = record.sudo().company_id
        if (company and company not in records.env.companies) or (not company and not shared):
            raise AccessError(records.env._("Choose one of your companies."))
