from email.message import EmailMessage

from odoo.tests import tagged

from ..cases.common import MAIN
from ..cases.hand_written import Words, camt, entry
from .test_mail import MailCase


@tagged('post_install', '-at_install')
class TestMailWays(MailCase, Words):
    """Mails before, between and after files and fetches."""

    def test_mailed_statement_after_mails(self):
        for n in range(2):
            self.arrive(self.signer.sign(self.paid(f'{n + 10}.00', days=1)))
        self.assertEqual(len(self.in_books()), 2)
        message = EmailMessage()
        message['From'], message['To'], message['Subject'] = 'vypisy@tatrabanka.sk', self.address, 'Vypis z uctu'
        message['Date'], message['Message-ID'] = 'Mon, 1 Jun 2026 10:00:00 +0200', '<1@tatrabanka.sk>'
        message.set_content("V prilohe je vypis.")
        message.add_attachment(self.camt(), maintype='application', subtype='xml', filename='vypis.xml')
        mail = self.arrive(self.signer.sign(message.as_bytes()))
        self.assertEqual((len(self.in_books()), mail.state), (2, 'known'), self.state())

    def test_slot_after_the_day_moved(self):
        """Mail of Friday's P1, booked on Saturday; on Friday another equal one was booked."""
        data = self.paid('10.00', days=3, iban='', name="Alice Nova")
        self.arrive(self.signer.sign(data))
        self.bank.state['ledger'][MAIN][-1].update(
            booked=self.days(2)[0].isoformat(), visible=self.days(2)[0].isoformat()
        )
        self.server.pay(amount='10.00', days=3, name="Bob Stary", e2e='/VS43/SS/KS')
        feed = self.feed_all()
        self.fetch(feed)
        self.assertEqual((len(self.in_books()), len(self.held())), (2, 0), self.state())

    def test_second_mail_of_a_twin_after_the_feed(self):
        feed = self.feed_all()
        one = self.paid('10.00')
        self.fetch(feed)
        self.assertEqual(len(self.in_books()), 1)
        self.assertEqual(self.arrive(self.signer.sign(one)).state, 'known')
        two = self.paid('10.00')  # the same customer pays again
        mail = self.arrive(self.signer.sign(two))
        self.assertIn(mail.state, ('booked', 'held'), f"another id, another balance: {mail.state}")

    def test_late_mail_of_the_day_before(self):
        """The interface told it with the booking day; the mail (of the evening before) comes late."""
        data = self.paid('10.00', days=2)
        self.bank.state['ledger'][MAIN][-1].update(
            booked=self.days(1)[0].isoformat(), visible=self.days(1)[0].isoformat()
        )
        self.fetch(self.feed_all())
        mail = self.arrive(self.signer.sign(data))
        self.assertEqual((mail.state, len(self.in_books())), ('known', 1), self.state())

    def test_undo_of_a_mail_then_check(self):
        data = self.signer.sign(self.paid('10.00', days=1))
        mail = self.arrive(data)
        mail.import_id.with_user(self.accountant).action_undo()
        self.assertFalse(self.in_books())
        self.imported(self.camt())
        self.assertEqual(len(self.in_books()), 1)

    def test_mail_then_file_undo_each(self):
        mail = self.arrive(self.signer.sign(self.paid('10.00', days=1)))
        record = self.imported(self.camt())
        self.assertEqual(len(self.in_books()), 1)
        record.action_undo()
        self.assertEqual(len(self.in_books()), 1)
        again = self.imported(self.camt())
        self.assertEqual((again.known_count, len(self.in_books())), (1, 1))
        mail.import_id.with_user(self.accountant).action_undo()
        self.assertEqual(len(self.in_books()), 1)
        again.action_undo()
        self.assertEqual(len(self.in_books()), 0)

    def test_mail_hold_after_feed(self):
        """A mail is on hold for a typed line; the interface is asked, too; both holds 'another one'."""
        self.hand(10, 1, "Cash")
        self.arrive(self.signer.sign(self.paid('10.00', days=1)))
        self.fetch(self.feed_all())
        self.assertEqual(len(self.held()), 2, self.state())
        self.say(self.held(), 'action_retry')
        self.assertEqual(len(self.in_books()), 2, self.state())

    def test_mail_word_glued_other_day(self):
        """Mail says 'Slovenskaposta' on Friday, the interface books 'Slovenska posta' on Monday."""
        data = self.paid('10.00', days=4, name="Slovenskaposta", e2e='', remittance=['x'])
        self.bank.state['ledger'][MAIN][-1].update(
            booked=self.days(1)[0].isoformat(), visible=self.days(1)[0].isoformat(), name='Slovenská pošta a.s.'
        )
        self.arrive(self.signer.sign(data))
        self.fetch(self.feed_all())
        self.assertEqual(len(self.in_books()), 1, self.state())

    def test_mailed_statement_after_the_interface(self):
        """Card payments in other words: whole days, told by an attached statement."""
        for _n in range(3):
            self.server.pay(amount='-5.00', days=2, name='', remittance=['Poplatok za platbu'])
        self.fetch(self.feed_all())
        day = self.days(2)[0]
        data = camt([entry('-5.00', day, texts=['POPL'])] * 3, day, day, total='-15')

        def wrap(number):
            message = EmailMessage()
            message['From'], message['To'], message['Subject'] = 'vypisy@tatrabanka.sk', self.address, 'Vypis z uctu'
            message['Date'], message['Message-ID'] = 'Mon, 1 Jun 2026 10:00:00 +0200', f'<{number}@tatrabanka.sk>'
            message.set_content("V prilohe je vypis.")
            message.add_attachment(data, maintype='application', subtype='xml', filename='vypis.xml')
            return self.signer.sign(message.as_bytes())

        mail = self.arrive(wrap(1))
        self.assertEqual((len(self.in_books()), len(self.held())), (3, 0), (mail.state, self.state()))

    def test_three_fee_mails_then_feed_next_day(self):
        for _n in range(3):
            self.arrive(self.signer.sign(self.paid('-5.00', days=2, name='', e2e='', remittance=[])))
        self.assertEqual(len(self.in_books()), 3)
        self.fetch(self.feed_all())
        self.assertEqual((len(self.in_books()), len(self.held())), (3, 0), self.state())

    def test_twin_mails_then_file(self):
        self.arrive(self.signer.sign(self.paid('10.00', days=2)))
        self.arrive(self.signer.sign(self.paid('10.00', days=2)))
        self.imported(self.camt())
        self.fetch(self.feed_all())
        self.assertEqual((len(self.in_books()), len(self.held())), (2, 0), self.state())

    def test_mail_of_the_next_day_same_payer(self):
        """A customer pays the same on two days; the interface (or a file) told the first, a mail tells the second."""
        self.server.pay(amount='25.00', days=2, name="Zakaznik", e2e='/VS42/SS/KS')
        self.imported(self.camt(20, 2))
        mail = self.arrive(self.signer.sign(self.paid('25.00', days=1)))
        self.assertEqual(
            len(self.in_books()) + len(self.held()),
            2,
            (mail.state, self.state(), self.in_books().mapped('bank_feed_details')),
        )

    def test_mail_of_the_next_day_same_payer_feed_alive(self):
        self.server.pay(amount='25.00', days=2, name="Zakaznik", e2e='/VS42/SS/KS')
        feed = self.feed_all()
        self.fetch(feed)
        mail = self.arrive(self.signer.sign(self.paid('25.00', days=1)))
        before = self.state()
        self.fetch(feed)
        self.assertEqual((len(self.in_books()), len(self.held())), (2, 0), (mail.state, before, self.state()))

    def test_twin_mail_recovers(self):
        feed = self.feed_all()
        one = self.paid('10.00')
        self.fetch(feed)
        self.arrive(self.signer.sign(one))
        self.arrive(self.signer.sign(self.paid('10.00')))
        self.fetch(feed)
        self.assertEqual((len(self.in_books()), len(self.held())), (2, 0), self.state())

    def test_slot_hold_is_for_good(self):
        data = self.paid('10.00', days=3, iban='', name="Alice Nova")
        self.arrive(self.signer.sign(data))
        self.bank.state['ledger'][MAIN][-1].update(
            booked=self.days(2)[0].isoformat(), visible=self.days(2)[0].isoformat()
        )
        self.server.pay(amount='10.00', days=3, name="Bob Stary", e2e='/VS43/SS/KS')
        self.fetch(self.feed_all())
        self.say(self.held(), 'action_retry')
        self.assertEqual((len(self.in_books()), len(self.held())), (2, 0), self.state())

    def test_dollar_mail_and_recover_43(self):
        self.server.pay(amount='25.00', days=2, name="Zakaznik", e2e='/VS42/SS/KS')
        self.imported(self.camt(20, 2))
        self.arrive(self.signer.sign(self.paid('25.00', days=1)))
        self.imported(self.camt(1, 0))
        self.assertEqual((len(self.in_books()), len(self.held())), (2, 0), self.state())
