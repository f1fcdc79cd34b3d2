from odoo import fields, models

from ..lib.rights import KEEPERS


class AccountBankStatement(models.Model):
    _inherit = 'account.bank.statement'

    bank_file = fields.Binary(
        string="The Bank's File",
        attachment=True,
        groups=KEEPERS,
        copy=False,
        exportable=False,
        help="The file that the statement was imported from; payers' names: who only invoices does not read it.",
    )
    bank_file_name = fields.Char(groups=KEEPERS, copy=False)
