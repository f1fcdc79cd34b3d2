"""A client that speaks to a bank of the NextGenPSD2 family itself."""

from datetime import date, timedelta

from ...banks import client_class
from ...banks.http import Transport
from .client_case import ClientCase
from .common import PSU
from .harness import RETURN


class DirectCase(ClientCase):
    def client_with(self, url=None, **settings):
        cls = client_class('nextgenpsd2')
        return cls(Transport(url or self.server.url, adapter=cls.adapter(settings)), {'name': "Bank", **settings})

    def start(self, client):
        return client.start_consent(f'{RETURN}?state=abc', date.today() + timedelta(days=90), PSU)

    def assertServes(self, client, consent_id):
        accounts = client.accounts(consent_id, PSU)
        self.assertEqual(len(accounts), 3)
        self.assertTrue(client.movements(consent_id, accounts[0].session_id, self.since, PSU).booked)
