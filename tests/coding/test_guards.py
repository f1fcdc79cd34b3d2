"""What speaks against a booking by itself, however little says so: found by an outsider."""

import runpy
from datetime import timedelta
from pathlib import Path

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..cases.coding_case import LANDLORD, TELECOM, GuardedCase

FEE = {'name': '', 'iban': '', 'remittance': ["Poplatok za vedenie uctu"]}


@tagged('post_install', '-at_install')
class TestGuards(GuardedCase):
    def past_a_bill(self, told, name, **values):
        """A kind of a payee; then a bill of the payee, and the like."""
        who = {**TELECOM, 'name': told}
        self.allowed(who)
        self.invoice(300, 'in_invoice', self.partner(name, **values))
        line = self.comes(who, -45.9, 40)
        self.assertFalse(line.is_reconciled, f"{told} / {name}: {line.bank_match_note}")

    # === Who is at the other end: short, cut and damaged names === #

    def test_bill_of_a_short_name(self):
        self.past_a_bill("SPP, a.s.", "SPP, a.s.")

    def test_exact_bill_of_a_short_name(self):
        who = {**TELECOM, 'name': "SPP, a.s."}
        self.allowed(who)
        bill = self.invoice(45.9, 'in_invoice', self.partner("SPP, a.s."))
        line = self.comes(who, -45.9, 5)
        self.assertFalse(line.is_reconciled and bill.payment_state == 'not_paid', line.bank_match_note)

    def test_bill_of_a_cut_name(self):
        self.past_a_bill("BRATISLAVSKE STAVEBNE PRA", "Bratislavské stavebné práce s.r.o.")

    def test_bill_of_a_name_with_lost_letters(self):
        self.past_a_bill("Vod?renska spolo?nost", "Vodárenská spoločnosť a.s.")

    def test_bill_of_a_longer_name(self):
        self.past_a_bill("O2 Slovakia, s.r.o.", "O2 Slovakia, s.r.o. Bratislava")

    def test_model_books_past_a_cut_name(self):
        self.model(match_label_param='sluzby')
        self.invoice(300, 'in_invoice', self.partner("SPP, a.s."))
        line = self.comes({**TELECOM, 'name': "SPP, a.s."}, -45.9, 30)
        self.assertFalse(line.is_reconciled, line.bank_match_note)

    def test_partner_by_hand_of_a_short_name(self):
        """*Match Payments by Hand*."""
        who = {**TELECOM, 'name': "SPP, a.s."}
        self.allowed(who)
        self.partner("SPP, a.s.", bank_feed_manual=True)
        line = self.comes(who, -45.9, 30)
        self.assertFalse(line.is_reconciled, line.bank_match_note)

    def test_customer_with_a_short_name(self):
        """Money of a customer never goes on income by itself."""
        self.invoice(50, 'out_invoice', self.partner("KPMG", customer_rank=1), post=False).unlink()
        who = {'name': "KPMG", 'iban': LANDLORD['iban'], 'remittance': ["dakujem"]}
        for days in (100, 70):
            self.book(line := self.comes(who, 70, days), self.sales)
        with self.assertRaises(UserError):
            line.bank_reconcile_allow()
        self.assertFalse(self.comes(who, 70, 40).is_reconciled)

    # === Other scripts than Latin === #

    def test_a_model_in_cyrillic(self):
        self.model(match_label_param="такса")
        line = self.comes({'name': "Офис ООД", 'iban': LANDLORD['iban'], 'remittance': ["Плащане наем офис"]}, -700, 30)
        self.assertFalse(line.is_reconciled, line.bank_match_note)

    def test_a_model_in_chinese(self):
        self.model(match_label_param="手续费")
        line = self.comes({'name': "办公室", 'iban': LANDLORD['iban'], 'remittance': ["支付办公室租金"]}, -700, 30)
        self.assertFalse(line.is_reconciled, line.bank_match_note)

    def test_label_of_an_emoji(self):
        self.model(match_label_param="€")
        self.assertFalse(self.comes({'name': 'Xyz', 'remittance': ["Co to je?"]}, -3, 30).is_reconciled)

    def test_a_text_in_cyrillic_changes_its_meaning(self):
        who = {'name': "Имоти Дунав ООД", 'iban': LANDLORD['iban'], 'remittance': ["Наем офис"]}
        self.allowed(who, account=self.rent, amount=-100)
        line = self.comes({**who, 'remittance': ["Глоба за закъснение"]}, -100, 30)
        self.assertFalse(line.is_reconciled, line.bank_match_note)

    def test_a_text_in_greek_changes_its_meaning(self):
        who = {'name': "Ακίνητα ΑΕ", 'iban': LANDLORD['iban'], 'remittance': ["Ενοίκιο γραφείου"]}
        self.allowed(who, account=self.rent, amount=-100)
        line = self.comes({**who, 'remittance': ["Πρόστιμο καθυστέρησης"]}, -100, 30)
        self.assertFalse(line.is_reconciled, line.bank_match_note)

    # === Conditions that fall away === #

    def test_a_salesman_deletes_a_partner(self):
        user = self.user('sales_a3', 'base.group_user,base.group_partner_manager')
        company = self.env['res.partner'].create({'name': LANDLORD['name'], 'is_company': True})
        contact = self.env['res.partner'].create({'name': "Jana", 'parent_id': company.id})
        model = self.model(match_label='not_contains', match_label_param='zzz', match_partner_ids=contact.ids)
        self.assertAsks(self.comes(TELECOM, -45.9, 30))
        contact.with_user(user).unlink()
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertFalse(model.match_partner_ids)
        self.assertAsks(self.comes(TELECOM, -45.9, 29))

    def test_a_deleted_partner_widens_a_model(self):
        partner = self.env['res.partner'].create({'name': "Nobody's"})
        self.model(match_label=False, match_partner_ids=partner.ids, match_amount='lower', match_amount_max=1000)
        self.assertAsks(self.comes(LANDLORD, -700, 30))
        partner.unlink()
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertAsks(self.comes(LANDLORD, -700, 29))

    def test_a_deleted_journal_widens_a_model(self):
        savings = self.savings()
        self.model(match_journal_ids=savings.ids)
        self.assertAsks(self.comes(FEE, -3, 30))
        savings.unlink()
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertAsks(self.comes(FEE, -3, 29))

    def test_a_deleted_journal_widens_a_kind(self):
        model = self.allowed()
        savings = self.savings()
        model.with_user(self.accountant).match_journal_ids = savings
        self.assertAsks(self.comes(TELECOM, -45.9, 40), "other journals")
        savings.unlink()
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertAsks(self.comes(TELECOM, -45.9, 39))

    # === Half booked === #

    def test_half_booked(self):
        """Amounts are looked for in what the entry is called, all lines of the text: decided as it is booked."""
        pattern = {'amount_type': 'regex', 'account_id': self.interest.id, 'sequence': 2}
        model = self.model(
            (
                {'amount_type': 'regex', 'amount_string': r'Poplatok ([\d,]+)', 'sequence': 1},
                {**pattern, 'amount_string': r'Urok ([\d,]+)$'},
            )
        )
        line = self.comes({**FEE, 'remittance': ["Poplatok 3,00 Urok 7,00", "za november"]}, -10, 30)
        self.assertEqual((line.is_reconciled, line.bank_match_state == 'auto'), (False, False))
        model.line_ids[1].amount_string = r'Urok ([\d,]+)'
        line = self.comes({**FEE, 'remittance': ["Poplatok 3,00 za november", "Urok 7,00"]}, -10, 29)
        self.assertByItself(line, self.fees | self.interest)

    # === The other side of a transfer === #

    def test_the_other_side_names_an_invoice(self):
        savings = self.savings()
        move = self.invoice(500, payment_reference='RF18539007547034')
        self.journal._bank_feed_settings().bank_feed_manual_partner_ids = move.partner_id
        other = (
            self.env['account.bank.statement.line']
            .create(
                {
                    'journal_id': savings.id,
                    'date': self.bank.today() - timedelta(days=5),
                    'amount': 400,
                    'payment_ref': "Vlastny vklad RF18539007547034",
                }
            )
            .with_user(self.accountant)
        )
        other.bank_reconcile_again()
        self.assertFalse(other.is_reconciled)
        self.assertTrue(self.proposed(other).allocation_ids, other.bank_match_note)
        line = self.comes({'name': '', 'remittance': ["Vlastny prevod na sporiaci ucet"]}, -500, 5)
        print(
            'XX',
            line.bank_match_state,
            line.bank_match_rule,
            line.bank_match_note,
            '|',
            other.bank_match_state,
            other.bank_match_rule,
            other.bank_match_note,
            [(m.state, m.rule, m.documents) for m in other.bank_match_ids],
        )
        self.assertFalse(other.is_reconciled, other.bank_match_note)
        self.assertTrue(move and line)

    # === The bank's own account === #

    def test_on_the_bank_s_own_account(self):
        model = self.model([{'account_id': self.journal.default_account_id.id}])
        line = self.comes(FEE, -3, 30)
        self.assertFalse(line.is_reconciled, [(i.account_id.code, i.balance) for i in line.line_ids])
        model.unlink()

    def test_a_kind_moved_to_the_bank_s_own_account(self):
        model = self.allowed()
        model.with_user(self.accountant).line_ids.account_id = self.journal.default_account_id
        line = self.comes(TELECOM, -45.9, 30)
        self.assertFalse(line.is_reconciled, [(i.account_id.code, i.balance) for i in line.line_ids])

    # === A person's partner on a kind or model === #

    def test_partner_of_a_kind_s_line_at_once(self):
        who = {**TELECOM, 'name': "Neznamy nazov"}
        model = self.allowed(who)
        vendor = self.partner("Celkom iny dodavatel")
        model.line_ids.with_user(self.accountant).partner_id = vendor
        self.invoice(300, 'in_invoice', vendor)
        line = self.comes(who, -45.9, 40)
        self.assertFalse(line.is_reconciled, (line.bank_match_note, line.partner_id.name))

    def test_partners_of_a_model_s_lines(self):
        one, two = self.partner("Prvy dodavatel"), self.partner("Druhy dodavatel")
        payable = one.property_account_payable_id
        self.model(
            (
                {
                    'account_id': payable.id,
                    'partner_id': one.id,
                    'amount_type': 'percentage_st_line',
                    'amount_string': '50',
                    'sequence': 1,
                },
                {'account_id': payable.id, 'partner_id': two.id, 'sequence': 2},
            )
        )
        self.invoice(5, 'in_invoice', one)
        line = self.comes(FEE, -10, 30)
        self.assertFalse(line.is_reconciled, line.bank_match_note)

    # === A copy of a kind === #

    def test_the_same_iban_in_a_text_of_another(self):
        """A copy of a kind is a text's: the other direction, too."""
        model = self.allowed()
        copied = model.with_user(self.accountant).copy()
        self.assertEqual(copied.trigger, 'manual', "a copy knows nobody: it must not run by itself")

    def test_copy_of_a_kind(self):
        model = self.allowed()
        model.with_user(self.accountant).copy()
        model.with_user(self.accountant).action_set_manual()
        self.assertAsks(self.comes({**TELECOM, 'iban': LANDLORD['iban'], 'name': "Iny"}, -45.9, 30))
        self.assertAsks(
            self.comes(
                {
                    'name': LANDLORD['name'],
                    'iban': LANDLORD['iban'],
                    'remittance': ["SK8999520000000005000006 refundacia"],
                },
                50,
                29,
            )
        )

    def test_copy_of_a_kind_without_a_label(self):
        """A copy of a kind has lost who it is for."""
        charge = {'name': '', 'iban': '', 'remittance': [], 'code': 'PMNT-MCOP-CHRG'}
        for days in (150, 120, 90):
            self.book(line := self.comes(charge, -9, days), self.fees)
        answer = line.bank_reconcile_allow()
        model = self.env['account.reconcile.model'].browse(answer['model'])
        copied = model.with_user(self.accountant).copy()
        self.assertAsks(self.comes(LANDLORD, -10, 30))
        self.assertTrue(copied)

    # === active_test by RPC === #

    def test_archived_settings_by_context(self):
        self.allowed()
        settings = self.journal._bank_feed_settings()
        settings.active = False
        line = self.comes(TELECOM, -45.9, 40)
        self.assertFalse(line.is_reconciled)
        line.with_context(active_test=False).bank_reconcile_again()
        self.assertFalse(line.is_reconciled, line.bank_match_note)

    def test_archived_own_account_by_context(self):
        savings = self.env['account.journal'].create(
            {
                'name': "Savings",
                'type': 'bank',
                'code': 'SAV',
                'company_id': self.company.id,
                'bank_acc_number': LANDLORD['iban'],
            }
        )
        self.env.flush_all()
        savings.active = False
        self.env.flush_all()
        line = self.comes({'name': 'Novy majitel', 'iban': LANDLORD['iban'], 'remittance': ["platba"]}, -45.9, 30)
        self.assertFalse(line.is_reconciled)
        line.with_context(active_test=False).bank_reconcile_again()
        self.assertFalse(line.is_reconciled, line.bank_match_note)

    # === Open documents of who is known === #

    def test_an_archived_partner_with_an_open_bill(self):
        partner = self.env['res.partner'].create({'name': TELECOM['name']})
        self.allowed()
        self.invoice(300, 'in_invoice', partner)
        self.assertAsks(self.comes(TELECOM, -45.9, 41), "open documents")
        partner.active = False
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertAsks(self.comes(TELECOM, -45.9, 40))

    def test_bill_of_a_payee_known_by_an_archived_account(self):
        who = {**TELECOM, 'name': "Neznamy nazov"}
        self.allowed(who)
        vendor = self.partner("Celkom iny dodavatel")
        bank = self.env['res.partner.bank'].create({'partner_id': vendor.id, 'acc_number': TELECOM['iban']})
        self.invoice(300, 'in_invoice', vendor)
        bank.active = False
        self.env.flush_all()
        self.assertAsks(self.comes(who, -45.9, 40))

    def test_bill_of_who_it_was_last_time(self):
        """The partner stands on the precedents, and the latest one has another one."""
        who = {**TELECOM, 'name': "Neznamy nazov"}
        vendor, other = self.partner("Celkom iny dodavatel"), self.partner("Este iny")
        for days, partner in ((150, vendor), (120, vendor), (90, False)):
            line = self.comes(who, -45.9, days)
            line.bank_reconcile(
                [], {'kind': 'account', 'lines': [{'account_id': self.telephone.id}]}, partner and partner.id
            )
        self.env['bank.payer'].search([]).unlink()
        line.bank_reconcile_allow()
        self.invoice(300, 'in_invoice', vendor)
        self.assertAsks(self.comes(who, -45.9, 40))
        self.assertTrue(other)

    def test_several_of_one_name(self):
        """Two partners of one name: the one without documents so far has a draft."""
        self.allowed()
        one, two = self.partner(TELECOM['name']), self.partner(TELECOM['name'])
        bill = self.invoice(10, 'in_invoice', one)
        reversal = bill._reverse_moves([{'invoice_date': fields.Date.today()}], cancel=True)
        self.assertTrue(reversal and bill.payment_state in ('paid', 'reversed'))
        self.invoice(300, 'in_invoice', two, post=False)
        self.env.flush_all()
        line = self.comes(TELECOM, -45.9, 40)
        self.assertFalse(line.is_reconciled, line.bank_match_note)

    def test_branch_drafts(self):
        self.allowed()
        branch = self.env['res.company'].create({'name': "Branch", 'parent_id': self.company.id})
        self.env.user.company_ids |= branch
        partner = self.partner(TELECOM['name'])
        account = self.telephone
        purchases = self.env['account.journal'].search(
            [('type', '=', 'purchase'), ('company_id', '=', self.company.id)], limit=1
        )
        for company in (self.company, branch):
            partner.with_company(company).property_account_payable_id = self.env['account.account'].search(
                [('account_type', '=', 'liability_payable'), ('company_ids', '=', self.company.id)], limit=1
            )
        bill = (
            self.env['account.move']
            .with_company(branch)
            .create(
                {
                    'move_type': 'in_invoice',
                    'journal_id': purchases.id,
                    'partner_id': partner.id,
                    'invoice_date': fields.Date.today(),
                    'company_id': branch.id,
                    'invoice_line_ids': [
                        Command.create({'name': "S", 'price_unit': 300, 'tax_ids': [], 'account_id': account.id})
                    ],
                }
            )
        )
        self.env.flush_all()
        draft = self.comes(TELECOM, -45.9, 41)
        bill.action_post()
        posted = self.comes(TELECOM, -45.9, 40)
        self.assertFalse(posted.is_reconciled, "posted")
        self.assertFalse(draft.is_reconciled, "draft")

    def test_branch_opening_balance(self):
        self.allowed()
        branch = self.env['res.company'].create({'name': "Branch", 'parent_id': self.company.id})
        self.env.user.company_ids |= branch
        partner = self.partner(TELECOM['name'])
        payable = partner.property_account_payable_id
        misc = self.env['account.journal'].search(
            [('type', '=', 'general'), ('company_id', '=', self.company.id)], limit=1
        )
        move = (
            self.env['account.move']
            .with_company(branch)
            .create(
                {
                    'move_type': 'entry',
                    'journal_id': misc.id,
                    'company_id': branch.id,
                    'date': fields.Date.today(),
                    'line_ids': [
                        Command.create({'account_id': payable.id, 'partner_id': partner.id, 'credit': 45.9}),
                        Command.create({'account_id': self.telephone.id, 'debit': 45.9}),
                    ],
                }
            )
        )
        move.action_post()
        self.assertEqual(move.company_id, branch)
        line = self.comes(TELECOM, -45.9, 40)
        self.assertFalse(line.is_reconciled)

    def test_payment_without_an_entry(self):
        self.allowed()
        partner = self.partner(TELECOM['name'])
        lines = self.journal.outbound_payment_method_line_ids
        lines.payment_account_id = False
        payment = self.payment(partner, payment_method_line_id=lines[:1].id)
        payment.outstanding_account_id = False
        payment.action_post()
        self.assertFalse(payment.move_id)
        self.assertAsks(self.comes(TELECOM, -45.9, 40))

    def test_a_car_wash_in_a_known_town(self):
        """Towns are known of other merchants, which are not in the batch."""
        card = {'code': 'PMNT-CCRD-POSD'}
        for number, shop in enumerate(("BILLA", "HOFER")):
            for town in ("GRAZ", "LINZ"):
                self.book(self.comes({**card, 'remittance': [f"{shop} {town}"]}, -20, 200 - number), self.rent)
        for number, town in enumerate(("WIEN", "GRAZ", "WIEN", "SALZBURG")):
            line = self.comes({**card, 'remittance': [f"SHELL {town}"]}, -50, 150 - number)
            self.book(line, self.telephone)
        line.bank_reconcile_allow()
        self.assertByItself(self.comes({**card, 'remittance': ["SHELL LINZ"]}, -50, 40), self.telephone)
        self.assertAsks(self.comes({**card, 'remittance': ["SHELL AUTOWASCH GRAZ"]}, -50, 39), "AUTOWASCH")

    def test_keys_of_what_is_there(self):
        """An update works them out again."""
        partner, line = self.partner("SPP, a.s."), self.comes(TELECOM, -45.9, 5)
        before = partner.bank_feed_keys, line.sudo().bank_grounds
        for table, column, record in (
            ('res_partner', 'bank_feed_keys', partner),
            ('account_bank_statement_line', 'bank_grounds', line),
        ):
            self.env.cr.execute(f"UPDATE {table} SET {column} = 'old' WHERE id = %s", [record.id])  # pylint: disable=sql-injection
        self.env.invalidate_all()
        for version in ('19.0.2.6.0', '19.0.2.7.0'):
            path = Path(__file__).parents[2] / 'migrations' / version / 'post-keys.py'
            runpy.run_path(str(path))['migrate'](self.env.cr, '19.0.2.5.0')
        self.env.invalidate_all()
        self.assertEqual((partner.bank_feed_keys, line.sudo().bank_grounds), before)
        self.assertIn('b:SPP', before[0])
