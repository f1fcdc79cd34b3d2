import base64
import re
import socketserver
import threading
import time

import dkim
import dns.message
import dns.rrset
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from odoo.exceptions import AccessError
from odoo.tests import tagged

from ...sandbox import papers
from ..cases.import_case import ACCOUNT, ImportCase

#: what Tatra banka's signature covers
SIGNED = (
    b'from',
    b'to',
    b'message-id',
    b'subject',
    b'mime-version',
    b'content-type',
    b'content-transfer-encoding',
    b'date',
)


class NameServer:
    """A name server on a port of localhost that knows some texts."""

    def __init__(self):
        self.texts, names = {}, self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self):
                data, socket = self.request
                asked = dns.message.from_wire(data)
                answer = dns.message.make_response(asked)
                name = asked.question[0].name
                if text := names.texts.get(name.to_text(omit_final_dot=True)):
                    pieces = ' '.join(f'"{text[start : start + 200]}"' for start in range(0, len(text), 200))
                    answer.answer.append(dns.rrset.from_text(name, 60, 'IN', 'TXT', pieces))
                else:
                    answer.set_rcode(3)
                socket.sendto(answer.to_wire(), self.client_address)

        self.server = socketserver.ThreadingUDPServer(('127.0.0.1', 0), Handler)
        self.address = f'127.0.0.1:{self.server.server_address[1]}'
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


class Signer:
    """A bank that signs its mails."""

    def __init__(self, names, domain='tatrabanka.sk', selector='mta'):
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.domain, self.selector = domain, selector
        self.key = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
        )
        public = key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        names.texts[f'{selector}._domainkey.{domain}'] = f'v=DKIM1; k=rsa; p={base64.b64encode(public).decode()}'

    def sign(self, data, headers=SIGNED, **options):
        data = data.replace(b'\r\n', b'\n').replace(b'\n', b'\r\n')
        signature = dkim.sign(
            data, self.selector.encode(), self.domain.encode(), self.key, include_headers=list(headers),
            canonicalize=(b'relaxed', b'simple'), **options,
        )  # fmt: skip
        return signature + data


