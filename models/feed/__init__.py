from . import bank_feed, bank_feed_consent, bank_feed_run, bank_feed_unposted, bank_prefetch
