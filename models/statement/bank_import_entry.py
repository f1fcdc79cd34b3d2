from odoo import fields, models


class BankImportEntry(models.Model):
    """A movement that an import told: which line of the books it is, and whether the import made that line."""

    _name = 'bank.import.entry'
    _description = "Imported Bank Movement"
    _order = 'id'
    _log_access = False

    statement_id = fields.Many2one('bank.import.statement', required=True, ondelete='cascade', index=True)
    journal_id = fields.Many2one('account.journal', required=True, ondelete='cascade')
    voice = fields.Char(required=True, help="Technical: the source, within which a movement has one identity.")
    uid = fields.Char(required=True)
    line_id = fields.Many2one('account.bank.statement.line', ondelete='set null', index='btree_not_null')
    state = fields.Selection([('new', "New"), ('known', "Known"), ('held', "On hold")], required=True)

    _uid_index = models.Index("(journal_id, voice, uid)")
