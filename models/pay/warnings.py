"""What a person should look at before a payment is approved, and what stops it: accounts that are new or shared, bills that look paid."""

from datetime import timedelta

from odoo import fields
from odoo.tools import SQL
from odoo.tools.translate import LazyTranslate

from ...payments import reasons
from ..lib.told import day, money
from .names import OVER

_lt = LazyTranslate(__name__)

#: an account is new, and a payment is the like of another, for so many days
DAYS = 30


class Warnings:
    """Of lines (sudo inside: only sentences leave it, and of what the reader of the lines may know anyway).

    :param lines: ``bank.payment.line``"""

    def __init__(self, lines):
        self.lines = lines.sudo().filtered('partner_bank_id')
        self.env = self.lines.env
        self.said = {}

    def found(self):
        """{line's id: [sentence]}"""
        if self.lines:
            self._accounts()
            self._alike()
        return self.said

    def _say(self, line, sentence):
        self.said.setdefault(line.id, []).append(sentence)

    # === Accounts === #

    def _accounts(self):
        paid, shared, refused = self._paid(), self._shared(), self._refused()
        transfers = self.lines.filtered(lambda line: line.kind == 'transfer')
        own = self._own() if transfers else ()
        lately = fields.Datetime.now() - timedelta(days=DAYS)
        for line in self.lines:
            bank = line.partner_bank_id
            salary = line.kind == 'salary'  # of salaries, who prepares other payments is told nothing
            if code := refused.get((bank.id, salary)):
                self._say(line, _lt("A bank did not pay to this account: %s", reasons.of(code).sentence))
            if line in transfers and bank in own:
                continue
            if (bank.id, salary) not in paid:
                self._say(line, _lt("Nothing was ever paid to this account."))
            if bank.create_date and bank.create_date > lately:
                self._say(line, _lt("The account was entered on %s.", day(bank.create_date.date())))
            elif bank.write_date and bank.write_date > lately:
                self._say(line, _lt("The account was changed on %s.", day(bank.write_date.date())))
            if bank.sanitized_acc_number in shared.get(bank.partner_id.commercial_partner_id.id, ()):
                self._say(line, _lt("The account is entered for somebody else, too."))
            country = line.partner_id.commercial_partner_id.country_id.code
            number = bank.sanitized_acc_number or ''
            if bank.acc_type == 'iban' and country and number[:2] != country:
                self._say(line, _lt("The account is in another country (%s) than the payee.", number[:2]))

    def _paid(self):
        """{(account's id, as a salary)} of accounts that something was paid to before: by a payment that reached the statement, or by a
        movement with the number."""
        banks = self.lines.partner_bank_id
        self.env['account.payment'].flush_model(['partner_bank_id', 'is_matched', 'state', 'company_id'])
        self.env['bank.payment.line'].flush_model(['partner_bank_id', 'state', 'company_id'])
        companies = tuple(self.lines.company_id.ids)
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT partner_bank_id, NULL::boolean FROM account_payment
                    WHERE partner_bank_id IN %(banks)s AND company_id IN %(companies)s AND is_matched AND state = 'paid'
                    UNION
                   SELECT DISTINCT partner_bank_id, kind = 'salary' FROM bank_payment_line
                    WHERE partner_bank_id IN %(banks)s AND company_id IN %(companies)s AND state IN ('executed', 'closed')""",
                banks=tuple(banks.ids),
                companies=companies,
            )
        )
        known = {(bank, kind) for bank, salary in rows for kind in ((False, True) if salary is None else (salary,))}
        numbers = {bank.sanitized_acc_number: bank.id for bank in banks if (bank.id, False) not in known}
        if numbers:
            rows = self.env.execute_query(
                SQL(
                    """SELECT DISTINCT account_number FROM account_bank_statement_line
                        WHERE account_number = ANY(%s) AND company_id IN %s AND amount < 0""",
                    list(numbers),
                    companies,
                )
            )
            known |= {(numbers[row[0]], kind) for row in rows for kind in (False, True)}
        return known

    def _own(self):
        """The company's own accounts: those of its bank journals."""
        journals = self.env['account.journal'].search(
            [('company_id', 'in', self.lines.company_id.ids), ('type', '=', 'bank')]
        )
        return journals.bank_account_id

    def _refused(self):
        """{(account's id, as a salary): reason} of what banks refused or sent back for the account's sake, the last time that it was paid to."""
        lines = self.env['bank.payment.line'].search(
            [
                ('partner_bank_id', 'in', self.lines.partner_bank_id.ids),
                ('state', 'in', ('rejected', 'returned', 'executed', 'closed')),
            ],
            order='id',
        )
        last = {(line.partner_bank_id.id, line.kind == 'salary'): line for line in lines}
        return {
            bank: line.reason_code
            for bank, line in last.items()
            if line.state in ('rejected', 'returned') and line.account_doubted
        }

    def _shared(self):
        """{partner: numbers of its accounts that another one has}"""
        numbers = [bank.sanitized_acc_number for bank in self.lines.partner_bank_id]
        owners = {}
        for bank in self.env['res.partner.bank'].search(
            [('sanitized_acc_number', 'in', numbers), ('company_id', 'in', [False, *self.lines.company_id.ids])]
        ):
            owners.setdefault(bank.sanitized_acc_number, set()).add(bank.partner_id.commercial_partner_id.id)
        shared = {}
        for number, partners in owners.items():
            if len(partners) > 1:
                for partner in partners:
                    shared.setdefault(partner, set()).add(number)
        return shared

    # === Payments that look like another one === #

    def _alike(self):
        """The same payee and amount within a month, in an order that goes on or went through."""
        since = fields.Datetime.now() - timedelta(days=DAYS)
        others = self.env['bank.payment.line'].search_fetch(
            [
                ('partner_id', 'in', self.lines.partner_id.ids),
                ('company_id', 'in', self.lines.company_id.ids),
                ('state', 'not in', OVER),
                ('create_date', '>=', since),
            ],
            ['partner_id', 'amount', 'order_id', 'company_id', 'kind'],
        )
        like = {}
        for line in others:
            like.setdefault((line.company_id, line.partner_id, line.amount, line.kind == 'salary'), []).append(line)
        for line in self.lines:
            # of salaries, who prepares other payments is told nothing
            key = (line.company_id, line.partner_id, line.amount, line.kind == 'salary')
            twins = [one for one in like.get(key, ()) if one != line]
            if twins:
                self._say(
                    line,
                    _lt(
                        "%(amount)s is paid to the same payee on %(day)s, too.",
                        amount=money(line.amount, line.currency_id),
                        day=day(twins[0].order_id.date),
                    ),
                )


