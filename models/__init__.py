from . import agreement, bank, coding, core, feed, mail, match, pay, reconcile, statement
