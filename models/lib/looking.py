"""Movements that wait look again in a moment: the scheduler's job."""

CRON = 'account_bank_feed.ir_cron_match_again'
#: states in which a movement waits; what a person undid is left to people
WAITING = ('none', 'proposed')


def look_soon(env):
    """Run the job; while the module is installed or removed there may be none."""
    if cron := env.ref(CRON, raise_if_not_found=False):
        cron.sudo()._trigger()
