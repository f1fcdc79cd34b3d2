"""K&H's application authentication token: which says to the bank, beside the certificate, whose application calls.

Source: kh.hu/web/kh-api/get-started/registration and …/tokens (public): an application is created by ``POST /tpp/app`` with its name, its
roles and the host that people are sent back to; the answer has its token; a new one is asked for with the application's id when the old
one has expired or is unknown. Assumed, as the bank shows the fields to who is registered only: :data:`PATH`, :data:`RENEW`, and the names
in :data:`_ID` and :data:`_TOKEN`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from .. import errors
from ..read import text

if TYPE_CHECKING:
    from ..vault import Vault

PATH = 'tpp/app'
RENEW = 'tpp/app/{id}/token'
_ID = ('applicationId', 'appId', 'id')
_TOKEN = ('applicationToken', 'appToken', 'token')


class Application:
    """The application of one provider at the bank.

    :param vault: where its id and token are kept
    :param settings: ``application_name``; ``application_id`` and ``application_token``, where somebody made it by hand
    :param call: (path, body) → the answer's object"""

    def __init__(
        self, vault: Vault, settings: dict[str, Any], call: Callable[[str, dict[str, Any]], dict[str, Any]]
    ) -> None:
        self.vault, self.settings, self._call = vault, settings, call

    @property
    def known(self) -> dict[str, str]:
        """{'id', 'token'} as far as they are known; another id in the settings is another application."""
        kept = self.vault.read().get('application') or {}
        typed = self.settings.get('application_id') or ''
        if kept and (not typed or typed == kept.get('id')):
            return kept
        return {'id': typed, 'token': self.settings.get('application_token') or ''}

    def token(self, redirect_uri: str = '', refused: str = '') -> str:
        """The token of today.

        :param redirect_uri: where people come back to; without it, and without an application, there is no token ('')
        :param refused: a token that the bank has refused: another one is asked for
        :raises ConfigurationError: the bank names neither"""
        known = self.known
        if known['token'] and known['token'] != refused:
            return known['token']
        if known['id']:
            return self._keep(known['id'], self._call(RENEW.format(id=known['id']), {}))
        return self._register(redirect_uri) if redirect_uri else ''

    def _register(self, redirect_uri: str) -> str:
        parts = urlsplit(redirect_uri)
        body = {
            'name': self.settings.get('application_name') or "Odoo",
            'roles': ['AISP'],
            'redirectUrl': f'{parts.scheme}://{parts.netloc}',
        }
        answer = self._call(PATH, body)
        return self._keep(_first(answer, _ID), answer)

    def _keep(self, number: str, answer: dict[str, Any]) -> str:
        token = _first(answer, _TOKEN)
        if not token:
            raise errors.ConfigurationError("The bank gave the application no token.")
        self.vault.store(application={'id': number, 'token': token})
        return token


def _first(answer: dict[str, Any], names: Iterable[str]) -> str:
    return next((found for found in (text(answer.get(name)) for name in names) if found), '')
