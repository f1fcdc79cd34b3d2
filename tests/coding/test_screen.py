"""What the reconciliation view is told of codings, and its acts."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..cases.coding_case import LANDLORD, TELECOM, CodingCase


@tagged('post_install', '-at_install')
class TestCodingOnTheScreen(CodingCase):
    def waiting_like(self, count=3):
        self.habit()
        return [self.comes(TELECOM, -45.9, 60 - number) for number in range(count)]

    def test_details(self):
        line = self.waiting_like(3)[0]
        found = line.bank_reconcile_details()
        [proposal] = found['proposals']
        self.assertTrue(proposal['coding'])
        self.assertEqual((proposal['may_allow'], proposal['like']), (True, 2))
        [row] = proposal['rows']
        self.assertEqual(row['account'], "518300 Telephone")
        self.assertEqual(len(proposal['basis']), 2)
        marked = [text for text in found['texts'] if text['marks']]
        self.assertEqual([text['field'] for text in marked], ['counterparty_account'])

    def test_preview(self):
        line = self.waiting_like(1)[0]
        match = self.proposed(line)
        shown = line.bank_reconcile_preview(match_id=match.id)
        self.assertEqual([row['account'] for row in shown['after']][1:], ["518300 Telephone"])
        self.assertFalse(line.is_reconciled)

    def test_twelve_like_this_one(self):
        lines = self.waiting_like(4)
        dear = self.comes(TELECOM, -900, 50)
        other = self.comes(LANDLORD, -700, 50)
        answer = lines[0].bank_reconcile_like()
        self.assertEqual(sorted(answer['done']), sorted(line.id for line in lines))
        self.assertEqual(answer['failed'], [])
        self.assertFalse(dear.is_reconciled or other.is_reconciled)
        lines[0].browse(answer['done']).bank_reconcile_take_back()
        self.assertFalse(any(line.is_reconciled for line in lines))
        self.assertTrue(self.proposed(lines[0]))

    def test_allow_and_take_it_back(self):
        lines = self.waiting_like(3)
        answer = lines[0].bank_reconcile_allow()
        self.assertEqual(sorted(answer['done']), sorted(line.id for line in lines))
        lines[0].bank_reconcile_disallow(answer['model'], answer['done'], answer['before'])
        self.assertFalse(any(line.is_reconciled for line in lines))
        self.assertAsks(lines[0], "Nobody has said yet")
        self.assertAsks(self.comes(TELECOM, -45.9, 10), "Nobody has said yet")
        answer = lines[0].bank_reconcile_allow()
        self.assertEqual(len(answer['done']), 4)

    def test_all_clear_ones(self):
        lines = self.waiting_like(2)
        dear = self.comes(TELECOM, -900, 50)
        once = self.comes(LANDLORD, -700, 50)
        self.book(once, self.rent)
        unsure = self.comes(LANDLORD, -700, 20)
        found = unsure.bank_reconcile_summary([('id', 'in', [*[line.id for line in lines], dear.id, unsure.id])])
        self.assertEqual(sorted(found['ids']), sorted(line.id for line in lines))
        self.assertEqual(found['left'], 2)
        self.assertIn("518300", found['rows'][0]['documents'])

    def test_others_look_again(self):
        """What waits knows at once what a person did with the like."""
        one, two = self.comes(TELECOM, -45.9, 60), self.comes(TELECOM, -45.9, 59)
        self.assertFalse(self.proposed(two))
        self.book(one, self.telephone)
        self.assertEqual(self.proposed(two).documents, "518300 Telephone")
        one.bank_reconcile_take_back()
        self.assertFalse(self.proposed(two))

    def test_an_account_that_is_gone(self):
        line = self.waiting_like(1)[0]
        match = self.proposed(line)
        match.sudo().coding = {**match.coding, 'rows': [{**match.coding['rows'][0], 'account': 99999999}]}
        self.assertTrue(line.bank_reconcile_details()['proposals'][0]['changed'])
        with self.assertRaises(UserError):
            match.with_user(self.accountant).action_accept()

    def test_what_is_not_sure_is_not_allowed(self):
        line = self.comes(TELECOM, -45.9, 60)
        with self.assertRaises(UserError):
            line.bank_reconcile_allow()
        self.book(line, self.telephone)
        with self.assertRaisesRegex(UserError, "once"):
            line.bank_reconcile_allow()
        with self.assertRaises(UserError):
            line.bank_reconcile_disallow(False, [])
        with self.assertRaises(UserError):
            line.bank_reconcile_disallow('x', {'a': 1})
