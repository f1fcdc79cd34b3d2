import base64
import binascii
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tools import format_date

from ..models.lib.rights import PAYROLL
from ..models.pay.wages import check_wage_account
from ..models.pay.ways import Way
from ..payments import recognise, salaries
from ..payments.accounts import is_valid
from ..payments.charset import plain
from ..payments.days import business_day
from .employee_accounts import EmployeeAccounts


def _words(name):
    """The words of a name, whatever their order and accents."""
    return sorted(plain(name or '')[0].lower().replace(',', ' ').split())


class BankSalary(models.TransientModel):
    """A list of salaries: from items on wages payable, from a file, from last month, or by hand. It becomes one payment order, of which nobody
    without the payroll right sees more than its sum."""

    _name = 'bank.salary'
    _description = "Pay Salaries"
    _check_company_auto = True

    company_id = fields.Many2one('res.company', required=True, default=lambda self: self.env.company)
    journal_id = fields.Many2one(
        'account.journal', string="From", required=True, check_company=True, domain="[('type', '=', 'bank')]"
    )
    account_id = fields.Many2one(
        'account.account', string="Wages Payable", required=True, check_company=True, domain="[('account_type', 'in', ('liability_current', 'liability_payable', 'liability_non_current'))]",
    )  # fmt: skip
    day = fields.Date(string="Execution Day", required=True, default=fields.Date.context_today)
    file = fields.Binary(attachment=False)
    file_name = fields.Char()
    item_ids = fields.Many2many('account.move.line')
    line_ids = fields.One2many('bank.salary.line', 'salary_id')
    total = fields.Monetary(compute='_compute_total')
    count = fields.Integer(compute='_compute_total')
    currency_id = fields.Many2one('res.currency', compute='_compute_currency_id')
    problem = fields.Char(compute='_compute_total')
    look_at = fields.Char(compute='_compute_total')
    has_employees = fields.Boolean(compute='_compute_has_employees')

    def _compute_has_employees(self):
        self.has_employees = 'hr.employee' in self.env

    @api.depends('journal_id')
    def _compute_currency_id(self):
        for salary in self:
            salary.currency_id = salary.journal_id.currency_id or salary.company_id.currency_id

    @api.depends('line_ids.amount', 'line_ids.partner_bank_id', 'line_ids.number', 'line_ids.name')
    def _compute_total(self):
        for salary in self:
            salary.count, salary.total = len(salary.line_ids), sum(salary.line_ids.mapped('amount'))
            salary.problem = salary._missing_accounts()
            salary.look_at = ' '.join(filter(None, (salary._other_names(), salary._same_list()))) or False

    def _missing_accounts(self):
        """Rows whose account is not entered here, or cannot be one (a sentence), or False."""
        missing = self.line_ids.filtered(lambda line: not line.partner_bank_id and (line.name or line.amount))
        wrong = missing.filtered(lambda line: line.number and not self._may_be(line.number))
        if wrong:
            return self.env._(
                "The account number of %s cannot be right: its check digits do not fit.",
                wrong[0].name or wrong[0].number,
            )
        if missing:
            return self.env._("%s of them have no account that is known here.", len(missing))
        return False

    @staticmethod
    def _may_be(number):
        account = recognise.account('', number, '', '')
        return account.scheme != 'IBAN' or is_valid(account, '')

    def _other_names(self):
        """Names in the file that are not those of the accounts' holders."""
        found = self.line_ids.filtered(
            lambda line: line.name and line.partner_bank_id and _words(line.name) != _words(line.partner_id.name)
        )
        if not found:
            return ''
        return self.env._(
            "Another name than the account’s holder: %s.",
            ', '.join(f'{line.name} ({line.partner_id.name})' for line in found[:3]),
        )

    def _same_list(self):
        """The same sum to as many people, made within three weeks."""
        last = self._last_order()
        same = last and (last.count, last.currency_id.compare_amounts(last.total, self.total)) == (self.count, 0)
        if not same or last.create_date < fields.Datetime.now() - timedelta(days=21):
            return ''
        return self.env._("A list of the same sum was made on %s.", format_date(self.env, last.create_date.date()))

    @api.model
    def _check_payroll(self):
        if not self.env.user.has_group(PAYROLL):
            raise AccessError(self.env._("You need the right “Salaries: Payroll” for this."))

    @api.model
    def _begin(self, items=None):
        """A new list, with what the last one was paid from."""
        self._check_payroll()
        company = items.company_id[:1] if items else self.env.company
        last = (
            self.env['bank.payment.order']
            .sudo()
            .search([('company_id', '=', company.id), ('kind', '=', 'salary')], order='id desc', limit=1)
        )
        journals = self.env['account.journal'].search([('type', '=', 'bank'), ('company_id', '=', company.id)])
        account = items.account_id[:1] if items else last.wage_account_id or self._wage_account(company)
        journal = last.journal_id or journals.filtered('bank_feed_ids')[:1] or journals[:1]
        if not journal or not account:
            raise UserError(self.env._("Salaries need a bank journal, and an account of what is owed to employees."))
        salary = self.create({'company_id': company.id, 'journal_id': journal.id, 'account_id': account.id})
        if items:
            salary._take_items(items)
        return salary

    @api.model
    def _wage_account(self, company):
        """The account that wages are owed on, by its name in the charts of our countries; else none is guessed."""
        named = (
            'wage',
            'salar',
            'payroll',
            'employee',
            'zamestnan',
            'zaměstnan',
            'mzd',
            'lønn',
            'løn',
            'bérek',
            'munkav',
        )
        accounts = self.env['account.account'].search(
            [('account_type', 'in', ('liability_current', 'liability_payable')), ('company_ids', 'in', company.ids)],
            order='code',
        )
        fitting = accounts.filtered(lambda account: any(word in (account.name or '').lower() for word in named))
        return (fitting or accounts)[:1]

    @api.model
    def action_begin(self):
        return self._begin()._open()

    def _open(self):
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Pay Salaries"),
            'res_model': 'bank.salary',
            'res_id': self.id,
            'views': [(False, 'form')],
            'target': 'new',
        }

    # === Where the list comes from === #

    def _take_items(self, items):
        """Items on wages payable: each employee's account, and what is open."""
        open_ = items.filtered(
            lambda item: not item.reconciled and item.amount_residual_currency < 0 and item.parent_state == 'posted'
        )
        if not open_ or len(open_.account_id) > 1 or len(open_.company_id) > 1:
            raise UserError(self.env._("Choose open items of one account on which wages are owed."))
        check_wage_account(open_.account_id)
        self.item_ids = open_
        accounts = EmployeeAccounts(self.env, open_.partner_id)
        self.line_ids = [
            Command.create(
                {'partner_id': item.partner_id.id, 'partner_bank_id': bank, 'amount': amount, 'text': item.name or ''}
            )
            for item in open_
            for bank, amount in accounts.of(item.partner_id, -item.amount_residual_currency)
        ]

    def action_employees(self):
        """The company's employees with their accounts, and what each had last time."""
        self._check_payroll()
        people = EmployeeAccounts.employees(self.env, self.company_id)
        if not people:
            raise UserError(self.env._("No employee of this company has a contact with a bank account."))
        last = self._last_order()
        before = {}
        for line in last.line_ids:
            before[line.partner_id] = before.get(line.partner_id, 0) + line.amount
        accounts = EmployeeAccounts(self.env, people)
        self.item_ids = [Command.clear()]
        self.line_ids = [Command.clear()] + [
            Command.create({'partner_id': partner.id, 'partner_bank_id': bank, 'amount': amount})
            for partner in people.sorted('name')
            for bank, amount in accounts.of(partner, before.get(partner, 0.0))
        ]
        return self._open()

    def action_read_file(self):
        """Read a file; it is not kept."""
        self._check_payroll()
        try:
            content = base64.b64decode(self.file or b'', validate=True)
            rows = salaries.read(content)
        except (salaries.NotAList, binascii.Error, ValueError) as error:
            raise UserError(
                str(error) if isinstance(error, salaries.NotAList) else self.env._("Choose a file first.")
            ) from None
        self.file = self.file_name = False
        numbers = {self._compact(row.account) for row in rows}
        banks = self.env['res.partner.bank'].search([('sanitized_acc_number', 'in', list(numbers))])
        known = {
            bank.sanitized_acc_number: bank for bank in banks.sorted(lambda bank: not bank.allow_out_payment)[::-1]
        }
        self.line_ids = [Command.clear()] + [
            Command.create(
                {
                    'name': row.name,
                    'number': row.account,
                    'partner_bank_id': (bank := known.get(self._compact(row.account), self.env['res.partner.bank'])).id,
                    'partner_id': bank.partner_id.id,
                    'amount': float(row.amount),
                    'text': row.text,
                }
            )
            for row in rows
        ]
        self.item_ids = [Command.clear()]
        return self._open()

    @staticmethod
    def _compact(number):
        return ''.join(sign for sign in number.upper() if sign.isalnum())

    def action_last_month(self):
        """The last list once more, as it was paid."""
        self._check_payroll()
        last = self._last_order()
        if not last:
            raise UserError(self.env._("There is no earlier list."))
        self.item_ids = [Command.clear()]
        self.line_ids = [Command.clear()] + [
            Command.create(
                {
                    'partner_id': line.partner_id.id,
                    'partner_bank_id': line.partner_bank_id.id,
                    'amount': line.amount,
                    'text': line.text,
                }
            )
            for line in last.line_ids
        ]
        return self._open()

    def _last_order(self):
        return self.env['bank.payment.order'].search(
            [('company_id', '=', self.company_id.id), ('kind', '=', 'salary'), ('state', 'not in', ('cancelled', 'rejected'))],
            order='id desc', limit=1,
        )  # fmt: skip

    # === The order === #

    def action_make(self):
        """One order of all; it is submitted and approved as any."""
        self._check_payroll()
        if not self.line_ids:
            raise UserError(self.env._("The list is empty."))
        check_wage_account(self.account_id)
        if any(not line.partner_bank_id or line.amount <= 0 for line in self.line_ids):
            raise UserError(self.env._("Each salary needs an account and an amount."))
        currency = self.currency_id
        now = self.env['bank.pay'].new({'company_id': self.company_id.id, 'journal_id': self.journal_id.id})._today()
        day = business_day(max(self.day, now), currency.name, later=False)
        if day < now:
            day = business_day(now, currency.name)
        Order, Line = self.env['bank.payment.order'].sudo(), self.env['bank.payment.line'].sudo()
        values = {
            'company_id': self.company_id.id,
            'journal_id': self.journal_id.id,
            'currency_id': currency.id,
            'kind': 'salary',
            'date': day,
            'batch_booking': True,
            'wage_account_id': self.account_id.id,
            'wage_item_ids': [Command.set(self.item_ids.ids)],
            'way': Way.offered(self.journal_id),
        }
        home = Order.new(values)._home()
        order = Order.create({**values, 'product': recognise.product(currency.name, home)})
        Line.create(
            [
                {
                    'order_id': order.id,
                    'partner_id': line.partner_bank_id.partner_id.id,
                    'partner_bank_id': line.partner_bank_id.id,
                    'payee': Line._holder(line.partner_bank_id),
                    'account_number': line.partner_bank_id.acc_number,
                    'amount': line.amount,
                    'text': line.text or '',
                }
                for line in self.line_ids
            ]
        )
        order._add_preparer(self.env.user)
        self.line_ids.unlink()
        action = self.env['ir.actions.act_window']._for_xml_id('account_bank_feed.bank_payment_order_action')
        return {**action, 'views': [(False, 'form')], 'res_id': order.id}


class BankSalaryLine(models.TransientModel):
    """One salary of a list that is made."""

    _name = 'bank.salary.line'
    _description = "Salary of a List"

    _rec_name = 'id'  # a name is read by whoever knows an id

    salary_id = fields.Many2one('bank.salary', required=True, ondelete='cascade')
    partner_id = fields.Many2one('res.partner', string="Employee")
    name = fields.Char(string="Name in the File", readonly=True)
    number = fields.Char(string="Account in the File", readonly=True)
    partner_bank_id = fields.Many2one('res.partner.bank', string="Account")
    currency_id = fields.Many2one(related='salary_id.currency_id')
    amount = fields.Monetary()
    text = fields.Char()
    is_trusted = fields.Boolean(related='partner_bank_id.allow_out_payment', string="Trusted")

    @api.onchange('partner_id')
    def _onchange_partner_id(self):
        if self.partner_id and self.partner_bank_id.partner_id != self.partner_id:
            [(bank, _amount), *_more] = EmployeeAccounts(self.env, self.partner_id).of(self.partner_id, 0)
            self.partner_bank_id = bank
