"""The authorisation server that several stand-ins share: code with PKCE, client credentials, rotating refresh tokens."""

import base64
import hashlib
from urllib.parse import urlencode

from werkzeug.utils import redirect

from .bank import Refusal
from .payments import Payments
from .stub import Stub, new_secret, reply

ACCESS_SECONDS = 3600


class OAuthStub(Stub):
    """Tokens live in the state: access token → consent and time; refresh token → consent."""

    browser_paths = ('auth/oauth/v2/authorize',)

    @property
    def tokens(self):
        return self.bank.state.setdefault('tokens', {})

    def application(self, client_id, secret=None):
        app = self.apps.get(client_id)
        if not app or (secret is not None and secret != app['client_secret']):
            return None
        return app

    # === Endpoints === #

    def authorize(self):
        """The browser comes: the person's log-in page, or a refusal in place."""
        args = self.request.args
        app = self.application(args.get('client_id', ''))
        if not app or args.get('redirect_uri') != app['redirect'] or not self.registered(app['redirect']):
            return reply({'error': 'invalid_redirect_uri'}, 400)
        if args.get('code_challenge_method') != 'S256' or not args.get('code_challenge'):
            return reply({'error': 'invalid_request', 'error_description': "PKCE is missing"}, 400)
        return redirect(self.to_person(app, args), 303)

    def to_person(self, app, args):
        """Address of the log-in page for an authorisation request."""
        code, state = new_secret(), args.get('state', '')
        good = f"{app['redirect']}?{urlencode({'code': code, 'state': state})}"
        bad = f"{app['redirect']}?{urlencode({'error': 'access_denied', 'state': state})}"
        consent, url = self.ask_person(good, bad)
        consent.update(code=code, app=app['id'], challenge=args['code_challenge'])
        return url

    def token(self):
        form, app = self.request.form, self._client()
        if not app:
            return reply({'error': 'invalid_client'}, 401)
        kind = form.get('grant_type')
        if kind == 'client_credentials':
            return self._grant(None, app)
        if kind == 'authorization_code':
            payment = self.payment_of(form.get('code'), app)
            consent = payment or self.authorised(form.get('code'))
            digest = hashlib.sha256(form.get('code_verifier', '').encode()).digest()
            challenge = base64.urlsafe_b64encode(digest).rstrip(b'=').decode()
            wrong = not consent or (not payment and consent['app'] != app['id']) or consent['challenge'] != challenge
            if wrong or form.get('redirect_uri') != app['redirect']:
                return reply({'error': 'invalid_grant'}, 400)
            return self._grant_payment(payment, app) if payment else self._grant(consent, app)
        if kind == 'refresh_token':
            return self._refresh(form.get('refresh_token', ''), app)
        return reply({'error': 'unsupported_grant_type'}, 400)

    def to_signature(self, payment, app, args):
        """Address of the page where a payment is signed; the way back carries a code."""
        state = args.get('state', '')
        if not payment:
            return f"{app['redirect']}?{urlencode({'error': 'invalid_scope', 'state': state})}"
        code = new_secret()
        back = f"{app['redirect']}?{urlencode({'code': code, 'state': state})}"
        payment.update(code=code, challenge=args['code_challenge'], back=back, client=app['id'])
        return f"{self.origin()}/sign/{payment['id']}"

    def payment_of(self, code, app):
        """The signed payment of a code, which works once."""
        for payment in Payments(self.bank).all.values():
            if code and payment.get('code') == code and payment['signers'] and payment['client'] == app['id']:
                payment['code'] = None
                return payment
        return None

    def _grant_payment(self, payment, app):
        access = new_secret()
        self.tokens[access] = {
            'kind': 'access',
            'consent': None,
            'app': app['id'],
            'payment': payment['id'],
            'since': self.bank.now().isoformat(),
            'replaces': None,
        }
        return reply({'access_token': access, 'token_type': 'Bearer', 'expires_in': 600})

    def _client(self):
        form, header = self.request.form, self.request.authorization
        if header and header.type == 'basic':
            return self.application(header.username, header.password)
        return self.application(form.get('client_id', ''), form.get('client_secret', ''))

    def _refresh(self, token, app):
        """The old token works until the new access token was used: then it is gone for good."""
        kept = self.tokens.get(token)
        consent = kept and kept['kind'] == 'refresh' and self.bank.state['consents'].get(kept['consent'])
        if not consent or consent['app'] != app['id'] or self.bank.consent(consent['id'])['status'] != 'valid':
            return reply({'error': 'invalid_grant'}, 400)
        return self._grant(consent, app, replaces=token)

    def _grant(self, consent, app, replaces=None):
        access, now = new_secret(), self.bank.now().isoformat()
        number = consent['id'] if consent else None
        self.tokens[access] = {
            'kind': 'access',
            'consent': number,
            'app': app['id'],
            'since': now,
            'replaces': replaces,
        }
        found = {'access_token': access, 'token_type': 'Bearer', 'expires_in': ACCESS_SECONDS}
        if consent:
            found['refresh_token'] = new_secret()
            if consent.get('number'):
                found['consent_id'] = consent['number']
            self.tokens[found['refresh_token']] = {'kind': 'refresh', 'consent': number, 'app': app['id']}
        return reply(found, headers={'Cache-Control': 'no-store'})

    # === Use === #

    def bearer(self, person=True):
        """(application, consent) of the request's token; Refusal TOKEN_INVALID."""
        token = self.request.headers.get('Authorization', '').removeprefix('Bearer ')
        kept = self.tokens.get(token)
        if not kept or kept['kind'] != 'access' or self.bank.seconds_since(kept['since']) > ACCESS_SECONDS:
            raise Refusal(401, 'TOKEN_INVALID', "The token is not valid.")
        if bool(kept['consent']) != person:
            raise Refusal(401, 'TOKEN_INVALID', "The token is not of this kind.")
        if kept['replaces']:
            self.tokens.pop(kept['replaces'], None)
        consent = self.bank.use_consent(kept['consent']) if person else None
        return self.apps[kept['app']], consent
