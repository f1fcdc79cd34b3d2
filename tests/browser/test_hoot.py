from odoo.tests import HttpCase, tagged


@tagged('post_install', '-at_install')
class TestHoot(HttpCase):
    """The components' own tests, in a browser."""

    def test_components(self):
        self.browser_js(
            '/web/tests?headless&loglevel=2&preset=desktop&timeout=15000&filter=@account_bank_feed',
            "",
            "",
            login='admin',
            timeout=300,
            success_signal="[HOOT] Test suite succeeded",
        )
