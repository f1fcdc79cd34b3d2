from . import agreement, bank, core, feed, mail, match, pay, reconcile, statement
