import re
from urllib.parse import urlsplit

from odoo.tests import HttpCase, tagged

from ..cases.common import MAIN, BankFeedCase, at_the_bank

PATH = '/bank_feed/consents'


@tagged('post_install', '-at_install')
class TestConsentsPage(BankFeedCase, HttpCase):
    """A person's own consents in the browser, without a right in accounting."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.director = cls._make_user('director')

    def setUp(self):
        super().setUp()
        self.feed = self.connect()
        self.connection = self.feed.connection_id

    def invite(self):
        holder = self.env['bank.consent.holder']._of(self.connection, self.director)
        holder._invite(self.manager)
        self.env.flush_all()
        return holder

    def get(self, path=PATH, user='director_bank'):
        self.authenticate(user, user)
        answer = self.url_open(path, timeout=60)
        return answer.status_code, answer.text

    def post(self, act, **values):
        """(status, address that the browser is sent to, text)"""
        _status, text = self.get(f'{PATH}/{self.connection.id}')
        token = re.search(r'name="csrf_token" value="([^"]+)"', text)
        data = {'csrf_token': token and token[1], 'act': act, **values}
        answer = self.url_open(f'{PATH}/{self.connection.id}', data=data, allow_redirects=False, timeout=60)
        self.env.invalidate_all()
        return answer.status_code, answer.headers.get('Location', ''), answer.text

    def come_back_by_web(self, location):
        parts = urlsplit(location)
        answer = self.url_open(f'{parts.path}?{parts.query}', timeout=60)
        self.env.invalidate_all()
        return answer.status_code, answer.text

    def test_from_the_mail_to_the_consent(self):
        holder = self.invite()
        self.assertIn("manager", self.get(f'{PATH}/{self.connection.id}')[1])
        status, address, _text = self.post('give')
        self.assertEqual(status, 303)
        status, text = self.come_back_by_web(at_the_bank(address, 'peter', accounts=[MAIN]))
        self.assertEqual(status, 200)
        self.assertIn("Thank you", text)
        self.assertIn(PATH, text)
        self.assertEqual((holder.state, self.feed.consent_id.user_id), ('valid', self.director))
        self.assertIn("Business account SK05", self.get()[1])

    def test_nobody_asked(self):
        self.assertIn("Nobody asks you", self.get()[1])
        self.assertEqual(self.get(f'{PATH}/{self.connection.id}')[0], 404)
        with self.assertLogs('odoo.http', 'WARNING'):
            status, address, _text = self.post('give')
        self.assertEqual((status, address), (400, ''), "without a form there is no token")
        self.assertEqual(self.get(f'{PATH}/999999')[0], 404)
        self.assertFalse(self.connection.holder_ids.filtered(lambda holder: holder.user_id == self.director))

    def test_which_log_in_comes_first(self):
        """Who is not logged in to Odoo is told that the bank's comes later; a number that there is not looks the same."""
        texts = []
        for number in (self.connection.id, 999999):
            self.authenticate(None, None)
            answer = self.url_open(f'{PATH}/{number}', timeout=60)
            self.assertEqual(answer.status_code, 200)
            texts.append(re.sub(rf'csrf_token: "[^"]+"|(?<=/){number}\b|(?<=%2F){number}\b', '', answer.text))
        self.assertIn("First log in to <b>Odoo</b>", texts[0])
        self.assertIn('/web/login?redirect=%2Fbank_feed%2Fconsents%2F', texts[0])
        self.assertEqual(*texts)

    def test_the_own_consent_ends(self):
        self.invite()
        _status, address, _text = self.post('give')
        self.come_back_by_web(at_the_bank(address, 'peter', accounts=[MAIN]))
        self.assertEqual(self.feed.consent_id.user_id, self.director)
        self.post('end')
        self.assertEqual(self.feed.consent_id, self.consent, "somebody else's goes on")

    def test_without_rights_at_the_bank(self):
        holder = self.invite()
        self.assertIn("you need no consent", self.post('no_rights')[2])
        self.assertEqual(holder.state, 'no_rights')
        self.assertIn("Log In at the Bank", self.post('has_rights')[2])

    def test_somebody_else_comes_back(self):
        self.invite()
        _status, address, _text = self.post('give')
        location = at_the_bank(address, 'peter')
        self.authenticate('manager_bank', 'manager_bank')
        self.assertEqual(self.come_back_by_web(location)[0], 403)
        self.assertNotEqual(self.feed.consent_id.user_id, self.director)

    def test_another_companys_connection(self):
        """Who is not in the company sees nothing of it, invited or not."""
        holder = self.invite()
        other = self._make_company("Susedia s.r.o.")
        self.director.write({'company_ids': [(6, 0, other.ids)], 'company_id': other.id})
        self.env.flush_all()
        self.assertEqual(self.get(f'{PATH}/{self.connection.id}')[0], 404)
        self.assertNotIn(self.company.name, self.get()[1])
        self.assertEqual(holder.state, 'invited')
