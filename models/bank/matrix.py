"""People × connections: who holds which consent, for the page *Consents*."""

from odoo.tools import format_date

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
                    connection.id: cells.get((user.id, connection.id)) or {'state': 'none', 'may': manages, 'said': ''}
                    for connection in connections
                },
            }
            for user in people
        ],
    }


def _cell(holder):
    env, total = holder.env, len(holder.connection_id.sudo().feed_ids)
    said = ''
    if holder.account_count:
        said = env._("%(count)s of %(total)s accounts", count=holder.account_count, total=total)
        if holder.valid_until:
            said = env._("%(accounts)s, until %(day)s", accounts=said, day=format_date(env, holder.valid_until))
    elif holder.state == 'ended' and holder.valid_until:
        said = format_date(env, holder.valid_until)
    return {
        'id': holder.id,
        'state': holder.state,
        'name': dict(holder._fields['state']._description_selection(env))[holder.state],
        'said': said,
        'may': holder.state != 'no_rights' and holder._may_give(),
        'renews': holder.state in ('valid', 'ending', 'ended'),
    }


def _said(connection):
    state = dict(connection._fields['state']._description_selection(connection.env))[connection.state]
    return connection.env._("%(state)s, %(count)s accounts", state=state, count=connection.feed_count)
