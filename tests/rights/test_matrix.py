from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.models import MAGIC_COLUMNS
from odoo.tests import tagged
from odoo.tools import mute_logger

from ...models.core.account_bank_statement_line import WORDS
from ...models.lib.inside import ours
from ..cases.walls_case import WallsCase

#: what a person may write, by model: what is added tomorrow is closed until it stands here
WRITABLE = {
    'bank.connection': {'user_id', 'activity_ids', 'message_follower_ids', 'message_ids'},
    'bank.feed': {'journal_id', 'date_from', 'active', 'account_name'},
    'bank.provider': {
        'agreement', 'agreement_review', 'name', 'sequence', 'active', 'interface', 'mode', 'company_id', 'base_url', 'credential', 'practice', 'setting_ids',
        'activity_ids', 'message_follower_ids', 'message_ids',
    },
    'bank.provider.setting': {'value'},
    'bank.partner.identifier': {'partner_id', 'company_id', 'kind', 'name', 'key', 'date_from', 'date_to'},
    'bank.backtest': {'mode', 'company_id', 'journal_ids', 'settings_id', 'date_from'},
    'bank.cash': {'move_id', 'journal_id'},
    'bank.import': {'statement_ids'},
    'bank.import.statement': {'journal_id'},
    'bank.import.profile': {'name', 'active', 'column_ids', 'date_form', 'decimal', 'debit', 'currency'},
    'bank.import.profile.column': {'role'},
    'bank.mailbox': {'user_id', 'activity_ids', 'message_follower_ids', 'message_ids', 'active', 'company_id', 'alias_name', 'alias_domain_id', 'server', 'dkim', 'more_domains', 'privacy', 'keep'},
    'bank.connect': {'company_id', 'country_id', 'institution_id', 'token', 'token_until', 'date_from'},
    'bank.agreement': {
        'provider_id', 'company_name', 'company_registry', 'vat', 'street', 'zip', 'city', 'country_id', 'signatory_name',
        'signatory_email', 'signatory_mobile', 'signatory_role', 'signature_provider_id', 'company_id', 'user_id',
        'active', 'activity_ids', 'message_follower_ids', 'message_ids',
    },
    'bank.signature.provider': {'name', 'code', 'company_id', 'active', 'client_id', 'client_secret', 'base_url'},
    'bank.invite': {'connection_id', 'institution_id', 'company_id', 'user_ids'},
    'bank.pay': {'company_id', 'move_ids', 'journal_id', 'when', 'day', 'group'},
    'bank.coding': {'account_id', 'tax_id', 'partner_id', 'label'},
    'bank.transfer': {'company_id', 'journal_id', 'to_journal_id', 'amount', 'day', 'text'},
    'bank.salary': {'company_id', 'journal_id', 'account_id', 'day', 'file', 'file_name', 'item_ids', 'line_ids'},
    'bank.salary.line': {'salary_id', 'partner_id', 'name', 'number', 'partner_bank_id', 'amount', 'text'},
    'bank.payment.reject': {'order_id', 'reason'},
    'bank.payment.resolve': {'order_id', 'executed', 'reason'},
    'bank.payment.order': {'activity_ids', 'message_follower_ids', 'message_ids'},
    'bank.connect.result': {'line_ids'},
    'bank.connect.result.line': {'action', 'company_id', 'journal_id', 'journal_name', 'journal_code', 'date_from'},
}  # fmt: skip
REFUSED = (AccessError, UserError, ValidationError, ValueError, TypeError)
#: ways to have a field told
READINGS = (
    lambda line, field: line.read([field]),
    lambda line, field: line.web_read({field: {}}),
    lambda line, field: line.export_data([field])['datas'],
    lambda line, field: line.search_read([('id', '=', line.id)], [field]),
    lambda line, field: line.search([('id', '=', line.id)], order=field).ids,
    lambda line, field: line.formatted_read_group([('id', '=', line.id)], [field], ['__count']),
    lambda line, field: line.onchange({}, [], {field: {}}),
    lambda line, field: line.mapped(field),
)


