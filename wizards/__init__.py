from . import (
    account_payment_register,
    bank_cash,
    bank_coding,
    bank_connect,
    bank_connect_result,
    bank_connect_result_line,
    bank_invite,
    bank_pay,
    bank_payment_word,
    bank_salary,
    bank_transfer,
)
