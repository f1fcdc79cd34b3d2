import contextlib
import json
import uuid

from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import HttpCase, JsonRpcException, tagged
from odoo.tools import mute_logger

from ...models.core.account_bank_statement_line import WORDS
from ...models.lib.sealing import SEALED
from ..cases.common import BankFeedCase

MODELS = (
    'bank.provider',
    'bank.institution',
    'bank.connection',
    'bank.consent',
    'bank.feed',
    'bank.feed.run',
    'bank.feed.unposted',
    'bank.import',
    'bank.import.file',
    'bank.import.statement',
    'bank.import.entry',
    'bank.import.profile',
    'bank.import.profile.column',
    'bank.mail',
    'bank.mailbox',
    'bank.match',
    'bank.match.allocation',
    'bank.sandbox',
    'bank.connect',
    'bank.connect.result',
    'bank.connect.result.line',
)
SECRET = (
    *SEALED,
    ('bank.consent', 'return_hash'),
    ('bank.consent.account', 'account_session'),
    ('bank.feed', 'lease_token'),
    ('bank.feed.run', 'psu'),
    ('bank.sandbox', 'state'),
    ('bank.payment.order', 'content'),
    ('bank.payment.order', 'return_hash'),
    ('bank.payment.order', 'request_id'),
)


@tagged('post_install', '-at_install')
class TestRights(BankFeedCase):
    """Promises 6 and 7: only who may, sees; companies are walls."""

    def setUp(self):
        super().setUp()
        self.move = self.invoice(120)
        self.server.pay(amount='120.00', remittance=[self.move.name])
        self.server.pay(amount='117.00', remittance=["nothing"])
        self.server.pay(amount='5.00', raw={'bookingDate': None})
        self.feed = self.connect()
        self.fetch(self.feed)
        self.provider.credential = 'very-secret-key'
        self.env['bank.payment.order'].create(
            {'journal_id': self.journal.id, 'currency_id': self.company.currency_id.id, 'date': '2026-12-01'}
        )
        self.env['bank.signature.provider'].create({'name': "BankID", 'client_secret': 'very-secret-key'})

    def roles(self):
        roles = {
            'invoicing': self._make_user('invoicing', 'account.group_account_invoice'),
            'basic': self._make_user('basic', 'account.group_account_basic'),
            'accountant': self._make_user('accountant', 'account_bank_feed.bank_feed_group_accountant'),
            'manager': self.manager,
            'system': self._make_user(
                'system',
                'base.group_system',
                'account.group_account_manager',
                'account_bank_feed.bank_feed_group_manager',
            ),
        }
        for user in roles.values():
            user.group_ids = [Command.link(self.env.ref('base.group_allow_export').id)]
        return roles

    def test_every_field_as_every_role(self):
        """Read, search, group and export every field of every model: no secret comes out, and no error but AccessError."""
        clear = ('very-secret-key', self.consent._bank_ref(), self.feed.sudo().cover_id.account_session)
        for role, user in self.roles().items():
            for model in MODELS:
                records = self.env[model].with_user(user)
                try:
                    found = records.search([])
                    texts = [str(found.read())]
                except AccessError:
                    self.assertNotIn((role, model), {('manager', 'bank.feed'), ('accountant', 'bank.feed')})
                    continue
                names = [
                    name for name, description in records.fields_get().items() if description.get('exportable', True)
                ]
                texts.append(str(found.export_data(names).get('datas')))
                for name, description in records.fields_get().items():
                    if description.get('groupable'):
                        texts.append(
                            str(
                                records.formatted_read_group(
                                    [],
                                    [name if description['type'] not in ('date', 'datetime') else f'{name}:day'],
                                    ['__count'],
                                )
                            )
                        )
                for text in texts:
                    for secret in clear:
                        self.assertNotIn(secret, text, f'{model} as {role}')

    def test_secret_columns_are_closed(self):
        with self.env['bank.sandbox']._bank():
            pass  # there is a state to protect

        def there(records):
            """What the user sees, or else what there is."""
            return records.search([]) or records.sudo().search([]).sudo(False)

        attempts = (
            lambda r, f: r.search([(f, 'like', 'a%')]),
            lambda r, f: there(r).read([f]),
            lambda r, f: r.formatted_read_group([], [f], ['__count']),
            lambda r, f: r.search([], order=f),
            lambda r, f: there(r).export_data([f]),
            lambda r, f: there(r).write({f: 'x'}),
            lambda r, f: there(r).mapped(f),
        )
        open_doors = []
        for user in self.roles().values():
            with contextlib.suppress(AccessError):  # a dialog is there for who opened it only
                self.env['bank.connect'].with_user(user).create({})
            for model, field in SECRET:
                records = self.env[model].with_user(user)
                for number, attempt in enumerate(attempts):
                    self.env.invalidate_all()
                    try:
                        attempt(records, field)
                        open_doors.append((user.login, model, field, number))
                    except (AccessError, ValueError):
                        continue
        self.assertEqual(open_doors, [])

    def test_an_invoicing_user_sees_no_bank_data(self):
        user = self._make_user('invoicing', 'account.group_account_invoice')
        for model in MODELS:
            with self.assertRaises(AccessError, msg=model):
                self.env[model].with_user(user).search([])
        line = self.lines(self.feed)[:1].with_user(user)
        self.assertTrue(line.read(['amount', 'date']), "core's own code needs them")
        items = self.env['account.move.line'].with_user(user)
        for name in (*WORDS, 'partner_name', 'account_number', 'bank_match_text'):
            for attempt in (
                lambda name: line.read([name]),
                lambda name: line.search([(name, '!=', False)]),
                lambda name: items.search_count([(f'statement_line_id.{name}', '!=', False)]),
                lambda name: line.search([], order=name),
            ):
                with self.subTest(field=name), self.assertRaises(Exception) as caught:
                    attempt(name)
                self.assertIn(type(caught.exception).__name__, ('AccessError', 'ValueError'))
        menus = self.env['ir.ui.menu'].with_user(user)._visible_menu_ids()
        for name in ('bank_feed_menu', 'bank_connection_menu', 'bank_provider_menu', 'bank_match_menu'):
            self.assertNotIn(self.env.ref(f'account_bank_feed.{name}').id, menus)

    def test_an_invoicing_user_can_open_a_paid_invoice(self):
        user = self._make_user('invoicing', 'account.group_account_invoice')
        self.env.invalidate_all()
        move = self.move.with_user(user)
        self.assertEqual(move.payment_state, 'paid')
        view = move.get_view(view_type='form')
        names = set(view['models']['account.move']) - {'line_ids'}
        move.web_read({name: {} for name in names if name in move._fields})
        self.assertTrue(move.invoice_payments_widget)

    def test_an_accountant_can_work(self):
        user = self._make_user('accountant', 'account_bank_feed.bank_feed_group_accountant')
        line = self.lines(self.feed)[0].with_user(user)
        line.read()
        self.env['account.bank.statement.line'].with_user(user).create(
            {'journal_id': self.journal.id, 'amount': 1, 'payment_ref': "By hand"}
        )
        for model in ('bank.connection', 'bank.provider', 'bank.feed', 'bank.consent', 'bank.feed.run'):
            with self.assertRaises(AccessError, msg=model):
                self.env[model].with_user(user).create({})
            with self.assertRaises(AccessError, msg=model):
                self.env[model].search([], limit=1).with_user(user).unlink()
        menus = self.env['ir.ui.menu'].with_user(user)._visible_menu_ids()
        self.assertIn(self.env.ref('account_bank_feed.bank_match_menu').id, menus)
        self.assertIn(self.env.ref('account.menu_board_journal_1').id, menus)

    def test_a_manager_reaches_the_configuration(self):
        self.manager.group_ids = [Command.link(self.env.ref('account.group_account_manager').id)]
        menus = self.env['ir.ui.menu'].with_user(self.manager)._visible_menu_ids()
        self.assertIn(self.env.ref('account_bank_feed.bank_connection_menu').id, menus)

    def test_companies_are_walls(self):
        other = self._make_company("Susedia s.r.o.")
        stranger = self._make_user('stranger', 'account_bank_feed.bank_feed_group_manager')
        stranger.write({'company_ids': [Command.set(other.ids)], 'company_id': other.id})
        for model in (
            'bank.connection',
            'bank.consent',
            'bank.feed',
            'bank.feed.run',
            'bank.feed.unposted',
            'bank.match',
            'account.bank.statement.line',
        ):
            self.assertFalse(self.env[model].with_user(stranger).search([]), model)
        with self.assertRaises(AccessError):
            self.feed.connection_id.with_user(stranger).action_disconnect()
        with self.assertRaises(AccessError):
            self.feed.with_user(stranger).action_fetch_now()
        with self.assertRaises(AccessError):
            self.feed.connection_id.with_user(stranger).action_renew()

    def test_nobody_points_a_feed_at_another_account(self):
        """Over RPC, a manager writes the journal and the first day; account, consent and state are the bank's word."""
        feed = self.feed.with_user(self.manager)
        feed.write({'date_from': '2026-01-01'})
        for values in (
            {'account_number': 'X'},
            {'consent_id': False},
            {'cover_id': False},
            {'fetched_until': False},
            {'bank_balance': 1.0},
        ):
            with self.assertRaises(AccessError):
                feed.write(values)
        for values in ({'consent_ids': [Command.link(self.consent.id)]}, {'state': 'active'}, {'valid_until': False}):
            with self.assertRaises(AccessError):
                feed.connection_id.write(values)
        other = self.env['bank.consent'].create({'institution_id': self.institution.id, 'company_id': self.company.id})
        with self.assertRaises(ValidationError):
            self.feed.cover_id = self.env['bank.consent.account']._keep(other, self.feed, 'x', False)

    def test_a_providers_key_stays_with_its_address(self):
        shared = self.provider.with_user(self.manager)
        for values in ({'base_url': 'https://evil.example/'}, {'mode': 'off'}, {'interface': 'sandbox'}):
            with self.assertRaises(AccessError):
                shared.write(values)
        own = (
            self.env['bank.provider']
            .with_user(self.manager)
            .create(
                {
                    'name': "Own",
                    'interface': 'nextgenpsd2',
                    'base_url': 'https://api.bank.example/',
                    'credential': 'secret',
                }
            )
        )
        self.assertEqual(own.company_id, self.company)
        self.assertTrue(own.has_credential)
        with self.assertRaises(AccessError):
            own.test_ok = True
        own.sudo().test_ok = True
        own.mode = 'live'
        own.base_url = 'https://evil.example/'
        own.invalidate_recordset()
        self.assertFalse(own.has_credential)
        inside = (
            'https://169.254.169.254/',
            'https://127.0.0.1/',
            'https://10.0.0.1/',
            'https://localhost/',
            'https://odoo.internal/',
        )
        for address in inside:  # what the server can reach and the person cannot
            with self.assertRaises(AccessError):
                own.base_url = address
        for address in ('http://api.bank.example/', 'https://user@bank.example/', 'http://localhost/', 'ftp://x', ''):
            with self.assertRaises(ValidationError):
                own.base_url = address

    def test_public_methods_check_first(self):
        """Every method without an underscore can be called by anyone with any id."""
        user = self._make_user('plain')
        calls = [(self.feed, name) for name in ('action_fetch_now', 'action_book_opening')]
        calls += [(self.feed.connection_id, name) for name in ('action_renew', 'action_disconnect', 'action_fetch_now')]
        calls += [
            (self.provider, name)
            for name in ('action_use', 'action_refresh_institutions', 'action_customers_pay', 'action_end_practice')
        ]
        calls += [(self.feed.unposted_ids, name) for name in ('action_retry', 'action_dismiss')]
        calls += [
            (self.env['bank.match'].create({'statement_line_id': self.lines(self.feed)[0].id}), name)
            for name in ('action_accept', 'action_refuse')
        ]
        for record, name in calls:
            with self.subTest(method=f'{record._name}.{name}'), self.assertRaises(Exception) as caught:
                getattr(record.with_user(user), name)()
            self.assertIn(type(caught.exception).__name__, ('AccessError', 'UserError'))