@tagged('post_install', '-at_install')
class TestMatrix(WallsCase):
    """Every model, field and call of the registry, for every kind of user: what is added tomorrow is in it."""

    @mute_logger('odoo.models', 'odoo.addons.base.models.ir_model', 'odoo.addons.base.models.ir_rule')
    def test_nobody_writes_what_is_not_listed(self):
        open_doors, roles = set(), self.roles()
        for model in self.own_models():
            records = self.one_of(model)
            for role, user in roles.items():
                mine = records.with_user(user)
                if not records:  # nothing to try it on: nobody may write the model at all
                    self.assertFalse(mine.has_access('write') or mine.has_access('create'), (role, model))
                    continue
                for name in mine._fields.keys() - {'id', 'display_name', *MAGIC_COLUMNS, *self.env['base']._fields}:
                    field, value = mine._fields[name], records.sudo()[name]
                    value = False if field.type in ('one2many', 'many2many') else value
                    value = value.id if field.type == 'many2one' else value
                    if self.is_written(mine, {name: value}) and (not field.readonly or field.store or field.inverse):
                        open_doors.add((model, name))
        listed = {(model, name) for model, names in WRITABLE.items() for name in names}
        self.assertEqual(open_doors - listed, set())

    def is_written(self, records, values):
        try:
            with self.env.cr.savepoint():
                records.with_context(su=True, bank_feed_word=True).write(values)
            return True
        except REFUSED:
            return False

    @mute_logger('odoo.models', 'odoo.addons.base.models.ir_model', 'odoo.addons.base.models.ir_rule')
    def test_no_company_sees_another(self):
        """Rows, and yes-or-no questions about them."""
        seen = []
        for model in self.own_models():
            records = self.one_of(model)
            company = 'company_id' in records._fields and records.sudo().company_id
            if not records or company == self.neighbour or (not company and 'company_id' in records._fields):
                continue
            mine = records.with_user(self.stranger)
            try:
                if records.ids[0] in mine.search([]).ids and model not in (
                    'bank.match.rule',
                    'bank.institution',
                    'bank.provider.setting',
                ):
                    seen.append((model, 'search'))
                if mine.search_count([('id', '=', records.id)]) and model not in (
                    'bank.match.rule',
                    'bank.institution',
                    'bank.provider.setting',
                ):
                    seen.append((model, 'search_count'))
            except AccessError:
                continue
        self.assertEqual(seen, [])

    def one_of(self, model):
        """A record of a model, that company's where it has one."""
        records = self.env[model].sudo()
        domain = (
            [('company_id', '=', self.company.id)]
            if 'company_id' in records._fields and records._fields['company_id'].store
            else []
        )
        found = records.search(domain, limit=1) or records.search([], limit=1)
        if not found and model == 'bank.connect':
            found = self.env[model].with_user(self.manager).create({})
        return found.sudo(False)

    def paths(self, closed):
        """(model, path) of every way from a model of core to a closed field, through one or two relations, from the registry.

        :param closed: {model: names of its closed fields}"""
        to = {}
        for model in self.env.registry.models.values():
            if model._abstract or model._transient or not model._auto:
                continue
            for name, field in self.env[model._name]._fields.items():
                if field.relational and field.store | bool(field.search) and field.comodel_name in self.env:
                    to.setdefault(field.comodel_name, []).append((model._name, name))
        for target, names in closed.items():
            for model, through in to.get(target, ()):
                for name in names:
                    yield model, f'{through}.{name}'
                for outer, way in to.get(model, ())[:40]:
                    yield outer, f'{way}.{through}.{sorted(names)[0]}'

    def test_no_question_through_relations(self):
        """What a person may not read of the bank is asked through no model of core: neither by search, group, order nor by
        condition inside a condition."""
        words = self.env['account.bank.statement.line']._fields
        closed_words = {
            name for name, field in words.items() if field.groups and name in WORDS | {'partner_name', 'account_number'}
        }
        for user in (self.roles()['plain'], self.roles_of('invoicing')):
            environment = self.env(user=user)
            closed = {'account.bank.statement.line': closed_words}
            closed |= {name: {'id'} for name in self.own_models() if not environment[name].has_access('read')}
            asked, leaks = 0, []
            for model, path in self.paths(closed):
                if model in closed or not environment[model].has_access('read'):
                    continue
                asked += 1
                head, _dot, rest = path.partition('.')
                for condition in ((path, '!=', False), (head, 'any', [(rest, '!=', False)])):
                    try:
                        answer = environment[model].search_count([condition], limit=1)
                    except REFUSED:
                        continue
                    leaks += [(user.login, model, condition)] if answer else []
            self.assertGreater(asked, 10)
            self.assertEqual(leaks, [])

    def roles_of(self, name):
        return self.env['res.users'].search([('login', '=', f'{name}_bank')])

    def test_who_only_invoices_copies_and_reverses(self):
        """Our fields on core's models are in nobody's way: core reads and copies them as whoever invoices, or keeps contacts."""
        invoicing = self._make_user('only_invoicing', 'account.group_account_invoice')
        move = self.invoice(100).with_user(invoicing)
        self.assertEqual(move.copy().amount_total, 100)
        self.assertEqual(move._reverse_moves().amount_total, 100)
        contacts = self._make_user('only_contacts', 'base.group_partner_manager')
        self.assertTrue(self.customer.with_user(contacts).copy())
        for model in ('account.move', 'account.move.line', 'res.partner', 'account.journal'):
            for name, field in self.env[model]._fields.items():
                if name.startswith('bank_') and field.groups:
                    self.assertFalse(field.copy, f"{model}.{name} is copied, and not everybody may read it")

    def test_no_word_by_any_reading(self):
        """Reading, exporting, grouping, ordering and the form's own calls: none gives a closed field to who may not have it."""
        line = self.lines(self.feed)
        ours(line).bank_match_note = "a secret reason"
        for name in ('plain', 'invoicing'):
            user = self.roles()[name] if name == 'plain' else self.roles_of(name)
            own = self.env(user=user)['account.bank.statement.line'].browse(line.id)
            for field in sorted(
                WORDS | {'partner_name', 'account_number', 'bank_match_doubt', 'bank_signs', 'bank_search'}
            ):
                for ask in READINGS:
                    with self.subTest(user=name, field=field):
                        try:
                            told = str(ask(own, field))
                        except REFUSED:
                            continue
                        for secret in ("secret reason", line.bank_feed_uid, line.account_number, line.partner_name):
                            if secret:
                                self.assertNotIn(secret, told)

    def test_new_calls_ask_first(self):
        """Every public call of the reconciliation screen refuses who may not reconcile, and who is of another company."""
        line = self.lines(self.feed)
        calls = sorted(
            name for name in dir(type(line)) if name.startswith('bank_reconcile') and name != 'bank_reconcile_notice'
        )
        arguments = {
            'bank_reconcile': ([],), 'bank_reconcile_partner': (self.customer.id,), 'bank_reconcile_check': (True,),
            'bank_reconcile_new_document': ('in_invoice',), 'bank_reconcile_drop_document': (1,), 'bank_reconcile_summary': ([],),
            'bank_reconcile_drop_partner': (self.customer.id,),
        }  # fmt: skip
        self.assertGreater(len(calls), 15)
        before = line.bank_reconcile_state()
        for user in (self.roles()['plain'], self.roles_of('invoicing'), self.stranger):
            own = self.env(user=user)['account.bank.statement.line'].browse(line.id)
            for name in calls:
                if name in ('bank_reconcile_state', 'bank_reconcile_summary') and user != self.roles_of('plain'):
                    continue  # tells of what the person may read only
                with self.subTest(user=user.login, call=name):
                    try:
                        answer = getattr(own, name)(*arguments.get(name, ()))
                    except REFUSED:
                        continue
                    self.fail(f"answered {answer}")
        self.assertEqual(line.bank_reconcile_state(), before)
