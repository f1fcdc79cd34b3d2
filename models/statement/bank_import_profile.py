import contextlib
import io
import re
from collections import Counter
from datetime import datetime

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from ... import statements
from ...statements import guess, profiles
from ..lib.rights import ACCOUNTANTS
from ..lib.told import text as told_text
from ..lib.walls import check_companies, check_free, without_defaults
from . import refusals
from .reading import read_file

FREE = {'name', 'column_ids', 'date_form', 'decimal', 'debit', 'currency', 'active'}
#: {what is kept: (form of :mod:`statements.guess`, an example)}
FORMS = {
    'day_dot': ('d.m.Y', "31.12.2026"), 'day_slash': ('d/m/Y', "31/12/2026"), 'month_slash': ('m/d/Y', "12/31/2026"),
    'day_dash': ('d-m-Y', "31-12-2026"), 'month_dash': ('m-d-Y', "12-31-2026"), 'year_dash': ('Y-m-d', "2026-12-31"),
    'year_slash': ('Y/m/d', "2026/12/31"), 'year_dot': ('Y.m.d', "2026.12.31"), 'year': ('Ymd', "20261231"),
    'day_dot_short': ('d.m.y', "31.12.26"), 'day_slash_short': ('d/m/y', "31/12/26"), 'month_slash_short': ('m/d/y', "12/31/26"),
    'day_dash_short': ('d-m-y', "31-12-26"), 'year_dash_short': ('y-m-d', "26-12-31"),
}  # fmt: skip
NAMES = {'day': "day first", 'month': "month first", 'year': "year first"}
STRPTIME = {form: re.sub('[A-Za-z]', lambda sign: f'%{sign[0]}', form) for form, _example in FORMS.values()}
KEYS = {form: key for key, (form, _example) in FORMS.items()}
SIGNS = {'comma': ',', 'point': '.'}
#: rows of the test that are shown
ROWS = 8


