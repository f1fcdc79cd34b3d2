from . import (
    bank_feed,
    bank_feed_dashboard,
    bank_feed_fetch,
    bank_feed_history,
    bank_feed_movement,
    bank_feed_overview,
    bank_feed_post,
    bank_feed_queue,
    bank_feed_run,
    bank_history,
)
