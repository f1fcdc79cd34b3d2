from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..models.lib.walls import check_free, without_defaults

#: what a person fills in
FREE = {'connection_id', 'institution_id', 'company_id', 'user_ids'}


class BankInvite(models.TransientModel):
    """Ask colleagues for their consent at a bank: each gets a mail with one button."""

    _name = 'bank.invite'
    _description = "Invite to a Bank Consent"

    connection_id = fields.Many2one('bank.connection', ondelete='cascade')
    institution_id = fields.Many2one('bank.institution', string="Bank", ondelete='cascade')
    company_id = fields.Many2one('res.company', required=True, default=lambda self: self.env.company)
    user_ids = fields.Many2many(
        'res.users', string="Who", domain="[('share', '=', False), ('company_ids', 'in', company_id)]"
    )
    without_mail = fields.Char(compute='_compute_without_mail')
    reminds = fields.Boolean(compute='_compute_reminds', help="All of them were asked, or gave a consent, before.")

    @api.depends('user_ids')
    def _compute_without_mail(self):
        for wizard in self:
            wizard.without_mail = (
                ', '.join(wizard.user_ids.filtered(lambda user: not user.email).mapped('name')) or False
            )

    @api.depends('user_ids', 'connection_id')
    def _compute_reminds(self):
        for wizard in self:
            # the id comes from the browser: of a connection that is not the person's nothing is said
            holders = wizard.connection_id._filtered_access('write').sudo().holder_ids
            known = holders.filtered(lambda one: one.state in ('invited', 'valid', 'ending', 'ended')).user_id
            asked = wizard.user_ids._origin
            wizard.reminds = bool(asked) and asked <= known

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            check_free(self, vals, FREE)
        records = self
        if not self.env.su:
            allowed = {**self.env.context}
            for name in ('connection_id', 'institution_id', 'company_id', 'user_ids'):
                if f'default_{name}' in allowed:
                    vals_list = [{name: allowed[f'default_{name}'], **vals} for vals in vals_list]
            records, vals_list = without_defaults(self, vals_list, FREE)
        return super(BankInvite, records).create(vals_list).with_env(self.env)

    def write(self, vals):
        check_free(self, vals, FREE)
        return super().write(vals)

    def action_invite(self):
        """Send the invitations; where the bank is not connected yet, the connection waits for the first consent."""
        self.ensure_one()
        self._check_own()
        if not self.user_ids:
            raise UserError(self.env._("Choose whom to ask."))
        connection = self.connection_id or self.env['bank.connection']._wait_for(self.institution_id, self.company_id)
        self.env['bank.agreement']._check_opens(connection.company_id, connection.institution_id.sudo().provider_id)
        without = (
            self.env['bank.consent.holder']
            .sudo()
            .search(
                [('connection_id', '=', connection.id), ('user_id', 'in', self.user_ids.ids), ('no_rights', '=', True)]
            )
        )
        if without:
            names = ', '.join(without.user_id.mapped('name'))
            raise UserError(
                self.env._(
                    "%s said to have no rights at this bank. On the connection's page you can take that back.", names
                )
            )
        strangers = self.user_ids.filtered(
            lambda user: user.share or not user.active or connection.company_id not in user.sudo().company_ids
        )
        if strangers:
            names = ', '.join(strangers.mapped('name'))
            raise UserError(self.env._("%s cannot be asked: not a user of this company.", names))
        holders = self.env['bank.consent.holder']
        for user in self.user_ids:
            holders |= holders._of(connection, user)
        connection._ask_anew()
        holders._invite(self.env.user)
        shown = {
            'type': 'ir.actions.act_window',
            'res_model': 'bank.connection',
            'res_id': connection.id,
            'views': [(False, 'form')],
        }
        # who came from a page of the connection, or of all people, stays there
        closed = {'type': 'ir.actions.act_window_close', 'infos': {'asked': True}}
        return holders._told_asked(closed if self.connection_id else shown)

    def action_myself(self):
        """Who was about to ask has the rights, too."""
        self.ensure_one()
        self._check_own()
        if not self.connection_id:
            raise UserError(self.env._("Go to the bank from Connect a Bank."))
        return self.connection_id.with_context(bank_feed_myself=True).action_renew()

    def _check_own(self):
        """Dialog, bank and company come from the browser: they have to be the person's own."""
        self.env['bank.connection'].check_access('write')
        if self.sudo().create_uid != self.env.user:
            raise AccessError(self.env._("This dialog is somebody else's."))
        if self.connection_id:
            self.connection_id.check_access('write')
            return
        if not self.institution_id:
            raise UserError(self.env._("Choose your bank first."))
        self.institution_id.check_access('read')
        if self.company_id not in self.env.companies:
            raise UserError(self.env._("Choose one of your companies."))