class BankImportProfile(models.Model):
    """The form of a CSV or XLSX export that a person taught: which column is what, how days and amounts are written."""

    _name = 'bank.import.profile'
    _description = "Form of a Bank's Export"
    _order = 'name, id'

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one('res.company', required=True, index=True)
    file_id = fields.Many2one('bank.import.file', ondelete='set null', help="On which it is tried.")
    is_taught = fields.Boolean(help="Exports with these columns are recognised.")
    column_ids = fields.One2many('bank.import.profile.column', 'profile_id')
    date_form = fields.Selection(
        [(key, f'{example} ({NAMES[key.split("_")[0]]})') for key, (_form, example) in FORMS.items()],
        string="Days Are Written as",
    )
    date_choices = fields.Json(
        compute='_compute_date_choices', exportable=False, help="Technical: in which all its days can be read."
    )
    dates_example = fields.Char(compute='_compute_dates_example')
    dates_unclear = fields.Boolean(compute='_compute_date_choices')
    decimal = fields.Selection([('comma', "1 234,56"), ('point', "1,234.56")], string="Amounts Are Written as")
    decimals_unclear = fields.Boolean()
    directions = fields.Char(readonly=True)
    debit = fields.Char(string="Words for Money Out", help="Of the column “In or out”, with commas between.")
    currency = fields.Char(help="Where no column says it.")
    result = fields.Json(compute='_compute_result', exportable=False)
    journal_id = fields.Many2one(related='file_id.import_id.journal_id', string="For")

    @api.depends('dates_unclear', 'column_ids.role')
    def _compute_dates_example(self):
        """A day of the file, and what it may be."""
        for profile in self:
            column = profile.column_ids.filtered(lambda one: one.role == 'date')[:1]
            told = (column.samples or '').split(' · ')[0]
            found = []
            for key in profile.date_choices or ():
                with contextlib.suppress(ValueError):
                    found.append(_in_words(self.env, datetime.strptime(told, STRPTIME[FORMS[key][0]]).date()))
            ways = self.env._(" or ").join(dict.fromkeys(found))
            profile.dates_example = (
                self.env._("“%(told)s” may be %(ways)s. Choose how this bank writes days.", told=told, ways=ways)
                if len(set(found)) > 1
                else False
            )

    @api.depends('column_ids.role', 'file_id')
    def _compute_date_choices(self):
        """The forms that are offered: those in which every day of the file can be read."""
        for profile in self:
            choices, kept = list(FORMS), profile._origin.file_id
            if kept:
                kept.check_access('read')
                with contextlib.suppress(statements.Refused):
                    found = guess.dates_of(io.BytesIO(kept.sudo()._bytes()), profile.column_ids.mapped('role'))
                    choices = [KEYS[form] for form in found] or choices
            profile.date_choices = choices
            profile.dates_unclear = bool(kept) and len(choices) > 1

    @api.depends('column_ids.role', 'date_form', 'decimal', 'debit', 'currency', 'file_id')
    def _compute_result(self):
        """What the whole file says, read so."""
        for profile in self:
            profile.result = profile._tried()

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise AccessError(self.env._("A form is taught on a file: drop one that is not recognised."))
        records, vals_list = without_defaults(self, vals_list, FREE)
        return super(BankImportProfile, records).create(vals_list)

    def write(self, vals):
        check_free(self, vals, FREE)
        result = super().write(vals)
        check_companies(self, shared=False)
        return result

    # === Teach === #

    @api.model
    def _on(self, file):
        """The form of a file as it seems to be, for a person to correct."""
        try:
            found = guess.guess(io.BytesIO(file._bytes()))
        except statements.Refused as refused:
            raise UserError(self.env._("It is no table of movements: %s", refused.message)) from None
        self.search([('file_id', '=', file.id), ('is_taught', '=', False)]).unlink()
        return self.create(
            {
                'name': file.name.rpartition('.')[0] or file.name,
                'company_id': file.company_id.id,
                'file_id': file.id,
                'date_form': KEYS[found.dates[0]] if len(found.dates) == 1 else False,
                'decimal': ('comma' if found.decimals == [','] else 'point') if len(found.decimals) == 1 else False,
                'decimals_unclear': len(found.decimals) > 1,
                'directions': ', '.join(found.directions),
                'debit': ', '.join(found.debit),
                'column_ids': [
                    fields.Command.create({'sequence': place, 'name': column.header, 'role': column.role, 'samples': ' · '.join(column.samples)})
                    for place, column in enumerate(found.columns)
                ],
            }
        )  # fmt: skip

    def action_teach(self):
        """Keep the form, and read the file with it."""
        self.ensure_one()
        self.check_access('write')
        if not self.env.user.has_group(ACCOUNTANTS):
            raise AccessError(self.env._("You need the right “Bank Feeds: Accountant” for this."))
        result = self._tried()
        if result.get('error'):
            raise UserError(result['error'])
        profile = self.sudo()
        profile.is_taught = True
        record = profile.file_id.import_id
        if not record or record.state != 'preview':
            return {'type': 'ir.actions.act_window_close'}
        record._read()
        return record.sudo(False)._open()

    def _tried(self):
        """JSON-safe: {'error'} or {'count', 'came', 'went', 'first', 'last', 'warnings', 'rows'}"""
        self.ensure_one()
        if reason := self._lacks():
            return {'error': reason}
        kept = self._origin  # the file is not what a person's call says, but the one that it is taught on
        if not kept.file_id:
            return {}
        kept.check_access('read')
        try:
            found = read_file(kept.sudo().file_id._bytes(), self._key(), (self._profile(),))
        except statements.Refused as refused:
            return {'error': told_text(self.env, refusals.told(refused))}
        rows = [row for one in found for row in one.booked]
        days = [row.booking_date for row in rows]
        journal = self.journal_id
        currency = journal and (journal.currency_id or journal.company_id.currency_id).name
        return {
            'count': len(rows),
            'came': _sum(rows, currency, lambda amount: amount > 0),
            'went': _sum(rows, currency, lambda amount: amount < 0),
            'first': _in_words(self.env, min(days)) if days else '',
            'last': _in_words(self.env, max(days)) if days else '',
            'warnings': self._doubts(days),
            'balance': self._balance_follows(found),
            'rows': [
                [_in_words(self.env, row.booking_date), row.counterparty_name or row.counterparty_account, ' '.join(row.remittance), str(row.amount)]
                for row in rows[:ROWS]
            ],
        }  # fmt: skip

    def _doubts(self, days):
        """What a person should look at before it is kept: sentences."""
        found, roles = [], set(self.column_ids.mapped('role'))
        today = fields.Date.context_today(self)
        if later := [day for day in days if day > today]:
            found.append(
                self.env._(
                    "%(count)s movements lie in the future, up to %(day)s. Are the days right?",
                    count=len(later),
                    day=_in_words(self.env, max(later)),
                )
            )
        if not roles & {'name', 'text', 'info', 'vs', 'kid', 'reference', 'account'}:
            found.append(self.env._("No column says who paid or what for: nothing can be matched with invoices."))
        return found

    def _lacks(self):
        """What a person has to say before it can be read, or ''."""
        roles = Counter(self.column_ids.mapped('role'))
        if not roles['date']:
            return self.env._("Say which column is the booking day.")
        if not roles['amount'] and not (roles['in'] or roles['out']):
            return self.env._("Say which column is the amount, or which ones are money in and money out.")
        for role in ('date', 'value', 'amount', 'in', 'out', 'balance', 'currency', 'direction', 'own'):
            if roles[role] > 1:
                return self.env._("Only one column can be “%s”.", dict(ROLES)[role])
        if not self.date_form:
            return self.env._("Choose above how the days are written.")
        if not self.decimal:
            return self.env._("The amounts can be read in more than one way. Choose how they are written.")
        if roles['direction'] and not (self.debit or '').strip():
            return self.env._("Say which words mean that money went out, under “Words for Money Out”.")
        return ''

    def _balance_follows(self, found):
        """'yes', 'no' or '' where there is no column of balances."""
        if 'balance' not in self.column_ids.mapped('role'):
            return ''
        return 'no' if any(warning.code == 'balance' for one in found for warning in one.warnings) else 'yes'

    def _key(self):
        return f'own:{self._origin.id or self.id}'

    def _profile(self):
        """:class:`statements.profiles.Profile`"""
        self.ensure_one()
        debit = tuple(word.strip().casefold() for word in (self.debit or '').split(',') if word.strip())
        words = tuple(word.strip().casefold() for word in (self.directions or '').split(',') if word.strip())
        return profiles.Profile(
            self._key(),
            {column.name: column.role for column in self.column_ids if column.name},
            optional=tuple(column.name for column in self.column_ids if column.role == 'ignore'),
            dates=(FORMS[self.date_form][0],),
            decimal=SIGNS[self.decimal],
            thousands=" '." if self.decimal == 'comma' else " ',",
            debit=debit,
            credit=tuple(word for word in words if word not in debit),
            signed=True,
            loose=True,
            currency=(self.currency or '').strip().upper() or None,
        )