def paid_twice(lines):
    """{line's id: sentence} of bills with a number that the vendor gave to another bill, which is paid, or about to be (sudo)."""
    bills = {line: line.payment_id.reconciled_bill_ids for line in lines.sudo() if line.payment_id}
    wanted = {bill for found in bills.values() for bill in found if bill.ref}
    if not wanted:
        return {}
    env = lines.env
    env['account.move'].flush_model(
        ['ref', 'commercial_partner_id', 'payment_state', 'state', 'move_type', 'company_id']
    )
    rows = env.execute_query(
        SQL(
            """SELECT bill.id, min(other.name) FROM account_move bill JOIN account_move other
                   ON other.ref = bill.ref AND other.commercial_partner_id = bill.commercial_partner_id AND other.id <> bill.id
                  AND other.company_id = bill.company_id AND other.move_type = bill.move_type AND other.state = 'posted'
                  AND other.payment_state IN ('paid', 'in_payment', 'partial')
                WHERE bill.id = ANY(%s) AND bill.move_type IN ('in_invoice', 'in_receipt') GROUP BY bill.id""",
            [bill.id for bill in wanted],
        )
    )
    twins = dict(rows)
    return {
        line.id: _lt("The vendor's number of this bill is that of %s as well, which is paid already.", twins[bill.id])
        for line, found in bills.items()
        for bill in found
        if bill.id in twins
    }
