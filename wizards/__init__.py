from . import bank_connect, bank_connect_result, bank_connect_result_line
