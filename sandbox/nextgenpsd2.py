"""A bank's own NextGenPSD2 interface as a licensed company meets it: registration, log-in by OAuth, every message sealed.
The test certificate comes from the portal, as banks' sandboxes give them. (Without these: the sandbox bank itself.)"""

from datetime import datetime, timedelta, timezone

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

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
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Bank Feeds test seal")])
    now = datetime.now(timezone.utc)
    built = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    built = built.serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=1))
    signed = built.not_valid_after(now + timedelta(days=365)).sign(key, hashes.SHA256())
    public = signed.public_bytes(serialization.Encoding.PEM).decode()
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return public + private.decode(), public
