"""Every consent has the accounts that it covers, and every person a place at the connection; the rules of whose consents are seen
are the module's again."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    cr.execute(
        "SELECT id, consent_id, old_account_session, old_account_valid_until FROM bank_feed WHERE consent_id IS NOT NULL"
    )
    covers, holders = env['bank.consent.account'], env['bank.consent.holder']
    for feed_id, consent_id, session, until in cr.fetchall():
        feed, consent = env['bank.feed'].browse(feed_id), env['bank.consent'].browse(consent_id)
        feed.cover_id = covers._keep(consent, feed, session, until)
    for connection in env['bank.connection'].search([]):
        for person in connection.consent_ids.user_id:
            holders._of(connection, person)
    cr.execute("ALTER TABLE bank_feed DROP COLUMN old_account_session, DROP COLUMN old_account_valid_until")
    rule = env.ref('account_bank_feed.bank_consent_rule_company', raise_if_not_found=False)
    if rule:  # security is loaded once: it was of all people of the company
        rule.write(
            {
                'name': "Bank consents: one's own",
                'domain_force': "['&', ('user_id', '=', user.id), '|', ('company_id', 'in', company_ids), ('connection_ids.company_id', 'in', company_ids)]",
                'groups': [(4, env.ref('account_bank_feed.bank_feed_group_accountant').id)],
            }
        )
