"""Who may what with codings: holes that attackers found."""

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from ..cases.coding_case import TELECOM, CodingCase


@tagged('post_install', '-at_install')
class TestCodingWalls(CodingCase):
    def model(self):
        """One that runs by itself."""
        return self.env['account.reconcile.model'].create(
            {
                'name': "Fees",
                'company_id': self.company.id,
                'trigger': 'auto_reconcile',
                'match_label': 'contains',
                'match_label_param': "poplatok",
                'line_ids': [Command.create({'account_id': self.fees.id})],
            }
        )

    def test_a_branch_decides_nothing_of_the_parent(self):
        model = self.allowed()
        branch = self.env['res.company'].create({'name': "Branch", 'parent_id': self.company.id})
        user = new_test_user(
            self.env,
            'branch_bank',
            'account_bank_feed.bank_feed_group_accountant,account.group_account_user',
            company_id=branch.id,
            company_ids=branch.ids,
        )
        automated = self.model()
        theirs, other = model.with_user(user), automated.with_user(user)
        for act in (
            lambda: theirs.read(['name']),
            lambda: other.write({'match_label_param': 'x'}),
            other.action_set_manual,
            lambda: other.line_ids.write({'account_id': self.rent.id}),
            other.unlink,
            lambda: other.create({'name': "New", 'trigger': 'auto_reconcile', 'company_id': self.company.id}),
            lambda: self.lines(self.feed)[:1].with_user(user).bank_reconcile_disallow(model.id, []),
        ):
            with self.assertRaises(UserError), self.cr.savepoint():
                act()
        self.assertFalse(theirs.search([('id', '=', model.id)]))

    def test_invoicing_reads_no_kind(self):
        model = self.allowed()
        line = self.comes(TELECOM, -45.9, 40)
        invoicing = new_test_user(
            self.env,
            'invoicing_k',
            'account.group_account_invoice',
            company_id=self.company.id,
            company_ids=self.company.ids,
        )
        models_ = self.env['account.reconcile.model'].with_user(invoicing)
        self.assertFalse(models_.search([('id', '=', model.id)]))
        with self.assertRaises(AccessError):
            models_.browse(model.id).read(['name', 'match_label_param'])
        item = line.line_ids.filtered('reconcile_model_id').with_user(invoicing)
        self.env.invalidate_all()
        [values] = item.read(['reconcile_model_id'])
        self.assertNotIn("O2", str(values))

    def test_an_own_default_makes_no_kind(self):
        keeper = new_test_user(
            self.env, 'keeper_y', 'account.group_account_user', company_id=self.company.id, company_ids=self.company.ids
        )
        self.env['ir.default'].with_user(keeper).set('account.reconcile.model', 'bank_ground', 'x', user_id=True)
        made = (
            self.env['account.reconcile.model'].with_user(keeper).create({'name': "New", 'company_id': self.company.id})
        )
        self.assertFalse(made.sudo().bank_ground)

    def test_the_grid_tells_no_foreign_names(self):
        self.comes(TELECOM, -1, 3)
        rows = self.env['bank.coding'].with_user(self.accountant)
        rows._open([('company_id', '=', self.company.id)])
        row = rows.search([], limit=1)
        other = self._make_company("Druhá firma")
        account = self.env['account.account'].search([('company_ids', '=', other.id)], limit=1)
        with self.assertRaises(UserError):
            row.write({'account_id': account.id})
        for given in ('x', 7, [['a', 'b']], {'a': 1}):
            with self.assertRaises(UserError), self.cr.savepoint():
                self.lines(self.feed)[:1].with_user(self.accountant).bank_reconcile_grid(given)
