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


def onchange(upwards, values, names, spec, free):
    """An ``onchange`` that looks at a person's own changes of what people may write, and at nothing else: whatever a call gives besides would
    be worked with in sudo, and what is read there would come back.

    :param upwards: core's method; ``values``, ``names``, ``spec``: its parameters
    :param free: names of the fields that people may write"""
    asked = [name for name in names if name in free]
    if names and not asked:
        return {'value': {}}
    return upwards({name: value for name, value in values.items() if name in free}, asked, spec)


def only_free(records, vals_list, free):
    """(records, values) for a person's ``create``: nothing but what is on the list, neither given nor by default. The module's own
    calls pass as they are.

    :param free: names of the fields that people may write
    :raises AccessError: where something else is among the values"""
    if records.env.su:
        return records, vals_list
    for vals in vals_list:
        check_free(records, vals, free)
    return without_defaults(records, vals_list, free)


def without_defaults(records, vals_list, free):
    """(records, values) for a ``create`` that takes no default of a field that is not on the list, neither from the context nor
    from a person's own defaults: a default is a way to write, too.

    :param free: names of the fields that may be written"""
    closed = records._fields.keys() - free
    closed_keys = {f'default_{name}' for name in closed}
    context = {key: value for key, value in records.env.context.items() if key not in closed_keys}
    if len(context) < len(records.env.context):
        records = records.with_env(records.env(context=context))
    given = closed & records.env['ir.default']._get_model_defaults(records._name).keys()
    if not given:
        return records, vals_list
    own = {name: _own_default(records, records._fields[name]) for name in given}
    return records, [{**own, **vals} for vals in vals_list]


def _own_default(records, field):
    return field.default(records) if field.default else False


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
