from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from ..banks.data import closing_balance
from ..banks.errors import BankError
from ..models.feed.journals import earlier_journal, first_free_day, free_code, journal_by_number
from ..models.feed.queue import queue
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
    several_banks = fields.Boolean(related='institution_id.several_banks')
    missing = fields.Char(readonly=True, help="Connected accounts that nobody's consent covers.")
    elsewhere = fields.Char(readonly=True, help="Connected accounts that other consents cover.")
    is_renewal = fields.Boolean(readonly=True, help="Accounts were connected before.")

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
            result.has_history = bool(self.env['bank.prefetch'].sudo().search_count(domain, limit=1))

    @api.model
    def _from_consent(self, consent, psu):
        """Read the accounts of a fresh consent and list them for a decision. The feeds of a connection that is renewed go over
        to it at once; nothing else changes before :meth:`action_confirm`.

        Raises BankError."""
        accounts = self._shared(consent, psu)
        if not accounts:
            consent._revoke()
            raise UserError(self.env._("The bank shared no account. Begin again and tick at least one."))
        renewed = consent.renews_connection_id  # *Renew* was the person's word on its accounts
        if renewed:
            consent._take_over(accounts, renewed)
            others = [feed for account in accounts for feed in consent._feeds_of(account) if feed.consent_id != consent]
            if not others:  # else those go over, or not, when the person says
                consent._end_older()
        lines = [self._line_values(consent, number, account) for number, account in enumerate(accounts)]
        wanted = [line['account_session'] for line in lines if line['action'] in ('create', 'existing')]
        self.env['bank.prefetch']._queue(consent, wanted, psu)
        return self._make(consent, lines)

    @api.model
    def _from_consents(self, consents, psu):
        """The accounts of several consents of one connection, each once, under the newest of them. Nothing changes before
        :meth:`action_confirm`.

        :raises BankError: none of them can be read"""
        lines, seen, problem, read = [], set(), None, self.env['bank.consent']
        for consent in consents:
            try:
                accounts = self._shared(consent, psu)
            except BankError as error:
                problem = error
                continue
            read |= consent
            for account in accounts:
                if (account.number, account.currency) not in seen:
                    seen.add((account.number, account.currency))
                    lines.append(self._line_values(consent, len(lines), account))
        if not read:
            raise problem
        return self._make(read[0], lines)

    @staticmethod
    def _shared(consent, psu):
        found = consent._client().accounts(consent._bank_ref(), psu)
        return [one for one in found if len(one.number) <= MAX_NUMBER and len(one.session_id) <= MAX_SESSION]

    def _make(self, consent, lines):
        connected = consent.sudo().renews_connection_id | consent.sudo().connection_ids
        connected = connected.filtered(lambda connection: connection.company_id == consent.company_id)
        used = {line['consent_id'] for line in lines}
        covered = connected.feed_ids.filtered(lambda feed: used & set(feed.cover_ids.consent_id.ids))
        lost = connected.feed_ids.filtered(lambda feed: feed.status in ('lost', 'expired', 'revoked'))
        values = {
            'consent_id': consent.id,
            'line_ids': [Command.create(line) for line in lines],
            'missing': ', '.join(lost.mapped('account_number')),
            'elsewhere': ', '.join((connected.feed_ids - lost - covered).mapped('account_number')),
            'is_renewal': bool(connected.feed_ids),
        }
        # sudo: the account's id at the bank is nobody's to read or write
        return self.sudo().create(values).sudo(False)

    def _line_values(self, consent, number, account):
        currency = (
            self.env['res.currency'].with_context(active_test=False).search([('name', '=', account.currency)], limit=1)
        )
        balance = closing_balance(account.balances, account.currency)
        values = {
            'sequence': number,
            'consent_id': consent.id,
            'account_session': account.session_id,
            'account_valid_until': account.valid_until,
            'account_number': account.number,
            'name': (account.name or account.product)[:MAX_NAME],
            'owner_name': account.owner_name[:MAX_NAME],
            'bank_name': account.bank_name[:MAX_NAME],
            'currency_id': currency.id,
            'balance': float(balance.amount) if balance else 0.0,
            'has_balance': bool(balance),
            'date_from': consent._first_day(),
            'company_id': consent.company_id.id,
            'journal_name': f"{account.bank_name or consent.institution_id.name} {account.name or account.currency}".strip()[
                :MAX_JOURNAL
            ],
            'journal_code': free_code(self.env, consent.company_id, number),
        }
        return {**values, **self._what_to_do(consent, account, currency)}

    def _what_to_do(self, consent, account, currency):
        """What is proposed for an account: what feeds a journal goes on, then the journal of its number, else a new one."""
        if feeds := consent._feeds_of(account):
            feed = feeds[0]
            return _feeding('known', feed.journal_id, feed.company_id, feed.date_from)
        if stopped := consent._stopped_of(account):
            return _feeding('skip', stopped.journal_id, stopped.company_id, stopped.date_from)
        if not currency:
            return {'action': 'skip'}
        first = consent._first_day()
        if elsewhere := self.env['bank.feed']._fed_already(consent.company_id, account.number, currency):
            # ready to be moved here, if the person wants that
            return {
                'action': 'skip',
                'journal_id': elsewhere.journal_id.id,
                'date_from': max(first, elsewhere.date_from),
            }
        journal = earlier_journal(consent.with_env(self.env), account)
        if journal := journal or journal_by_number(self.env, account.number, currency):
            return _feeding('existing', journal, journal.company_id, max(first, first_free_day(journal)))
        return {'action': 'skip' if consent.renews_connection_id.sudo().feed_ids else 'create'}

    # === Confirm === #

    def _check_own(self):
        """The permission is used by the person who gave it, for a company that person is in."""
        self.env['bank.connection'].check_access('write')
        self.check_access('write')
        for consent in self._consents().sudo():
            if not consent._may_be_used_by(self.env.user) or consent.company_id not in self.env.user.company_ids:
                raise AccessError(self.env._("Only who gave this permission at the bank can use it."))

    def _consents(self):
        return self.consent_id | self.line_ids.consent_id

    def action_confirm(self):
        """Make the chosen feeds and fetch at once."""
        self.ensure_one()
        self._check_own()
        if any(consent.state != 'valid' for consent in self._consents().sudo()):
            raise UserError(self.env._("This permission has ended meanwhile. Begin again from Bank Connections."))
        chosen = self.line_ids.filtered(lambda line: line.action in ('create', 'existing'))
        known = self.line_ids.filtered(lambda line: line.action == 'known')
        stopped = self.line_ids.filtered(lambda line: line.action == 'stop')
        if not chosen and not known and not stopped:
            raise UserError(self.env._("Choose a journal for at least one account, or cancel."))
        consent = self.consent_id
        for own, lines in known.grouped('consent_id').items():
            (own or consent)._take_over([line._account() for line in lines])
        stopped._stop()
        feeds = self.env['bank.feed']
        for line in chosen:
            feeds |= line._make_feed()
        consent._end_older()
        queue(feeds, 'connect')
        self.env['bank.prefetch']._forget(self.consent_id, unconnected=True)
        connections = feeds.connection_id or self.consent_id.sudo().connection_ids
        connection = (
            self.renews_connection_id
            or connections.filtered(lambda found: found.company_id == self.consent_id.company_id)[:1]
            or connections[:1]
        )
        connection._resolve_choice()
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
        self.env['bank.prefetch']._forget(self.consent_id, unconnected=True)
        self.consent_id._hand_over([line._account() for line in self.line_ids if line.action == 'known'])
        if not self.consent_id.sudo().connection_ids:  # of any company
            self.consent_id._revoke()
        return {
            **self.env['ir.actions.act_window']._for_xml_id('account_bank_feed.bank_connection_action'),
            'target': 'main',
        }


def _feeding(action, journal, company, first):
    return {'action': action, 'journal_id': journal.id, 'company_id': company.id, 'date_from': first}
