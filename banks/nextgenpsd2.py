"""Berlin Group NextGenPSD2 XS2A 1.3.x, account information by redirect.

Source of every path, header, field and code: the official OpenAPI description 1.3.12 ("PSD2 API") and, where that is
silent, the Implementation Guidelines. Banks differ by settings, not by code:

``base_url``  address that ``v1/`` follows
``name``, ``country``, ``bic``  the bank, as :meth:`institutions` tells it
``history_days``, ``frequency_per_day``  where the bank deviates"""

import re
import time
import uuid
from datetime import date
from decimal import Decimal, InvalidOperation
from urllib.parse import urlsplit

from . import client, data
from .nextgenpsd2_errors import raise_for

#: more pages than any bank has; a bank whose links run in a circle has more
MAX_PAGES = 1000
#: seconds that a consent may lag behind its finished authorisation
SCA_POLLS = 5
_AMOUNT = re.compile(r'-?[0-9]{1,14}(\.[0-9]{1,3})?')  # schema amountValue
_IPV4 = re.compile(r'(\d{1,3}\.){3}\d{1,3}')
_CURRENCY = re.compile(r'[A-Z]{3}')


class NextGenPsd2Client(client.BankClient):
    """A bank that follows NextGenPSD2 1.3.x with the redirect approach and a bank-offered consent."""

    code = 'nextgenpsd2'
    label = "NextGenPSD2 (Berlin Group)"
    capabilities = client.Capabilities()

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
        consent_id = _text(answer.data.get('consentId'))
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
        return data.Consent(consent_id, _text(found.get('consentStatus')) or 'received', _date(found.get('validUntil')))

    # === Accounts and transactions (paths /v1/accounts) === #

    def accounts(self, consent_id, psu):
        answer = self._call('GET', 'v1/accounts', psu, consent_id, params={'withBalance': 'true'})
        rows = _list(answer.data, 'accounts')
        accounts = []
        for row in rows:
            currency = _text(row.get('currency'))
            session_id = _text(row.get('resourceId'))
            if not session_id or not _CURRENCY.fullmatch(currency) or currency == 'XXX':
                continue  # XXX: the sum over a multi-currency account, whose parts are listed themselves
            accounts.append(
                data.Account(
                    session_id=session_id,
                    iban=_text(row.get('iban')).replace(' ', '').upper(),
                    bban=_text(row.get('bban')),
                    currency=currency,
                    name=_text(row.get('name')) or _text(row.get('displayName')),
                    owner_name=_text(row.get('ownerName')),
                    product=_text(row.get('product')),
                    bic=_text(row.get('bic')),
                    status=_text(row.get('status')) or 'enabled',
                    balances=_balances(row.get('balances')),
                )
            )
        return accounts

    def movements(self, consent_id, account_id, date_from, psu):
        link, params = (
            f'v1/accounts/{account_id}/transactions',
            {'bookingStatus': 'both', 'dateFrom': date_from.isoformat(), 'withBalance': 'true'},
        )
        found = {data.BOOKED: [], data.PENDING: []}
        unreadable, balances, calls, seen = [], (), 0, set()
        while link:
            link = self.transport.url(link)
            if link in seen or calls >= MAX_PAGES:
                raise client.BadAnswer("The bank's pages of transactions do not end.")
            seen.add(link)
            answer = self._call('GET', link, psu, consent_id, params=params)
            calls, params = calls + 1, None
            report = answer.data.get('transactions')
            if not isinstance(report, dict):
                raise client.BadAnswer("The bank's answer has no transactions.")
            for status, rows in found.items():
                for row in _list(report, status, missing_is_empty=True):
                    try:
                        rows.append(_transaction(row, status))
                    except ValueError as error:
                        unreadable.append(data.Unreadable(str(error), row))
            balances = _balances(answer.data.get('balances')) or balances
            link = _links(report).get('next')
        return data.Movements(tuple(found[data.BOOKED]), tuple(found[data.PENDING]), tuple(unreadable), balances, calls)

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
        'PSU-User-Agent': _latin(psu.user_agent),
        'PSU-Accept-Language': _latin(psu.accept_language),
    }
    return {name: value for name, value in found.items() if value}


def _latin(text):
    return re.sub(r'[^\x20-\x7e]', '', text)[:200]


def _text(value):
    return ' '.join(value.split()) if isinstance(value, str) else ''


def _texts(value):
    """Remittance comes as a text, a list of texts, an object with ``reference``, or a list of these."""
    values = value if isinstance(value, list) else [value]
    texts = (_text(entry.get('reference') if isinstance(entry, dict) else entry) for entry in values)
    return [text for text in texts if text]


def _list(found, key, missing_is_empty=False):
    rows = found.get(key)
    if rows is None and missing_is_empty:
        return []
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise client.BadAnswer(f"The bank's answer has no proper list of {key}.")
    return rows


def _links(found):
    links = found.get('_links')
    if not isinstance(links, dict):
        return {}
    hrefs = ((name, link.get('href') if isinstance(link, dict) else link) for name, link in links.items())
    return {name: href for name, href in hrefs if isinstance(href, str) and href}


