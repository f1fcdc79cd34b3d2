from datetime import timedelta
from urllib.parse import urlsplit

from odoo import fields
from odoo.tests import HttpCase, tagged

from ...sandbox.faults import fault
from ..cases.common import MAIN, BankFeedCase, at_the_bank


@tagged('post_install', '-at_install')
class TestReturn(BankFeedCase, HttpCase):
    """Back from the bank over real HTTP: what is told, and that nothing half-made stays."""

    def leave(self, **kwargs):
        consent, address = self.start(**kwargs)
        self.env.flush_all()
        return consent, address

    def arrive(self, location, user='manager_bank'):
        """The browser follows the bank's redirect; returns (status, text, path)."""
        self.authenticate(user, user) if user else self.authenticate(None, None)
        parts = urlsplit(location)
        answer = self.url_open(f'{parts.path}?{parts.query}', timeout=60)
        self.env.invalidate_all()
        return answer.status_code, answer.text, urlsplit(answer.url).path

    def assertNothingMade(self):
        self.assertFalse(self.env['bank.connection'].search([('institution_id', '=', self.institution.id)]))
        self.assertFalse(self.env['bank.feed'].search([('institution_id', '=', self.institution.id)]))

    def test_good(self):
        consent, address = self.leave()
        _status, _text, path = self.arrive(at_the_bank(address))
        result = self.env['bank.connect.result'].search([], order='id desc', limit=1)
        self.assertEqual(path, f'/odoo/bank-connect-result/{result.id}')
        self.assertEqual(result.line_ids.mapped('balance'), [12450.0, 30000.0, 8000.0])
        self.assertEqual(consent.state, 'valid')
        self.assertNothingMade()

    def test_used_again(self):
        _consent, address = self.leave()
        location = at_the_bank(address)
        self.arrive(location)
        status, text, _path = self.arrive(location)
        self.assertEqual(status, 400)
        self.assertIn("This address is not valid", text)

    def test_forged(self):
        for query in ('', '?state=', '?state=forged', '?state=' + 'x' * 5000, '?nok=1', '?state=%00%ff'):
            status, text, _path = self.arrive(f'/bank_feed/return{query}')
            self.assertEqual(status, 400, query)
            self.assertIn("This address is not valid", text)
        self.assertNothingMade()

    def test_refused(self):
        consent, address = self.leave()
        status, text, _path = self.arrive(at_the_bank(address, approve=False))
        self.assertEqual((status, consent.state), (200, 'rejected'))
        self.assertIn("You did not approve", text)
        self.assertNothingMade()

    def test_browser_closed_at_the_bank(self):
        """Nobody returns: the attempt is ended at the bank after a day, and vanishes."""
        consent, _address = self.leave()
        self.assertNothingMade()
        self.env.cr.execute(
            "UPDATE bank_consent SET create_date = create_date - interval '2 days' WHERE id = %s", [consent.id]
        )
        self.env['bank.consent']._gc_abandoned()
        self.assertTrue(consent.exists(), "first the bank is told")
        with self.allow_requests(all_requests=True):
            self.env.ref('account_bank_feed.ir_cron_remind').method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(consent.state, 'terminatedByTpp')
        self.env['bank.consent']._gc_abandoned()
        self.assertFalse(consent.exists())

    def test_result_page_left_alone(self):
        """The bank's permission was given and nobody confirmed: it is given back."""
        consent, address = self.leave()
        self.arrive(at_the_bank(address))
        self.env.cr.execute(
            "UPDATE bank_consent SET create_date = create_date - interval '2 days' WHERE id = %s", [consent.id]
        )
        with self.allow_requests(all_requests=True):
            self.env.ref('account_bank_feed.ir_cron_remind').method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(self.bank.consent(consent._bank_ref())['status'], 'terminatedByTpp')
        self.assertEqual(consent.state, 'terminatedByTpp')

    def test_too_late(self):
        consent, address = self.leave()
        location = at_the_bank(address)
        consent.sudo().return_until = fields.Datetime.now() - timedelta(seconds=1)
        status, text, _path = self.arrive(location)
        self.assertEqual(status, 410)
        self.assertIn("This took too long", text)
        self.assertNothingMade()

    def test_another_users_session(self):
        self._make_user('other', 'account_bank_feed.bank_feed_group_manager')
        consent, address = self.leave()
        location = at_the_bank(address)
        status, text, _path = self.arrive(location, user='other_bank')
        self.assertEqual(status, 403)
        self.assertIn("Somebody else began this", text)
        self.assertEqual(consent.state, 'received')
        self.assertEqual(
            self.arrive(location)[2].rpartition('/')[0],
            '/odoo/bank-connect-result',
            "the one who began can still finish",
        )

    def test_without_a_right(self):
        self._make_user('accountant', 'account_bank_feed.bank_feed_group_accountant')
        _consent, address = self.leave()
        self.assertEqual(self.arrive(at_the_bank(address), user='accountant_bank')[0], 400)

    def test_logged_out(self):
        _consent, address = self.leave()
        self.assertEqual(self.arrive(at_the_bank(address), user=None)[2], '/web/login')

    def test_second_signature(self):
        self.bank.state['settings']['second_signature'] = True
        _consent, address = self.leave()
        self.assertIn("A second signature is needed", self.arrive(at_the_bank(address))[1])
        self.assertNothingMade()

    def test_bank_fails_at_the_return(self):
        for kind in ('html', 'half', 'nothing'):
            _consent, address = self.leave()
            location = at_the_bank(address)
            self.bank.state['faults'].append(fault('/v1/', kind))
            status, text, _path = self.arrive(location)
            self.assertEqual(status, 502, kind)
            self.assertIn("The bank did not answer as it should", text)
        self.assertNothingMade()

    def test_no_account_shared(self):
        consent, address = self.leave()
        location = at_the_bank(address, 'eva', accounts=[MAIN])  # not hers
        status, text, _path = self.arrive(location)
        self.assertEqual(status, 400)
        self.assertIn("The bank shared no account", text)
        self.assertEqual(consent.state, 'terminatedByTpp')
        self.assertNothingMade()
