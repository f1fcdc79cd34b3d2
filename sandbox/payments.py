"""Payments at the sandbox bank: taken, signed by its people, executed on their day, booked one by one or as one sum, sent back. Imports nothing of Odoo."""

import secrets
from datetime import date
from decimal import Decimal

from . import people
from .bank import Refusal

#: payees' accounts that are closed: what is paid there is refused
CLOSED = {people.sk_iban(7700666)}
#: ISO 20022 codes of a payment's life
RECEIVED, SECOND, ACCEPTED, PART, DONE, REFUSED, CANCELLED = 'RCVD', 'PATC', 'ACSP', 'PART', 'ACSC', 'RJCT', 'CANC'
FINAL = (DONE, REFUSED, CANCELLED)
#: minutes that the person has to sign
LIFE = 30 * 60


class Payments:
    """Of one bank.

    :param bank: :class:`bank.Bank`"""

    def __init__(self, bank):
        self.bank = bank
        self.all = bank.state.setdefault('payments', {})

    @property
    def settings(self):
        return self.bank.state['settings']

    # === Taken === #

    def take(self, debtor, currency, day, lines, back, batch=False, salary=False, app=''):
        """A payment order, of one account.

        :param str debtor: IBAN of the account that pays
        :param lines: [{'e2e', 'instruction', 'name', 'number', 'amount', 'text', 'reference'}]
        :param str back: address that the person is sent back to"""
        if not lines:
            raise Refusal(400, 'FORMAT_ERROR', "There is nothing to pay.")
        known = {account['iban'] for login in people.PEOPLE for account in people.accounts_of(login)}
        if debtor not in known:
            raise Refusal(400, 'FORMAT_ERROR', "The debtor's account is not known here.")
        for line in lines:
            if Decimal(line['amount']) <= 0:
                raise Refusal(400, 'FORMAT_ERROR', "An amount is not more than zero.")
        payment = {
            'id': f'{secrets.token_hex(4)}-{secrets.token_hex(2)}-4{secrets.token_hex(2)[1:]}-8{secrets.token_hex(2)[1:]}-{secrets.token_hex(6)}',
            'debtor': debtor,
            'currency': currency,
            'date': day,
            'batch': batch,
            'salary': salary,
            'app': app,
            'back': back,
            'created': self.bank.now().isoformat(),
            'status': RECEIVED,
            'reason': '',
            'signers': [],
            'psu': None,
            'ticket': None,
            'lines': [{**line, 'id': secrets.token_hex(8), 'status': RECEIVED, 'reason': ''} for line in lines],
        }
        self.all[payment['id']] = payment
        self.bank.state['payment_posts'] = self.bank.state.get('payment_posts', 0) + 1
        return payment

    def find(self, payment_id, app=''):
        """The payment in its present state."""
        payment = self.all.get(payment_id)
        if not payment or payment['app'] != app:
            raise Refusal(404, 'PAYMENT_NOT_FOUND', "The payment is not known.")
        return self._now(payment)

    def _now(self, payment):
        if payment['status'] == RECEIVED and self.bank.seconds_since(payment['created']) > LIFE:
            self.refuse(payment)
        self.execute()
        return payment

    def gather(self, members, back):
        """A basket: what is signed together."""
        basket = {
            **members[0],
            'id': secrets.token_hex(12),
            'back': back,
            'members': [member['id'] for member in members],
            'lines': [line for member in members for line in member['lines']],
            'service': 'signing-baskets',
        }
        self.all[basket['id']] = basket
        return basket

    def _members(self, payment):
        return [self.all[own] for own in payment.get('members', ())]

    # === Signed === #

    def log_in(self, payment, login, pin):
        person = people.PEOPLE.get(login)
        mine = person and payment['debtor'] in {account['iban'] for account in people.accounts_of(login)}
        if not mine or not secrets.compare_digest(person['pin'].encode(), (pin or '').encode()):
            return False
        payment.update(psu=login, ticket=secrets.token_hex(8))
        return True

    def sign(self, payment):
        """The person who is logged in signs; where two are wanted, the second one's signature executes it."""
        if payment['psu'] not in payment['signers']:
            payment['signers'].append(payment['psu'])
        payment['ticket'] = None
        if payment.get('confirms'):  # the application has to say that it knows, too
            payment['unconfirmed'] = True
            return
        self.confirm(payment)

    def confirm(self, payment):
        """What was signed is on its way, once all have signed."""
        payment['unconfirmed'] = False
        for member in self._members(payment):
            member['psu'] = payment['psu']
            self.sign(member)
        wanted = 2 if self.settings.get('two_signers') else 1
        if len(payment['signers']) < wanted:
            self._set(payment, SECOND)
            return
        if payment.get('members'):
            payment['status'] = 'ACTC'
            return
        for line in payment['lines']:
            if line['number'] in CLOSED or line['number'] in self.settings.get('closed', ()):
                line.update(status=REFUSED, reason='AC04')
            else:
                line['status'] = ACCEPTED
        states = {line['status'] for line in payment['lines']}
        payment['status'] = PART if len(states) > 1 else states.pop()
        payment['reason'] = 'AC04' if payment['status'] == REFUSED else ''
        self.execute()

    def refuse(self, payment):
        """The person said no, or never came."""
        for one in (payment, *self._members(payment)):
            self._set(one, REFUSED, 'DS02')

    def _set(self, payment, status, reason=''):
        payment.update(status=status, reason=reason)
        for line in payment['lines']:
            line.update(status=status, reason=reason)

    # === Executed === #

    def execute(self):
        """Book what is signed and due."""
        today = self.bank.today()
        for payment in self.all.values():
            if payment['status'] in (ACCEPTED, PART) and date.fromisoformat(payment['date']) <= today:
                self._book(payment, [line for line in payment['lines'] if line['status'] == ACCEPTED])

    def _book(self, payment, lines):
        account = f"{payment['debtor']}/{payment['currency']}"
        today = self.bank.today().isoformat()
        if not lines:
            return
        if self.balance(payment) < sum(Decimal(line['amount']) for line in lines):
            for line in lines:
                line.update(status=REFUSED, reason='AM04')
        elif (payment['batch'] or self.settings.get('batch_booking')) and len(lines) > 1:
            total = sum(Decimal(line['amount']) for line in lines)
            self.bank.add_entry(
                account,
                amount=f'-{total:.2f}',
                booked=today,
                name='',
                remittance=[f"Batch of {len(lines)} payments"],
                code='PMNT-ICDT-ESCT',
            )
        else:
            for line in lines:
                self.bank.add_entry(
                    account,
                    amount=f"-{Decimal(line['amount']):.2f}",
                    booked=today,
                    name=line['name'],
                    iban=line['number'],
                    remittance=[line['text']] if line['text'] else [],
                    structured=line['reference'],
                    e2e=line['e2e'],
                    code='PMNT-ICDT-ESCT',
                )
        for line in lines:
            if line['status'] == ACCEPTED:
                line['status'] = DONE
                self._arrives(payment, line)
        states = {line['status'] for line in payment['lines']}
        payment['status'] = states.pop() if len(states) == 1 else PART

    def _arrives(self, payment, line):
        """At another account of this bank the money is there at once."""
        known = {account['iban']: account for login in people.PEOPLE for account in people.accounts_of(login)}
        target = known.get(line['number'])
        if target and target['currency'] == payment['currency']:
            self.bank.add_entry(
                people.account_key(target),
                amount=f"{Decimal(line['amount']):.2f}",
                booked=self.bank.today().isoformat(),
                name=known[payment['debtor']]['owner'],
                iban=payment['debtor'],
                remittance=[line['text']] if line['text'] else [],
                e2e=line['e2e'],
                code='PMNT-ICDT-BOOK',
            )

    def balance(self, payment):
        for login in people.PEOPLE:
            for account in people.accounts_of(login):
                if (account['iban'], account['currency']) == (payment['debtor'], payment['currency']):
                    return self.bank.balance(account)
        return Decimal(0)

    def send_back(self, payment, line, reason="AC04"):
        """The payee's bank sends a payment back."""
        self.bank.add_entry(
            f"{payment['debtor']}/{payment['currency']}",
            amount=f"{Decimal(line['amount']):.2f}",
            booked=self.bank.today().isoformat(),
            name=line['name'],
            iban=line['number'],
            remittance=[f"Return {reason}", line['text']],
            e2e=line['e2e'],
            code='PMNT-ICDT-RRTN',
        )
