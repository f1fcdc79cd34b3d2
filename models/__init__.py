from . import bank, core, feed, mail, match, reconcile, statement
