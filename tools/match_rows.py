"""Rows of the matching files, read strictly: what is not as the contract says is named, never guessed."""

import json
import os
import re
from datetime import date
from decimal import Decimal
from functools import lru_cache

from matching.data import KINDS, PAID_BY_INCOMING, Document, Item, Line

STATES = ('open', 'closed', 'draft')
TYPES = ('transfer', 'fee', 'own', 'returned')
_AMOUNT = re.compile(r'-?[0-9]{1,15}(?:\.[0-9]{1,10})?')
_DATE = re.compile(r'[0-9]{4}-[0-9]{2}-[0-9]{2}')
_decode = json.JSONDecoder().decode


class BadRow(ValueError):
    """A row of a file that is not as the contract says; the text names file and line."""


def parsed(path, place, line):
    """The JSON object of a line of a file.

    :raise BadRow: it is none"""
    try:
        row = _decode(line.decode())
    except (ValueError, RecursionError) as error:
        raise BadRow(f"{os.path.basename(path)}, line {place}: no valid JSON ({error}).") from None
    if not isinstance(row, dict):
        raise BadRow(f"{os.path.basename(path)}, line {place}: not a JSON object.")
    return row


def said(error):
    """What is wrong with a row, in plain words."""
    return f"{error.args[0]!r} is missing" if isinstance(error, KeyError) else str(error)


def money(row, name):
    value = row[name]
    if not isinstance(value, str) or not _AMOUNT.fullmatch(value):
        raise ValueError(f"{name} {value!r} is no amount such as \"120.00\"")
    return Decimal(value)


def positive(row, name):
    amount = money(row, name)
    if amount < 0:
        raise ValueError(f"{name} {row[name]!r} is negative")
    return amount


def day(row, name):
    value = row[name]
    if not isinstance(value, str) or not (found := _day(value)):
        raise ValueError(f"{name} {value!r} is no date such as \"2026-10-14\"")
    return found


@lru_cache(maxsize=4096)
def _day(value):
    return date.fromisoformat(value) if _DATE.fullmatch(value) else None


def text(row, name):
    value = row.get(name)
    if value is None:
        return ''
    if not isinstance(value, str):
        raise ValueError(f"{name} {value!r} is no text")
    return value


def needed(row, name):
    value = row[name]
    if not isinstance(value, str) or not value:
        raise ValueError(f"{name} {value!r} is no text")
    return value


def texts(row, name):
    values = row.get(name)
    if values is None:
        return []
    if not isinstance(values, list) or not all(isinstance(value, str) or value is None for value in values):
        raise ValueError(f"{name} is no list of texts")
    return [value for value in values if value]


def part(row, name):
    value = row.get(name)
    if value is not None and not isinstance(value, dict):
        raise ValueError(f"{name} is no object")
    return value


def read_document(row):
    """:class:`matching.data.Document` of a row of documents.jsonl.

    :raise KeyError, ValueError: it is not as the contract says"""
    kind, state = row['kind'], row['state']
    if kind not in KINDS or state not in STATES:
        raise ValueError(f"kind {kind!r} or state {state!r} is unknown")
    residual = positive(row, 'residual')
    sign = 1 if kind in PAID_BY_INCOMING else -1
    due = day(row, 'due') if row.get('due') else None
    discount = part(row, 'discount')
    if discount:
        reduced = positive(discount, 'residual')
        if reduced > residual:
            raise ValueError("the discounted residual is larger than the residual")
        discount = (day(discount, 'until'), sign * reduced)
    instalments = row.get('instalments')
    items = _instalments(instalments, sign, residual) if instalments else (Item(None, due, sign * residual, discount),)
    return Document(
        needed(row, 'id'),
        needed(row, 'company'),
        text(row, 'partner') or None,
        kind,
        state,
        text(row, 'number'),
        text(row, 'payment_reference'),
        text(row, 'ref'),
        text(row, 'origin'),
        day(row, 'date') if row.get('date') else None,
        needed(row, 'currency'),
        sign * money(row, 'total') if row.get('total') is not None else sign * residual,
        items,
        False,
        due,
    )


def _instalments(rows, sign, residual):
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ValueError("instalments is no list of objects")
    items = tuple(
        Item(needed(row, 'id'), day(row, 'due') if row.get('due') else None, sign * positive(row, 'residual'))
        for row in rows
    )
    if len({item.id for item in items}) < len(items):
        raise ValueError("two instalments have the same id")
    if abs(sum(item.residual for item in items)) != residual:
        raise ValueError("the instalments do not make the residual")
    return items


def read_line(row, root):
    """:class:`matching.data.Line` of a row of lines.jsonl. ``root``: partner → its commercial partner.

    :raise KeyError, ValueError: it is not as the contract says"""
    kind = row.get('type')
    if kind is not None and kind not in TYPES:
        raise ValueError(f"type {kind!r} is unknown")
    original, partner = part(row, 'original'), text(row, 'partner')
    remittance, structured = texts(row, 'text'), texts(row, 'structured')
    pairs = [('structured', value) for value in structured]
    if end_to_end_id := text(row, 'end_to_end_id'):
        pairs.append(('end_to_end_id', end_to_end_id))
    pairs += [('text', value) for value in remittance]
    if len(remittance) > 1:  # banks break texts at any column
        pairs.append(('text', ' '.join(remittance)))
    return Line(
        needed(row, 'id'),
        day(row, 'date'),
        money(row, 'amount'),
        needed(row, 'currency'),
        tuple(pairs),
        needed(row, 'company'),
        text(row, 'counterparty_name'),
        text(row, 'counterparty_account'),
        root(partner) if partner else None,
        kind or '',
        money(original, 'amount') if original else None,
        needed(original, 'currency') if original else '',
    )
