from . import agreement, bank, core, feed, mail, match, reconcile, statement
