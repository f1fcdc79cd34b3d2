"""What a person has to do for a consent of NextGenPSD2 (Implementation Guidelines 1.3, section "SCA approaches"): be sent
to the bank's page, log in by OAuth 2.0 (RFC 8414 metadata, PKCE), or confirm in the bank's own app (decoupled)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from .. import data, errors
from ..oauth import OAuth
from ..read import text

if TYPE_CHECKING:
    from ..data import Consent, ConsentStart, Psu
    from ..http import Transport
    from .client import NextGenPsd2Client

#: what a person reads while the bank's app asks for a confirmation, where the bank says nothing itself
CONFIRM = "Confirm the request in your bank's app."


class Sca:
    """What the person has to do for a consent of one bank's client."""

    def __init__(self, client: NextGenPsd2Client) -> None:
        self.client, self.settings = client, client.settings

    def start(
        self,
        consent: Consent,
        links: dict[str, str],
        approach: str,
        redirect_uri: str,
        psu: Psu | None,
        scope: str = '',
    ) -> ConsentStart:
        """:class:`data.ConsentStart` after the links of the bank's answer, the person's page first.

        :param str scope: of OAuth; default the consent's"""
        if not {'scaRedirect', 'scaOAuth'} & links.keys():
            links = {**links, **self._start_authorisation(links, redirect_uri, psu)}
        memory = {'sca_status': links.get('scaStatus', '')}
        if 'scaOAuth' in links:
            scope = scope or self.client.profile.scope.format(consent=consent.id)
            url, more = self._oauth_page(links['scaOAuth'], scope, redirect_uri)
            return data.ConsentStart(consent, url, {**memory, **more})
        redirect = links.get('scaRedirect', '')
        if not redirect and memory['sca_status'] and (approach == 'DECOUPLED' or 'message' in links):
            # nothing to be sent to: the person waits at our own return address
            return data.ConsentStart(consent, redirect_uri, {**memory, 'waits': links.get('message') or CONFIRM})
        if urlsplit(redirect).scheme not in ('https', 'http'):
            raise errors.BadAnswer("The bank offers no page to log in at and no confirmation in its app.")
        return data.ConsentStart(consent, redirect, memory)

    def _start_authorisation(self, links: dict[str, str], redirect_uri: str, psu: Psu | None) -> dict[str, str]:
        """Links of an authorisation that has to be started by a call of its own."""
        headers = {**self.client._person(psu), 'TPP-Redirect-URI': redirect_uri}
        if 'startAuthorisation' in links:
            path = links['startAuthorisation']
        elif 'startAuthorisationWithPsuIdentification' in links:
            path = links['startAuthorisationWithPsuIdentification']
            if not self.settings.get('psu_id'):
                raise errors.ConfigurationError("The bank wants to know who asks: enter the person's id at the bank.")
            headers['PSU-ID'] = self.settings['psu_id']
        else:
            return {}
        answer = self.client._call('POST', path, psu, body={}, headers=headers)
        found = self.client._links(answer.data)
        return (
            {**found, 'message': text(answer.data.get('psuMessage')) or CONFIRM}
            if 'scaRedirect' not in found
            else found
        )

    # === OAuth === #

    def _oauth_page(self, metadata: str, scope: str, redirect_uri: str) -> tuple[str, dict[str, str]]:
        """(address of the log-in page, what is kept for the return)"""
        found = self._oauth_transport.request('GET', metadata).data
        found = found if isinstance(found, dict) else {}
        page, token = text(found.get('authorization_endpoint')), text(found.get('token_endpoint'))
        if urlsplit(page).scheme not in ('https', 'http') or not token:
            raise errors.BadAnswer("The bank does not say where its log-in page is.")
        self._oauth_transport.url(token)  # refuses another host before a person is sent anywhere
        url, memory = self.oauth(token).authorise(page, redirect_uri, scope)
        return url, {**memory, 'token_url': token}

    def exchange(self, memory: dict[str, Any], parameters: dict[str, str]) -> dict[str, Any] | None:
        """Tokens for the code of the return address; None where the person said no."""
        tokens = self.oauth(memory['token_url']).redeem(memory, parameters)
        return tokens and {**tokens, 'token_url': memory['token_url']}

    def oauth(self, token_url: str) -> OAuth:
        settings = self.settings
        return OAuth(
            self._oauth_transport,
            self.client.vault,
            token_url,
            settings.get('client_id', ''),
            settings.get('client_secret', ''),
            basic=bool(settings.get('client_secret')),  # else the client certificate says who we are (RFC 8705)
        )

    @property
    def _oauth_transport(self) -> Transport:
        """The bank's log-in may be at a host of its own, which the settings have to name."""
        address = self.settings.get('oauth_url')
        return self.client.transport.beside(address) if address else self.client.transport
