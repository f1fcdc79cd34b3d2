from . import (
    reconcile_beside,
    reconcile_book,
    reconcile_details,
    reconcile_entry,
    reconcile_many,
    reconcile_open,
    reconcile_rest,
    reconcile_signs,
    reconcile_undo,
    statement_line_booking,
)
