"""What has no invoice is booked as the company did before, by itself only where a person said so."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from ...matching.policy import AS_BEFORE, DEPOSIT
from ..cases.coding_case import LANDLORD, TELECOM, CodingCase


@tagged('post_install', '-at_install')
class TestBookedByItself(CodingCase):
    def test_from_the_first_precedent_to_by_itself(self):
        """Proposed after one, offered after two, booked by itself once a person said so, listed, switched off."""
        first = self.comes(TELECOM, -45.9, 150)
        self.assertEqual((first.bank_match_state, len(self.proposed(first))), ('none', 0))
        self.book(first, self.telephone)
        self.assertFalse(first.bank_reconcile_offer(), "once is no habit")
        second = self.comes(TELECOM, -47.2, 120)
        self.assertEqual((second.bank_match_state, second.bank_match_rule), ('proposed', AS_BEFORE))
        self.assertAsks(second, "only once")
        [proposal] = self.proposed(second)
        self.assertIn("518300", proposal.documents)
        self.assertIn("As once before", proposal.why)
        self.accept(second)
        self.assertEqual(self.booked_on(second), self.telephone)
        offer = second.bank_reconcile_offer()
        self.assertIn("518300", offer['name'])
        third = self.comes(TELECOM, -44.1, 90)
        self.assertAsks(third, "Nobody has said yet")
        answer = third.bank_reconcile_allow()
        model = self.env['account.reconcile.model'].browse(answer['model'])
        self.assertEqual(
            (answer['done'], model.trigger, model.line_ids.account_id), (third.ids, 'auto_reconcile', self.telephone)
        )
        self.assertByItself(third, self.telephone)
        self.assertIn("O2", model.name)
        fourth = self.comes(TELECOM, -45.9, 60)
        self.assertByItself(fourth, self.telephone)
        self.assertIn("As the last 3 times", fourth.bank_match_note)
        self.assertEqual(fourth.line_ids.reconcile_model_id, model)
        self.assertEqual((model.bank_count, model.bank_undone), (2, 0))
        model.with_user(self.accountant).action_set_manual()
        self.assertAsks(self.comes(TELECOM, -45.9, 30), "Nobody has said yet")

    def test_nobody_allowed_anything(self):
        """Ten equal bookings and not one by itself."""
        self.habit(times=10, first=300)
        self.assertAsks(self.comes(TELECOM, -45.9, 1), "Nobody has said yet")

    def test_what_speaks_against_it(self):
        self.allowed()
        self.assertAsks(self.comes(TELECOM, -900, 50), "amount")
        self.assertAsks(self.comes(TELECOM, 45.9, 49))
        other = {**TELECOM, 'iban': LANDLORD['iban']}
        self.assertAsks(self.comes(other, -45.9, 48))
        self.assertAsks(self.comes({**TELECOM, 'name': "Iny dodavatel"}, -45.9, 47), "Another name")
        partner = self.env['res.partner'].create({'name': "O2 Slovakia, s.r.o."})
        self.invoice(300, 'in_invoice', partner)
        self.assertAsks(self.comes(TELECOM, -45.9, 46), "open documents")

    def test_settings_hold(self):
        """A limit, a partner by hand, settings that only propose."""
        self.allowed()
        settings = self.journal._bank_feed_settings()
        settings.bank_feed_limit = 40
        self.assertAsks(self.comes(TELECOM, -45.9, 50), "above")
        settings.write({'bank_feed_limit': 0, 'bank_feed_policy': 'propose'})
        self.assertAsks(self.comes(TELECOM, -45.9, 49), "settings")
        settings.bank_feed_policy = 'strict'
        self.assertByItself(self.comes(TELECOM, -45.9, 48), self.telephone)

    def test_taken_back(self):
        """What a person takes back is not repeated, until it was confirmed twice again."""
        model = self.allowed()
        line = self.comes(TELECOM, -45.9, 60)
        self.assertByItself(line, self.telephone)
        line.bank_reconcile_undo()
        self.assertEqual((line.is_reconciled, line.bank_match_state), (False, 'undone'))
        self.assertEqual(model.bank_undone, 1)
        after = self.comes(TELECOM, -45.9, 50)
        self.assertAsks(after, "took the like back")
        self.accept(after)
        self.assertAsks(again := self.comes(TELECOM, -45.9, 40), "took the like back")
        self.accept(again)
        self.assertByItself(self.comes(TELECOM, -45.9, 30), self.telephone)

    def test_refused(self):
        """*Not like that* teaches, and is never asked again of the same movement."""
        self.allowed()
        line = self.comes(TELECOM, -900, 60)
        [proposal] = self.proposed(line)
        proposal.with_user(self.accountant).action_refuse()
        self.assertEqual(line.bank_match_state, 'none')
        line.bank_reconcile_again()
        self.assertAsks(line)
        self.assertAsks(self.comes(TELECOM, -45.9, 50), "took the like back")

    def test_a_change_of_mind(self):
        """The company books elsewhere since: the kind is not followed, and that is said."""
        model = self.allowed(times=3, first=250)
        line = self.corrected(self.rent, (150, 140, 130, 120))
        self.assertAsks(line := self.comes(TELECOM, -45.9, 60))
        self.assertEqual(self.proposed(line)[:1].documents, "518400 Rent")
        self.assertIn("books it otherwise", self.proposed(line)[:1].reason)
        self.assertEqual((model.line_ids.account_id, model.trigger), (self.telephone, 'auto_reconcile'))

    def test_an_edited_model(self):
        """Who changes the model's account has said so."""
        model = self.allowed()
        model.with_user(self.accountant).line_ids.account_id = self.rent
        self.assertByItself(line := self.comes(TELECOM, -45.9, 60), self.rent)
        self.assertIn("As somebody changed", line.bank_match_note)
        self.assertByItself(self.comes(TELECOM, -45.9, 55), self.rent)
        model.write({'match_amount_min': 1, 'match_amount_max': 10})
        self.assertAsks(self.comes(TELECOM, -45.9, 50))

    def test_a_customer_without_an_invoice(self):
        """Money of who has invoices is a deposit; never income by itself."""
        payer = {'name': self.customer.name, 'iban': LANDLORD['iban'], 'remittance': ["dakujem"]}
        self.invoice(50)
        line = self.comes(payer, 999, 50)
        self.assertEqual(line.bank_match_rule, DEPOSIT)
        [proposal] = [one for one in self.proposed(line) if one.coding]
        proposal.with_user(self.accountant).action_accept()
        self.assertEqual(self.booked_on(line).account_type, 'asset_receivable')
        self.assertEqual(line.partner_id, self.customer)
        for days in (40, 39, 38):
            self.book(self.comes(payer, 70, days), self.sales)
        with self.assertRaisesRegex(UserError, "customer"):
            self.lines(self.feed)[-1:].with_user(self.accountant).bank_reconcile_allow()
        self.assertAsks(self.comes(payer, 70, 30))

    def test_taxes_and_analytic(self):
        tax = self.env['account.tax'].search(
            [('type_tax_use', '=', 'purchase'), ('company_id', '=', self.company.id), ('amount_type', '=', 'percent')],
            limit=1,
        )
        for days in (100, 70):
            self.book(self.comes(TELECOM, -120, days), self.telephone, tax_ids=tax.ids)
        self.lines(self.feed)[-1:].with_user(self.accountant).bank_reconcile_allow()
        line = self.comes(TELECOM, -115, 40)
        self.assertEqual(line.bank_match_state, 'auto', line.bank_match_note)
        base = line.line_ids.filtered(lambda item: item.account_id == self.telephone and item.tax_ids)
        self.assertEqual(base.tax_ids, tax)
        self.assertTrue(line.line_ids.filtered('tax_repartition_line_id'))
        self.assertBalanced(line)

    def test_split_by_the_text(self):
        """A loan: principal and interest as the text says them."""
        loan = self.env['account.account'].create(
            {'name': "Loan", 'code': '461000', 'account_type': 'liability_non_current', 'company_ids': self.company.ids}
        )
        bank = {'name': "Tatra banka, a.s.", 'iban': LANDLORD['iban']}
        for days, principal, interest in ((120, 400, 90), (90, 402, 88)):
            text = [f"Splatka uveru istina {principal},00 urok {interest},00"]
            line = self.comes({**bank, 'remittance': text}, -490, days)
            rows = [{'account_id': loan.id, 'amount': -principal}, {'account_id': self.interest.id}]
            line.bank_reconcile([], {'kind': 'account', 'lines': rows}, False)
        line.bank_reconcile_allow()
        line = self.comes({**bank, 'remittance': ["Splatka uveru istina 409,00 urok 81,00"]}, -490, 60)
        self.assertByItself(line, loan | self.interest)
        amounts = {item.account_id: item.balance for item in line.line_ids}
        self.assertEqual((amounts[loan], amounts[self.interest]), (409, 81))
