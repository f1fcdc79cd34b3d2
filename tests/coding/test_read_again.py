"""What a second reading found, each closed."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..cases.coding_case import LANDLORD, TELECOM, CodingCase


@tagged('post_install', '-at_install')
class TestCodingReadAgain(CodingCase):
    def savings(self, **settings):
        journal = self.env['account.journal'].create(
            {'name': "Savings", 'type': 'bank', 'code': 'SAV', 'company_id': self.company.id}
        )
        if settings:
            self.env['account.reconcile.model'].create(
                {
                    'name': "For savings",
                    'company_id': self.company.id,
                    'bank_feed_matching': True,
                    'match_journal_ids': journal.ids,
                    **settings,
                }
            )
        return journal

    def other_side(self, journal):
        other = self.env['account.bank.statement.line'].create(
            {
                'journal_id': journal.id,
                'date': self.bank.today(),
                'payment_ref': "Vlastny prevod z bezneho uctu",
                'amount': 400,
            }
        )
        return other.with_user(self.accountant)

    def own(self, days=0, text="Vlastny prevod na sporiaci ucet"):
        return self.comes({'name': '', 'remittance': [text]}, -400, days)

    # === In words === #

    def assertWords(self, line):
        self.assertRegex(line.bank_match_note, r"^518300 Telephone: As the last \d times")
        self.assertNotIn('{', line.bank_match_note)

    def test_notes_after_an_undo(self):
        self.habit(times=3)
        line = self.comes(TELECOM, -45.9, 40)
        self.assertWords(line)
        self.accept(line)
        line.bank_reconcile_take_back()
        self.assertWords(line)

    def test_notes_after_a_refusal_and_back(self):
        self.habit(times=3)
        line = self.comes(TELECOM, -900, 40)
        [proposal] = self.proposed(line)
        self.assertWords(line)
        before = line.bank_match_note
        proposal.with_user(self.accountant).action_refuse()
        self.assertEqual(line.bank_match_note, "The proposals were refused.")
        proposal.with_user(self.accountant).action_unrefuse()
        self.assertEqual(line.bank_match_note, before)
        self.assertIn("amount", line.bank_match_note)

    def test_notes_of_the_next_one(self):
        self.habit(times=3)
        line = self.comes(TELECOM, -45.9, 40)
        best = self.proposed(line)
        next_ = best.sudo().copy({'sequence': 1})
        best.with_user(self.accountant).action_refuse()
        self.assertEqual(next_.state, 'proposed')
        self.assertWords(line)

    # === Own transfers === #

    def test_the_other_account_only_proposes(self):
        other = self.other_side(self.savings(bank_feed_policy='propose'))
        line = self.own()
        self.assertTrue(line.is_reconciled)
        self.assertFalse(other.is_reconciled)
        self.assertTrue(other.sudo().bank_match_again)

    def test_the_other_account_s_limit(self):
        other = self.other_side(self.savings(bank_feed_limit=399))
        self.own()
        self.assertFalse(other.is_reconciled)

    def test_the_other_account_books_by_itself(self):
        other = self.other_side(self.savings())
        self.own()
        self.assertTrue(other.is_reconciled)

    def test_a_refused_other_side(self):
        """Somebody has said that the one that waits is no transfer: the other one is not booked with it."""
        other = self.other_side(self.savings(bank_feed_policy='propose'))
        self.own(1)
        other.bank_reconcile_again()
        proposal = self.proposed(other)[:1]
        self.assertTrue(proposal.coding, other.bank_match_note)
        proposal.with_user(self.accountant).action_refuse()
        self.assertEqual(other.bank_match_state, 'none')
        other.journal_id._bank_feed_settings().bank_feed_policy = 'default'
        self.own(0, "Vlastny presun")
        self.assertFalse(other.is_reconciled)

    # === What the text says === #

    def test_a_paid_document_is_named(self):
        """The like may be booked on an account; a text that names a document that is paid is for a person, one by one."""
        self.habit(times=3)
        partner = self.env['res.partner'].create({'name': TELECOM['name']})
        bill = self.invoice(45.9, 'in_invoice', partner, payment_reference='RF18539007547034')
        self.env['account.payment.register'].with_context(active_model='account.move', active_ids=bill.ids).create(
            {'journal_id': self.journal.id}
        )._create_payments()
        plain = self.comes(TELECOM, -45.9, 41)
        named = self.comes({**TELECOM, 'remittance': ["RF18539007547034"]}, -45.9, 40)
        self.assertFalse(named.is_reconciled)
        found = plain.bank_reconcile_summary([('id', 'in', (plain | named).ids)])
        self.assertNotIn(named.id, found['ids'])

    # === Allowing and taking it back === #

    def test_a_changed_kind_is_as_it_was(self):
        """A person has changed where it books, and books otherwise since; the old kind stands aside, and comes back."""
        model = self.allowed(times=3, first=300)
        model.with_user(self.accountant).line_ids.account_id = self.rent
        self.time_passes()
        line = self.corrected(self.telephone, (100, 90, 80))
        line = self.comes(TELECOM, -45.9, 30)
        self.assertAsks(line)
        answer = line.bank_reconcile_allow()
        new = model.browse(answer['model'])
        self.assertNotEqual(new, model)
        self.assertEqual((new.line_ids.account_id, model.line_ids.account_id), (self.telephone, self.rent))
        self.assertEqual((new.trigger, model.trigger), ('auto_reconcile', 'manual'))
        line.bank_reconcile_disallow(answer['model'], answer['done'], answer['before'])
        self.assertFalse(new.exists())
        self.assertEqual((model.trigger, model.line_ids.account_id), ('auto_reconcile', self.rent))
        self.assertAsks(line)

    def test_what_was_before_is_of_the_same_kind(self):
        """What a client says of before cannot switch another kind on."""
        off = self.allowed(LANDLORD, account=self.rent, amount=-700)
        off.with_user(self.accountant).action_set_manual()
        model = self.allowed()
        line = self.comes(TELECOM, -45.9, 20)
        before = {'model': off.id, 'trigger': 'auto_reconcile'}
        with self.assertRaises(UserError):
            line.bank_reconcile_disallow(model.id, [], before)
        self.assertEqual((off.trigger, model.trigger), ('manual', 'auto_reconcile'))
        with self.assertRaises(UserError):
            line.bank_reconcile_disallow(model.id, [], {'since': 'x'})

    def test_other_journals_are_not_offered(self):
        """A kind that a person has bound to another journal is not lifted by a key."""
        model = self.allowed()
        model.with_user(self.accountant).match_journal_ids = self.savings()
        line = self.comes(TELECOM, -45.9, 40)
        self.assertAsks(line, "other journals")
        with self.assertRaisesRegex(UserError, "other journals"):
            line.bank_reconcile_allow()

    def test_undone_once_is_remembered_once(self):
        self.habit()
        line = self.comes(TELECOM, -45.9, 40)
        self.accept(line)
        line.bank_reconcile_undo()
        self.assertEqual(len(line.bank_match_ids.filtered(lambda match: match.state == 'refused')), 1)
        self.assertAsks(self.comes(TELECOM, -45.9, 30), "took the like back")

    # === Others === #

    def test_what_somebody_else_booked_is_not_mine(self):
        self.allowed()
        line = self.comes(TELECOM, -45.9, 40)
        self.assertEqual(line.bank_match_state, 'auto')
        answer = line.bank_reconcile_accept()
        self.assertEqual((answer['done'], [row['id'] for row in answer['failed']]), ([], line.ids))

    def test_advice(self):
        """A model that is not run says so, with its reason."""
        values = {
            'name': "All",
            'company_id': self.company.id,
            'trigger': 'auto_reconcile',
            'line_ids': [(0, 0, {'account_id': self.fees.id})],
        }
        weak = self.env['account.reconcile.model'].create(
            {**values, 'match_label': 'match_regex', 'match_label_param': 'x*'}
        )
        self.assertIn("no condition", weak.bank_advice)
        kind = self.allowed()
        kind.write({'match_label': False, 'match_amount': False})
        self.assertFalse(kind.bank_advice)
        self.assertEqual(self.comes(TELECOM, -45.9, 40).bank_match_state, 'auto')
        self.telephone.active = False
        kind.invalidate_recordset()
        self.assertIn("archived", kind.bank_advice)

    def test_a_domain_of_unknown_fields(self):
        lines = self.env['account.bank.statement.line'].with_user(self.accountant)
        for domain in (
            [('no_such_field', '=', 1)],
            [('amount', 'is like', 1)],
            [('journal_id.nothing', '=', 1)],
            ['&'],
            'x',
            [5],
        ):
            with self.subTest(domain=domain), self.assertRaises(UserError):
                lines.bank_reconcile_summary(domain)
            with self.subTest(domain=domain), self.assertRaises(UserError):
                lines.bank_reconcile_grid(domain)
