"""Which statement lines the screens are about."""

#: movements that *Reconcile* is about
BOOKED = [('journal_id.type', 'in', ('bank', 'cash', 'credit')), ('state', '=', 'posted')]
#: movements that wait for a person: what core calls unreconciled, and what was taken back on a document's side
WAITS = [*BOOKED, '|', ('is_reconciled', '=', False), ('bank_match_state', '=', 'undone')]
