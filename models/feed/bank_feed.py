from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import RedirectWarning, UserError
from odoo.tools import format_date
from odoo.tools.translate import LazyTranslate

from ...banks.errors import BankError
from ..lib import wording
from ..lib.actions import SOFT_RELOAD, notify
from ..lib.inside import ours
from ..lib.named import told_to_readers
from ..lib.psu import current_psu
from ..lib.rates import has_rate
from ..lib.rights import ACCOUNTANTS
from ..lib.told import Told, text
from ..lib.walls import check_free, onchange
from .balance import ledger_balances
from .fetch import fetch_due
from .obstacles import journal_obstacle
from .overview import overview
from .queue import queue
from .schedule import FIRST_DAYS

_lt = LazyTranslate(__name__)

#: what a manager may write by hand
FREE = {'journal_id', 'date_from', 'active', 'account_name'}


class BankFeed(models.Model):
    """One account at the bank that feeds one journal. Its identity is IBAN (or domestic number) and currency, never the
    bank's session id, which changes with every permission."""

    _name = 'bank.feed'
    _description = "Bank Feed"
    _check_company_auto = True
    _order = 'company_id, id'

    connection_id = fields.Many2one(
        'bank.connection', required=True, ondelete='cascade', index=True, check_company=True
    )
    company_id = fields.Many2one(related='connection_id.company_id', store=True, index=True, precompute=True)
    institution_id = fields.Many2one(related='connection_id.institution_id', store=True, precompute=True)
    connection_state = fields.Selection(related='connection_id.state', string="Connection State")
    journal_id = fields.Many2one(
        'account.journal',
        ondelete='set null',
        check_company=True,
        index='btree_not_null',
        domain="[('type', 'in', ('bank', 'credit'))]",
    )
    active = fields.Boolean(default=True)
    account_number = fields.Char(
        string="Account", required=True, index=True, help="IBAN, or the domestic number where there is none."
    )
    currency_id = fields.Many2one('res.currency', required=True)
    account_name = fields.Char()
    owner_name = fields.Char()
    bank_name = fields.Char(readonly=True, help="Where the account is, where one log-in reaches several banks.")
    bank = fields.Char(compute='_compute_bank', string="Account’s Bank")
    date_from = fields.Date(
        string="First Day",
        required=True,
        default=lambda self: self._default_date_from(),
        help="Movements booked before this day are not fetched.",
    )
    ledger_account_id = fields.Many2one(related='journal_id.default_account_id', string="Ledger Account")
    fetched_until = fields.Date(
        copy=False, help="The last day that is fetched completely. It moves only together with the stored movements."
    )
    last_fetch = fields.Datetime(string="Last Fetched", copy=False)
    next_fetch = fields.Datetime(default=fields.Datetime.now, copy=False, index=True)
    missing_from = fields.Date(
        copy=False, readonly=True, help="First day that was wanted and that the bank did not give (yet)."
    )
    other_bank_until = fields.Date(
        copy=False, readonly=True, help="Until this day another provider fed the journal, with identities of its own."
    )
    wide_overlap = fields.Boolean(copy=False, help="Technical: the next fetch looks back further, after a renewal.")
    lease_until = fields.Datetime(copy=False)
    lease_token = fields.Char(groups=fields.NO_ACCESS, copy=False)
    error = Told(copy=False, help="What went wrong at the last fetch, in plain words.")
    error_count = fields.Integer(copy=False)

    bank_balance = fields.Monetary(
        copy=False, readonly=True, help="Booked balance as the bank gave it at the last fetch."
    )
    bank_balance_date = fields.Date(copy=False, readonly=True)
    has_bank_balance = fields.Boolean(copy=False, readonly=True)
    available_balance = fields.Monetary(
        string="Available", copy=False, readonly=True, help="What can be spent, as the bank said at the last fetch."
    )
    has_available_balance = fields.Boolean(copy=False, readonly=True)
    balance_at = fields.Datetime(string="Balance As Of", copy=False, readonly=True)
    ledger_balance = fields.Monetary(
        compute='_compute_ledger_balance', help="Balance of the journal's bank account in the books."
    )
    balance_difference = fields.Monetary(compute='_compute_ledger_balance', string="Difference")
    difference_since = fields.Date(
        copy=False, readonly=True, help="The first day on which the bank's balance and the books differ."
    )

    run_ids = fields.One2many('bank.feed.run', 'feed_id', string="Runs")
    unposted_ids = fields.One2many('bank.feed.unposted', 'feed_id', string="Not posted")
    pending_count = fields.Integer(compute='_compute_movement_counts')
    held_count = fields.Integer(compute='_compute_movement_counts')
    line_count = fields.Integer(compute='_compute_line_count', string="Movements")

    _journal_uniq = models.UniqueIndex(
        "(journal_id) WHERE active IS TRUE AND journal_id IS NOT NULL",
        "Another bank account feeds this journal already.",
    )
    _account_uniq = models.UniqueIndex(
        "(company_id, account_number, currency_id) WHERE active IS TRUE",
        "This bank account is connected in this company already.",
    )

    can_book_opening = fields.Boolean(compute='_compute_can_book_opening')

    @api.model
    def _default_date_from(self):
        return fields.Date.context_today(self) - timedelta(days=FIRST_DAYS)

    @api.depends('bank_name', 'institution_id')
    def _compute_bank(self):
        for feed in self:
            feed.bank = feed.bank_name or feed.institution_id.name

    @told_to_readers
    @api.depends('account_number', 'currency_id', 'account_name')
    def _compute_display_name(self):
        for feed in self:
            feed.display_name = feed._name_and_number()

    def _name_and_number(self):
        """What the account is called, for whoever may know it: its readers, and who gave the consent that covers it."""
        number = self.account_number or ''
        short = f'{number[:4]} … {number[-4:]}' if len(number) > 12 else number
        return f"{self.account_name or self.institution_id.name or ''} {short} {self.currency_id.name or ''}".strip()

    @api.depends('journal_id', 'bank_balance', 'bank_balance_date', 'has_bank_balance')
    def _compute_ledger_balance(self):
        """The books as they are, and how they differ from the bank's balance at the end of that balance's day."""
        for feed, (ledger, difference) in ledger_balances(self).items():
            feed.ledger_balance, feed.balance_difference = ledger, difference

    @api.depends('journal_id', 'difference_since', 'balance_difference')
    def _compute_can_book_opening(self):
        """Only where the journal has no statement line from before the first fetched day."""
        for feed in self:
            feed.can_book_opening = bool(
                feed.has_bank_balance
                and feed.balance_difference
                and feed.difference_since == feed.date_from
                and not feed.held_count
                and not self.env['account.bank.statement.line'].search_count(
                    [('journal_id', '=', feed.journal_id.id), ('date', '<', feed.date_from)], limit=1
                )
            )

    def _compute_movement_counts(self):
        counts = {
            (feed, state): count
            for feed, state, count in self.env['bank.feed.unposted']._read_group(
                [('feed_id', 'in', self.ids), ('dismissed', '=', False)], ['feed_id', 'state'], ['__count']
            )
        }
        for feed in self:
            feed.pending_count = counts.get((feed, 'pending'), 0)
            feed.held_count = counts.get((feed, 'held'), 0) + counts.get((feed, 'unreadable'), 0)

    def _compute_line_count(self):
        counts = dict(
            self.env['account.bank.statement.line']._read_group(
                [('bank_feed_id', 'in', self.ids)], ['bank_feed_id'], ['__count']
            )
        )
        for feed in self:
            feed.line_count = counts.get(feed, 0)

    # === CRUD === #

    def onchange(self, values, field_names, fields_spec):
        return onchange(super().onchange, values, field_names, fields_spec, FREE)

    @api.model_create_multi
    def create(self, vals_list):
        feeds = super().create(vals_list)
        feeds._check_consent()
        feeds._check_journal()
        return feeds

    def write(self, vals):
        """What a person may change is the journal, the first day and whether it is used; the rest is the bank's word."""
        check_free(self, vals, FREE)
        if vals.get('date_from'):
            first = fields.Date.to_date(vals['date_from'])
            for feed in self.filtered(lambda feed: feed.fetched_until and first < feed.date_from):
                feed.sudo().missing_from = first
        before = {feed: feed.journal_id for feed in self} if 'journal_id' in vals else {}
        result = super().write(vals)
        for feed, journal in before.items():
            if journal and feed.journal_id != journal:
                feed._tell_moved(journal)
        if 'connection_id' in vals:
            self._check_consent()
        if vals.get('journal_id'):
            self._check_journal()
        if 'active' in vals:
            self.sudo().connection_id._refresh_state()
        return result

    def _tell_moved(self, journal):
        """A trail of an account that feeds another journal from now on, and no difference that belongs to the old one."""
        self.sudo().difference_since = False
        body = self.env._(
            "%(account)s feeds %(new)s from now on; what was fetched before stays in %(old)s.",
            account=self.display_name, new=self.journal_id.display_name or '–', old=journal.display_name,
        )  # fmt: skip
        self.sudo().connection_id.message_post(body=body, author_id=self.env.user.partner_id.id)

    @api.onchange('journal_id')
    def _onchange_journal_id(self):
        """What it means, before it is saved."""
        before = self._origin.journal_id
        if not before or before == self.journal_id or not self._origin.line_count:
            return None
        return {
            'warning': {
                'title': self.env._("Another journal"),
                'message': self.env._(
                    "%(count)s movements stay in %(old)s; only what comes from now on goes to the new journal. The bank's balance"
                    " and the books of the new journal differ by what stays behind, until you transfer it.",
                    count=self._origin.line_count,
                    old=before.display_name,
                ),
            }
        }

    def _check_journal(self):
        """A journal that is chosen can take the account's movements."""
        for feed in self.filtered('journal_id'):
            if obstacle := journal_obstacle(feed):
                raise UserError(text(self.env, obstacle))

    @api.model
    def _fed_already(self, company, number, currency):
        """The feed of an account, whichever provider it is fetched through, while its connection is in use."""
        domain = [('company_id', '=', company.id), ('account_number', '=', number), ('currency_id', '=', currency.id)]
        return self.search([*domain, ('connection_id.state', '!=', 'disconnected')], limit=1)

    # === Actions === #

    def action_fetch_now(self):
        """Queue a fetch for whoever presses the button; the bank is told that a person is there."""
        if not self.env.user.has_group(ACCOUNTANTS):
            raise UserError(self.env._("You need the right “Bank Feeds: Accountant” to fetch."))
        self.check_access('read')
        ended = self.connection_id.filtered(lambda connection: connection.state != 'active')
        if ended:
            raise UserError(
                self.env._("Renew %s first: its permission has ended.", ', '.join(ended.mapped('display_name')))
            )
        if off := self.connection_id.filtered(lambda connection: not connection._provider_is_on()):
            names = ', '.join(off.sudo().provider_id.mapped('name'))
            raise UserError(self.env._("“%s” is switched off: nothing can be fetched until it is on.", names))
        for company, provider in {(feed.company_id, feed.connection_id.provider_id) for feed in self}:
            self.env['bank.agreement']._check_opens(company, provider)
        able = self.filtered(lambda feed: feed.active and feed.sudo().consent_id.state == 'valid')
        if not able:
            raise UserError(self.env._("There is no valid permission for this account. Renew the connection."))
        uncovered = self.filtered('active') - able
        message = self.env._("Fetching. You can go on working.")
        if uncovered:
            names = ', '.join(uncovered.mapped('display_name'))
            message += ' ' + self.env._("Left out, as nobody’s consent covers it: %s.", names)
        queue(able, 'manual')
        if address := self._synchronise(able):
            return {'type': 'ir.actions.act_url', 'url': address, 'target': 'self'}
        return notify(message, 'warning' if uncovered else 'info', SOFT_RELOAD)

    @api.model
    def _synchronise(self, feeds):
        """Providers that can be asked for news at once are; where the bank wants the log-in of who presses the button, its page.

        :raises UserError: the provider refuses, or the bank wants somebody else's log-in"""
        for consent in feeds.sudo().consent_id:
            if not consent.institution_id._capabilities().synchronises:
                continue
            try:
                address = consent._synchronise(current_psu())
            except BankError as error:
                raise UserError(wording.bank_error(self.env, error, attended=True)) from None
            if address and consent.user_id != self.env.user:
                raise UserError(
                    self.env._("The bank wants the log-in of %s for this: ask for it.", consent.user_id.name)
                )
            if address:
                return address
        return ''

    def action_renew(self):
        """Send the person to the bank for a new consent."""
        return self.connection_id.action_renew()

    def action_book_opening(self):
        """Enter what the account had before the first fetched day, as a movement to be assigned by the accountant."""
        self.ensure_one()
        if not self.can_book_opening:
            raise UserError(self.env._("There is no opening balance to book."))
        day = self.date_from - timedelta(days=1)
        if not has_rate(self.company_id, self.currency_id, day):
            raise RedirectWarning(
                self.env._(
                    "There is no exchange rate of %(currency)s for %(day)s: it would count one for one. Enter a rate first.",
                    currency=self.currency_id.name,
                    day=format_date(self.env, day),
                ),
                self.env.ref('base.action_currency_form').id,
                self.env._("Currencies"),
            )
        line = ours(self.env['account.bank.statement.line']).create(
            {
                'journal_id': self.journal_id.id,
                'date': day,
                'amount': self.balance_difference,
                'payment_ref': self.env._("Opening balance"),
                'bank_match_note': _lt("Balance before the first day that was fetched."),
            }
        )
        self.sudo().difference_since = False
        domain = [('journal_id', '=', self.journal_id.id)]
        return self.journal_id._bank_reconcile_action(domain, self.journal_id.name, line.id)

    def action_open_lines(self):
        action = self.env['ir.actions.act_window']._for_xml_id('account_bank_feed.bank_feed_line_action')
        return {**action, 'domain': [('bank_feed_id', 'in', self.ids)], 'context': {}}

    def action_open_unposted(self):
        action = self.env['ir.actions.act_window']._for_xml_id('account_bank_feed.bank_feed_unposted_action')
        return {**action, 'domain': [('feed_id', 'in', self.ids)], 'context': {}}

    # === Scheduled, and the overview === #

    @api.model
    def _cron_fetch(self):
        fetch_due(self.env)

    @api.model
    def overview(self):
        """See :func:`.overview.overview`."""
        self.check_access('read')
        return overview(self)

    # === Business === #

    @api.model
    def _find(self, institution, number, currency_name):
        """Feeds of one account at one bank, in any company (sudo)."""
        return self.sudo().search(
            [
                ('institution_id', '=', institution.id),
                ('account_number', '=', number),
                ('currency_id.name', '=', currency_name),
            ]
        )

    @api.model
    def _connect(self, connection, account, journal, date_from):
        """The feed of an account on a connection: made, or brought over from another provider of the same bank.

        :param account: :class:`banks.data.Account`, in a currency that is active
        :param date_from: first day that is wanted"""
        currency = self.env['res.currency'].search([('name', '=', account.currency)])
        number = [('account_number', '=', account.number), ('currency_id', '=', currency.id)]
        own = [('company_id', '=', connection.company_id.id), *number]
        feed = self.with_context(active_test=False).search(own, limit=1)
        values = {
            'connection_id': connection.id,
            'journal_id': journal.id,
            'account_name': account.name,
            'owner_name': account.owner_name,
            'bank_name': account.bank_name,
            'date_from': date_from or fields.Date.context_today(self),
            'active': True,
        }
        if not feed:
            feed = feed.sudo().create({**values, 'account_number': account.number, 'currency_id': currency.id})
        else:
            if feed.institution_id != connection.institution_id:
                values['other_bank_until'] = feed.fetched_until
            if feed.connection_id != connection:
                feed.sudo()._uncover()  # those consents belong to the other connection
                connection._tell_moved(feed)
            feed.sudo().write(values)
        journal.sudo().bank_statements_source = 'bank_feed'
        return feed
