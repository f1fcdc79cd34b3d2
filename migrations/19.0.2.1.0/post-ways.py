"""Movements that an interface brought say so; the accounts of what is on hold name their journals."""


def migrate(cr, version):
    cr.execute("UPDATE account_bank_statement_line SET bank_feed_way = 'feed' WHERE bank_feed_id IS NOT NULL")
    cr.execute(
        """UPDATE bank_feed_unposted SET journal_id = bank_feed.journal_id, company_id = bank_feed.company_id
             FROM bank_feed WHERE bank_feed.id = bank_feed_unposted.feed_id"""
    )