@tagged('post_install', '-at_install')
class TestRpc(BankFeedCase, HttpCase):
    """The same over the web client's own calls."""

    def test_read_everything_over_rpc(self):
        feed = self.connect()
        self.provider.credential = 'very-secret-key'
        secrets = ('very-secret-key', self.consent._bank_ref(), feed.sudo().cover_id.account_session)
        self._make_user('accountant', 'account_bank_feed.bank_feed_group_accountant')
        self.env.flush_all()
        for login in ('accountant_bank', 'manager_bank'):
            self.authenticate(login, login)
            for model in ('bank.provider', 'bank.consent', 'bank.feed', 'bank.feed.run', 'bank.connection'):
                fields = list(self.rpc(model, 'fields_get'))
                text = str(self.rpc(model, 'search_read', [], fields))
                if (login, model) == ('accountant_bank', 'bank.consent'):
                    self.assertEqual(text, '[]', "another person's consent")
                else:
                    self.assertIn('id', text)
                for secret in secrets:
                    self.assertNotIn(secret, text, f'{model} as {login}')
            for model, field in SECRET:
                with mute_logger('odoo.http'), self.assertRaises(JsonRpcException):
                    self.rpc(model, 'search_read', [], [field])

    def rpc(self, model, method, *args):
        params = {'model': model, 'method': method, 'args': args, 'kwargs': {}}
        return self.make_jsonrpc_request(f'/web/dataset/call_kw/{model}/{method}', params)


