from datetime import date, timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from ..banks.client import BankError, ConsentError
from ..banks.data import closing_balance
from ..models.lib.walls import check_free

#: letters of a name that the bank gives, of a journal's name; of an account number or of what the bank calls an account
MAX_NAME, MAX_JOURNAL, MAX_NUMBER, MAX_SESSION = 200, 100, 64, 2000


class BankConnectResult(models.TransientModel):
    """What the bank shared: which account feeds which journal, and from which day."""

    _name = 'bank.connect.result'
    _description = "Accounts of a New Bank Connection"

    consent_id = fields.Many2one('bank.consent', required=True, readonly=True, ondelete='cascade')
    institution_id = fields.Many2one(related='consent_id.institution_id')
    valid_until = fields.Date(related='consent_id.valid_until')
    renews_connection_id = fields.Many2one(related='consent_id.renews_connection_id')
    line_ids = fields.One2many('bank.connect.result.line', 'result_id', string="Accounts")
    has_history = fields.Boolean(compute='_compute_has_history')
    starts = fields.Boolean(compute='_compute_starts', help="Something new will be fetched.")
    mode = fields.Selection(related='institution_id.mode')
    missing = fields.Char(readonly=True, help="Accounts that were connected and are not among those shared now.")

    def write(self, vals):
        """Which permission it is about is not the browser's to say."""
        check_free(self, vals, {'line_ids'})
        return super().write(vals)

    @api.depends('line_ids.action')
    def _compute_starts(self):
        for result in self:
            result.starts = any(line.action in ('create', 'existing') for line in result.line_ids)

    @api.depends('institution_id')
    def _compute_display_name(self):
        for result in self:
            result.display_name = self.env._("Accounts at %s", result.institution_id.name or '')

    @api.depends('consent_id')
    def _compute_has_history(self):
        for result in self:
            domain = [('consent_id', '=', result.consent_id.id), ('state', '!=', 'failed')]
            result.has_history = bool(self.env['bank.history'].sudo().search_count(domain, limit=1))

    @api.model
    def _from_consent(self, consent, psu):
        """Read the accounts of a fresh consent, put known feeds on it, and list the rest for a decision.

        Raises BankError."""
        client = consent._client()
        accounts = [
            account
            for account in client.accounts(consent._bank_ref(), psu)
            if len(account.number) <= MAX_NUMBER and len(account.session_id) <= MAX_SESSION
        ]
        if not accounts:
            consent._revoke()
            raise UserError(self.env._("The bank shared no account. Begin again and tick at least one."))
        known = self._attach_known(consent, accounts)
        lines = [self._line_values(consent, number, account, known) for number, account in enumerate(accounts)]
        before = consent.renews_connection_id.sudo().feed_ids
        missing = before.filtered(lambda feed: feed.consent_id != consent)
        wanted = [line['account_session'] for line in lines if line['action'] in ('create', 'existing')]
        self.env['bank.history']._queue(consent, wanted, psu)
        return (
            self.sudo()
            .create(
                {  # sudo: the account's id at the bank is nobody's to read or write
                    'consent_id': consent.id,
                    'line_ids': [Command.create(line) for line in lines],
                    'missing': ', '.join(missing.mapped('account_number')),
                }
            )
            .sudo(False)
        )

    def _attach_known(self, consent, accounts):
        """Feeds of these accounts go over to the new consent: those of this person's earlier consents (which the bank
        ends by itself) and those of the renewed connection. Returns {account number and currency: feeds}."""
        known = {}
        allowed = self.env.companies
        for account in accounts:
            feeds = self.env['bank.feed']._find(consent.institution_id, account.number, account.currency)
            mine = feeds.filtered(lambda feed: feed.company_id in allowed or feed.consent_id.user_id == consent.user_id)
            mine = mine.filtered(
                lambda feed: (
                    feed.connection_id.state != 'disconnected' or feed.connection_id == consent.renews_connection_id
                )
            )
            if mine:
                mine._attach(consent, account.session_id, account.valid_until)
                mine._queue('renew')
                known[account.number, account.currency] = mine
        self._notice_superseded(consent)
        return known

    def _notice_superseded(self, consent):
        """A bank may end a person's older consent when a new one is given."""
        older = (
            self.env['bank.consent']
            .sudo()
            .search(
                [
                    ('institution_id', '=', consent.institution_id.id),
                    ('user_id', '=', consent.user_id.id),
                    ('state', '=', 'valid'),
                    ('id', '!=', consent.id),
                ]
            )
        )
        for other in older:
            try:
                other._set_state(other._client().consent(other._bank_ref()).status)
            except ConsentError as error:
                other._set_state(error.status)
            except UserError:  # sealed with a key that is lost: of no use any more
                other._set_state('expired')
            except BankError:
                continue  # the next fetch will tell
            feeds = self.env['bank.feed'].sudo().search([('consent_id', '=', other.id)])
            if not feeds and other.state == 'valid':
                other._revoke()
            feeds.connection_id._on_consent_ended(
                self.env._("A newer permission at the bank took the place of this one.")
            )

    def _line_values(self, consent, number, account, known):
        currency = (
            self.env['res.currency'].with_context(active_test=False).search([('name', '=', account.currency)], limit=1)
        )
        balance = closing_balance(account.balances, account.currency)
        values = {
            'sequence': number,
            'account_session': account.session_id,
            'account_valid_until': account.valid_until,
            'account_number': account.number,
            'name': (account.name or account.product)[:MAX_NAME],
            'owner_name': account.owner_name[:MAX_NAME],
            'currency_id': currency.id,
            'balance': float(balance.amount) if balance else 0.0,
            'has_balance': bool(balance),
            'date_from': consent._first_day(),
            'company_id': consent.company_id.id,
            'journal_name': f"{consent.institution_id.name} {account.name or account.currency}".strip()[:MAX_JOURNAL],
            'journal_code': self._free_code(consent.company_id, number),
        }
        if (account.number, account.currency) in known:
            feed = known[account.number, account.currency][0]
            return {
                **values,
                'action': 'known',
                'journal_id': feed.journal_id.id,
                'company_id': feed.company_id.id,
                'date_from': feed.date_from,
            }
        if not currency:
            return {**values, 'action': 'skip'}
        if elsewhere := self.env['bank.feed']._fed_already(consent.company_id, account.number, currency):
            # ready to be moved here, if the person wants that
            first = max(values['date_from'], elsewhere.date_from)
            return {**values, 'action': 'skip', 'journal_id': elsewhere.journal_id.id, 'date_from': first}
        journal = self._earlier_journal(consent, account) or self._journal_by_number(account.number, currency)
        if journal:
            return {
                **values,
                'action': 'existing',
                'journal_id': journal.id,
                'company_id': journal.company_id.id,
                'date_from': max(values['date_from'], self._first_free_day(journal)),
            }
        return {**values, 'action': 'skip' if consent.renews_connection_id else 'create'}

    def _free_code(self, company, number):
        taken = set(
            self.env['account.journal']
            .with_context(active_test=False)
            .search([('company_id', '=', company.id)])
            .mapped('code')
        )
        free = (code for count in range(1, 10000) if (code := f'BNK{count}') not in taken)
        for _skipped in range(number):
            next(free)
        return next(free)

    def _earlier_journal(self, consent, account):
        """The journal that this account fed before its connection was ended."""
        feeds = self.env['bank.feed']._find(consent.institution_id, account.number, account.currency)
        return feeds.filtered(lambda feed: feed.company_id in self.env.companies).journal_id[:1].sudo(False)

    def _first_free_day(self, journal):
        """The day after the last statement line that came otherwise (file, by hand): those are in the books already."""
        last = self.env['account.bank.statement.line'].search(
            [('journal_id', '=', journal.id), ('feed_id', '=', False)], order='internal_index desc', limit=1
        )
        return last.date + timedelta(days=1) if last else date.min

    def _journal_by_number(self, number, currency):
        """A bank journal of one of the companies with this account and currency, which no feed has yet."""
        journals = self.env['account.journal'].search(
            [
                ('type', 'in', ('bank', 'credit')),
                ('company_id', 'in', self.env.companies.ids),
                ('bank_account_id.sanitized_acc_number', '=', number),
            ]
        )
        taken = (
            self.env['bank.feed']
            .sudo()
            .search([('journal_id', 'in', journals.ids), ('connection_id.state', '!=', 'disconnected')])
            .journal_id
        )
        return (journals - taken).filtered(
            lambda journal: (journal.currency_id or journal.company_id.currency_id) == currency
        )[:1]

    # === Confirm === #

    def _check_own(self):
        """The permission is used by the person who gave it, for a company that person is in."""
        self.env['bank.connection'].check_access('write')
        self.check_access('write')
        consent = self.consent_id.sudo()
        if consent.user_id != self.env.user or consent.company_id not in self.env.user.company_ids:
            raise AccessError(self.env._("Only who gave this permission at the bank can use it."))

    def action_confirm(self):
        """Make the chosen feeds and fetch at once."""
        self.ensure_one()
        self._check_own()
        if self.consent_id.sudo().state != 'valid':
            raise UserError(self.env._("This permission has ended meanwhile. Begin again from Bank Connections."))
        chosen = self.line_ids.filtered(lambda line: line.action in ('create', 'existing'))
        known = self.line_ids.filtered(lambda line: line.action == 'known')
        if not chosen and not known:
            raise UserError(self.env._("Choose a journal for at least one account, or cancel."))
        feeds = self.env['bank.feed']
        for line in chosen:
            feeds |= line._make_feed()
        feeds._queue('connect')
        self.env['bank.history']._forget(self.consent_id, unconnected=True)
        connections = feeds.connection_id or self.consent_id.sudo().connection_ids
        connection = (
            self.renews_connection_id
            or connections.filtered(lambda found: found.company_id == self.consent_id.company_id)[:1]
            or connections[:1]
        )
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'bank.connection',
            'res_id': connection.id,
            'view_mode': 'form',
            'views': [(False, 'form')],
            'target': 'main',
        }

    def action_cancel(self):
        """Give the permission back, unless it renewed something; nothing stays."""
        self.ensure_one()
        self._check_own()
        self.env['bank.history']._forget(self.consent_id, unconnected=True)
        if not self.consent_id.sudo().connection_ids:  # of any company
            self.consent_id._revoke()
        return {
            **self.env['ir.actions.act_window']._for_xml_id('account_bank_feed.bank_connection_action'),
            'target': 'main',
        }
