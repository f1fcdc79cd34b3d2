"""A company whose bank brings what has no invoice, month by month."""

from datetime import timedelta
from decimal import Decimal
from itertools import count

from odoo.fields import Command
from odoo.tests import new_test_user

from ...banks.data import BOOKED, Transaction
from ...banks.identity import identify
from ...models.feed.place import Place
from ...models.feed.store import PostOrHold
from .reconcile_case import ReconcileCase

TELECOM = {'name': "O2 Slovakia, s.r.o.", 'iban': 'SK8999520000000005000006', 'remittance': ["Sluzby VS 0911222333"]}
LANDLORD = {'name': "Reality Dunaj a.s.", 'iban': 'SK0599520000000001000001', 'remittance': ["Najomne kancelaria"]}

NUMBERS = count(1)


class CodingCase(ReconcileCase):
    """An accountant who books the like again and again."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        accounts = cls.env['account.account']
        for name, code, kind in (
            ('telephone', '518300', 'expense'),
            ('rent', '518400', 'expense'),
            ('interest', '562000', 'expense'),
            ('sales', '602900', 'income'),
        ):
            values = {'name': name.capitalize(), 'code': code, 'account_type': kind, 'company_ids': cls.company.ids}
            setattr(cls, name, accounts.create(values))
        cls.env['account.reconcile.model']._provide_bank_feed_settings(cls.company)

    def setUp(self):
        super().setUp()
        self.feed = self.connect(date_from=self.bank.today() - timedelta(days=400))

    def comes(self, who, amount, days, feed=None, **entry):
        """A movement that the bank booked ``days`` ago, posted as a fetch posts it."""
        told = {**who, **entry}
        row = Transaction(
            BOOKED, Decimal(f'{amount:.2f}'), 'EUR', self.bank.today() - timedelta(days=days), entry_reference=f'T{next(NUMBERS)}',
            counterparty_name=told.get('name', ''), counterparty_account=told.get('iban', ''),
            remittance=tuple(told.get('remittance', ())), end_to_end_id=told.get('e2e', ''),
            additional_information=told.get('info', ''), bank_transaction_code=told.get('code', ''),
        )  # fmt: skip
        line = PostOrHold(Place.of_feed(feed or self.feed)).post(identify([row]))
        self.assertEqual(len(line), 1)
        self.time_passes()
        return line.with_user(self.accountant)

    def time_passes(self):
        """What is done next is done later, though it is one transaction."""
        self.env.flush_all()
        self.env.cr._now = self.env.cr.now() + timedelta(seconds=1)

    def book(self, line, account, **values):
        """As a person does in the panel."""
        row = {'account_id': account.id, **values}
        line.bank_reconcile([], {'kind': 'account', 'lines': [row]}, False)
        self.assertEqual((line.is_reconciled, line.bank_match_state), (True, 'manual'))

    def accept(self, line):
        line.bank_match_ids.filtered(lambda match: match.state == 'proposed').sorted('sequence')[:1].action_accept()
        self.assertEqual((line.is_reconciled, line.bank_match_state), (True, 'accepted'))

    def habit(self, who=TELECOM, account=None, amount=-45.9, times=2, first=150):
        """The like, booked by a person so many times."""
        for number in range(times):
            self.book(self.comes(who, amount, first - 30 * number), account or self.telephone)

    def corrected(self, account, days):
        """The like comes on each of these days, and a person books it on this account, whatever was done by itself; the last one."""
        for ago in days:
            line = self.comes(TELECOM, -45.9, ago)
            if line.is_reconciled:
                line.bank_reconcile_undo()
            self.book(line, account)
            self.time_passes()
        return line

    def allowed(self, who=TELECOM, **values):
        """A habit that is booked by itself from now on; its model."""
        self.habit(who, **values)
        last = self.lines(self.feed)[-1:].with_user(self.accountant)
        answer = last.bank_reconcile_allow()
        return self.env['account.reconcile.model'].browse(answer['model'])

    def booked_on(self, line):
        """Accounts that stand against the bank's."""
        _liquidity, suspense, other = line.sudo()._seek_for_lines()
        return (suspense | other).account_id

    def proposed(self, line):
        return line.bank_match_ids.filtered(lambda match: match.state == 'proposed').sorted('sequence')

    def assertByItself(self, line, account):
        self.assertEqual((line.bank_match_state, line.is_reconciled), ('auto', True), line.bank_match_note)
        self.assertEqual(self.booked_on(line), account)
        self.assertBalanced(line)

    def assertAsks(self, line, words=''):
        self.assertFalse(line.is_reconciled)
        reasons = [proposal.reason or '' for proposal in self.proposed(line)]
        self.assertIn(words, ' '.join([line.bank_match_note or '', *reasons]))


class GuardedCase(CodingCase):
    """Models, partners, users and journals of the company."""

    def model(self, lines=({},), **values):
        rows = [Command.create({'account_id': self.fees.id, **line}) for line in lines]
        values = {'match_label': 'contains', 'match_label_param': "poplatok", **values}
        return self.env['account.reconcile.model'].create(
            {'name': "Fees", 'company_id': self.company.id, 'trigger': 'auto_reconcile', 'line_ids': rows, **values}
        )

    def user(self, login, groups, company=None):
        company = company or self.company
        return new_test_user(self.env, login, groups, company_id=company.id, company_ids=company.ids)

    basic = user

    def partner(self, name, **values):
        return self.env['res.partner'].create({'name': name, **values})

    def payment(self, partner, amount=45.9, **values):
        """One to a vendor that the bank has not told yet."""
        return self.env['account.payment'].create(
            {
                'payment_type': 'outbound',
                'partner_type': 'supplier',
                'partner_id': partner.id,
                'amount': amount,
                'journal_id': self.journal.id,
                'company_id': self.company.id,
                **values,
            }
        )

    def savings(self):
        return self.env['account.journal'].create(
            {'name': "Savings", 'type': 'bank', 'code': 'SAV', 'company_id': self.company.id}
        )
