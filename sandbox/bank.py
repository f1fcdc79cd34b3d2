"""State and rules of the sandbox bank: consents, authorisations, ledger, clock, limits."""

import hashlib
import secrets
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

from . import people

AUTHORISATION_LIFE = timedelta(minutes=30)
HISTORY_AFTER_SCA = timedelta(minutes=60)
HISTORY_DAYS = 90
LONGEST_CONSENT = 180
MOST_CONSENTS = 100


def new_state(today=None):
    """A bank on its first day. JSON-safe."""
    today = today or datetime.now(timezone.utc).date()
    state = {
        'clock_offset': 0,  # seconds that the bank's clock is ahead
        'settings': {'page_size': 25, 'absolute_links': False, 'second_signature': False, 'limit': True},
        'faults': [],  # what goes wrong next, see faults.py
        'consents': {},
        'authorisations': {},
        'requests': {},
        'calls': {},
        'ledger': {},
        'next_entry': 1,
    }
    bank = Bank(state)
    for key, entries in people.first_ledger(today).items():
        for entry in entries:
            bank.add_entry(key, **entry)
    return state


class Refusal(Exception):
    """The bank refuses: HTTP status and message code of NextGenPSD2 (OpenAPI 1.3.12, MessageCode enumerations)."""

    def __init__(self, status, code, text, retry_after=None):
        super().__init__(text)
        self.status, self.code, self.text, self.retry_after = status, code, text, retry_after


