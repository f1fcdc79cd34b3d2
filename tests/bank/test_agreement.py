import base64
import hashlib
import io
import re
from datetime import timedelta

from pypdf import PdfReader

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ...signing import pdf
from ..cases.agreement_case import PATH, AgreementCase


@tagged('post_install', '-at_install')
class TestAgreement(AgreementCase):
    """The company's agreement: filled in by an accountant, signed by the director on a phone, without an account in Odoo."""

    def test_from_draft_to_live(self):
        agreement, link = self.sent()
        self.assertEqual((agreement.state, agreement.company_name), ('sent', self.company.name))
        self.authenticate(None, None)
        page = self.url_open(link)
        self.assertIn("viewport", page.text, "made for a phone")
        self.assertEqual((page.headers['Referrer-Policy'], page.headers['Cache-Control']), ('no-referrer', 'no-store'))
        self.env.invalidate_all()
        self.assertEqual(agreement.state, 'sent', "nobody has read the document yet")
        document = self.url_open(f'{link}/document')
        self.env.invalidate_all()
        self.assertEqual(agreement.state, 'opened')
        self.assertEqual(document.content, agreement.signing_id._bytes())
        self.assertIn("Ján Konateľ", PdfReader(io.BytesIO(document.content)).pages[0].extract_text())
        self.assertIn("Signed", self.sign(link).text)
        self.assertEqual((agreement.state, agreement.valid_from), ('live', fields.Date.context_today(agreement)))
        case = agreement.signing_id
        self.assertEqual(case.evidence['document_sha256'], hashlib.sha256(document.content).hexdigest())
        signed = base64.b64decode(agreement.signed_document)
        self.assertTrue(pdf.has_pages_of(document.content, signed))
        copy = self.env['mail.mail'].sudo().search([('subject', 'like', "You signed")], limit=1)
        self.assertEqual((copy.email_to, copy.attachment_ids.raw), (agreement.signatory_email, signed))
        self.assertIn("not BankID", ' '.join(PdfReader(io.BytesIO(signed)).pages[-1].extract_text().split()))
        self.assertFalse(agreement.activity_ids, "there is nothing to do")
        told = self.env['mail.mail'].sudo().search([('recipient_ids', 'in', self.accountant.partner_id.ids)], limit=1)
        self.assertIn("is live", told.subject)
        answered = self.url_open(link)
        self.assertIn("You signed on", answered.text, "a link works once; afterwards it tells what became of it")
        self.assertEqual(self.url_open(f'{link}/document').content, signed)
        self.assertEqual(agreement.state, 'live')
        self.assertIn("Signed by Ján Konateľ", ' '.join(agreement.message_ids.mapped('body')))
        self.assertNotIn("Public", ' '.join(agreement.message_ids.author_id.mapped('name')))

    def test_the_link_is_the_signatorys_alone(self):
        """Neither who filled it in nor a manager can read it, in no message, mail or field."""
        agreement, link = self.sent()
        secret = link.rpartition('/')[2]
        self.code(link)
        for user in (self.accountant, self.manager):
            messages = self.env['mail.message'].with_user(user)
            told = str(messages.search([]).read(['body', 'subject'])) + str(
                agreement.with_user(user).message_ids.read(['body'])
            )
            told += str(agreement.with_user(user).read()) + str(agreement.signing_id.with_user(user).read())
            self.assertNotIn(secret, told)
            self.assertNotIn(self.codes[-1], told)
            with self.assertRaises(AccessError):
                self.env['mail.mail'].with_user(user).search([]).read(['body_html'])

    def test_wrong_codes(self):
        agreement, link = self.sent()
        code = self.code(link)
        wrong = '000000' if code != '000000' else '111111'
        for _try in range(5):
            answer = self.post(link, act='sign', code=wrong, name="Ján Konateľ", agreed='1').text
            self.assertIn("The code is wrong", answer)
        self.assertIn("Send another code", answer)
        self.assertIn('value="Ján Konateľ"', answer, "what was typed stays")
        self.assertIn("not valid any more", self.post(link, act='sign', code=code, name="Ján Konateľ", agreed='1').text)
        for _try in range(4):
            self.code(link)
        self.assertIn("Too many codes", self.post(link, act='mail').text)
        self.assertEqual(agreement.state, 'opened')

    def test_what_has_to_be_said(self):
        agreement, link = self.sent()
        self.assertIn("Type your name", self.sign(link, name=' ').text)
        self.assertIn("Tick the box", self.post(link, act='sign', code='123456', name="Ján Konateľ").text)
        self.assertIn("Type the code", self.post(link, act='sign', code=' ', name="Ján Konateľ", agreed='1').text)
        code = self.code(link)
        agreement.signing_id.sudo().code_until = fields.Datetime.now() - timedelta(minutes=1)
        self.env.flush_all()
        self.assertIn("not valid any more", self.post(link, act='sign', code=code, name="Ján Konateľ", agreed='1').text)
        self.assertEqual(len(agreement.signing_id.sudo().codes_sent), 2)
        answer = self.post(link, act='mail')
        self.assertIn("A code was sent to konatel@example.com", answer.text)
        self.assertEqual(len(agreement.signing_id.sudo().codes_sent), 3)
        self.url_open(answer.url)  # the page again
        self.env.invalidate_all()
        self.assertEqual(len(agreement.signing_id.sudo().codes_sent), 3)

    def test_links(self):
        """Guessed, expired, withdrawn: one answer; who guesses much is shut out."""
        agreement, link = self.sent()
        self.authenticate(None, None)
        guessed = self.url_open(f'{PATH}/{"x" * 43}')
        agreement.signing_id.sudo().expires_at = fields.Datetime.now() - timedelta(minutes=1)
        self.env.flush_all()
        expired = self.url_open(link)
        self.env.invalidate_all()
        self.assertEqual((guessed.status_code, expired.status_code), (404, 404))
        strip = lambda text: re.sub(r'csrf_token[^,]*,|nonce="[^"]*"|\d{13}', '', text)  # noqa: E731
        self.assertEqual(strip(guessed.text), strip(expired.text))
        self.assertEqual(agreement.state, 'expired')
        _agreement, link = self.sent()
        for _try in range(25):
            self.url_open(f'{PATH}/{"y" * 43}')
        self.assertEqual(self.url_open(link).status_code, 404, "from this address, for a while")

    def test_withdrawn_and_declined(self):
        agreement, link = self.sent()
        agreement.user_id.sudo().name = 'Eva <a href="https://evil.example">Sign here</a>'
        agreement.action_withdraw()
        self.env.flush_all()
        mail = self.env['mail.mail'].sudo().search([('subject', 'like', "there is nothing to sign")], limit=1)
        self.assertNotIn('<a', mail.body_html, "a name is no markup")
        self.authenticate(None, None)
        self.assertEqual((agreement.state, self.url_open(link).status_code), ('draft', 404))
        with self.mock_mail():
            agreement.action_send()
        self.env.flush_all()
        self.post(self.links[-1], act='decline', reason="Wrong company")
        self.assertEqual((agreement.state, agreement.signing_id.reason), ('declined', "Wrong company"))
        self.assertIn("“Wrong company”", agreement.next_action)
        self.assertIn("You declined", self.url_open(self.links[-1]).text)
        new = self.env['bank.agreement'].with_user(self.accountant).browse(agreement.action_new()['res_id'])
        self.assertEqual((new.state, new.signatory_name), ('draft', agreement.signatory_name))

    def test_whose_address_it_is_is_not_told(self):
        """An address is a question: who has it may be in another company."""
        self.env['res.users'].sudo().create({'name': "Tajný Sused", 'login': 'sused', 'email': 'sused@example.com'})
        agreement = self.draft(signatory_email='sused@example.com')
        with self.assertRaises(UserError) as refused:
            agreement.action_send()
        self.assertIn("somebody else's address", str(refused.exception))
        self.assertNotIn("Sused", str(refused.exception))

    def test_review(self):
        self.provider.agreement_review = True
        agreement, link = self.sent()
        self.sign(link)
        self.assertEqual(agreement.state, 'review')
        self.assertIn("Nothing is wrong", agreement.next_action)
        with self.assertRaises(AccessError):
            agreement.action_approve()
        operator = agreement.with_user(self.env.ref('base.user_admin'))
        with self.assertRaises(AccessError):
            agreement.write({'review_reason': 'pep'})
        operator = operator.with_context(allowed_company_ids=self.company.ids)
        operator.env.user.group_ids |= self.env.ref('account_bank_feed.bank_feed_group_manager')
        operator.env.user.company_ids |= self.company
        operator.write({'review_reason': 'pep'})
        with self.assertRaises(UserError):
            operator.action_reject()  # without a word
        operator.write({'reject_reason': "The company is not in our registers."})
        self.assertEqual(agreement.review_reason, 'pep')
        self.assertEqual(agreement.state, 'review')
        operator.action_reject()
        self.assertEqual(agreement.state, 'rejected')
        self.assertIn("not in our registers", agreement.next_action)

    def test_reminders_and_time(self):
        agreement, _link = self.sent()
        case = agreement.signing_id.sudo()
        for days, count in ((2, 0), (3, 1), (4, 1), (8, 2), (12, 2)):
            case.sent_at = fields.Datetime.now() - timedelta(days=days)
            self.look()
            mails = (
                self.env['mail.mail']
                .sudo()
                .search([('email_to', '=', 'konatel@example.com'), ('subject', 'like', 'Reminder')])
            )
            self.assertEqual(agreement.reminded, {0: 0, 1: 3, 2: 7}[count], mails)
        self.env.flush_all()
        self.authenticate(None, None)
        for link in (_link, re.search(r'/bank_feed/sign/[\w-]+', mails.sorted('id')[-1].body_html)[0]):
            self.assertEqual(self.url_open(link).status_code, 200, "each mail's link works")
        case.expires_at = fields.Datetime.now() - timedelta(minutes=1)
        self.look()
        self.assertEqual(agreement.state, 'expired')

    def test_proofs_are_a_chain(self):
        first, link = self.sent()
        self.sign(link)
        first.with_user(self.manager).action_end()
        self.env.flush_all()
        second, link = self.sent()
        self.sign(link)
        self.assertEqual(second.action_verify()['params']['type'], 'success')
        evidence = dict(first.signing_id.evidence)
        first.signing_id.sudo().evidence = {**evidence, 'signer': "Somebody"}
        self.assertEqual(second.action_verify()['params']['type'], 'danger')
        first.signing_id.sudo().evidence = evidence
        self.assertEqual(second.action_verify()['params']['type'], 'success')
        first.signing_id.sudo().document = base64.b64encode(b'%PDF-other')
        self.assertEqual(second.action_verify()['params']['type'], 'danger')

    def test_opens_fetching_and_marks_what_was_before(self):
        self.provider.agreement = 'none'
        feed = self.connect()
        self.provider.agreement = 'fetching'  # the provider wants one from now on
        self.server.pay(amount='10.00', days=5)
        self.server.pay(amount='20.00', days=0)
        run = self.fetch(feed)
        self.assertEqual(run.state, 'failed')
        self.assertIn("agreement", run.message)
        _agreement, link = self.sent()
        self.sign(link)
        self.assertEqual(self.fetch(feed).new_count, 2)
        lines = self.env['account.bank.statement.line'].search([('journal_id', '=', self.journal.id)], order='date')
        self.assertEqual(lines.mapped('bank_before_activation'), [True, False])
        figures = (
            self.env['bank.feed']
            .with_user(self.accountant)
            .with_context(allowed_company_ids=self.company.ids)
            .overview()
        )
        self.assertEqual((figures['booked'], figures['before']), (1, 1))

    def test_who_may(self):
        invoicing = self._make_user('invoicing', 'account.group_account_invoice')
        agreement = self.draft()
        with self.assertRaises(AccessError):
            agreement.with_user(invoicing).read(['state'])
        for values in (
            {'state': 'live'},
            {'valid_from': '2020-01-01'},
            {'review_reason': 'pep'},
            {'signed_at': fields.Datetime.now()},
        ):
            with self.assertRaises(AccessError):
                agreement.write(values)
        with self.assertRaises(AccessError):
            self.env['bank.agreement'].with_user(self.accountant).with_context(default_state='live').create(
                {'provider_id': self.provider.id, 'company_id': self.company.id, 'state': 'live'}
            )
        hidden = (
            self.env['bank.agreement']
            .with_user(self.accountant)
            .with_context(default_state='live')
            .create({'provider_id': self.provider.id})
        )
        self.assertEqual(hidden.state, 'draft')
        agreement, _link = self.sent()
        with self.assertRaises(UserError):
            agreement.write({'signatory_name': "X"})
        with self.assertRaises(AccessError):
            agreement.action_end()
        for field in ('link_hash', 'code_hash', 'reference'):
            with self.assertRaises(AccessError):
                agreement.signing_id.with_user(self.manager).read([field])

    def test_a_refusal_tells_a_stranger_nothing(self):
        """Sent or not, waiting or not: who may not write gets one answer."""
        invoicing = self._make_user('invoicing', 'account.group_account_invoice')
        agreement, _link = self.sent()
        provider = self.env['bank.signature.provider'].create({'name': "Idura", 'company_id': self.company.id})
        agreement.signing_id.sudo().provider_id = provider
        for record in (agreement, provider):
            with self.subTest(model=record._name), self.assertRaises(AccessError):
                record.with_user(invoicing).write({'company_id': self.company.id})
            with self.subTest(model=record._name, who="manager"), self.assertRaises(UserError) as refused:
                record.with_user(self.manager).write({'company_id': self.company.id})
            self.assertNotIsInstance(refused.exception, AccessError)

    def test_who_signs_is_who_was_asked(self):
        """With the built-in code, too; and nobody can be asked by a name that fits everybody."""
        agreement, link = self.sent()
        self.assertIn("You were asked as Ján Konateľ", self.sign(link, name="Somebody Else").text)
        self.assertEqual(agreement.state, 'opened')
        for values in (
            {'signatory_name': '-'},
            {'signatory_name': 'Ján'},
            {'signatory_email': 'accountant@example.com'},
            {'signatory_email': 'manager@example.com'},
            {'company_registry': '123', 'country_id': self.env.ref('base.sk').id},
            {'street': 'x' * 500},
        ):
            agreement.sudo()._set_state('ended')
            with self.assertRaises(UserError):
                self.draft(**values).action_send()
