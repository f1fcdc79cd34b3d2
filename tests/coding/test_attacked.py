"""Holes that attackers found, each closed."""

from datetime import timedelta

from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from ..cases.coding_case import LANDLORD, TELECOM, GuardedCase

FEE = {'name': '', 'iban': '', 'remittance': ["Poplatok za vedenie uctu"]}


@tagged('post_install', '-at_install')
class TestCodingAttacked(GuardedCase):
    def tax(self, **values):
        values = {'name': "Own", 'amount': 20, 'type_tax_use': 'purchase', 'company_id': self.company.id, **values}
        return self.env['account.tax'].create(values)

    def on(self, journal, amount, days, text, **values):
        day = self.bank.today() - timedelta(days=days)
        line = {'journal_id': journal.id, 'date': day, 'payment_ref': text, 'amount': amount, **values}
        return self.env['account.bank.statement.line'].create(line).with_user(self.accountant)

    # === A condition or a tax does not fall away === #

    def test_archived_conditions(self):
        partner = self.env['res.partner'].create({'name': TELECOM['name']})
        self.model(match_label=False, match_partner_ids=partner.ids, match_amount='lower', match_amount_max=1000)
        self.assertByItself(self.comes(TELECOM, -45.9, 31), self.fees)
        partner.active = False
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertAsks(self.comes(TELECOM, -45.9, 30))
        self.assertAsks(self.comes(LANDLORD, -700, 29))

    def test_archived_tax(self):
        tax = self.tax()
        for days in (100, 70):
            self.book(self.comes(TELECOM, -120, days), self.telephone, tax_ids=tax.ids)
        self.lines(self.feed)[-1:].with_user(self.accountant).bank_reconcile_allow()
        tax.active = False
        self.assertAsks(self.comes(TELECOM, -120, 40), "archived")

    def test_archived_models_stay_archived(self):
        self.model(active=False)
        feed = self.feed.with_context(active_test=False)
        self.assertAsks(self.comes(FEE, -3, 20, feed=feed))
        self.model()
        self.assertByItself(self.comes(FEE, -3, 19, feed=feed), self.fees)

    def test_conditions_that_leave_nothing_out(self):
        self.model(match_label=False, match_amount='greater', match_amount_min=0)
        self.model(match_label='match_regex', match_label_param='x*')
        self.assertAsks(self.comes(FEE, -3, 20))

    def test_a_deleted_account(self):
        """The rest of a model would take all."""
        unused = self.env['account.account'].create(
            {'name': "Unused", 'code': '599999', 'account_type': 'expense', 'company_ids': self.company.ids}
        )
        self.model([{'account_id': unused.id, 'amount_string': '50'}, {'sequence': 99}])
        with self.assertRaisesRegex(UserError, "by itself"):
            unused.unlink()

    # === Own transfers === #

    def test_third_parties_are_no_transfer(self):
        savings = self.savings()
        for number, (came, payer, went, payee) in enumerate(
            (
                ("Prevod za fakturu", "Zakaznik s.r.o.", "Prevod najomne", "Reality Dunaj a.s."),
                ("International freight", "Cargo", "Spolocenstvo vlastnikov bytov", "SVB Dunaj"),
                ("Eigentuemergemeinschaft", "WEG", "Internationale Messe", "Messe Wien"),
            )
        ):
            other = self.on(savings, 700 + number, 30, came, partner_name=payer)
            line = self.comes({'name': payee, 'remittance': [went]}, -700 - number, 30)
            self.assertFalse(line.is_reconciled or other.is_reconciled, came)

    def test_what_somebody_refused_is_no_other_side(self):
        other = self.on(self.savings(), 400, 30, "Vlastny prevod z bezneho uctu")
        first = self.comes({'name': '', 'remittance': ["Vlastny prevod na sporiaci ucet"]}, -400, 31)
        self.assertTrue(first.is_reconciled and other.is_reconciled)
        other.bank_reconcile_undo()
        self.assertFalse(first.is_reconciled or other.is_reconciled)
        second = self.comes({'name': '', 'remittance': ["Vlastny prevod na sporiaci ucet"]}, -400, 30)
        self.assertFalse(second.is_reconciled or other.is_reconciled)

    # === Undo and refuse teach === #

    def test_undo_of_an_older_one(self):
        """Counts from when somebody did it, not from the movement's day."""
        self.allowed(first=250)
        older = self.comes(TELECOM, -45.9, 90)
        for days in (60, 50, 40):
            self.assertByItself(self.comes(TELECOM, -45.9, days), self.telephone)
        older.bank_reconcile_undo()
        self.time_passes()
        self.assertAsks(self.comes(TELECOM, -45.9, 30), "took the like back")

    def test_a_model_s_booking_is_taken_back(self):
        self.model()
        line = self.comes(FEE, -3, 30)
        self.assertByItself(line, self.fees)
        self.time_passes()
        line.bank_reconcile_undo()
        self.time_passes()
        self.assertAsks(self.comes(FEE, -3, 20), "took the like back")

    def test_look_again_never_books_what_was_undone(self):
        model = self.allowed()
        line = self.comes(TELECOM, -45.9, 40)
        line.bank_reconcile_undo()
        model.with_user(self.accountant).line_ids.account_id = self.rent
        line.bank_reconcile_again()
        self.assertFalse(line.is_reconciled)

    def test_a_keeper_undoes_with_core_s_button(self):
        self.allowed()
        line = self.comes(TELECOM, -45.9, 40)
        keeper = new_test_user(
            self.env, 'keeper_x', 'account.group_account_user', company_id=self.company.id, company_ids=self.company.ids
        )
        line.with_user(keeper).action_undo_reconciliation()
        self.assertEqual((line.is_reconciled, line.bank_match_state), (False, 'undone'))

    def test_activities_go_with_the_booking(self):
        kind = self.env.ref('mail.mail_activity_data_todo')
        self.model(next_activity_type_id=kind.id)
        line = self.comes(FEE, -10, 30)
        self.assertTrue(line.move_id.activity_ids)
        line.bank_reconcile_undo()
        self.assertFalse(line.move_id.activity_ids)

    # === Kinds that a person changed === #

    def test_a_changed_kind_keeps_its_guards(self):
        model = self.allowed()
        model.with_user(self.accountant).line_ids.account_id = self.rent
        self.assertIn("Rent", model.name)
        self.assertAsks(self.comes({**TELECOM, 'name': "Iny dodavatel"}, -45.9, 40))
        self.assertAsks(self.comes({**TELECOM, 'remittance': ["Penale z omeskania"]}, -45.9, 39))
        self.assertByItself(self.comes(TELECOM, -45.9, 38), self.rent)
        self.assertByItself(self.comes(TELECOM, -45.9, 37), self.rent)

    def test_changed_amounts_ask(self):
        model = self.allowed()
        model.with_user(self.accountant).line_ids.amount_string = '50'
        self.assertAsks(self.comes(TELECOM, -45.9, 38), "changed the amounts")

    def test_another_transfer_account(self):
        own = {'name': "Sporenie Alfa", 'iban': LANDLORD['iban'], 'remittance': ["na sporenie"]}
        for days in (150, 120):
            line = self.comes(own, -300, days)
            line.bank_reconcile_transfer()
        answer = line.bank_reconcile_allow()
        self.assertByItself(line := self.comes(own, -300, 90), self.company.transfer_account_id)
        self.assertEqual(line.line_ids.reconcile_model_id.id, answer['model'])
        self.company.transfer_account_id = self.company.transfer_account_id.copy({'code': '999123'})
        self.assertAsks(self.comes(own, -300, 30))

    def test_two_contracts_of_a_payee(self):
        """Each has a kind of its own."""
        loan = {**TELECOM, 'remittance': ["Splatkovy kalendar 7700112233"]}
        for days in (150, 120):
            self.book(self.comes(TELECOM, -45.9, days), self.telephone)
            self.book(last := self.comes(loan, -80, days - 1), self.rent)
        last.bank_reconcile_allow()
        phone = self.comes(TELECOM, -45.9, 90)
        self.assertAsks(phone)
        phone.bank_reconcile_allow()
        self.assertByItself(phone, self.telephone)
        self.assertByItself(self.comes(loan, -80, 60), self.rent)
        self.assertByItself(self.comes(TELECOM, -45.9, 59), self.telephone)

    def test_amounts_that_grow_are_offered(self):
        model = self.allowed(amount=-50)
        for amount in (-58, -66, -77, -89):
            line = self.comes(TELECOM, amount, 60)
            if not line.is_reconciled:
                self.accept(line)
        line = self.comes(TELECOM, -101, 50)
        self.assertAsks(line, "other amounts")
        line.bank_reconcile_allow()
        self.assertByItself(line, self.telephone)
        self.assertEqual(model.match_amount_max, 101)

    def test_a_bank_s_fee_by_its_words(self):
        fee = {'name': '', 'iban': '', 'remittance': ["Poplatok za vedenie uctu"], 'code': 'PMNT-MDOP-FEES'}
        for days in (150, 120):
            self.book(self.comes(fee, -9, days), self.fees)
        line = self.comes(fee, -9, 90)
        answer = line.bank_reconcile_allow()
        self.assertByItself(line, self.fees)
        self.assertIn("Poplatok", answer['name'])
        self.assertByItself(self.comes(fee, -9, 60), self.fees)

    # === Money === #

    def test_taxes_that_are_no_percentage(self):
        """How much of a part is tax is not known: nothing is split by itself."""
        for values in ({'amount_type': 'fixed', 'amount': 4}, {'amount_type': 'division', 'amount': 20}):
            tax = self.tax(name=values['amount_type'], **values)
            who = {**TELECOM, 'name': values['amount_type'], 'iban': ''}
            for days, whole in ((150, -155), (120, -165)):
                line = self.comes(who, whole, days)
                rows = [
                    {'account_id': self.telephone.id, 'amount': whole + 55, 'tax_ids': tax.ids},
                    {'account_id': self.rent.id},
                ]
                line.bank_reconcile([], {'kind': 'account', 'lines': rows}, False)
            self.assertFalse(line.bank_reconcile_offer())

    def test_another_currency(self):
        self.allowed(amount=-1000)
        koruna = self.journal_in(self.rate('CZK', 25))
        line = self.on(
            koruna, -1000, 20, "Sluzby VS 0911222333", partner_name=TELECOM['name'], account_number=TELECOM['iban']
        )
        line.bank_reconcile_again()
        self.assertAsks(line, "currency")

    def test_a_locked_tax_period(self):
        tax = self.tax()
        for days in (100, 70):
            self.book(self.comes(TELECOM, -120, days), self.telephone, tax_ids=tax.ids)
        self.lines(self.feed)[-1:].with_user(self.accountant).bank_reconcile_allow()
        self.company.tax_lock_date = self.bank.today() - timedelta(days=30)
        line = self.comes(TELECOM, -120, 40)
        self.assertAsks(line, "tax period")
        with self.assertRaisesRegex(UserError, "locked"):
            self.proposed(line).with_user(self.accountant).action_accept()
        self.assertEqual(line.date, self.bank.today() - timedelta(days=40))

    def test_a_payment_that_waits_for_the_bank(self):
        """A bill is paid in Odoo, and the bank's movement is booked on no account."""
        self.allowed()
        partner = self.env['res.partner'].create({'name': TELECOM['name']})
        payment = self.payment(partner)
        payment.action_post()
        self.assertAsks(self.comes(TELECOM, -45.9, 40))
        payment.action_draft()
        self.invoice(45.9, 'in_invoice', partner, post=False)
        payment.action_cancel()
        self.assertAsks(self.comes(TELECOM, -45.9, 38), "open documents")

    def test_a_rest_is_no_whole(self):
        """“CHARGES 12.00”: the fee's row is not what the movement is booked on."""
        for number in range(2):
            move = self.invoice(120, payment_reference=f'FA{number}77120')
            line = self.comes({**LANDLORD, 'remittance': [f"FA{number}77120 CHARGES 12.00"]}, 108, 30 - number)
            item = self.item(move)
            rest = {'kind': 'account', 'lines': [{'account_id': self.fees.id}]}
            if not line.is_reconciled:
                line.bank_reconcile([[item.id, 120]], rest, False)
        self.invoice(120, payment_reference='FA977120')
        line = self.comes({**LANDLORD, 'remittance': ["FA977120 CHARGES 12.00"]}, 108, 10)
        self.assertTrue(self.proposed(line).allocation_ids)
        self.assertFalse(any(match.coding for match in self.proposed(line)))

    def test_a_coding_and_a_document_in_one_go(self):
        """Two entries of one transaction, each with its own counterparts."""
        self.habit()
        one = self.comes(TELECOM, -45.9, 40)
        move = self.invoice(120)
        two = self.comes({'name': self.customer.name, 'iban': LANDLORD['iban'], 'remittance': ["dakujem"]}, 120, 10)
        answer = (one | two).bank_reconcile_accept()
        self.assertEqual(
            (answer['failed'], one.is_reconciled, two.is_reconciled, move.payment_state), ([], True, True, 'paid')
        )

    def test_customers_money_to_income_by_a_model(self):
        self.model([{'account_id': self.sales.id}], match_label_param="dakujem")
        self.invoice(50)
        payer = {'name': self.customer.name, 'iban': LANDLORD['iban'], 'remittance': ["dakujem"]}
        self.assertAsks(self.comes(payer, 999, 20))

    def test_a_transfer_with_a_fee(self):
        """What is no plain transfer goes on both accounts, or asks."""
        own = {'name': "Sporenie Alfa", 'iban': LANDLORD['iban'], 'remittance': ["na sporenie"]}
        for days, amount in ((150, -302), (120, -402), (90, -352)):
            line = self.comes(own, amount, days)
            rows = [{'account_id': self.fees.id, 'amount': -2}, {'account_id': self.company.transfer_account_id.id}]
            line.bank_reconcile([], {'kind': 'account', 'lines': rows}, False)
        line.bank_reconcile_allow()
        line = self.comes(own, -502, 30)
        self.assertByItself(line, self.fees | self.company.transfer_account_id)
        self.assertEqual({item.balance for item in line.line_ids}, {-502, 2, 500})

    def test_what_once_hides(self):
        """Booked once, and a bill of the payee is open: nobody books all like it."""
        one, two = self.comes(TELECOM, -45.9, 60), self.comes(TELECOM, -45.9, 59)
        self.book(one, self.telephone)
        self.assertEqual(self.proposed(two).reason_code, 'once')
        three = self.comes(TELECOM, -46, 58)
        self.invoice(300, 'in_invoice', self.env['res.partner'].create({'name': TELECOM['name']}))
        three.bank_reconcile_again()
        self.assertEqual(self.proposed(three)[:1].reason_code, 'open_documents')
        answer = three.bank_reconcile_like()
        self.assertNotIn(two.id, answer['done'])

    def test_back_to_the_account_before(self):
        """A kind was moved; people book on the first account again: that is heard."""
        model = self.allowed(times=3, first=300)
        model.with_user(self.accountant).line_ids.account_id = self.rent
        self.time_passes()
        self.assertByItself(self.comes(TELECOM, -45.9, 150), self.rent)
        self.corrected(self.telephone, (100, 90, 80))
        self.assertFalse(self.comes(TELECOM, -45.9, 30).is_reconciled)

    def test_whose_it_was_is_kept(self):
        """A partner that somebody said before is there after all like it was booked and taken back."""
        self.habit()
        line = self.comes({**TELECOM, 'iban': ''}, -45.9, 40)
        line.bank_reconcile_partner(self.customer.id)
        line.bank_reconcile_again()
        self.assertTrue(self.proposed(line).coding, line.bank_match_note)
        answer = line.bank_reconcile_like()
        line.browse(answer['done']).bank_reconcile_take_back(answer['partners'])
        self.assertEqual(line.partner_id, self.customer)