def _in_words(env, day):
    """A day with its month in letters, so that nobody takes it for another one."""
    return format_date(env, day, date_format='d MMM y')


def _sum(rows, currency, wanted):
    """The sum of the amounts that are wanted, one a currency: '120.00 EUR'

    :param currency: of the journal; where no row says it"""
    sums = Counter()
    for row in rows:
        if wanted(row.amount):
            sums[row.currency or currency or ''] += row.amount
    return ' + '.join(f'{amount} {name}'.strip() for name, amount in sums.items()) or '0'


ROLES = [
    ('date', "Booking day"), ('value', "Value day"), ('amount', "Amount, with its sign"), ('in', "Money in"), ('out', "Money out"),
    ('direction', "In or out"), ('balance', "Balance after"), ('currency', "Currency"), ('name', "Counterparty"),
    ('account', "Counterparty's account"), ('bank', "Counterparty's bank code"), ('text', "Text"), ('info', "More information"),
    ('vs', "Variable symbol"), ('ss', "Specific symbol"), ('ks', "Constant symbol"), ('kid', "KID"), ('e2e', "End-to-end id"),
    ('reference', "Bank's reference"), ('own', "Own account"), ('ignore', "–"),
]  # fmt: skip


class BankImportProfileColumn(models.Model):
    _name = 'bank.import.profile.column'
    _description = "Column of a Bank's Export"
    _order = 'sequence, id'

    profile_id = fields.Many2one('bank.import.profile', required=True, ondelete='cascade', index=True)
    sequence = fields.Integer()
    name = fields.Char(string="Column", readonly=True)
    samples = fields.Char(string="In the File", readonly=True)
    role = fields.Selection(ROLES, string="Is", required=True, default='ignore')

    def write(self, vals):
        check_free(self, vals, {'role'})
        return super().write(vals)

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise AccessError(self.env._("The columns are the file's."))
        return super().create(vals_list)
