"""A bank on localhost, a company, and people, for the tests."""

import re
import threading
from contextlib import contextmanager
from datetime import timedelta

import requests
from werkzeug.serving import WSGIRequestHandler, make_server

from odoo import fields
from odoo.fields import Command
from odoo.tests import TransactionCase, new_test_user

from ...banks import client_class
from ...banks.data import Psu
from ...banks.http import Transport
from ...sandbox import SandboxApp
from ...sandbox.people import account_key, accounts_of

PSU = Psu('192.0.2.10', 'Test browser', 'sk')
MAIN = account_key(accounts_of('jana')[0])
#: companies that many tests need: in the template of ``make test``
COMPANIES = ("Tests a.s.", "Druhá firma", "Susedia s.r.o.")
PINS = {'jana': '1111', 'peter': '2222', 'eva': '3333'}


def hours_pass(bank, hours):
    """Time passes at the bank, within its day: late in the evening it would end on another day than the one that Odoo has."""
    day = bank.today()
    bank.advance(hours=hours)
    if bank.today() != day:
        bank.state['today'] = day.isoformat()


class Quiet(WSGIRequestHandler):
    def log(self, *_args):
        pass


class BankServer:
    """The sandbox bank on a port of localhost. ``bank`` is its inside: ledger, clock, consents, faults."""

    def __init__(self, empty=False, wrap=None, api='', ssl_context=None):
        self.app = SandboxApp(api=api)
        if empty:
            self.app.bank.state['ledger'].clear()
        served = wrap(self.app) if wrap else self.app
        self.server = make_server('127.0.0.1', 0, served, threaded=True, request_handler=Quiet, ssl_context=ssl_context)
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True, name='bank')
        self.thread.start()
        self.url = f"{'https' if ssl_context else 'http'}://127.0.0.1:{self.server.port}/"

    @property
    def bank(self):
        return self.app.bank

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def client(self, **transport):
        return client_class('nextgenpsd2')(Transport(self.url, **transport), {'name': "Test bank"})

    def pay(self, key=MAIN, days=1, **entry):
        """A movement booked ``days`` ago."""
        return self.bank.add_entry(
            key, **{'booked': (self.bank.today() - timedelta(days=days)).isoformat(), 'name': "Payer", **entry}
        )


def at_the_bank(address, login='jana', approve=True, accounts=None):
    """Do what a person does at the bank's page; returns the address that the bank sends the browser back to."""
    session = requests.Session()
    address = session.get(address, timeout=20).url  # an interface of its own may stand before the log-in page
    text = session.post(address, {'step': 'login', 'login': login, 'pin': PINS[login]}, timeout=20).text
    ticket = re.search(r'name="ticket" value="([^"]+)"', text)[1]
    offered = re.findall(r'name="account" value="([^"]+)"', text)
    step = {'step': 'approve' if approve else 'refuse', 'ticket': ticket, 'account': accounts or offered}
    return session.post(address, step, timeout=20, allow_redirects=False).headers['Location']


def make_company(env, name):
    """A Slovak company in euro with the generic chart of accounts. The country comes after the chart: before, Odoo would load that
    country's own at the end of the transaction."""
    company = env['res.company'].create({'name': name, 'currency_id': env.ref('base.EUR').id})
    env['account.chart.template'].try_loading('generic_coa', company=company, install_demo=False)
    company.write({'country_id': env.ref('base.sk').id, 'currency_id': env.ref('base.EUR').id})
    return company


