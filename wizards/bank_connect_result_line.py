from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..banks.data import Account
from ..models.feed.journals import make_journal
from ..models.lib.walls import check_free

#: what a person decides about an account; the rest is the bank's word
FREE = {'action', 'company_id', 'journal_id', 'journal_name', 'journal_code', 'date_from'}


class BankConnectResultLine(models.TransientModel):
    """One account that the bank shared."""

    _name = 'bank.connect.result.line'
    _description = "Account of a New Bank Connection"
    _order = 'sequence, id'
    _rec_name = 'id'  # a name is read by whoever knows an id

    result_id = fields.Many2one('bank.connect.result', required=True, ondelete='cascade', index=True)
    sequence = fields.Integer()
    consent_id = fields.Many2one('bank.consent', readonly=True, ondelete='cascade', help="Which gives the account.")
    account_session = fields.Char(groups=fields.NO_ACCESS)
    account_valid_until = fields.Date(readonly=True)
    account_number = fields.Char(string="Account", readonly=True)
    name = fields.Char(readonly=True)
    owner_name = fields.Char(string="Owner", readonly=True)
    bank_name = fields.Char(string="Bank", readonly=True)
    currency_id = fields.Many2one('res.currency', readonly=True)
    balance = fields.Monetary(readonly=True)
    has_balance = fields.Boolean(readonly=True)
    action = fields.Selection(
        [
            ('create', "New journal"),
            ('existing', "Existing journal"),
            ('skip', "Skip"),
            ('known', "Connected"),
            ('stop', "Stop fetching"),
        ],
        string="What to do",
        required=True,
        default='create',
    )
    company_id = fields.Many2one('res.company', required=True)
    journal_id = fields.Many2one(
        'account.journal',
        domain="[('type', 'in', ('bank', 'credit')), ('company_id', '=', company_id)]",
    )
    journal_name = fields.Char(string="New Journal")
    journal_code = fields.Char(string="Code", size=5)
    date_from = fields.Date(string="From")
    is_known = fields.Boolean(readonly=True, help="Connected already, through this bank and provider.")
    is_stopped = fields.Boolean(compute='_compute_is_stopped')
    note = fields.Char(compute='_compute_note')

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([{**vals, 'is_known': vals.get('action') == 'known'} for vals in vals_list])

    def write(self, vals):
        check_free(self, vals, FREE)
        return super().write(vals)

    @api.depends('account_number', 'currency_id', 'company_id')
    def _compute_is_stopped(self):
        for line in self:
            line.is_stopped = bool((line.consent_id or line.result_id.consent_id)._stopped_of(line._account()))

    @api.depends('currency_id', 'action', 'company_id', 'is_stopped')
    def _compute_note(self):
        for line in self:
            if line.action == 'skip' and line.is_stopped:
                line.note = self.env._("Not fetched any more. To resume it, choose “Existing journal”.")
            elif not line.currency_id:
                line.note = self.env._("Odoo does not know this currency.")
            elif not line.is_known and (feed := line._elsewhere()):
                moves = line.action in ('create', 'existing')
                name = feed.connection_id.provider_id.sudo().name
                line.note = (
                    self.env._("Moves here: until now it is fetched through %s.", name)
                    if moves
                    else self.env._("Connected already through %s.", name)
                )
            elif not line.currency_id.active and line.action in ('create', 'existing'):
                line.note = self.env._("%s will be activated in Odoo.", line.currency_id.name)
            else:
                line.note = False

    @api.constrains('action', 'company_id')
    def _check_company_id(self):
        for line in self:
            if line.action in ('create', 'existing') and line.company_id not in self.env.companies:
                raise ValidationError(self.env._("Choose one of your companies for %s.", line.account_number))

    @api.constrains('action')
    def _check_action(self):
        for line in self:
            if line.action == 'stop' and not line.is_known:
                raise ValidationError(self.env._("%s is not connected: there is nothing to stop.", line.account_number))
            if line.action == 'known' and not line.is_known:
                raise ValidationError(
                    self.env._("%s is not connected yet: choose a journal for it, or skip it.", line.account_number)
                )

    def _elsewhere(self):
        """The account's feed of another connection, while that one is in use."""
        self.ensure_one()
        feed = self.env['bank.feed']._fed_already(self.company_id, self.account_number, self.currency_id)
        return feed.filtered(lambda feed: feed.institution_id != self.result_id.institution_id)

    def _account(self):
        """What the bank shared (:class:`banks.data.Account`), as far as it is kept here."""
        return Account(
            self.sudo().account_session,
            self.account_number,
            self.currency_id.name or '',
            name=self.name or '',
            owner_name=self.owner_name or '',
            bank_name=self.bank_name or '',
            valid_until=self.account_valid_until or None,
        )

    def action_stop(self):
        """Fetch this account no more, once it is confirmed."""
        self.action = 'stop'

    def action_keep(self):
        """Go on with it."""
        self.filtered('is_known').action = 'known'

    def _stop(self):
        """The account is not fetched any more, in companies of the person; all that came of it stays, and it can be connected again."""
        for line in self:
            feeds = (line.consent_id or line.result_id.consent_id)._feeds_of(line._account())
            feeds = feeds.filtered(lambda feed: feed.company_id in self.env.companies)
            feeds.active = False
            for connection in feeds.connection_id:
                connection.message_post(
                    body=self.env._("%s is not fetched any more. What came of it stays.", line.account_number),
                    author_id=self.env.user.partner_id.id,
                )

    def _make_feed(self):
        """The feed of this line, on its connection; connection and journal are made where they are not there."""
        self.ensure_one()
        consent = self.consent_id or self.result_id.consent_id
        if consent.sudo().invited_by and self.company_id not in consent.sudo().user_id.company_ids:
            raise UserError(self.env._("The consent was given by somebody who is not in %s.", self.company_id.name))
        if not self.currency_id:
            raise UserError(self.env._("Odoo does not know the currency of %s. Skip it.", self.account_number))
        if not self.currency_id.active:
            self.currency_id.sudo().active = True
        journal = self._journal()
        connection = self.env['bank.connection']._of(consent.institution_id, self.company_id)
        feed = self.env['bank.feed']._connect(connection, self._account(), journal, self.date_from)
        feed._attach(consent, self.sudo().account_session, self.account_valid_until)
        # pressing twice makes nothing twice
        self.sudo().write({'action': 'known', 'is_known': True, 'journal_id': journal.id})
        return feed.sudo(False)

    def _journal(self):
        """The journal that was chosen, or a new one.

        :raise UserError: none was, or it is in another currency"""
        if self.action == 'create':
            name = self.journal_name or self.name
            return make_journal(self.company_id, self.currency_id, self.account_number, name, self.journal_code)
        journal = self.journal_id
        if not journal:
            raise UserError(self.env._("Choose the journal that %s feeds.", self.account_number))
        if (journal.currency_id or journal.company_id.currency_id) != self.currency_id:
            raise UserError(
                self.env._(
                    "%(journal)s is not in %(currency)s, the currency of %(account)s.",
                    journal=journal.display_name,
                    currency=self.currency_id.name,
                    account=self.account_number,
                )
            )
        return journal
