"""Sentences that are stored: what was said and with which values, so that each reader reads them in a language of his own."""

import json

from odoo import fields
from odoo.tools import format_date
from odoo.tools.translate import LazyGettext

MODULE = 'account_bank_feed'
_BEGINS = '{"said": '


def money(amount, currency):
    """An amount as a value of a sentence.

    :param amount: Decimal or float, in ``currency``, a record"""
    return {'amount': str(amount), 'currency': currency.id}


def day(date):
    """A date as a value of a sentence."""
    return {'day': date.isoformat()}


def listed(parts, separator=', '):
    """Several sentences or texts as one."""
    return {'many': list(parts), 'separator': separator}


def _plain(part):
    """JSON-safe form of a sentence or a value of one."""
    if isinstance(part, LazyGettext):
        values = part._args
        if isinstance(values, dict):
            return {'said': part._source, 'values': {name: _plain(value) for name, value in values.items()}}
        return {'said': part._source, 'values': [_plain(value) for value in values]}
    if isinstance(part, dict) and 'many' in part:
        return {**part, 'many': [_plain(piece) for piece in part['many']]}
    return part if isinstance(part, dict) else str(part)


def kept(stored):
    """What a column keeps, as a part of another sentence."""
    return json.loads(stored) if source(stored) else stored or ''


def dumped(value):
    """What a column keeps of a sentence; a text stays a text."""
    if isinstance(value, LazyGettext):
        return json.dumps(_plain(value), ensure_ascii=False)
    if isinstance(value, dict):
        return json.dumps({'said': '%s', 'values': [_plain(value)]}, ensure_ascii=False)
    return value


def text(env, value):
    """A sentence, stored or not, in the language of ``env``."""
    if isinstance(value, str):
        if not value.startswith(_BEGINS):
            return value
        try:
            return _rendered(env, json.loads(value))
        except (ValueError, TypeError, LookupError):  # a text that only looks like a sentence of ours
            return value
    return _rendered(env, _plain(value)) if value else ''


def _rendered(env, part):
    if not isinstance(part, dict):
        return part
    if 'said' in part:
        values = part['values']
        if isinstance(values, dict):
            values = {name: _rendered(env, value) for name, value in values.items()}
            return env._(LazyGettext(part['said'], _module=MODULE, **values))
        return env._(LazyGettext(part['said'], *[_rendered(env, value) for value in values], _module=MODULE))
    if 'many' in part:
        return part['separator'].join(_rendered(env, piece) for piece in part['many'])
    if 'day' in part:
        return format_date(env, part['day'])
    return env['res.currency'].browse(part['currency']).format(float(part['amount']))


def source(stored):
    """The untranslated sentence of what a column keeps, '' where it is a plain text."""
    try:
        return json.loads(stored)['said'] if stored and stored.startswith(_BEGINS) else ''
    except (ValueError, LookupError):
        return ''


class Told(fields.Char):
    """A sentence in one column: written as ``_lt(…)`` or as a text, read as a text in the reader's language."""

    def convert_to_cache(self, value, record, validate=True):
        return super().convert_to_cache(dumped(value), record, validate)

    def convert_to_record(self, value, record):
        value = super().convert_to_record(value, record)
        return text(record.env, value) if value else value

    def convert_to_column(self, value, record, values=None, validate=True):
        return value if isinstance(value, str) else self.convert_to_cache(value, record, validate)

    def _description_groupable(self, _env):
        return False

    def stored(self, record):
        """The sentence as it is kept, to be said of another record."""
        value = record[self.name] and self._get_cache(record.env).get(record.id)
        return value or False
