from . import bank_import, bank_import_entry, bank_import_file, bank_import_profile, bank_import_statement
