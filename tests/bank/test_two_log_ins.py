from urllib.parse import urlsplit

from odoo.tests import HttpCase, tagged

from ..cases import harness
from ..cases.common import at_the_bank
from ..cases.provider_case import ProviderCase


@tagged('post_install', '-at_install')
class TestTwoLogIns(ProviderCase, HttpCase):
    """K&H: the person comes back, is sent on to sign, and comes back to the same address."""

    harness_class = harness.Kh

    def arrive(self, location):
        self.authenticate('manager_bank', 'manager_bank')
        parts = urlsplit(location)
        answer = self.url_open(f'{parts.path}?{parts.query}', timeout=60, allow_redirects=False)
        self.env.invalidate_all()
        return answer

    def test_on_to_the_basket(self):
        consent, address = self.start()
        self.env.flush_all()
        location = at_the_bank(address)
        answer = self.arrive(location)
        self.assertEqual((answer.status_code, consent.state), (303, 'received'))
        further = answer.headers['Location']
        self.assertTrue(further.startswith(self.harness.server.url), further)
        again = self.arrive(location)  # the browser goes back: nothing is begun a second time
        self.assertIn("has not finished", again.text)
        self.arrive(at_the_bank(further))
        self.assertEqual(consent.state, 'valid', "nor is anything lost")

    def test_signed(self):
        consent, address = self.start()
        self.env.flush_all()
        further = self.arrive(at_the_bank(address)).headers['Location']
        answer = self.arrive(at_the_bank(further))
        result = self.env['bank.connect.result'].search([], order='id desc', limit=1)
        self.assertEqual(urlsplit(answer.headers['Location']).path, f'/odoo/bank-connect-result/{result.id}')
        self.assertEqual((consent.state, len(result.line_ids)), ('valid', 3))

    def test_refused_when_it_is_signed(self):
        consent, address = self.start()
        self.env.flush_all()
        further = self.arrive(at_the_bank(address)).headers['Location']
        answer = self.arrive(at_the_bank(further, approve=False))
        self.assertIn("You did not approve", answer.text)
        self.assertEqual(consent.state, 'rejected')
