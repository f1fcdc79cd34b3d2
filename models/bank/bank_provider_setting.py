from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ...banks import client_class
from ..lib import sealing
from .bank_provider import is_address, is_public

#: kinds of settings that are never shown again
HIDDEN = ('secret', 'key', 'certificate')


class BankProviderSetting(models.Model):
    """One thing that a provider's interface asks for (:class:`banks.client.Setting`), kept sealed."""

    _name = 'bank.provider.setting'
    _description = "Bank Provider Setting"
    _order = 'sequence, id'
    _rec_name = 'label'

    provider_id = fields.Many2one('bank.provider', required=True, ondelete='cascade', index=True)
    sequence = fields.Integer()
    name = fields.Char(string="Technical Name", required=True)
    label = fields.Char(string="Setting", compute='_compute_asked')
    help = fields.Char(compute='_compute_asked')
    kind = fields.Char(compute='_compute_asked')
    required = fields.Boolean(compute='_compute_asked')
    choices = fields.Json(compute='_compute_asked')
    value_sealed = fields.Text(groups=fields.NO_ACCESS, copy=False, prefetch=False, exportable=False)
    value = fields.Char(compute='_compute_value', inverse='_inverse_value', exportable=False, copy=False)
    is_set = fields.Boolean(compute='_compute_is_set')
    certificate = fields.Text(readonly=True, copy=False, help="The public part of a key that was made here.")

    _name_uniq = models.Constraint('UNIQUE(provider_id, name)', "This setting is there already.")

    @api.depends('name', 'provider_id.interface')
    def _compute_asked(self):
        for setting in self:
            asked = setting._asked()
            setting.label = asked.label if asked else setting.name
            setting.help = asked.help if asked else ''
            setting.kind = asked.kind if asked else 'text'
            setting.required = bool(asked and asked.required)
            setting.choices = [list(choice) for choice in asked.choices] if asked else []

    def _asked(self):
        self.ensure_one()
        asks = client_class(self.provider_id.interface).asks if self.provider_id.interface else ()
        return next((asked for asked in asks if asked.name == self.name), None)

    @api.depends('value_sealed', 'kind')
    def _compute_value(self):
        for setting in self:
            setting.value = setting._in_clear() if setting.kind not in HIDDEN else False

    @api.depends('value_sealed')
    def _compute_is_set(self):
        for setting in self:
            setting.is_set = bool(setting.sudo().value_sealed)

    def _inverse_value(self):
        for setting in self:
            value = (setting.value or '').strip()
            if not value and setting.kind in HIDDEN:
                continue  # an empty field of a hidden value means: leave it
            if value and setting.choices and value not in dict(setting.choices):
                raise ValidationError(self.env._("Choose one of the values of “%s”.", setting.label))
            if setting.kind == 'address' and value != (setting._in_clear() or ''):
                setting._check_address(value)
                # they were typed in for the other address
                setting.provider_id.sudo().setting_ids.filtered(lambda row: row.kind in HIDDEN)._clear()
            setting.sudo().value_sealed = sealing.seal(self.env, value)
            setting._forget_verdict()
            setting._log_change()

    def _clear(self):
        """Empty the settings, which stay to be filled in again."""
        self.sudo().write({'value_sealed': False, 'certificate': False})
        self._forget_verdict()

    def _forget_verdict(self):
        """The last test was of other settings."""
        self.provider_id.sudo().write({'test_result': False, 'test_ok': False})

    def _log_change(self):
        """Who changed it, never to what."""
        for setting in self:
            setting.provider_id._message_log(body=self.env._("“%s” was changed.", setting.label))

    def _in_clear(self):
        """The value; '' where this server's key is lost: the form that mends it has to open."""
        try:
            return sealing.unseal(self.env, self.sudo().value_sealed)
        except UserError:
            return ''

    def _check_address(self, value):
        local = self.provider_id.mode != 'live' and is_address(value, 'http')
        if value and not local and not is_address(value):
            raise ValidationError(self.env._("“%s” needs an address that begins with https://.", self.label))
        if value and not is_public(value) and not (self.env.su or self.env.user.has_group('base.group_system')):
            raise AccessError(self.env._("Only the system's administrator can give “%s” this address.", self.label))

    def write(self, vals):
        self.provider_id._check_shared({'credential'})
        if not self.env.su and vals.keys() - {'value'}:
            raise AccessError(self.env._("Only the value of a setting can be changed."))
        result = super().write(vals)
        self.invalidate_recordset(['value'])  # what was typed in does not go back to the browser
        return result

    @api.model
    def _values(self, provider):
        """{name: value in clear} of a provider; callers are sudo and keep it to themselves."""
        rows = self.sudo().search([('provider_id', '=', provider.id), ('value_sealed', '!=', False)])
        return {row.name: sealing.unseal(self.env, row.value_sealed) for row in rows}
