"""Further ways of the sandbox bank's NextGenPSD2 interface, switched on by ``state['settings']`` or by who serves it: ``sca``
('oauth', 'decoupled'), ``seals`` (PEM of the certificates of which one has to sign every request)."""

import base64
import hashlib
import re

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.x509 import load_pem_x509_certificate

from .bank import Refusal
from .oauth import OAuthStub
from .payments import Payments
from .stub import reply

MESSAGE = "Please confirm in the Sandbox app."


def links(mode, authorisation, base, origin):
    """(links of the answer to a consent request, SCA approach)"""
    status = {'scaStatus': {'href': f"{base}/authorisations/{authorisation['id']}"}}
    if mode == 'oauth':
        return {'scaOAuth': {'href': f'{origin}/.well-known/oauth-authorization-server'}, **status}, 'REDIRECT'
    if mode == 'decoupled':
        return {'startAuthorisationWithPsuIdentification': {'href': f'{base}/authorisations'}}, 'DECOUPLED'
    return {'scaRedirect': {'href': f"{origin}/authorize/{authorisation['id']}"}, **status}, 'REDIRECT'


def start_authorisation(bank, consent_id, psu_id, base):
    """Body of the answer where the person confirms in the bank's app."""
    if not psu_id:
        raise Refusal(401, 'PSU_CREDENTIALS_INVALID', "PSU-ID is missing.")
    authorisation = next(row for row in bank.state['authorisations'].values() if row['consent'] == consent_id)
    return {
        'scaStatus': 'received',
        'authorisationId': authorisation['id'],
        'psuMessage': MESSAGE,
        '_links': {'scaStatus': {'href': f"{base}/authorisations/{authorisation['id']}"}},
    }


def check_signature(request, seals):
    """Refusal where Digest or Signature do not fit the request (draft-cavage-http-signatures)."""
    digest = base64.b64encode(hashlib.sha256(request.get_data()).digest()).decode()
    given = dict(re.findall(r'(\w+)="([^"]*)"', request.headers.get('Signature', '')))
    names = given.get('headers', '').split()
    present = [name for name in ('psu-id', 'tpp-redirect-uri') if request.headers.get(name)]
    if not {'digest', 'x-request-id', *present} <= set(names):
        raise Refusal(401, 'SIGNATURE_MISSING', "The signature does not cover what it has to.")
    text = '\n'.join(f"{name}: {request.headers.get(name, '')}" for name in names)
    known = {f'{found.serial_number:x}': found for found in (load_pem_x509_certificate(pem.encode()) for pem in seals)}
    serial = given.get('keyId', '').removeprefix('SN=').partition(',')[0]
    if serial not in known:
        raise Refusal(401, 'CERTIFICATE_INVALID', "The certificate of the signature is not registered here.")
    key = known[serial].public_key()
    try:
        key.verify(base64.b64decode(given['signature']), text.encode(), padding.PKCS1v15(), hashes.SHA256())
    except (InvalidSignature, ValueError, KeyError):
        raise Refusal(401, 'SIGNATURE_INVALID', "The signature does not fit.") from None
    if request.headers['Digest'] != f'SHA-256={digest}':
        raise Refusal(401, 'SIGNATURE_INVALID', "The digest does not fit the body.")


class Xs2aOAuth(OAuthStub):
    """The bank's authorisation server: a person logs in for a consent that was asked for before."""

    routes = (
        ('GET', '/.well-known/oauth-authorization-server', 'metadata'),
        ('GET', '/oauth/authorize', 'authorize'),
        ('POST', '/oauth/token', 'token'),
    )

    @classmethod
    def error(cls, status, code, text, retry_after=None):
        return reply({'error': code.lower(), 'error_description': text}, status)

    def metadata(self):
        return reply(
            {
                'issuer': self.origin(),
                'authorization_endpoint': f'{self.origin()}/oauth/authorize',
                'token_endpoint': f'{self.origin()}/oauth/token',
                'code_challenge_methods_supported': ['S256'],
            }
        )

    def to_person(self, app, args):
        scope = args.get('scope', '')
        if not scope.startswith('PIS:'):
            return super().to_person(app, args)
        return self.to_signature(Payments(self.bank).all.get(scope.removeprefix('PIS:')), app, args)

    def ask_person(self, redirect, refused, valid_until=None):
        number = self.request.args.get('scope', '').partition('AIS:')[2]
        consent = self.bank.consent(number)
        authorisation = next(row for row in self.bank.state['authorisations'].values() if row['consent'] == number)
        authorisation.update(redirect=redirect, nok=refused)
        return consent, f"{self.origin()}/authorize/{authorisation['id']}"
