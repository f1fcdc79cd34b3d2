"""OAuth 2.0 as banks use it (RFC 6749, PKCE of RFC 7636): code for token, refresh with rotation.

A rotated refresh token is stored before the access token that came with it is used for the first time, and only one worker
refreshes at a time. Where the server's answer is lost on its way, the old token is tried again: most banks accept it as
long as its successor was not used."""

from __future__ import annotations

import base64
import hashlib
import secrets
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from . import errors
from .read import text, whole

if TYPE_CHECKING:
    from collections.abc import Collection

    from .http import Answer, Transport
    from .vault import Vault

#: seconds before its end that an access token counts as ended
MARGIN = 60
#: seconds that one worker may take to refresh (more than the longest answer), and how long the others wait for it
LEASE, PATIENCE = 200, 20


def pkce() -> tuple[str, str]:
    """(verifier, challenge) of the method S256."""
    verifier = secrets.token_urlsafe(48)
    digest = hashlib.sha256(verifier.encode()).digest()
    return verifier, base64.urlsafe_b64encode(digest).rstrip(b'=').decode()


class OAuth:
    """The token endpoint of one bank for one application.

    :param vault: :class:`client.Vault` of the permission
    :param str token_path: address of the token endpoint
    :param bool basic: client id and secret go in the header, else in the form"""

    #: the endpoint wants JSON in place of a form
    json = False

    def __init__(
        self,
        transport: Transport,
        vault: Vault,
        token_path: str,
        client_id: str,
        client_secret: str,
        basic: bool = True,
    ) -> None:
        self.transport, self.vault, self.token_path = transport, vault, token_path
        self.client_id, self.client_secret, self.basic = client_id or '', client_secret or '', basic

    def application_token(self, scope: str) -> str:
        """Token of the application itself (client credentials); not kept."""
        return self._token({'grant_type': 'client_credentials', 'scope': scope})['access_token']

    def authorise(
        self, page: str, redirect_uri: str, scope: str, given: Collection[str] = ()
    ) -> tuple[str, dict[str, str]]:
        """The person is sent to the bank's log-in page.

        :param str page: its address
        :param given: names of what the address carries already
        :param str redirect_uri: where the person comes back to; its state is carried
        :return: (address with everything that the page wants, what to keep for :meth:`redeem`)"""
        address, state = split_state(redirect_uri)
        verifier, challenge = pkce()
        query = {
            'client_id': self.client_id,
            'response_type': 'code',
            'redirect_uri': address,
            'scope': scope,
            'state': state,
            'code_challenge': challenge,
            'code_challenge_method': 'S256',
        }
        query = {name: value for name, value in query.items() if name not in given}
        joint = '&' if '?' in page else '?'
        return f'{page}{joint}{urlencode(query)}', {'verifier': verifier, 'redirect': address}

    def redeem(self, memory: dict[str, Any], parameters: dict[str, str]) -> dict[str, Any] | None:
        """The code of the return address becomes tokens, once.

        :param dict memory: of :meth:`authorise`
        :param dict parameters: the query of the return address
        :return: dict to keep as the permission's memory; None where the person said no, or the code is of no use"""
        code = text(parameters.get('code'))
        if not code:
            return None
        form = {'grant_type': 'authorization_code', 'code': code, 'redirect_uri': memory.get('redirect', '')}
        try:
            if memory.get('verifier'):
                form['code_verifier'] = memory['verifier']
            return self._token(form)
        except errors.ConsentError:
            return None

    def basic_header(self) -> dict[str, str]:
        """The application's own name and secret, where an endpoint wants them."""
        pair = base64.b64encode(f'{self.client_id}:{self.client_secret}'.encode()).decode()
        return {'Authorization': f'Basic {pair}'}

    def access_token(self, used: str | None = None) -> str:
        """A token that is good for a call.

        :param used: the token that the bank just refused: another one is wanted"""
        kept = self.vault.read()
        if self._good(kept, used):
            return kept['access_token']
        if not kept.get('refresh_token'):
            raise errors.LoginRefused("The permission has no token any more.")
        for _second in range(PATIENCE):
            if self.vault.reserve('refreshing', LEASE) == 0.0:
                return self._refresh(used)
            time.sleep(1)
            if self._good(kept := self.vault.read(), used):
                return kept['access_token']
        raise errors.BankUnavailable("Another worker is asking the bank for a token.")

    def _good(self, kept: dict[str, Any], used: str | None) -> bool:
        token = kept.get('access_token')
        return bool(token) and token != used and float(kept.get('expires_at') or 0) - MARGIN > time.time()

    def _refresh(self, used: str | None) -> str:
        kept = self.vault.read()  # again: another worker may have been faster
        if self._good(kept, used):
            self.vault.store(refreshing=0)
            return kept['access_token']
        try:
            found = self._token({'grant_type': 'refresh_token', 'refresh_token': kept['refresh_token']})
        except errors.LoginRefused:
            # a token that is sent again after this reads like theft
            if self.vault.read().get('refresh_token') == kept['refresh_token']:
                self.vault.store(refresh_token='', refreshing=0)
            raise
        except errors.BankError:
            self.vault.store(refreshing=0)
            raise
        if self.vault.read().get('refresh_token') == kept['refresh_token']:  # nobody was faster
            self.vault.store(**found, refreshing=0)
        return found['access_token']

    def _token(self, form: dict[str, str]) -> dict[str, Any]:
        headers = {}
        if self.basic:
            headers.update(self.basic_header())
        else:
            form = {**form, 'client_id': self.client_id}
            if self.client_secret:
                form['client_secret'] = self.client_secret
        sent: dict[str, Any] = {'body': form} if self.json else {'form': form}
        answer = self.transport.request('POST', self.token_path, headers=headers, **sent)
        found = answer.data if isinstance(answer.data, dict) else {}
        token = found.get('access_token')
        if answer.status >= 400 or not isinstance(token, str) or not token:
            self._refuse(answer, text(found.get('error')))
        lifetime = whole(found.get('expires_in'), 1, 10**8) or 600
        values = {'access_token': token, 'expires_at': time.time() + lifetime}
        if text(found.get('consent_id')):
            values['consent_id'] = text(found['consent_id'])
        if isinstance(found.get('refresh_token'), str) and found['refresh_token']:
            values['refresh_token'] = found['refresh_token']
        return values

    def _refuse(self, answer: Answer, code: str) -> None:
        code = code if code.replace('_', '').isalpha() and len(code) < 60 else ''
        if code == 'invalid_grant':
            raise errors.LoginRefused(f"The bank does not accept the log-in (any more). ({code})", code)
        if code in ('invalid_client', 'unauthorized_client', 'invalid_scope') or answer.status in (401, 403):
            raise errors.ConfigurationError(f"The bank does not accept client ID and secret. ({code})", code)
        if answer.status == 429:
            raise errors.RateLimited("The bank wants a pause before it gives a token.", '', answer.retry_after)
        if answer.status in (408, 409, 425):
            raise errors.BankUnavailable(f"The bank gives no token at the moment. (HTTP {answer.status})")
        if answer.status >= 400:
            raise errors.RequestRefused(f"The bank refuses to give a token. ({code or f'HTTP {answer.status}'})", code)
        raise errors.BadAnswer("The bank's answer has no token.")


def split_state(redirect_uri: str) -> tuple[str, str]:
    """(address, state) of a return address: where the address has to be registered to the letter, the caller's one-time
    state travels in a parameter of its own, and comes back as ``state`` just the same."""
    address, _question, query = redirect_uri.partition('?')
    return address, query.removeprefix('state=')
