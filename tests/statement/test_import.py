import base64
import io
import zipfile
from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ...models.feed import store
from ...models.statement import bank_import, posting
from ...sandbox.people import accounts_of
from ..cases.common import MAIN
from ..cases.import_case import ACCOUNT, ImportCase


@tagged('post_install', '-at_install')
class TestImport(ImportCase):
    """A file of any bank: preview first, then the same movements, matched, as by the interface."""

    def test_preview_then_import(self):
        invoice = self.invoice(120.0)
        self.server.pay(
            amount='120.00', remittance=[invoice.name], iban='SK5502000000003142860123', name="Zákazník s.r.o."
        )
        self.server.pay(amount='-5.00', name="Bank", remittance=["Fee"])
        record = self.drop(self.camt())
        statement = record.statement_ids
        self.assertEqual((record.state, statement.state, statement.journal_id), ('preview', 'ready', self.journal))
        self.assertEqual((statement.new_count, statement.known_count), (2, 0))
        self.assertFalse(self.in_books(), "nothing is booked before the button")
        self.assertEqual([row['state'] for row in record.preview['accounts'][0]['rows']], ['new', 'new'])
        record.action_import()
        self.assertEqual((record.state, record.new_count, record.reconciled_count), ('done', 2, 1))
        self.assertEqual(record.summary, "2 new, 0 known. Reconciled of the new ones: 1. Waiting for you: 1.")
        self.assertEqual(invoice.payment_state, 'paid')
        self.assertEqual(self.in_books().mapped('bank_feed_way'), ['file', 'file'])
        self.in_books().filtered('is_reconciled').action_undo_reconciliation()
        self.assertEqual(record.reconciled_count, 0, "as it is now")

    def test_statement_in_odoo(self):
        self.server.pay(amount='10.00', days=3)
        self.server.pay(amount='-4.00', days=2)
        record = self.imported(self.camt())
        found = record.statement_ids.bank_statement_id
        self.assertEqual((found.balance_start, found.balance_end_real), (12450.0, 12456.0))
        self.assertEqual(found.line_ids, self.in_books())
        self.assertTrue(found.is_complete)
        self.assertEqual(base64.b64decode(found.bank_file), self.camt())
        invoicing = self._make_user('invoicing', 'account.group_account_invoice')
        with self.assertRaises(AccessError):
            found.with_user(invoicing).read(['bank_file'])
        self.assertFalse(self.env['ir.attachment'].with_user(invoicing).search([('res_model', '=', found._name)]))
        self.assertIn('1', found.name)

    def test_known_from_the_interface(self):
        for day in (3, 2):
            self.server.pay(amount='10.00', days=day, name="Alice", e2e=f'/VS{day}/SS/KS')
        feed = self.connect()
        self.fetch(feed)
        self.server.pay(amount='30.00', name="Bob")
        record = self.drop(self.camt())
        self.assertEqual((record.new_count, record.known_count, record.held_count), (1, 2, 0))
        self.assertIn(
            "2 known from the bank's interface.", [note[1] for note in record.preview['accounts'][0]['notes']]
        )
        record.action_import()
        self.assertEqual(self.in_books().mapped('amount'), [10.0, 10.0, 30.0])
        run = self.fetch(feed)
        self.assertEqual((run.new_count, run.known_count, run.held_count), (0, 3, 0))
        self.assertEqual(set(self.in_books().mapped('bank_feed_id')), {feed})

    def test_twice_and_in_another_form(self):
        for _number in range(3):
            self.server.pay(amount='10.00', name="Alice", e2e='/VS42/SS/KS')
        first = self.imported(self.camt())
        self.assertEqual((first.new_count, first.preview['earlier']), (3, []))
        again = self.drop(self.camt())
        self.assertEqual((again.statement_ids.state, again.known_count), ('nothing', 3))
        self.assertFalse(again.can_import)
        [earlier] = again.preview['earlier']
        self.assertEqual((earlier['id'], earlier['name']), (first.id, 'statement.xml'))
        self.assertIn(self.accountant.name, earlier['said'])
        other = self.drop(self.csv(), name='export.csv')
        self.assertEqual((other.new_count, other.known_count), (0, 3))
        self.server.pay(amount='10.00', name="Alice", e2e='/VS42/SS/KS')
        other = self.imported(self.csv(), name='export.csv')
        self.assertEqual((other.new_count, other.known_count), (1, 3))

    def test_in_two_steps(self):
        """The page writes the journal of a statement; what was imported before stays as it is."""
        second = accounts_of('jana')[1]
        self.server.pay(amount='10.00')
        self.server.pay(key=f"{second['iban']}/EUR", amount='20.00')
        record = self.drop(self.camt(), self.camt(account=second))
        record.action_import()
        self.assertEqual((record.state, record.asks, record.new_count), ('done', True, 1))
        ask = record.statement_ids.filtered(lambda one: one.state == 'ask')
        other = self.env['account.journal'].create(
            {'name': "Second", 'type': 'bank', 'code': 'SEC', 'company_id': self.company.id}
        )
        record.web_save({'statement_ids': [[1, ask.id, {'journal_id': other.id}]]}, {'state': {}})
        with self.assertRaises(AccessError):
            record.web_save({'statement_ids': [[1, ask.id, {'state': 'done'}]]}, {'state': {}})
        with self.assertRaises(AccessError):
            record.web_save({'name': "x"}, {'state': {}})
        self.assertTrue(record.can_import)
        record.action_import()
        self.assertEqual(record.statement_ids.mapped('new_count'), [1, 1])
        record.action_undo()
        lines = self.env['account.bank.statement.line'].search([('journal_id', 'in', (self.journal + other).ids)])
        self.assertFalse(lines)

    def test_an_account_of_another_company(self):
        """Somebody in both companies is told to switch; nobody else learns of it."""
        other = self._make_company("Druhá firma")
        account = accounts_of('jana')[1]
        number = self.env['res.partner.bank'].create({'acc_number': account['iban'], 'partner_id': other.partner_id.id})
        journal = self.env['account.journal'].search([('company_id', '=', other.id), ('type', '=', 'bank')], limit=1)
        journal.bank_account_id = number
        self.server.pay(key=f"{account['iban']}/EUR", amount='20.00')
        note = lambda record: record.preview['accounts'][0]['notes'][0][1]  # noqa: E731
        self.assertIn("No journal has", note(self.drop(self.camt(account=account))))
        self.accountant.company_ids |= other
        record = self.drop(self.camt(account=account))
        self.assertIn("belongs to Druhá firma", note(record))
        with self.assertRaises(UserError):
            record.statement_ids.action_new_journal()

    def test_discarded(self):
        self.server.pay(amount='10.00')
        record = self.drop(self.camt())
        record.action_discard()
        self.assertFalse(record.exists())
        with self.assertRaises(UserError):
            self.imported(self.camt()).action_discard()

    def test_files_that_overlap(self):
        """What two dropped files tell is new once."""
        for day in (9, 5, 2):
            self.server.pay(amount='10.00', days=day, name=f"Payer {day}")
        record = self.drop(self.camt(20, 4), self.camt(6, 0))
        self.assertEqual((record.new_count, record.known_count), (3, 1))
        record.action_import()
        self.assertEqual((record.new_count, record.known_count, len(self.in_books())), (3, 1, 3))

    def test_several_accounts_of_a_zip(self):
        second = accounts_of('jana')[1]
        self.server.pay(amount='10.00')
        self.server.pay(key=f"{second['iban']}/EUR", amount='20.00')
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, 'w') as archive:
            archive.writestr('a.xml', self.camt())
            archive.writestr('b.xml', self.camt(account=second))
        record = self.drop(packed.getvalue(), name='all.zip')
        ready, ask = record.statement_ids
        self.assertEqual((ready.state, ask.state, ask.iban), ('ready', 'ask', second['iban']))
        with self.assertRaises(AccessError):
            ask.with_user(self.accountant).write({'state': 'ready'})
        ask.with_user(self.accountant).action_new_journal()
        self.assertEqual((ask.state, ask.journal_id.bank_account_id.sanitized_acc_number), ('ready', second['iban']))
        record.action_import()
        lines = self.env['account.bank.statement.line'].search(
            [('journal_id', 'in', record.statement_ids.journal_id.ids)]
        )
        self.assertEqual(sorted(lines.mapped('amount')), [10.0, 20.0])

    def test_a_journal_without_a_number_takes_it_from_its_first_file(self):
        self.journal.bank_account_id = False
        self.number.unlink()
        self.server.pay(amount='10.00')
        self.assertEqual(self.drop(self.camt()).statement_ids.state, 'ask', "through the menu, nobody knows")
        self.imported(self.camt(), journal=self.journal)
        self.assertEqual(self.journal.bank_account_id.sanitized_acc_number, ACCOUNT['iban'])

    def test_a_journal_without_a_number_takes_one_account_only(self):
        self.journal.bank_account_id = False
        self.number.unlink()
        second = accounts_of('jana')[1]
        self.server.pay(amount='10.00')
        self.server.pay(key=f"{second['iban']}/EUR", amount='20.00')
        record = self.drop(self.camt(), self.camt(account=second), journal=self.journal)
        self.assertEqual(record.statement_ids.mapped('state'), ['ask', 'ask'], "which of them, nobody can tell")
        one, two = (self.drop(content, journal=self.journal) for content in (self.camt(), self.camt(account=second)))
        one.action_import()
        with self.assertRaisesRegex(UserError, "another account number"):
            two.action_import()
        self.assertEqual(self.in_books().mapped('amount'), [10.0])

    def test_dropped_on_another_card(self):
        """The file says whose it is."""
        other = self.env['account.journal'].create(
            {'name': "Other", 'type': 'bank', 'code': 'OTH', 'company_id': self.company.id}
        )
        self.server.pay(amount='10.00')
        self.assertEqual(self.drop(self.camt(), journal=other).statement_ids.journal_id, self.journal)

    def test_refused_files_stop_no_other(self):
        self.server.pay(amount='10.00')
        record = self.drop(b'no statement at all', self.camt(), self.camt()[:900])
        errors = [(file.error_code, bool(file.error)) for file in record.file_ids]
        self.assertEqual([code for code, _said in errors], ['no_table', False, 'damaged'])
        self.assertEqual(record.new_count, 1)
        record.action_import()
        self.assertEqual(len(self.in_books()), 1)

    def test_locked_period_is_held(self):
        self.server.pay(amount='10.00', days=40)
        self.server.pay(amount='20.00')
        self.company.fiscalyear_lock_date = self.today() - timedelta(days=30)
        record = self.drop(self.camt())
        self.assertEqual((record.new_count, record.held_count), (1, 1))
        record.action_import()
        self.assertIn("is locked", self.held().reason)
        self.env.cr.execute("UPDATE res_company SET fiscalyear_lock_date = NULL WHERE id = %s", [self.company.id])
        self.env.invalidate_all()
        self.held().with_user(self.accountant).action_retry()
        self.assertEqual(self.in_books().mapped('amount'), [10.0, 20.0])
        self.assertEqual(self.drop(self.camt()).known_count, 2)

    def test_gap_is_said(self):
        self.server.pay(amount='10.00', days=20)
        self.server.pay(amount='20.00', days=10)
        self.server.pay(amount='30.00', days=2)
        self.imported(self.camt(30, 15))
        record = self.drop(self.camt(5, 0))
        self.assertTrue(
            [note for note in record.preview['accounts'][0]['notes'] if "something between is missing" in note[1]]
        )

    def test_by_hand_is_asked_and_answered(self):
        self.server.pay(amount='10.00', days=3, name="Alice")
        self.env['account.bank.statement.line'].create(
            {'journal_id': self.journal.id, 'date': self.days(3)[0], 'amount': 10, 'payment_ref': "Cash back"}
        )
        self.imported(self.camt())
        held = self.held()
        self.assertEqual((held.doubtful, held.line_ids), (True, self.in_books()))
        held.with_user(self.accountant).action_the_same()
        self.assertEqual((len(self.in_books()), self.held().ids), (1, []))
        self.assertEqual(self.in_books().bank_feed_way, 'file')
        self.assertEqual(self.drop(self.camt()).known_count, 1)

    def test_another_one(self):
        self.server.pay(amount='10.00', days=3, name="Alice")
        self.env['account.bank.statement.line'].create(
            {'journal_id': self.journal.id, 'date': self.days(3)[0], 'amount': 10, 'payment_ref': "Cash back"}
        )
        record = self.imported(self.camt())
        self.held().with_user(self.accountant).action_retry()
        self.assertEqual(len(self.in_books()), 2)
        self.assertEqual(record.statement_ids.entry_ids.state, 'new')

    def test_one_company(self):
        """An import is of one company: what is of another one, that one's people import."""
        other = self._make_company("Druhá firma")
        theirs = self.env['account.journal'].search([('type', '=', 'bank'), ('company_id', '=', other.id)], limit=1)
        self.journal.bank_account_id = False
        self.number.unlink()
        theirs.bank_acc_number = ACCOUNT['iban']
        both = self._make_user('both', 'account_bank_feed.bank_feed_group_accountant')
        both.company_ids |= other
        self.server.pay(amount='10.00')
        record = self.drop(self.camt(), user=both)
        self.assertEqual((record.company_id, record.statement_ids.state), (self.company, 'ask'))
        with self.assertRaises(AccessError):
            record.statement_ids.with_user(both).journal_id = theirs
        with self.assertRaises(AccessError):
            self.drop(self.camt(), journal=theirs)

    def test_who_may(self):
        invoicing = self._make_user('invoicing', 'account.group_account_invoice')
        self.server.pay(amount='10.00')
        with self.assertRaises(AccessError):
            self.drop(self.camt(), user=invoicing)
        record = self.imported(self.camt())
        with self.assertRaises(AccessError):
            record.with_user(invoicing).read(['name'])
        with self.assertRaises(AccessError):
            record.with_user(invoicing).action_undo()
        with self.assertRaises(AccessError):
            self.env['bank.import'].with_user(self.accountant).create({'name': "x"})

    def test_only_ones_own_upload(self):
        """A file that stands on a document is nobody's to import."""
        theirs = self.env['ir.attachment'].create({'name': 'x', 'raw': self.camt()})
        with self.assertRaises(AccessError):
            self.env['bank.import'].with_user(self.accountant)._drop(theirs, self.env['account.journal'])
        mine = self.upload(self.camt())
        mine.sudo().write({'res_model': 'res.partner', 'res_id': self.customer.id})
        with self.assertRaises(AccessError):
            self.env['bank.import'].with_user(self.accountant)._drop(mine, self.env['account.journal'])

    def test_large_import_in_the_background(self):
        for number in range(4):
            self.server.pay(amount=f'{number + 1}.00')
        self.patch(bank_import, 'AT_ONCE', 2)
        record = self.drop(self.camt())
        record.action_import()
        self.assertEqual(record.state, 'queued')
        self.env.flush_all()
        self.env.ref('account_bank_feed.ir_cron_import').method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual((record.state, len(self.in_books())), ('done', 4))

    def large(self, count=7):
        """A queued import of so many movements, kept by the two."""
        for number in range(count):
            self.server.pay(amount=f'{number + 1}.00')
        self.patch(posting, 'LINES_A_COMMIT', 2)
        self.patch(posting, 'LARGE', 3)
        self.patch(bank_import, 'AT_ONCE', 3)
        record = self.drop(self.camt())
        record.action_import()
        self.assertEqual(record.state, 'queued')
        return record.sudo()

    def test_a_killed_worker_is_followed(self):
        record = self.large()
        with self.assertRaises(UserError, msg="half of it would be in another journal"):
            record.statement_ids.with_user(self.accountant).journal_id = self.journal
        parts = []

        class Killed(BaseException):
            pass

        def killed():
            parts.append(len(self.in_books()))
            if len(parts) == 2:
                raise Killed

        with self.assertRaises(Killed):
            record._import(between=killed)
        self.assertEqual((parts, record.state), ([2, 4], 'queued'))
        record._import(between=lambda: None)
        self.assertEqual((record.state, record.new_count, record.known_count, len(self.in_books())), ('done', 7, 0, 7))
        self.assertEqual(record.statement_ids.bank_statement_id.line_ids, self.in_books())
        record.sudo(False).action_undo()
        self.assertFalse(self.in_books())

    def test_what_fails_half_way_is_nothing(self):
        record = self.large()
        post, count = store.PostOrHold.post, []

        def fails(poster, pairs, doubts=()):
            count.append(len(pairs))
            if len(count) == 3:
                raise ZeroDivisionError
            return post(poster, pairs, doubts)

        self.patch(store.PostOrHold, 'post', fails)
        self.env.flush_all()
        with mute_logger('odoo.addons.account_bank_feed.models.statement.bank_import'):
            self.env.ref('account_bank_feed.ir_cron_import').method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual((record.state, record.statement_ids.state, len(self.in_books())), ('preview', 'ready', 0))
        self.assertIn("nothing of the statement", record.message)
        self.patch(store.PostOrHold, 'post', post)
        record.sudo(False).action_import()
        self.env.flush_all()
        self.env.ref('account_bank_feed.ir_cron_import').method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual((record.state, len(self.in_books())), ('done', 7))

    def test_progress_is_told(self):
        for number in range(5):
            self.server.pay(amount=f'{number + 1}.00')
        self.patch(posting, 'LINES_A_COMMIT', 2)
        told = []
        self.patch(type(self.env['bank.import']), '_notify', lambda _self, part=0, of=0: told.append((part, of)))
        self.imported(self.camt())
        self.assertEqual([one for one in told if one[0]], [(2, 5), (4, 5)])
        self.assertEqual(len(self.in_books()), 5)

    def test_what_was_changed_since_the_preview(self):
        """Somebody was faster: the import looks again."""
        self.server.pay(amount='10.00')
        first, second = self.drop(self.camt()), self.drop(self.camt())
        first.action_import()
        second.action_import()
        self.assertEqual((first.new_count, second.new_count, len(self.in_books())), (1, 0, 1))

    def test_journal_of_another_currency(self):
        dollars = accounts_of('jana')[2]
        self.server.pay(key=f"{dollars['iban']}/USD", amount='10.00')
        self.env.ref('base.USD').active = True
        record = self.drop(self.camt(account=dollars), journal=self.journal)
        self.assertEqual(record.statement_ids.state, 'ask')
        record.statement_ids.with_user(self.accountant).journal_id = self.journal
        self.assertEqual(record.statement_ids.state, 'refused')
        with self.assertRaises(UserError):
            record.action_import()


