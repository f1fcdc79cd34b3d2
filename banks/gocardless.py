"""GoCardless Bank Account Data v2 (formerly Nordigen). Closed to new customers since 2025: for existing accounts only.

Source: the provider's documentation; no official machine-readable description was found. Transactions are NextGenPSD2's
(:mod:`banks.berlin_group`), without pages. Four calls a day, account and kind; the answer's headers say when the next may
come."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from . import berlin_group, client, data, errors
from .oauth import split_state
from .read import day, document, part, rows, text, whole
from .sorting import Sorted

if TYPE_CHECKING:
    from .data import Account, Balance, Consent, ConsentStart, Institution, Movements, Psu, Transaction
    from .http import Answer

#: requisition status → consent status
STATUS = {'LN': 'valid', 'RJ': 'rejected', 'SU': 'revokedByPsu', 'EX': 'expired'}
_ERRORS = {
    'AccessExpiredError': (errors.ConsentExpired, "The permission at the bank has expired."),
    'AccountSuspendedError': (errors.ConsentRevoked, "The account's permission was suspended."),
    'AccountInactiveError': (errors.ConsentRevoked, "The account is closed or its permission was ended."),
    'AccountAccessForbidden': (errors.AccountUnknown, "The bank does not let the account be read."),
    'RateLimitError': (errors.RateLimited, "The bank's limit of calls is used up."),
    'ServiceError': (errors.BankUnavailable, "The bank reports an error of its own."),
    'ConnectionError': (errors.BankUnavailable, "The bank cannot be reached by the provider."),
}


class GoCardlessClient(client.BankClient):
    """One set of user secrets."""

    code = 'gocardless'
    label = "GoCardless Bank Account Data"
    capabilities = client.Capabilities(history_days=730)
    addresses = {
        'sandbox': 'https://bankaccountdata.gocardless.com/api/v2/',
        'live': 'https://bankaccountdata.gocardless.com/api/v2/',
    }
    asks = (client.Setting('secret_id', "Secret ID", 'secret'), client.Setting('secret_key', "Secret key", 'secret'))

    def _institutions(self) -> list[Institution]:
        found = []
        for row in self._call('GET', 'institutions/'):
            code, countries = text(row.get('id')), row.get('countries')
            if not code:
                continue
            days = whole(row.get('max_access_valid_for_days'), 1, 3650)
            history = whole(row.get('transaction_total_days'), 1, 3650)
            for country in countries if isinstance(countries, list) and len(countries) == 1 else ['']:
                found.append(
                    data.Institution(
                        code,
                        text(row.get('name')) or code,
                        text(country),
                        text(row.get('bic')),
                        logo=text(row.get('logo')),
                        consent_days=days,
                        history_days=history,
                    )
                )
        return found

    def _test(self) -> str:
        self._token()
        return "The provider accepts the secrets."

    # === Permission (agreements, requisitions) === #

    def _start_consent(
        self, redirect_uri: str, valid_until: date, psu: Psu | None, institution: str = ''
    ) -> ConsentStart:
        days = max(1, min(180, (valid_until - date.today()).days))
        history = self.settings.get('history_days') or 90
        agreement = self._call(
            'POST',
            'agreements/enduser/',
            body={
                'institution_id': institution,
                'max_historical_days': int(history),
                'access_valid_for_days': days,
                'access_scope': ['balances', 'details', 'transactions'],
            },
        )
        _address, state = split_state(redirect_uri)
        found = self._call(
            'POST',
            'requisitions/',
            body={
                'redirect': redirect_uri,
                'institution_id': institution,
                'agreement': text(agreement.get('id')),
                'reference': state,
            },
        )
        number, link = text(found.get('id')), text(found.get('link'))
        if not number or not link.startswith(('https://', 'http://')):
            raise errors.BadAnswer("The provider's answer has no address of the bank's page.")
        return data.ConsentStart(data.Consent(number, 'received', valid_until), link)

    def _finish_consent(
        self, consent_id: str, memory: dict[str, Any], parameters: dict[str, str], psu: Psu | None
    ) -> Consent:
        if parameters.get('error'):
            return data.Consent(consent_id, 'rejected')
        return self._consent(consent_id, psu)

    def _consent(self, consent_id: str, psu: Psu | None = None) -> Consent:
        found = self._call('GET', f'requisitions/{consent_id}/')
        return data.Consent(consent_id, STATUS.get(text(found.get('status')), 'received'), self._until(found))

    def _until(self, requisition: dict[str, Any]) -> date | None:
        """Last day of the agreement that the person accepted; None when it is not accepted yet."""
        if text(requisition.get('status')) != 'LN':
            return None
        found = self._call('GET', f"agreements/enduser/{text(requisition.get('agreement'))}/")
        accepted, days = day(found.get('accepted')), whole(found.get('access_valid_for_days'), 1, 3650)
        return accepted + timedelta(days=days) if accepted and days else None

    def _revoke_consent(self, consent_id: str) -> None:
        try:
            self._call('DELETE', f'requisitions/{consent_id}/')
        except errors.ConsentError:
            return  # it has ended already

    # === Accounts and transactions === #

    def _accounts(self, consent_id: str, psu: Psu | None) -> list[Account]:
        found = []
        requisition = self._call('GET', f'requisitions/{consent_id}/')
        status = STATUS.get(text(requisition.get('status')))
        if status in ('expired', 'revokedByPsu'):
            raise errors.ConsentExpired("The permission at the bank has ended.", text(requisition.get('status')))
        listed = requisition.get('accounts')
        for number in filter(None, map(text, listed if isinstance(listed, list) else ())):
            try:
                details = part(self._call('GET', f'accounts/{number}/details/'), 'account')
                account = berlin_group.account({**details, 'resourceId': number})
                if account:
                    found.append(replace(account, balances=self._balances(number)))
            except errors.AccountUnknown:
                continue  # this one cannot be read; the others are connected nevertheless
        return found

    def _movements(self, consent_id: str, account_id: str, date_from: date, psu: Psu | None) -> Movements:
        answer = self._call('GET', f'accounts/{account_id}/transactions/', params={'date_from': date_from.isoformat()})
        report = answer.get('transactions')
        if not isinstance(report, dict):
            raise errors.BadAnswer("The bank's answer has no transactions.")
        for status in (data.BOOKED, data.PENDING):
            rows(report, status, missing_is_empty=True)
        found = Sorted()
        berlin_group.sort(report, found)
        found.booked = [_named(movement) for movement in found.booked]
        return found.movements(self._balances(account_id), 2)

    def _balances(self, account_id: str) -> tuple[Balance, ...]:
        return berlin_group.balances(self._call('GET', f'accounts/{account_id}/balances/').get('balances'))

    # === The call === #

    def _token(self) -> str:
        """The provider's token, kept for its day."""
        kept = self.app_vault.read()
        if kept.get('access') and float(kept.get('access_until') or 0) > time.time() + 60:
            return kept['access']
        body = {name: self.settings.get(name) or '' for name in ('secret_id', 'secret_key')}
        answer = self.transport.request('POST', 'token/new/', body=body)
        found = answer.data if isinstance(answer.data, dict) else {}
        if answer.status >= 400 or not isinstance(found.get('access'), str):
            raise errors.ConfigurationError(
                f"The provider does not accept secret ID and secret key. (HTTP {answer.status})"
            )
        until = time.time() + (whole(found.get('access_expires'), 1, 10**8) or 3600)
        self.app_vault.store(access=found['access'], access_until=until)
        return found['access']

    def _call(
        self, method: str, path: str, params: dict[str, str] | None = None, body: dict[str, Any] | None = None
    ) -> Any:
        headers = {'Authorization': f'Bearer {self._token()}'}
        answer = self.transport.request(method, path, headers=headers, params=params, body=body)
        if answer.status >= 400:
            self._raise_for(answer)
        if method == 'DELETE':
            return {}
        if path == 'institutions/':
            return rows({'institutions': answer.data}, 'institutions')
        return document(answer)

    def _raise_for(self, answer: Answer) -> None:
        found = answer.data if isinstance(answer.data, dict) else {}
        code = text(found.get('type'))
        code = code if code.isalpha() and len(code) < 60 else ''
        error, sentence = _ERRORS.get(code) or (errors.RequestRefused, "The provider refuses the request.")
        if answer.status == 429:
            error, sentence = _ERRORS['RateLimitError']
        elif answer.status == 401 and not code:
            self.app_vault.store(access='')
            error, sentence = errors.ConfigurationError, "The provider does not accept the secrets."
        elif answer.status == 404 and not code:
            error, sentence = errors.ConsentRevoked, "The provider does not know the permission (any more)."
        errors.refuse(error, sentence, answer, code, _reset(answer))


def _reset(answer: Answer) -> int | None:
    """Seconds until the next call of this kind for this account, as one of the headers says."""
    for name in ('X-RATELIMIT-ACCOUNT-SUCCESS-RESET', 'X-RATELIMIT-RESET'):
        for header in (f"HTTP_{name.replace('-', '_')}", f'HTTP-{name}', name):
            seconds = whole(answer.headers.get(header), 1, 10**6)
            if seconds:
                return seconds
    return None


def _named(row: Transaction) -> Transaction:
    """The bank's own id, where the provider passes on one."""
    return replace(
        row, entry_reference=row.entry_reference or row.transaction_id or text(row.raw.get('internalTransactionId'))
    )