class MailCase(ImportCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.names = NameServer()
        cls.addClassCleanup(cls.names.stop)
        cls.signer = Signer(cls.names)
        cls.env['ir.config_parameter'].set_param('account_bank_feed.name_server', cls.names.address)
        domain = cls.env['mail.alias.domain'].create(
            {'name': 'company.example', 'bounce_alias': 'b', 'catchall_alias': 'c'}
        )
        cls.company.alias_domain_id = domain
        action = cls.env['bank.mailbox'].with_user(cls.manager).action_open()
        cls.mailbox = cls.env['bank.mailbox'].browse(action['res_id'])
        cls.address = cls.mailbox.alias_email

    def arrive(self, data, user=None):
        """The company's mail gateway hands a mail on; returns the newest bank mail."""
        before = self.env['bank.mail'].search([])
        thread = self.env['mail.thread']
        (thread.with_user(user) if user else thread).message_process(False, data)
        self.env.invalidate_all()
        return self.env['bank.mail'].search([]) - before

    def paid(self, amount='120.00', days=0, **entry):
        """A mail of a movement."""
        entry = {'e2e': '/VS42/SS/KS', 'name': "Zákazník s.r.o.", **entry}
        made = self.server.pay(amount=amount, days=days, **entry)
        return self.mail(made, to=self.address)


@tagged('post_install', '-at_install')
class TestMail(MailCase):
    """A bank's mail is a paid invoice within seconds; anybody else's books nothing."""

    def test_address(self):
        self.assertRegex(self.address, r'^bank-[a-z0-9-]+@company\.example$')
        self.assertTrue(self.mailbox.guide['banks'])

    def test_signed_by_the_bank(self):
        invoice = self.invoice(120.0)
        data = self.signer.sign(self.paid(remittance=[invoice.name]))
        started = time.monotonic()
        mail = self.arrive(data)
        self.assertLess(time.monotonic() - started, 5)
        self.assertEqual((mail.state, mail.verified_by, mail.domain), ('booked', 'dkim', 'tatrabanka.sk'))
        self.assertEqual(invoice.payment_state, 'paid')
        line = self.in_books()
        self.assertEqual((line.bank_feed_way, line.amount, line.journal_id), ('mail', 120.0, self.journal))
        self.assertEqual(mail.line_ids, line)
        self.assertFalse(self.env['mail.message'].search([('model', '=', 'bank.mail')]), "no copy of its text")

    def test_once_only(self):
        data = self.signer.sign(self.paid())
        self.arrive(data)
        self.assertFalse(self.arrive(data))
        again = self.arrive(self.signer.sign(data.partition(b'\r\n')[2] if False else self.paid_again()))
        self.assertEqual((again.state, len(self.in_books())), ('known', 1))

    def paid_again(self):
        """The same movement, told by a second mail."""
        entry = self.bank.state['ledger'][f"{ACCOUNT['iban']}/EUR"][-1]
        return self.mail(entry, to=self.address).replace(b'@mailer', b'@other')

    def test_not_signed(self):
        mail = self.arrive(self.paid())
        self.assertEqual((mail.state, mail.code), ('unverified', 'unsigned'))
        self.assertFalse(self.in_books())

    def test_forged(self):
        good = self.signer.sign(self.paid())
        theirs = Signer(self.names, 'tatrabanka.sk.evil.example')
        stranger = Signer(self.names, 'evil.example')
        plain = self.paid()
        cases = {
            'amount': good.replace(b'120,00', b'920,00'),
            'another name that ends like it': theirs.sign(plain),
            'signed by another': stranger.sign(plain),
            'a part only': self.signer.sign(plain, length=True) + b'more',
            'subject not signed': self.signer.sign(plain, headers=(b'from', b'to')),
            'two senders': b'From: x@evil.example\r\n' + good,
            'two subjects': b'Subject: Kredit\r\n' + good,
            'a second type': b'Content-Type: text/html\r\n' + good,
            'two addresses': good.replace(b'From: b-mail@tatrabanka.sk', b'From: b-mail@tatrabanka.sk, x@evil.example'),
            'name that looks like it': stranger.sign(plain.replace(b'From: b-mail@tatrabanka.sk', b'From: "b-mail@tatrabanka.sk" <x@evil.example>')),
            'results of its own': b'Authentication-Results: mx.company.example; dkim=pass header.d=tatrabanka.sk\r\n' + plain,
        }  # fmt: skip
        for number, (what, data) in enumerate(cases.items()):
            mail = self.arrive(
                re.sub(rb'Message-ID: <', b'Message-ID: <%d.' % number, data) if what != 'amount' else data
            )
            self.assertEqual(mail.state, 'unverified', what)
        self.assertFalse(self.in_books())

    def test_read_in_two_ways(self):
        """What is checked is what is read: a head that two readers read differently is no bank's."""
        good = self.signer.sign(self.paid())
        told = (
            b'31.5.2026 09:15 bol zostatok Vasho uctu %s zvyseny o 999,00 EUR. S pozdravom' % ACCOUNT['iban'].encode()
        )
        head, _end, body = good.partition(b'\r\n\r\n')
        few = self.signer.sign(self.paid(), headers=[name for name in SIGNED if name != b'content-type'])
        cases = {
            'a line that is no header': head + b'\r\nFrom : ' + told + b'\r\n\r\n' + body,
            'a bare return': b'X-A: y\r\r' + told + b'\r' + good,
            'a continued first line': b' x\r\n' + good,
            'an empty continuation': head + b'\r\nX: a\r\n \r\n\r\n' + body,
            'a NUL': b'X: \x00\r\n' + good,
            'a head of 300 KB': b'Subject: y\r\n' + b'X-P: %s\r\n' % (b'x' * 900) * 300 + good,
            'another kind, not signed': few.replace(b'text/plain; charset=utf-8', b'multipart/mixed; boundary="x"'),
            'another alphabet, not signed': few.replace(b'charset=utf-8', b'charset=utf-16le'),
            'the day not signed': self.signer.sign(self.paid(), headers=[name for name in SIGNED if name != b'date']),
        }
        for what, data in cases.items():  # past the gateway, which finds no recipient in some of them
            mail = self.env['bank.mail'].browse(self.env['bank.mail']._arrive(data, self.mailbox) or [])
            self.assertNotEqual(mail.state, 'booked', what)
        self.assertFalse(self.in_books())

    def test_results_are_parsed(self):
        self.mailbox.with_user(self.manager).server = 'mx.company.example'
        server = b'Authentication-Results: mx.company.example; '
        forged = (
            b'spf=pass smtp.mailfrom="; dkim=pass header.d=tatrabanka.sk"@evil.example; dkim=fail',
            b'dkim=fail reason="dkim=pass header.d=tatrabanka.sk"',
            b'x-dkim=pass header.d=tatrabanka.sk',
            b'policy.dkim=pass header.d=tatrabanka.sk',
            b'dkim=pass header.d=sk',
            b'dkim=pass header.d=news.tatrabanka.sk',
            b'dkim=pass (header.d=tatrabanka.sk',
        )
        for number, results in enumerate(forged):
            self.assertEqual(
                self.arrive(server + results + b'\r\n' + self.paid(f'{number + 1}.00')).state, 'unverified', results
            )
        hops = (
            b'Received: from evil (by mx.company.example) by evil.example; x',
            b'Received: from by mx.company.example by evil.example; x',
            b'Received: from x by 8.8.8.8; x',
        )
        good = server + b'dkim=pass header.d=tatrabanka.sk\r\n'
        for number, hop in enumerate(hops):
            self.assertEqual(
                self.arrive(hop + b'\r\n' + good + self.paid(f'{number + 20}.00')).state, 'unverified', hop
            )
        inner = b'Received: by 2002:a9d:4792:0:0:0:0:0 with SMTP id b18; x\r\nReceived: from a (a [192.0.2.1]) by in.company.example; x\r\n'
        self.assertEqual(self.arrive(inner + good + self.paid('40.00')).state, 'booked')

    def test_a_second_look_believes_no_more(self):
        """What a person's call brought stays a person's."""
        self.mailbox.with_user(self.manager).server = 'mx.company.example'
        results = b'Authentication-Results: mx.company.example; dkim=pass header.i=@tatrabanka.sk\r\n'
        mail = self.arrive(results + self.paid(), user=self._make_user('employee'))
        mail.with_user(self.accountant).action_check_again()
        self.assertEqual(mail.state, 'unverified')

    def test_a_flood_costs_no_good_mail(self):
        self.mailbox.write({'refused_today': 500, 'refused_day': self.today()})
        self.env['ir.config_parameter'].set_param('account_bank_feed.name_server', '127.0.0.1:1')
        mail = self.arrive(self.signer.sign(self.paid()))
        self.assertEqual(mail.code, 'unknown')
        mail.with_user(self.accountant).action_check_again()
        self.assertTrue(mail.exists())
        self.env['ir.config_parameter'].set_param('account_bank_feed.name_server', self.names.address)
        self.assertFalse(self.arrive(self.paid('2.00')), "one more that nobody vouches for")

    def test_odd_subjects(self):
        for number, subject in enumerate((b'=?utf-8?b?a?=', b'=?utf-8?q?a=00b?=')):
            plain = re.sub(rb'Subject: .*', b'Subject: ' + subject, self.paid(f'{number + 1}.00'))
            self.assertEqual(self.arrive(plain).state, 'unverified', subject)

    def test_other_banks_signature(self):
        """Who signs for one bank tells nothing of another's accounts."""
        fio = Signer(self.names, 'fio.cz')
        mail = self.arrive(fio.sign(self.paid().replace(b'From: b-mail@tatrabanka.sk', b'From: automat@fio.cz')))
        self.assertEqual(mail.state, 'unverified')

    def test_our_servers_word(self):
        self.mailbox.with_user(self.manager).server = 'mx.company.example'
        results = b'Authentication-Results: mx.company.example; dkim=pass header.i=@tatrabanka.sk; spf=none\r\n'
        received = b'Received: from a.b (a.b [192.0.2.1]) by mx.company.example with ESMTPS; Mon, 1 Jun 2026 10:00:00 +0000\r\n'
        self.assertEqual(self.arrive(received + results + self.paid('1.00')).verified_by, 'server')
        self.assertEqual(self.arrive(results + self.paid('2.00')).verified_by, 'server')
        forged = b'Received: from x by relay.other.example; Mon, 1 Jun 2026 10:00:00 +0000\r\n' + results
        for number, head in enumerate(
            (
                forged,
                results.replace(b'dkim=pass', b'dkim=fail'),
                results.replace(b'header.i=@tatrabanka.sk', b'header.i=@evil.example'),
                results.replace(
                    b'dkim=pass header.i=@tatrabanka.sk', b'dkim=fail (was dkim=pass header.i=@tatrabanka.sk)'
                ),
                results.replace(b'mx.company.example', b'mx.evil.example'),
                b'Authentication-Results: mx.company.example; none\r\n' + results,
            )
        ):
            mail = self.arrive(head + self.paid(f'{number + 10}.00'))
            self.assertEqual(mail.state, 'unverified', head)

    def test_a_persons_own_call_is_no_mail_server(self):
        """Anybody may call the gateway; what "our server" found counts only from the server."""
        self.mailbox.with_user(self.manager).server = 'mx.company.example'
        employee = self._make_user('employee')
        results = b'Authentication-Results: mx.company.example; dkim=pass header.i=@tatrabanka.sk\r\n'
        self.assertEqual(self.arrive(results + self.paid(), user=employee).state, 'unverified')

    def test_a_key_that_cannot_be_asked_for(self):
        data = self.signer.sign(self.paid())
        self.env['ir.config_parameter'].set_param('account_bank_feed.name_server', '127.0.0.1:1')
        mail = self.arrive(data)
        self.assertEqual((mail.state, mail.code), ('unverified', 'unknown'))
        self.env['ir.config_parameter'].set_param('account_bank_feed.name_server', self.names.address)
        self.env.flush_all()
        self.env.ref('account_bank_feed.ir_cron_mail').method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual((mail.state, len(self.in_books())), ('booked', 1))

    def test_a_person_looks_at_it(self):
        mail = self.arrive(self.paid())
        action = mail.with_user(self.accountant).action_read()
        record = self.env['bank.import'].browse(action['res_id']).with_user(self.accountant)
        self.assertEqual((record.state, record.new_count, len(self.in_books())), ('preview', 1, 0))
        record.action_import()
        self.assertEqual(self.in_books().amount, 120.0)
        self.assertEqual((mail.state, mail.verified_by), ('booked', 'person'))
        self.assertEqual(record.name, mail.subject)
        self.assertIn("120.00", mail.told)
        record.action_undo()
        self.assertEqual((mail.state, len(self.in_books())), ('undone', 0), "it can be looked at again")
        action = mail.with_user(self.accountant).action_read()
        self.env['bank.import'].browse(action['res_id']).with_user(self.accountant).action_import()
        self.assertEqual((mail.state, len(self.in_books())), ('booked', 1))

    def test_dismissed(self):
        mail = self.arrive(self.paid())
        with self.assertRaises(AccessError):
            mail.with_user(self._make_user('invoicing', 'account.group_account_invoice')).action_dismiss()
        mail.with_user(self.accountant).action_dismiss()
        self.assertEqual((mail.state, len(self.in_books())), ('dismissed', 0))
        mail.with_user(self.accountant).action_check_again()
        self.assertEqual(mail.state, 'dismissed')

    def test_privacy(self):
        self.mailbox.with_user(self.manager).privacy = True
        invoice = self.invoice(77.0)
        wanted = self.arrive(self.signer.sign(self.paid('77.00', remittance=[invoice.name])))
        self.assertEqual((wanted.state, invoice.payment_state), ('booked', 'paid'))
        attachments = self.env['ir.attachment'].search_count([])
        self.assertFalse(
            self.arrive(self.signer.sign(self.paid('5.00', name="Private Person", e2e='', remittance=["birthday"])))
        )
        self.assertFalse(
            self.arrive(
                self.signer.sign(self.paid('6.00').replace(ACCOUNT['iban'].encode(), b'SK3112000000198742637541'))
            )
        )
        self.assertEqual((self.mailbox.discarded_count, len(self.in_books())), (2, 1))
        self.assertEqual(self.env['ir.attachment'].search_count([]), attachments)
        self.assertEqual(len(self.env['bank.import'].search([('way', '=', 'mail')])), 1)

    def test_kept_or_not(self):
        data = self.signer.sign(self.paid())
        self.assertEqual(base64.b64decode(self.arrive(data).content), data)
        self.mailbox.with_user(self.manager).keep = False
        self.assertFalse(self.arrive(self.signer.sign(self.paid('3.00'))).content)

    def test_another_account(self):
        mail = self.arrive(self.signer.sign(self.paid().replace(ACCOUNT['iban'].encode(), b'SK3112000000198742637541')))
        self.assertEqual(mail.state, 'journal')

    def test_no_movement_and_unknown_form(self):
        plain = self.paid()
        head = plain.partition(b'\n\n')[0].replace(b'Kredit na ucte', b'Stav na ucte')
        self.assertEqual(
            self.arrive(self.signer.sign(head + b'\n\nVazeny klient,\n\nTATRA BANKA, a.s.\n')).state, 'nothing'
        )
        cut = plain[: plain.index(b'S pozdravom')].replace(b'ID=', b'ID=9')
        self.assertEqual(
            self.arrive(self.signer.sign(cut.replace(b'Message-ID: <', b'Message-ID: <x'))).state, 'unreadable'
        )
        self.assertEqual(
            self.mailbox.activity_ids.user_id, self.manager, "a bank that writes otherwise is noticed the same day"
        )

    def test_the_interface_completes_it(self):
        self.arrive(self.signer.sign(self.paid(days=0)))
        line = self.in_books()
        feed = self.connect()
        self.assertLess(feed.date_from, line.date, "a mail tells no whole day: the bank is asked for it")
        run = self.fetch(feed)
        self.assertEqual((run.new_count, run.known_count), (0, 1))
        self.assertEqual((line.bank_feed_id, line.bank_feed_way), (feed, 'feed'))
        self.assertTrue(line.bank_feed_details['value_date'])
        late = self.arrive(self.signer.sign(self.paid_again()))
        self.assertEqual((late.state, len(self.in_books())), ('known', 1))

    def test_a_mail_after_the_interface_and_a_file_after_both(self):
        data = self.signer.sign(self.paid(days=1))
        feed = self.connect()
        self.fetch(feed)
        self.assertEqual(self.arrive(data).state, 'known')
        self.assertEqual(self.drop(self.camt()).known_count, 1)
        self.assertEqual(len(self.in_books()), 1)

    def test_two_equal_payments(self):
        self.arrive(self.signer.sign(self.paid('9.00')))
        self.arrive(self.signer.sign(self.paid('9.00')))
        self.assertEqual(len(self.in_books()), 2)
        record = self.drop(self.camt())
        self.assertEqual((record.new_count, record.known_count), (0, 2))

    def test_who_may(self):
        with self.assertRaises(AccessError):
            self.mailbox.with_user(self.accountant).write({'server': 'mx.evil.example'})
        self.assertEqual(self.env['bank.mailbox'].with_user(self.accountant).action_open()['res_id'], self.mailbox.id)
        employee = self._make_user('employee')
        mail = self.arrive(self.paid())
        with self.assertRaises(AccessError):
            mail.with_user(employee).read(['subject'])
        with self.assertRaises(AccessError):
            mail.with_user(employee).action_read()
        with self.assertRaises(AccessError):
            mail.with_user(self.accountant).write({'state': 'booked'})

    def test_attached_statement(self):
        from email.message import EmailMessage

        self.server.pay(amount='10.00')
        message = EmailMessage()
        message['From'], message['To'], message['Subject'] = 'vypisy@tatrabanka.sk', self.address, 'Vypis z uctu'
        message['Date'], message['Message-ID'] = 'Mon, 1 Jun 2026 10:00:00 +0200', '<1@tatrabanka.sk>'
        message.set_content("V prilohe je vypis.")
        message.add_attachment(self.camt(), maintype='application', subtype='xml', filename='vypis.xml')
        mail = self.arrive(self.signer.sign(message.as_bytes()))
        self.assertEqual((mail.state, self.in_books().mapped('amount')), ('booked', [10.0]))


@tagged('post_install', '-at_install')
class TestMailboxes(MailCase):
    def test_two_companies(self):
        """A mailbox that is read without an address: the account tells the company."""
        other = self._make_company("Druhá firma")
        self.env['bank.mailbox'].create({'company_id': other.id, 'alias_name': 'bank-druha'})
        data = self.signer.sign(self.paid())
        self.env['mail.thread'].message_process(
            'bank.mail', data.replace(self.address.encode(), b'someone@elsewhere.example')
        )
        self.assertFalse(self.in_books(), "the recipient was signed")
        plain = papers.mail(
            self.bank, ACCOUNT, self.bank.state['ledger'][f"{ACCOUNT['iban']}/EUR"][-1], to='someone@elsewhere.example'
        )
        self.env['mail.thread'].message_process(
            'bank.mail', self.signer.sign(plain.replace(b'Message-ID: <', b'Message-ID: <y'))
        )
        self.assertEqual(self.in_books().mapped('company_id'), self.company)