class BankFeedCase(TransactionCase):
    """A company in euro with a bank journal, a provider that reaches the bank, and a connection made as a person makes it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = BankServer(empty=True)
        cls.addClassCleanup(cls.server.stop)
        cls.bank = cls.server.bank
        cls.env = cls.env(context={**cls.env.context, 'tracking_disable': False})
        cls.env.ref('base.EUR').active = True
        cls.company = cls._make_company("Tests a.s.")
        cls.env.user.company_ids |= cls.company
        cls.env.user.company_id = cls.company
        cls.journal = cls.env['account.journal'].search(
            [('type', '=', 'bank'), ('company_id', '=', cls.company.id)], limit=1
        )
        cls.manager = cls._make_user('manager', 'account_bank_feed.bank_feed_group_manager')
        cls.provider = cls.env['bank.provider'].create(
            {'name': "Test bank", 'interface': 'nextgenpsd2', 'mode': 'sandbox', 'base_url': cls.server.url}
        )
        cls.provider.action_refresh_institutions()
        cls.institution = cls.provider.institution_ids
        cls.customer = cls.env['res.partner'].create({'name': "Zákazník s.r.o.", 'company_id': False})

    def setUp(self):
        super().setUp()
        if not type(self)._registry_patched:  # what has a transaction of its own is a part of the test's, too
            self.env.flush_all()
            self.registry_enter_test_mode()
        self.bank.state['ledger'].clear()
        self.bank.state['faults'].clear()
        self.bank.state['clock_offset'] = 0
        self.bank.state.pop('today', None)
        self.bank.state['calls'].clear()
        self.bank.state['settings'].update(limit=True, page_size=25, absolute_links=False, second_signature=False)

    @contextmanager
    def enter_registry_test_mode(self):
        """Each of these tests is in it all the time."""
        self.env.flush_all()
        yield
        self.env.invalidate_all()

    @classmethod
    def _make_company(cls, name):
        """A company with its chart of accounts; those that ``make test`` put into the database's template are there already."""
        company = cls.env['res.company'].search([('name', '=', name)]) or make_company(cls.env, name)
        cls.env.user.company_ids |= company
        return company

    @classmethod
    def _make_user(cls, login, *groups):
        return new_test_user(
            cls.env,
            login=f'{login}_bank',
            groups=','.join(('base.group_user', *groups)),
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
            email=f'{login}@example.com',
        )

    # === What people do === #

    def start(self, user=None, renews=None):
        """Ask for a permission; returns (consent, address of the bank's page)."""
        environment = self.env(user=user or self.manager)
        return environment['bank.consent']._start(
            self.institution.with_env(environment), self.company.with_env(environment), PSU, renews=renews
        )

    def come_back(self, consent, user=None):
        """The return from the bank without the web: the result page's record."""
        environment = self.env(user=user or self.manager)
        consent = consent.with_env(environment)
        consent._finish({}, PSU)
        self.assertEqual(consent.state, 'valid')
        return environment['bank.connect.result']._from_consent(consent, PSU)

    def finished(self, consent):
        consent._finish({}, PSU)
        return consent

    def connect(self, login='jana', accounts=(MAIN,), date_from=None):
        """A connected feed on ``self.journal``, nothing fetched yet."""
        consent, address = self.start()
        at_the_bank(address, login, accounts=list(accounts))
        result = self.come_back(consent)
        result.line_ids[0].write({'action': 'existing', 'journal_id': self.journal.id})
        if date_from:
            result.line_ids.date_from = date_from
        result.action_confirm()
        self.consent = consent.with_env(self.env)
        return self.env['bank.feed'].search([('journal_id', '=', self.journal.id)])

    def fetch(self, feed=None):
        """Odoo's scheduler runs the fetch job; returns the newest run of the feed."""
        if feed and not feed.run_ids.filtered(lambda run: run.state == 'queued'):
            feed.next_fetch = fields.Datetime.now() - timedelta(seconds=1)
        self.env.flush_all()
        self.env.ref('account_bank_feed.ir_cron_fetch').method_direct_trigger()
        self.env.invalidate_all()
        return feed.run_ids.sorted('id')[-1:] if feed else None

    def invoice(self, amount=120.0, move_type='out_invoice', partner=None, post=True, **values):
        move = self.env['account.move'].create(
            {
                'move_type': move_type,
                'partner_id': (partner or self.customer).id,
                'invoice_date': fields.Date.today() - timedelta(days=20),
                'company_id': self.company.id,
                'invoice_line_ids': [Command.create({'name': "Service", 'price_unit': amount, 'tax_ids': []})],
                **values,
            }
        )
        if post:
            move.action_post()
        return move

    def rate(self, name, rate):
        """A currency that is active, with this one rate to the company's own."""
        currency = self.env.ref(f'base.{name}')
        currency.active = True
        rates = self.env['res.currency.rate']
        rates.search([('currency_id', '=', currency.id)]).unlink()
        if rate:
            rates.create(
                {'currency_id': currency.id, 'name': '2020-01-01', 'rate': rate, 'company_id': self.company.id}
            )
        return currency

    def journal_in(self, currency):
        """A bank journal in a currency of its own."""
        values = {'name': currency.name, 'type': 'bank', 'code': currency.name, 'company_id': self.company.id}
        return self.env['account.journal'].create({**values, 'currency_id': currency.id})

    def deactivate(self, currency):
        """Odoo refuses it where some company uses the currency; the database does not ask."""
        self.env.flush_all()
        self.env.cr.execute("UPDATE res_currency SET active = false WHERE name = %s", [currency])
        self.env.invalidate_all()
        self.env.registry.clear_cache()

    def lines(self, feed):
        return self.env['account.bank.statement.line'].search([('bank_feed_id', '=', feed.id)], order='date, id')
