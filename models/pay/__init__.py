from . import (
    account_move,
    bank_payment_approval,
    bank_payment_event,
    bank_payment_line,
    bank_payment_order,
    bank_payment_order_course,
    settings,
)