@tagged('post_install', '-at_install')
class TestUndo(ImportCase):
    """A whole import is taken back, or nothing of it."""

    def test_undo(self):
        invoice = self.invoice(120.0)
        self.server.pay(amount='120.00', remittance=[invoice.name], name="Zákazník s.r.o.")
        self.server.pay(amount='7.00')
        record = self.imported(self.camt())
        self.assertEqual(invoice.payment_state, 'paid')
        record.action_undo()
        self.assertEqual((record.state, invoice.payment_state, len(self.in_books())), ('undone', 'not_paid', 0))
        self.assertFalse(self.env['account.bank.statement'].search([('journal_id', '=', self.journal.id)]))
        again = self.imported(self.camt())
        self.assertEqual((again.new_count, invoice.payment_state), (2, 'paid'))

    def test_what_the_interface_told_too_stays(self):
        self.server.pay(amount='7.00', name="Alice")
        record = self.imported(self.camt())
        feed = self.connect()
        feed.date_from = self.today() - timedelta(days=60)
        self.fetch(feed)
        self.assertEqual(self.in_books().bank_feed_id, feed)
        record.action_undo()
        self.assertEqual(len(self.in_books()), 1)
        self.assertIn("1 stay", record.message)

    def test_what_another_file_told_too_stays_until_that_is_taken_back(self):
        self.server.pay(amount='7.00', name="Alice")
        first = self.imported(self.camt())
        self.server.pay(amount='8.00', name="Alice")
        second = self.imported(self.camt())
        first.action_undo()
        self.assertEqual(len(self.in_books()), 2)
        second.action_undo()
        self.assertEqual(self.in_books().mapped('amount'), [], "nobody tells them any more")

    def test_a_lock_prevents_it(self):
        self.server.pay(amount='7.00', days=40, remittance=["Rent of May"])
        self.server.pay(amount='8.00')
        record = self.imported(self.camt())
        day = self.today() - timedelta(days=30)
        self.env.cr.execute("UPDATE res_company SET fiscalyear_lock_date = %s WHERE id = %s", [day, self.company.id])
        self.env.invalidate_all()
        with self.assertRaisesRegex(UserError, "Rent of May.*locked"):
            record.action_undo()
        self.assertEqual(len(self.in_books()), 2)

    def test_held_ones_go_too(self):
        self.server.pay(amount='10.00', days=40)
        self.company.fiscalyear_lock_date = self.today() - timedelta(days=30)
        record = self.imported(self.camt())
        self.assertTrue(self.held())
        record.action_undo()
        self.assertFalse(self.held())


