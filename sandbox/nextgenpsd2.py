"""A bank's own NextGenPSD2 interface as a licensed company meets it: registration, log-in by OAuth, every message sealed.
The test certificate comes from the portal, as banks' sandboxes give them. (Without these: the sandbox bank itself.)"""

from ..banks.crypto import self_signed
from .api import Xs2a
from .stub import Stub, reply
from .xs2a_sca import Xs2aOAuth


class NextGenPsd2Stub(Stub):
    """Sends each request on to the interface or to the authorisation server."""

    code = 'nextgenpsd2'
    portal_asks = ('redirect',)
    portal_gives = ('client_id', 'client_secret', 'qsealc')
    browser_paths = ('oauth/authorize',)

    def respond(self, path):
        parts = self.bank, self.request, self.prefix, self.redirects
        if not path.startswith('/v1/'):
            return Xs2aOAuth(*parts).respond(path)
        seals = [app['certificate'] for app in self.apps.values() if app.get('api') == self.code]
        return Xs2a(*parts, ways={'sca': 'oauth', 'seals': seals}).respond(path)

    @classmethod
    def error(cls, status, code, text, retry_after=None):
        body = {'tppMessages': [{'category': 'ERROR', 'code': code, 'text': text}]}
        return reply(body, status, {'Retry-After': str(retry_after)} if retry_after else None)


def new_seal():
    """(certificate with its private key, certificate alone), PEM: a seal for tests, signed by itself."""
    private, certificate = self_signed("Bank Feeds test seal", days=365, bits=2048)
    return certificate + private, certificate
