import os
import random
from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from ...sandbox.people import account_key, accounts_of
from ..cases.common import MAIN, PSU, at_the_bank
from .test_people import PeopleCase

RESERVE, DOLLARS = (account_key(accounts_of('jana')[number]) for number in (1, 2))
#: steps of one run; more on demand: ``BANK_FEED_STEPS=10000 make test T=test_people_orders``
STEPS = int(os.environ.get('BANK_FEED_STEPS') or 120)
SEED = int(os.environ.get('BANK_FEED_SEED') or 16)
REMINDERS = (14, 8, 2, 0)


@tagged('post_install', '-at_install')
class TestPeopleOrders(PeopleCase):
    """Four people, two companies, three banks; consents are given, end at the bank, run out, days pass, in any order. The test keeps its
    own account of who covers what, and of who has to be told."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second = cls._make_company("Druhá firma")
        chief = 'account_bank_feed.bank_feed_group_manager'
        cls.chief = cls._make_user('chief', chief)
        people = cls.manager | cls.director | cls.accountant | cls.chief
        people.write({'company_ids': [Command.link(cls.second.id)]})
        for number in (2, 3):
            values = {'name': f"Bank {number}", 'interface': 'nextgenpsd2', 'mode': 'sandbox'}
            provider = cls.env['bank.provider'].create({**values, 'base_url': cls.server.url})
            provider.action_refresh_institutions()
            cls.institution |= provider.institution_ids
        cls.bank.state['settings'].update(limit=False)

    def setUp(self):
        super().setUp()
        self.bank.state['settings']['limit'] = False
        self.chance, self.known, self.told = random.Random(SEED), {}, {}
        one, two, three = self.institution
        self.rate('USD', 1.1)
        self.keys = {}
        for company, bank, keys in (
            (self.company, one, [MAIN, RESERVE]),
            (self.company, two, [DOLLARS]),
            (self.second, one, [MAIN, RESERVE]),
            (self.second, three, [DOLLARS]),
        ):
            self.open(company, bank, keys)
        self.connections = self.env['bank.connection'].union(*self.keys)
        self.seen = self.newest_mail()

    def open(self, company, bank, keys):
        """A connection, as a manager makes it."""
        user = self.manager if company == self.company else self.chief
        environment = self.env(user=user, context={'allowed_company_ids': company.ids})
        consent, address = environment['bank.consent']._start(
            bank.with_env(environment), company.with_env(environment), PSU
        )
        at_the_bank(address, 'jana', accounts=keys)
        consent._finish({}, PSU)
        result = environment['bank.connect.result']._from_consent(consent, PSU)
        result.line_ids.action = 'create'
        result.action_confirm()
        consent = consent.with_env(self.env)
        self.keys[consent.connection_ids] = keys
        self.note(consent, set(keys))

    def note(self, consent, keys):
        self.known[consent] = keys
        self.told[consent.connection_ids or consent.renews_connection_id, consent.user_id] = None

    # === What the test knows === #

    def covering(self, connection, key, person=None):
        """Consents that cover an account, as far as anybody in Odoo can know."""
        return [
            consent
            for consent, keys in self.known.items()
            if key in keys
            and consent.state == 'valid'
            and connection in consent.connection_ids
            and (not person or consent.user_id == person)
        ]

    def own(self, connection, person):
        """{account: last day of the person's own consents}"""
        found = {
            key: [consent.valid_until for consent in self.covering(connection, key, person)]
            for key in self.keys[connection]
        }
        return {key: max(days) for key, days in found.items() if days}

    def feeds(self, connection):
        return {f'{feed.account_number}/{feed.currency_id.name}': feed for feed in connection.feed_ids}

    def newest_mail(self):
        return self.env['mail.mail'].sudo().search([], order='id desc', limit=1).id or 0

    # === Steps === #

    def step_give(self):
        connection = self.chance.choice(self.connections)
        keys = self.keys[connection]
        people = [(self.manager, 'jana', keys), (self.chief, 'jana', keys), (self.accountant, 'jana', keys[-1:])]
        if MAIN in keys:
            people.append((self.director, 'peter', [MAIN]))
        person, login, keys = self.chance.choice(people)
        keys = self.chance.sample(keys, self.chance.randint(1, len(keys)))
        consent = self.give(connection, person, login, keys)
        consent.valid_until = fields.Date.today() + timedelta(days=self.chance.choice((1, 5, 20, 90, 180)))
        self.note(consent, set(keys))
        connection._refresh_state()

    def step_end(self):
        """The person ends it in the internet banking; the next fetches find out."""
        if consent := self.any_valid():
            self.bank.end_consent(consent._bank_ref())
        for _again in range(3):  # where the next one was ended, too, the fetch after that finds out
            runs = self.connections.feed_ids.run_ids
            self.before = max(runs.ids, default=0)
            runs.called = False  # nor does the day's limit matter here
            self.connections.feed_ids.next_fetch = fields.Datetime.now() - timedelta(hours=1)
            self.fetch()

    def step_tell(self):
        """The provider tells of the end."""
        if consent := self.any_valid():
            self.bank.end_consent(consent._bank_ref())
            consent._end('revokedByPsu', "Ended at the bank.")

    def step_days(self):
        days = timedelta(days=self.chance.choice((1, 1, 1, 2, 6, 30)))
        for consent in self.known:
            if consent.state == 'valid':
                consent.valid_until -= days
        self.remind()

    def any_valid(self):
        valid = [consent for consent in self.known if consent.state == 'valid']
        return self.chance.choice(valid) if valid else None

    # === What must hold === #

    def test_any_order(self):
        for number in range(STEPS):
            step = self.chance.choices(
                (self.step_give, self.step_end, self.step_tell, self.step_days), (0.45, 0.06, 0.15, 0.34)
            )[0]
            before = {consent: consent.state for consent in self.known}
            states = {connection: connection.state for connection in self.connections}
            owned = {(one, person): self.own(one, person) for one in self.connections for person in self.people()}
            step()
            self.env.invalidate_all()
            with self.subTest(step=number, seed=SEED, what=step.__name__):
                self.check_fetching(step)
                ended = [consent for consent, state in before.items() if state == 'valid' and consent.state != 'valid']
                self.check_mails(step, ended, states, owned)
            if self._outcome and not self._outcome.success:
                break  # what follows says nothing
            if number % 50 == 0:
                self.known = {one: keys for one, keys in self.known.items() if one.state == 'valid'}

    def people(self):
        return self.manager | self.chief | self.director | self.accountant

    def check_fetching(self, step):
        for connection in self.connections:
            fed = False
            for key, feed in self.feeds(connection).items():
                covering = self.covering(connection, key)
                fed = fed or bool(covering)
                if covering:
                    newest = max(covering, key=lambda consent: consent.id)
                    self.assertEqual(feed.consent_id, newest, "the newest that covers, no other")
                else:
                    self.assertNotEqual(feed.consent_id.state, 'valid')
                if step == self.step_end:
                    states = set(feed.run_ids.filtered(lambda run: run.id > self.before).mapped('state'))
                    self.assertEqual('done' in states, bool(covering), states)
            self.assertEqual(connection.state == 'active', fed, connection.state)

    def check_mails(self, step, ended, states, owned):
        """Exactly who had to be told was told; once, unless several of the own ended one after the other."""
        mails = self.env['mail.mail'].sudo().search([('id', '>', self.seen)])
        self.seen = max(self.newest_mail(), self.seen)
        got = sorted((mail.model, mail.res_id, mail.recipient_ids.user_ids.ids) for mail in mails)
        expected, possible = [], []
        for connection in self.connections:
            stopped = states[connection] == 'active' and connection.state != 'active'
            if stopped:
                expected.append(('bank.connection', connection.id, connection.user_id.ids))
            for person in self.people():
                holder = self.holder(connection, person)
                mine = [one for one in ended if one.user_id == person and connection in one.connection_ids]
                own = self.own(connection, person)
                lost = set().union(*(self.known[one] for one in mine)) - set(own)
                told = ('bank.consent.holder', holder.id, person.ids)
                instead = stopped and person == connection.user_id
                if lost and not instead:
                    expected.append(told)
                lossy = [one for one in mine if self.known[one] - set(own)]
                several = len([one for one in ended if connection in one.connection_ids]) > 1
                possible += [told] * (len(lossy) - (not (instead and several)))
                if step == self.step_days and own and self.is_due(connection, person, min(own.values())):
                    expected.append(told)
        for one in possible:
            if got.count(one) > expected.count(one):
                got.remove(one)
        self.assertEqual(got, sorted(expected))

    def is_due(self, connection, person, end):
        left = (end - fields.Date.today()).days
        due = [days for days in REMINDERS if left <= days]
        last = self.told[connection, person]
        if not due or (last is not None and last <= min(due)):
            return False
        self.told[connection, person] = min(due)
        return True