@tagged('post_install', '-at_install')
class TestWays(ImportCase):
    """One movement, whichever way it comes first."""

    def test_interface_after_a_file_in_other_words(self):
        for day, name in ((4, "Alice"), (4, "Alice"), (3, "Bob")):
            self.server.pay(
                key=MAIN, amount='25.00', days=day, name=name, iban='SK5502000000003142860123', remittance=["Členské"]
            )
        self.imported(self.csv(), name='export.csv')
        feed = self.connect()
        feed.date_from = self.today() - timedelta(days=60)
        run = self.fetch(feed)
        self.assertEqual((run.new_count, run.known_count, run.held_count), (0, 3, 0))
        self.assertEqual(len(self.in_books()), 3)
        self.assertEqual(set(self.in_books().mapped('bank_feed_way')), {'feed'})
        self.assertTrue(all(line.bank_feed_details.get('entry_reference') for line in self.in_books()))
        self.assertEqual(self.fetch(feed).known_count, 3)

    def test_two_ways_at_one_moment(self):
        """What two transactions bring at once meets at the database."""
        from psycopg2.errors import UniqueViolation

        from odoo.tools import mute_logger

        self.server.pay(amount='10.00')
        self.imported(self.camt())
        line = self.in_books()
        self.assertEqual(line.bank_feed_slot, f'{line.date}:10.00:0')
        with mute_logger('odoo.sql_db'), self.assertRaises(UniqueViolation):
            self.env['account.bank.statement.line'].create(
                {'journal_id': self.journal.id, 'date': line.date, 'amount': 10, 'bank_feed_slot': line.bank_feed_slot}
            )
