"""What the stand-ins of real bank interfaces have in common: each speaks one provider's language over the same bank
(:class:`bank.Bank`), with the same log-in pages. Imports nothing of Odoo."""

import json
import re
import secrets
from datetime import timedelta

from werkzeug.wrappers import Response

from .bank import LONGEST_CONSENT, Refusal

_STUBS = {}


def stub_class(code):
    """The stand-in of a client's bank, or None."""
    return _STUBS.get(code)


class Stub:
    """One request to a stand-in. Subclasses give :attr:`routes` and :meth:`error`."""

    code = ''
    #: (method, pattern, name of the handler); groups of the pattern are the handler's arguments
    routes = ()
    #: what the provider's portal asks for (see portal.py), and what it gives
    portal_asks = ()
    #: paths of the interface that a person's browser is sent to
    browser_paths = ()
    portal_gives = ()

    def __init_subclass__(cls, **kwargs):  # pylint: disable=missing-return
        super().__init_subclass__(**kwargs)
        if cls.code:
            _STUBS[cls.code] = cls

    def __init__(self, bank, request, prefix='', redirects=''):
        self.bank, self.request, self.prefix, self.redirects = bank, request, prefix, redirects

    @property
    def settings(self):
        return self.bank.state['settings']

    @property
    def apps(self):
        """Applications that were registered: id → dict."""
        return self.bank.state.setdefault('apps', {})

    def respond(self, path):
        try:
            for verb, pattern, handler in self.routes:
                match = re.fullmatch(pattern, path)
                if match and verb == self.request.method:
                    return getattr(self, handler)(*match.groups())
            raise Refusal(404, 'RESOURCE_UNKNOWN', "There is nothing at this address.")
        except Refusal as refusal:
            return self.error(refusal.status, refusal.code, refusal.text, refusal.retry_after)

    @classmethod
    def error(cls, status, code, text, retry_after=None):
        """Answer of a refusal in the provider's own form. ``code`` is NextGenPSD2's or the provider's."""
        raise NotImplementedError

    # === Helpers === #

    def body(self):
        """The JSON object that was sent."""
        try:
            found = json.loads(self.request.get_data() or b'{}')
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise Refusal(400, 'FORMAT_ERROR', "The body is no JSON object.")
        return found

    def needs(self, found, *names):
        """The values of mandatory fields."""
        missing = [name for name in names if not found.get(name)]
        if missing:
            raise Refusal(400, 'FORMAT_ERROR', f"Missing: {', '.join(missing)}.")
        return [found[name] for name in names]

    def origin(self):
        return self.request.host_url.rstrip('/') + self.prefix

    def ask_person(self, redirect, refused, valid_until=None):
        """A permission that waits for the person, and the address of the log-in page."""
        until = valid_until or (self.bank.today() + timedelta(days=LONGEST_CONSENT)).isoformat()
        body = {'validUntil': until, 'access': {}, 'recurringIndicator': False, 'frequencyPerDay': 4}
        consent, authorisation = self.bank.create_consent(body, redirect, refused)
        return consent, f"{self.origin()}/authorize/{authorisation['id']}"

    def authorised(self, code):
        """The permission of a code of the return address, which works once and for ten minutes."""
        for consent in self.bank.state['consents'].values():
            if code and consent.get('code') == code:
                consent['code'] = None
                fresh = self.bank.seconds_since(consent['authorised']) < 600 if consent['authorised'] else False
                if consent['status'] == 'valid' and fresh:
                    return consent
        return None

    def registered(self, address):
        """Whether people may be sent back to this address."""
        return bool(re.match(r'https?://', address or '')) and address.startswith(self.redirects)


def new_secret():
    return secrets.token_urlsafe(24)


def reply(body, status=200, headers=None):
    return Response(json.dumps(body), status=status, headers=headers or {}, content_type='application/json')
