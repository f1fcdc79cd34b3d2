from . import bank_connect, bank_connect_result