@tagged('post_install', '-at_install')
class TestSandboxRoute(HttpCase):
    """The sandbox bank is there while a sandbox provider is on, and only then."""

    def test_off_and_on(self):
        provider = self.env.ref('account_bank_feed.bank_provider_sandbox')
        url, interface = '/bank_feed/sandbox/permissions', '/bank_feed/sandbox/v1/accounts'
        self.authenticate('admin', 'admin')
        self.assertEqual(self.url_open(url).status_code, 404)
        provider.mode = 'sandbox'
        answer = self.url_open(url)
        self.assertEqual(answer.status_code, 200)
        self.assertIn("Sandbox Bank", answer.text)
        self.assertEqual(answer.headers['X-Frame-Options'], 'DENY')
        self.assertEqual(self.url_open(url, data='x' * 100000).status_code, 413)
        self.assertEqual(self.url_open(interface).status_code, 404, "only our own client may ask the interface")
        key = {'X-API-Key': self.env['bank.sandbox']._key()}
        self.assertEqual(self.url_open(interface, headers=key).json()['tppMessages'][0]['code'], 'FORMAT_ERROR')
        provider.mode = 'off'
        self.assertEqual(self.url_open(url).status_code, 404)

    def test_not_for_strangers(self):
        """Its customers' names come from the invoices."""
        self.env.ref('account_bank_feed.bank_provider_sandbox').mode = 'sandbox'
        self.assertIn('/web/login', self.url_open('/bank_feed/sandbox/permissions').url)

    def test_sends_nobody_elsewhere(self):
        self.env.ref('account_bank_feed.bank_provider_sandbox').mode = 'sandbox'
        body = {
            'access': {'accounts': []},
            'recurringIndicator': True,
            'validUntil': '2099-01-01',
            'frequencyPerDay': 4,
        }
        body['combinedServiceIndicator'] = False
        base = self.env['bank.provider'].get_base_url()
        for redirect, nok, status in (
            (f'{base}/x', f'{base}/y', 201),
            (f'{base}/x', 'javascript:alert(1)', 400),
            ('http://evil.example/', f'{base}/y', 400),
        ):
            headers = {
                'X-API-Key': self.env['bank.sandbox']._key(),
                'X-Request-ID': str(uuid.uuid4()),
                'PSU-IP-Address': '192.0.2.1',
                'TPP-Redirect-URI': redirect,
                'TPP-Nok-Redirect-URI': nok,
                'Content-Type': 'application/json',
            }
            answer = self.url_open('/bank_feed/sandbox/v1/consents', data=json.dumps(body), headers=headers)
            self.assertEqual(answer.status_code, status, redirect + nok)
