"""A bank that calls: whom its address belongs to, and what its events start."""

import re

from odoo.tools import consteq

from ...banks.data import PAYMENTS, RENEW
from ..feed.queue import queue


def provider_of(env, token):
    """The provider (sudo) that a webhook's address belongs to, or none."""
    providers = env['bank.provider'].sudo()
    if not re.fullmatch(r'[\w-]{20,100}', token):
        return providers
    found = providers.search([('webhook_token', '=', token), ('mode', '!=', 'off')], limit=1)
    return found if found and consteq(found.webhook_token, token) else providers


def on_events(provider, events):
    """Queue a fetch of what the bank says has news, or has ended: a hint only, what is so is asked of the bank, also what became of the
    payments that it has. Where it wants a new log-in, the person is told.

    :param events: list of :class:`banks.data.Event`"""
    env = provider.env
    consents = env['bank.consent'].sudo()._by_bank_refs(provider, {event.consent_id for event in events})
    by_ref = {ref: consent for consent, ref in consents.items()}
    for event in events:
        if event.kind == RENEW and event.consent_id in by_ref:
            by_ref[event.consent_id]._asked_to_renew(event.until)
    env['bank.payment.order'].sudo()._hinted([consent.id for consent in consents])
    wanted = set()
    for event in events:
        if event.kind in (RENEW, PAYMENTS):  # there is nothing new to fetch
            continue
        wanted |= {(event.consent_id, account) for account in event.account_ids or (None,)}
    covers = env['bank.consent.account'].sudo().search([('consent_id', 'in', [consent.id for consent in consents])])
    covers = covers.filtered(
        lambda cover: {(consents[cover.consent_id], account) for account in (cover.account_session, None)} & wanted
    )
    queue(covers.feed_id, 'push', None)
