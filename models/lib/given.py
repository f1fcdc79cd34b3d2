"""Arguments of remote calls, as they may come from anybody: what is not of its kind is refused in words, not by a traceback."""

from psycopg2 import DataError

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Domain

#: PostgreSQL's largest id; no amount is as large
MAX_ID, MOST = 2**31 - 1, 1e15


def given_id(env, value):
    """An id, or False for none.

    :raises UserError: it is something else"""
    if value is None or value is False:
        return False
    if isinstance(value, int) and value is not True and 0 <= value <= MAX_ID:
        return value or False
    raise _not_understood(env)


def given_ids(env, values):
    """A list of ids."""
    if values and not isinstance(values, list | tuple):
        raise _not_understood(env)
    return [found for value in values or [] if (found := given_id(env, value))]


def given_number(env, value):
    """A number of an amount's size."""
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < MOST:
        return value
    raise UserError(env._("“%s” is no amount.", str(value)[:20]))


def given_text(env, value, longest):
    """A text of at most so many letters; '' for none."""
    if value in (None, False):
        return ''
    if isinstance(value, str) and len(value) <= longest and '\0' not in value:
        return value
    raise _not_understood(env)


def given_time(env, value):
    """A point in time as Odoo writes it; None for none."""
    try:
        return fields.Datetime.to_datetime(given_text(env, value, 30) or None)
    except ValueError:
        raise _not_understood(env) from None


def given_dict(env, value):
    """A dictionary; empty for none."""
    if value is None or value is False or isinstance(value, dict):
        return value or {}
    raise _not_understood(env)


def given_domain(model, value):
    """A domain of a model's records.

    :raises UserError: it is none"""
    if not isinstance(value, list | tuple):
        raise _not_understood(model.env)
    try:
        domain = Domain(value)
        domain.validate(model)
    except (TypeError, ValueError, KeyError):
        raise _not_understood(model.env) from None
    return domain


def given_list(env, value):
    """A list; empty for none."""
    if value is None or value is False or isinstance(value, list | tuple):
        return list(value or ())
    raise _not_understood(env)


def search_given(model, domain, more, **options):
    """Records of a domain that somebody gave, and of another one of ours.

    :raises UserError: it is no domain, or has values of the wrong kind"""
    domain = given_domain(model, domain) & Domain(more)
    try:
        with model.env.cr.savepoint(flush=False):
            return model.search(domain, **options)
    except (ValueError, TypeError, DataError):
        raise _not_understood(model.env) from None


def _not_understood(env):
    return UserError(env._("This call has an argument of the wrong kind."))
