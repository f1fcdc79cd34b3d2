from . import bank_mail, bank_mailbox, mail_thread