class Bank:
    """The bank over its ``state``. Every method reads and changes that dict only."""

    def __init__(self, state):
        self.state = state

    # === Clock === #

    def now(self):
        return datetime.now(timezone.utc).replace(tzinfo=None) + timedelta(seconds=self.state['clock_offset'])

    def today(self):
        """The bank's day; ``state['today']`` holds it while hours pass."""
        held = self.state.get('today')
        return date.fromisoformat(held) if held else self.now().date()

    def advance(self, **delta):
        """Move the bank's clock: ``advance(days=1)``."""
        self.state['clock_offset'] += int(timedelta(**delta).total_seconds())

    def seconds_since(self, moment):
        """Seconds of the bank's clock since one of its own moments (ISO text)."""
        return (self.now() - datetime.fromisoformat(moment)).total_seconds()

    # === Consents === #

    def create_consent(self, body, redirect_uri, nok_uri):
        """Consent and its authorisation, state ``received``. Returns (consent, authorisation)."""
        valid_until = min(date.fromisoformat(body['validUntil']), self.today() + timedelta(days=LONGEST_CONSENT))
        consent = {
            'id': secrets.token_hex(12),
            'status': 'received',
            'access': body['access'],
            'recurring': body['recurringIndicator'],
            'valid_until': valid_until.isoformat(),
            'frequency': body['frequencyPerDay'],
            'psu': None,
            'accounts': [],
            'authorised': None,
            'last_action': self.today().isoformat(),
        }
        authorisation = {
            'id': secrets.token_hex(12),
            'consent': consent['id'],
            'status': 'received',
            'created': self.now().isoformat(),
            'redirect': redirect_uri,
            'nok': nok_uri or redirect_uri,
            'ticket': None,
            'psu': None,
        }
        self._forget_old()
        self.state['consents'][consent['id']] = consent
        self.state['authorisations'][authorisation['id']] = authorisation
        return consent, authorisation

    def _forget_old(self):
        """Keep the state small: the oldest consents of no more use go."""
        over = len(self.state['consents']) - MOST_CONSENTS
        for key in [key for key, consent in self.state['consents'].items() if consent['status'] != 'valid'][
            : max(over, 0)
        ]:
            del self.state['consents'][key]
        known = self.state['consents']
        for name in ('authorisations', 'requests', 'calls'):
            entries = self.state[name]
            if name == 'authorisations':
                self.state[name] = {key: entry for key, entry in entries.items() if entry['consent'] in known}
            elif len(entries) > 10 * MOST_CONSENTS:
                self.state[name] = dict(list(entries.items())[-MOST_CONSENTS:])

    def consent(self, consent_id):
        """The consent in its present state; Refusal when there is none."""
        consent = self.state['consents'].get(consent_id)
        if not consent:
            raise Refusal(403, 'CONSENT_UNKNOWN', "The consent is not known.")
        for authorisation in self.state['authorisations'].values():
            if authorisation['consent'] == consent_id:
                self._let_expire(authorisation)
        if consent['status'] == 'valid' and date.fromisoformat(consent['valid_until']) < self.today():
            consent['status'] = 'expired'
        return consent

    def authorisation(self, authorisation_id):
        authorisation = self.state['authorisations'].get(authorisation_id)
        if authorisation:
            self._let_expire(authorisation)
        return authorisation

    def _let_expire(self, authorisation):
        age = self.now() - datetime.fromisoformat(authorisation['created'])
        if authorisation['status'] not in ('finalised', 'failed') and age > AUTHORISATION_LIFE:
            self.refuse(authorisation)

    def offered(self, authorisation):
        """Accounts that the person is asked about at the bank's page."""
        found = people.accounts_of(authorisation['psu'])
        ibans = set()
        for number in authorisation.get('basket') or [authorisation['consent']]:
            access = self.state['consents'][number]['access'].values()
            ibans |= {entry['iban'] for entries in access if isinstance(entries, list) for entry in entries}
        return [account for account in found if not ibans or account['iban'] in ibans]

    def log_in(self, authorisation, login, pin):
        """The person's log-in at the bank's page. Returns whether it was right."""
        person = people.PEOPLE.get(login)
        if not person or not secrets.compare_digest(person['pin'].encode(), (pin or '').encode()):
            return False
        authorisation.update(status='psuAuthenticated', psu=login, ticket=secrets.token_hex(8))
        return True

    def approve(self, authorisation, account_keys):
        """Strong customer authentication succeeded for these accounts."""
        own = {people.account_key(account) for account in people.accounts_of(authorisation['psu'])}
        authorisation.update(status='finalised', ticket=None)
        second = self.state['settings']['second_signature']
        signed = [
            self.state['consents'][number] for number in authorisation.get('basket') or [authorisation['consent']]
        ]
        for consent in signed:
            named = {
                entry['iban']
                for entries in consent['access'].values()
                if entries
                for entry in entries
                if isinstance(entry, dict)
            }
            given = [key for key in account_keys if key in own and (not named or key.partition('/')[0] in named)]
            consent.update(
                status='rejected' if named and not given else 'partiallyAuthorised' if second else 'valid',
                psu=authorisation['psu'],
                accounts=given,
                authorised=self.now().isoformat(),
            )
        for other in self.state['consents'].values():
            # a newer recurring consent ends the older ones of the same person
            if (
                other not in signed
                and other['psu'] == authorisation['psu']
                and other['status'] == 'valid'
                and other['recurring']
                and signed[0]['recurring']
            ):
                other['status'] = 'expired'

    def refuse(self, authorisation):
        """The person said no, failed, or let it expire."""
        authorisation.update(status='failed', ticket=None)
        for number in authorisation.get('basket') or [authorisation['consent']]:
            consent = self.state['consents'][number]
            if consent['status'] in ('received', 'partiallyAuthorised'):
                consent['status'] = 'rejected'

    def end_consent(self, consent_id, status='revokedByPsu'):
        """Revoked at the bank (``revokedByPsu``), by us (``terminatedByTpp``) or ``expired``."""
        consent = self.consent(consent_id)
        if consent['status'] in ('received', 'valid', 'partiallyAuthorised'):
            consent['status'] = status

    def use_consent(self, consent_id):
        """The consent of an account call; Refusal where it does not allow one."""
        consent = self.consent(consent_id)
        if consent['status'] == 'expired':
            raise Refusal(401, 'CONSENT_EXPIRED', "The consent has expired.")
        if consent['status'] != 'valid':
            raise Refusal(401, 'CONSENT_INVALID', "The consent is not valid.")
        consent['last_action'] = self.today().isoformat()
        return consent

    # === Accounts === #

    def accounts(self, consent):
        """Accounts that the consent covers, each with the id that it has during this consent."""
        return [
            {**account, 'id': self.account_id(consent, account)}
            for account in people.accounts_of(consent['psu'])
            if people.account_key(account) in consent['accounts']
        ]

    def account_id(self, consent, account):
        return hashlib.sha256(f"{consent['id']}{people.account_key(account)}".encode()).hexdigest()[:24]

    def account(self, consent, account_id):
        for account in self.accounts(consent):
            if account['id'] == account_id:
                return account
        raise Refusal(404, 'RESOURCE_UNKNOWN', "The account is not known.")

    def count_call(self, consent, account_id, endpoint):
        """One unattended call; above the consent's daily frequency: Refusal."""
        if not self.state['settings']['limit']:
            return
        key, now = f"{consent['id']}/{account_id}/{endpoint}", self.now()
        recent = [
            moment
            for moment in self.state['calls'].get(key, ())
            if now - datetime.fromisoformat(moment) < timedelta(days=1)
        ]
        if len(recent) >= consent['frequency']:
            wait = datetime.fromisoformat(recent[0]) + timedelta(days=1) - now
            raise Refusal(
                429,
                'ACCESS_EXCEEDED',
                "The access has been exceeding the consented multiplicity per day.",
                int(wait.total_seconds()) + 1,
            )
        self.state['calls'][key] = [*recent, now.isoformat()]

    def check_history(self, consent, date_from, attended):
        oldest = self.today() - timedelta(days=HISTORY_DAYS)
        fresh = consent['authorised'] and self.now() - datetime.fromisoformat(consent['authorised']) < HISTORY_AFTER_SCA
        if date_from < oldest and not (fresh and attended):
            raise Refusal(400, 'PERIOD_INVALID', "Transactions older than 90 days need a new authentication.")

    # === Ledger === #

    def add_entry(
        self,
        key,
        amount,
        booked,
        visible=None,
        pending_since=None,
        name='',
        iban='',
        account='',
        remittance=(),
        structured='',
        e2e='',
        code='',
        original=None,
        anonymous=False,
        raw=None,
    ):
        """A movement on account ``key`` ("IBAN/CUR").

        :param str amount: signed, e.g. '-12.50'
        :param str booked: booking date; before it (from ``pending_since`` on) the movement is pending
        :param str visible: day on which a late booking appears
        :param list original: [amount, currency, rate] of a payment in another currency
        :param bool anonymous: the bank gives it no id
        :param dict raw: fields laid over the row as it is sent (for bad rows)"""
        number = self.state['next_entry']
        self.state['next_entry'] += 1
        entry = {
            'number': number,
            'amount': amount,
            'booked': booked,
            'visible': visible or booked,
            'pending_since': pending_since,
            'name': name,
            'iban': iban,
            'account': account,
            'remittance': list(remittance),
            'structured': structured,
            'e2e': e2e,
            'code': code,
            'original': original,
            'anonymous': anonymous,
            'raw': raw or {},
        }
        self.state['ledger'].setdefault(key, []).append(entry)
        return entry

    def entries(self, key, status, date_from=None, date_to=None):
        """Booked or pending entries, newest first as most banks give them."""
        today = self.today().isoformat()
        found = []
        for entry in self.state['ledger'].get(key, ()):
            if status == 'booked':
                fits = max(entry['visible'], entry['booked']) <= today
                fits = (
                    fits
                    and (not date_from or entry['booked'] >= date_from)
                    and (not date_to or entry['booked'] <= date_to)
                )
            else:
                fits = entry['pending_since'] and entry['pending_since'] <= today < entry['booked']
            if fits:
                found.append(entry)
        return sorted(found, key=lambda entry: (entry['booked'], entry['number']), reverse=True)

    def balance(self, account):
        """Booked balance of an account, Decimal in its currency."""
        booked = self.entries(people.account_key(account), 'booked')
        return Decimal(account['opening']) + sum((Decimal(entry['amount']) for entry in booked), Decimal(0))
