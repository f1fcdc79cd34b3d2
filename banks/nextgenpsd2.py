"""Berlin Group NextGenPSD2 XS2A 1.3.x, account information by redirect.

Source of every path, header, field and code: the official OpenAPI description 1.3.12 ("PSD2 API") and, where that is
silent, the Implementation Guidelines. Banks differ by settings, not by code:

``base_url``  address that ``v1/`` follows
``name``, ``country``, ``bic``  the bank, as :meth:`institutions` tells it
``history_days``, ``frequency_per_day``  where the bank deviates"""

import re
import time
import uuid
from urllib.parse import urlsplit

from . import berlin_group, client, data
from .nextgenpsd2_errors import raise_for
from .read import day, rows, text

#: seconds that a consent may lag behind its finished authorisation
SCA_POLLS = 5
_IPV4 = re.compile(r'(\d{1,3}\.){3}\d{1,3}')


class NextGenPsd2Client(client.BankClient):
    """A bank that follows NextGenPSD2 1.3.x with the redirect approach and a bank-offered consent."""

    code = 'nextgenpsd2'
    label = "NextGenPSD2 (Berlin Group)"
    capabilities = client.Capabilities()
    api_key = True

    # === Consents (paths /v1/consents) === #

    def institutions(self):
        settings = self.settings
        return [
            data.Institution(
                settings.get('institution') or 'bank',
                settings.get('name') or "Bank",
                settings.get('country') or '',
                settings.get('bic') or '',
            )
        ]

    def start_consent(self, redirect_uri, valid_until, psu, institution=''):
        body = {
            'access': {'accounts': [], 'balances': [], 'transactions': []},  # bank-offered: the person picks there
            'recurringIndicator': True,
            'validUntil': valid_until.isoformat(),
            'frequencyPerDay': int(
                self.settings.get('frequency_per_day') or self.capabilities.unattended_calls_per_day
            ),
            'combinedServiceIndicator': False,
        }
        answer = self._call(
            'POST',
            'v1/consents',
            psu,
            body=body,
            headers={
                # mandatory here; without a person's IPv4 address, the standard asks for the caller's own
                'PSU-IP-Address': _ipv4(psu) or '127.0.0.1',
                'TPP-Redirect-Preferred': 'true',
                'TPP-Redirect-URI': redirect_uri,
                'TPP-Nok-Redirect-URI': redirect_uri + ('&' if '?' in redirect_uri else '?') + 'nok=1',
            },
        )
        links = _links(answer.data)
        consent_id = text(answer.data.get('consentId'))
        if not consent_id:
            raise client.BadAnswer("The bank's answer to the consent has no consent id.")
        if 'scaRedirect' not in links and 'startAuthorisation' in links:
            started = self._call(
                'POST',
                links['startAuthorisation'],
                psu,
                body={},
                headers={'PSU-IP-Address': _ipv4(psu) or '127.0.0.1', 'TPP-Redirect-URI': redirect_uri},
            )
            links = {**links, **_links(started.data)}
        redirect = links.get('scaRedirect', '')
        if urlsplit(redirect).scheme not in ('https', 'http'):
            raise client.BadAnswer("The bank offers no page to log in at; only the redirect approach is supported.")
        return data.ConsentStart(
            self._consent(consent_id, answer.data), redirect, {'sca_status': links.get('scaStatus', '')}
        )

    def finish_consent(self, consent_id, memory, parameters, psu):
        consent = self.consent(consent_id, psu)
        for _attempt in range(SCA_POLLS):
            if consent.status != 'received' or not memory.get('sca_status'):
                break
            answer = self._call('GET', memory['sca_status'], psu)
            if answer.data.get('scaStatus') not in ('finalised', 'exempted'):
                break  # the person is not done, so there is nothing to wait for
            time.sleep(1)
            consent = self.consent(consent_id, psu)
        return consent

    def consent(self, consent_id, psu=None):
        answer = self._call('GET', f'v1/consents/{consent_id}', psu)
        return self._consent(consent_id, answer.data)

    def revoke_consent(self, consent_id):
        try:
            self._call('DELETE', f'v1/consents/{consent_id}', None)
        except client.ConsentError:
            return  # it has ended already

    def _consent(self, consent_id, found):
        return data.Consent(consent_id, text(found.get('consentStatus')) or 'received', day(found.get('validUntil')))

    # === Accounts and transactions (paths /v1/accounts) === #

    def accounts(self, consent_id, psu):
        answer = self._call('GET', 'v1/accounts', psu, consent_id, params={'withBalance': 'true'})
        found = (berlin_group.account(row) for row in rows(answer.data, 'accounts'))
        return [account for account in found if account]

    def movements(self, consent_id, account_id, date_from, psu):
        link, params = (
            f'v1/accounts/{account_id}/transactions',
            {'bookingStatus': 'both', 'dateFrom': date_from.isoformat(), 'withBalance': 'true'},
        )
        booked, pending, unreadable, balances, seen = [], [], [], (), set()
        while link:
            link = self.transport.url(link)
            if link in seen or len(seen) >= client.MAX_PAGES:
                raise client.BadAnswer("The bank's pages of transactions do not end.")
            seen.add(link)
            answer = self._call('GET', link, psu, consent_id, params=params)
            params, report = None, answer.data.get('transactions')
            if not isinstance(report, dict):
                raise client.BadAnswer("The bank's answer has no transactions.")
            for status in (data.BOOKED, data.PENDING):
                rows(report, status, missing_is_empty=True)
            for into, found in zip((booked, pending, unreadable), berlin_group.report(report)):
                into += found
            balances = berlin_group.balances(answer.data.get('balances')) or balances
            link = _links(report).get('next')
        return data.Movements(tuple(booked), tuple(pending), tuple(unreadable), balances, len(seen))

    def _call(self, method, path, psu, consent_id=None, params=None, body=None, headers=None):
        sent = {'X-Request-ID': str(uuid.uuid4()), **_psu_headers(psu), **(headers or {})}
        if consent_id:
            sent['Consent-ID'] = consent_id
        answer = self.transport.request(method, path, headers=sent, params=params, body=body)
        if answer.status >= 400:
            raise_for(answer)
        if answer.data is None and method == 'DELETE':
            return answer
        if not isinstance(answer.data, dict):
            kind = answer.content_type or "nothing"
            raise client.BadAnswer(f"The bank answered {kind} where JSON was expected.")
        return answer


# === Reading what the bank sent === #


def _ipv4(psu):
    return psu.ip_address if psu and _IPV4.fullmatch(psu.ip_address) else ''


def _psu_headers(psu):
    """Headers that tell the bank that a person is there; none when nobody is (that is how banks count)."""
    if not psu:
        return {}
    found = {
        'PSU-IP-Address': _ipv4(psu) or '127.0.0.1',
        'PSU-User-Agent': client.header_text(psu.user_agent),
        'PSU-Accept-Language': client.header_text(psu.accept_language),
    }
    return {name: value for name, value in found.items() if value}


def _links(found):
    links = found.get('_links')
    if not isinstance(links, dict):
        return {}
    hrefs = ((name, link.get('href') if isinstance(link, dict) else link) for name, link in links.items())
    return {name: href for name, href in hrefs if isinstance(href, str) and href}