def _date(value):
    try:
        return date.fromisoformat(value[:10]) if isinstance(value, str) else None
    except ValueError:
        return None


def _money(found, what):
    """Amount and currency of a schema ``amount``; ValueError in plain words."""
    if not isinstance(found, dict):
        raise ValueError(f"The {what} is missing.")
    amount, currency = found.get('amount'), found.get('currency')
    if isinstance(amount, (int, Decimal)) and not isinstance(amount, bool):
        amount = format(amount, 'f')  # a number instead of a string: some banks; the raw digits were kept
    if not isinstance(amount, str) or not _AMOUNT.fullmatch(amount):
        raise ValueError(f"The {what} is not a number.")
    if not isinstance(currency, str) or not _CURRENCY.fullmatch(currency):
        raise ValueError(f"The currency of the {what} is not a currency code.")
    return Decimal(amount), currency


def _balances(rows):
    found = []
    for row in rows if isinstance(rows, list) else ():
        try:
            amount, currency = _money(row.get('balanceAmount'), 'balance')
        except (ValueError, AttributeError):
            continue  # a balance is shown, never booked: one that cannot be read is not shown
        found.append(
            data.Balance(
                _text(row.get('balanceType')),
                amount,
                currency,
                _date(row.get('referenceDate')),
                row.get('creditLimitIncluded') is True,
            )
        )
    return tuple(found)


def _party(row, side):
    account = row.get(f'{side}Account')
    account = account if isinstance(account, dict) else {}
    other = account.get('other')
    other = other.get('identification') if isinstance(other, dict) else other
    candidates = [_text(value) for value in (account.get('iban'), account.get('bban'), other, account.get('maskedPan'))]
    number = next(filter(None, candidates), '')
    return _text(row.get(f'{side}Name')), number.replace(' ', ''), _text(row.get(f'{side}Agent'))


def _original(row):
    """Original amount and rate of a payment in another currency (``currencyExchange``; cards: ``originalAmount``)."""
    exchanges = row.get('currencyExchange')
    exchange = exchanges[0] if isinstance(exchanges, list) and exchanges else exchanges
    exchange = exchange if isinstance(exchange, dict) else {}
    amount, currency = None, _text(exchange.get('sourceCurrency'))
    for key in ('originalAmount', 'instructedAmount'):
        try:
            amount, currency = _money(row.get(key), 'original amount')
            break
        except ValueError:
            continue
    if amount is None and isinstance(exchange.get('instructedAmount'), dict):
        try:
            amount, currency = _money(exchange['instructedAmount'], 'original amount')
        except ValueError:
            amount = None
    return amount, currency, _text(exchange.get('exchangeRate'))


def _end_to_end(row):
    value = _text(row.get('endToEndId'))
    return '' if value.upper() in ('NOTPROVIDED', 'NOT PROVIDED') else value


def _transaction(row, status):
    """One entry of ``booked`` or ``pending`` (schema ``transactions``); ValueError says why it is of no use."""
    amount, currency = _money(row.get('transactionAmount'), 'amount')
    booking_date, value_date = _date(row.get('bookingDate')), _date(row.get('valueDate'))
    if status == data.BOOKED and not booking_date:
        raise ValueError("The booking date is missing or is not a date.")
    side = 'creditor' if amount < 0 else 'debtor'
    name, number, bic = _party(row, side)
    original_amount, original_currency, rate = _original(row)
    if original_amount is not None:
        original_amount = abs(original_amount) if amount > 0 else -abs(original_amount)
    try:
        balance_after = _money((row.get('balanceAfterTransaction') or {}).get('balanceAmount'), 'balance')[0]
    except (ValueError, AttributeError, InvalidOperation):
        balance_after = None
    return data.Transaction(
        status=status,
        amount=amount,
        currency=currency,
        booking_date=booking_date,
        value_date=value_date,
        entry_reference=_text(row.get('entryReference')),
        transaction_id=_text(row.get('transactionId')),
        counterparty_name=name,
        counterparty_account=number,
        counterparty_bic=bic,
        remittance=tuple(
            _texts(row.get('remittanceInformationUnstructuredArray'))
            or _texts(row.get('remittanceInformationUnstructured'))
        ),
        structured=tuple(
            _texts(row.get('remittanceInformationStructuredArray'))
            or _texts(row.get('remittanceInformationStructured'))
        ),
        end_to_end_id=_end_to_end(row),
        mandate_id=_text(row.get('mandateId')),
        creditor_id=_text(row.get('creditorId')),
        bank_transaction_code=_text(row.get('bankTransactionCode')),
        proprietary_code=_text(row.get('proprietaryBankTransactionCode')),
        purpose_code=_text(row.get('purposeCode')),
        additional_information=_text(row.get('additionalInformation')),
        original_amount=original_amount,
        original_currency=original_currency if original_amount is not None else '',
        exchange_rate=rate,
        balance_after=balance_after,
        raw=row,
    )
