from . import bank, core, feed, match, reconcile, statement
