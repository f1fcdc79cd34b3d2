from . import bank_return, bank_sandbox
