"""People × connections: who holds which consent, for the page *Consents*."""

from odoo import fields
from odoo.tools import format_date

from ...banks.consents import best
from ..lib.rights import ACCOUNTANTS, MANAGERS


def matrix(holders):
    """JSON-safe: a manager sees everybody, others see themselves.

    :param holders: the model ``bank.consent.holder``
    :return: {'connections': [...], 'people': [{'id', 'name', 'me', 'cells': {connection's id: {...}}}], 'manages', 'companies'}"""
    env = holders.env
    manages, companies = env.user.has_group(MANAGERS), env.companies
    connections = env['bank.connection'].search(
        [('company_id', 'in', companies.ids), ('state', '!=', 'disconnected')], order='institution_id, id'
    )
    seen = holders.search([('connection_id', 'in', connections.ids)])
    people = env.user
    if manages:
        keepers = (
            env.ref(ACCOUNTANTS)
            .sudo()
            .all_user_ids.filtered(lambda user: user.active and not user.share and user.company_ids & companies)
        )
        people |= seen.user_id | keepers
    cells = {(holder.user_id.id, holder.connection_id.id): _cell(holder) for holder in seen}
    return {
        'manages': manages,
        'companies': len(companies) > 1,
        'connections': [
            {
                'id': connection.id,
                'name': connection.display_name,
                'company': connection.company_id.id,
                'company_name': connection.company_id.name,
                'said': _said(connection),
            }
            for connection in connections
        ],
        'people': [
            {
                'id': user.id,
                'name': user.name,
                'me': user == env.user,
                'cells': {
                    connection.id: cells.get((user.id, connection.id))
                    or {'state': 'none', 'may': manages, 'said': '', 'accounts': []}
                    for connection in connections
                },
            }
            for user in people
        ],
    }


def _cell(holder):
    env, feeds = holder.env, holder.connection_id.sudo().feed_ids
    said, total = '', len(feeds)
    if holder.account_count:
        said = env._("%(count)s of %(total)s accounts", count=holder.account_count, total=total)
        if holder.valid_until:
            said = env._("%(accounts)s, until %(day)s", accounts=said, day=format_date(env, holder.valid_until))
    elif holder.state == 'valid':
        said = env._("no account is read with it")
    elif holder.state == 'ended' and holder.valid_until:
        said = format_date(env, holder.valid_until)
    return {
        'id': holder.id,
        'state': holder.state,
        'name': dict(holder._fields['state']._description_selection(env))[holder.state],
        'said': said,
        'accounts': _accounts(holder, feeds) if holder.state in ('valid', 'ending') else [],
        'may': holder.state != 'no_rights' and holder._may_give(),
        'renews': holder.state in ('valid', 'ending', 'ended'),
    }


def _accounts(holder, feeds):
    """What the person's own consents cover, account by account: until when, and whether it is read with one of them now."""
    env, today, found = holder.env, fields.Date.context_today(holder), []
    manages = env.user.has_group(MANAGERS)
    for feed in feeds:
        covers = feed.cover_ids._covers()
        mine = best((cover for cover in covers if cover.person == holder.user_id.id), today)
        read = best(covers, today)
        covered = bool(mine) and not mine.doubted
        if covered and read == mine:
            said = env._("read with it")
        elif covered and manages:
            said = env._("read with the consent of %s", env['res.users'].sudo().browse(read.person).name)
        elif covered:
            said = env._("read with somebody else’s")
        else:
            said = env._("not covered")
        if covered and mine.until:
            said = env._("until %(day)s, %(what)s", what=said, day=format_date(env, mine.until))
        found.append(
            {'id': feed.id, 'name': f'{feed.account_number} {feed.currency_id.name}', 'covered': covered, 'said': said}
        )
    return found


def _said(connection):
    state = dict(connection._fields['state']._description_selection(connection.env))[connection.state]
    return connection.env._("%(state)s, %(count)s accounts", state=state, count=connection.feed_count)
