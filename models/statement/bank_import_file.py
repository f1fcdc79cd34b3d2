import io

from odoo import fields, models
from odoo.exceptions import AccessError

from ... import statements
from ...statements import guess
from ..lib.rights import ACCOUNTANTS
from ..lib.told import Told
from . import refusals
from .reading import collect, read_file


class BankImportFile(models.Model):
    """A file of an import, as it was dropped, and why it was not read where it was not."""

    _name = 'bank.import.file'
    _description = "Imported Bank File"
    _order = 'id'

    import_id = fields.Many2one('bank.import', required=True, ondelete='cascade', index=True)
    company_id = fields.Many2one(related='import_id.company_id', store=True, index=True)
    name = fields.Char(required=True)
    content = fields.Binary(attachment=True, groups=ACCOUNTANTS, exportable=False)
    profile = fields.Char(help="The form of a CSV export, where a person said it.")
    error = Told(help="Why it was not read.")
    error_code = fields.Char()
    statement_ids = fields.One2many('bank.import.statement', 'file_id')

    def _is_table(self):
        """Whether a person can say which column of it is what."""
        try:
            return bool(guess.guess(io.BytesIO(self._bytes())))
        except statements.Refused:
            return False

    def action_teach(self):
        """Say which column of the export is what."""
        self.ensure_one()
        self.check_access('read')
        if not self.env.user.has_group(ACCOUNTANTS):
            raise AccessError(self.env._("You need the right “Bank Feeds: Accountant” for this."))
        profile = self.env['bank.import.profile'].sudo()._on(self.sudo())
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Which Column Is What?"),
            'res_model': profile._name,
            'res_id': profile.id,
            'view_mode': 'form',
            'views': [(False, 'form')],
        }

    def _bytes(self):
        """The file as it was dropped."""
        self.ensure_one()
        attachment = (
            self.env['ir.attachment']
            .sudo()
            .search([('res_model', '=', self._name), ('res_field', '=', 'content'), ('res_id', '=', self.id)], limit=1)
        )
        return attachment.with_context(bin_size=False).raw or b''

    def _read(self):
        """[:class:`.reading.Told`]; none where it is not read: the reason is on the file then."""
        self.ensure_one()
        try:
            if self.import_id.way == 'mail':  # a person vouches for it
                found = collect(statements.read_mail(self._bytes(), True))
            else:
                found = read_file(self._bytes(), self.profile or None, self.import_id._own_profiles())
        except statements.Refused as refused:
            code = refused.code
            if code == 'unknown_format' and not self._is_table():
                code = 'no_table' if _is_text(self._bytes()) else 'no_statement'
            self.write({'error': refusals.told(refused, code), 'error_code': code})
            return []
        self.write({'error': False, 'error_code': False})
        return found


def _is_text(content):
    """Whether a file is written text, and no picture or PDF."""
    head = content[:4096]
    if head.startswith((b'\xff\xfe', b'\xfe\xff')):
        return True
    return b'\0' not in head and not head.startswith((b'%PDF', b'PK', b'\x89PNG', b'\xff\xd8'))
