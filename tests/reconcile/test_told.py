from odoo.tests import tagged

from ...models.lib.told import _BEGINS, text
from ..cases.reconcile_case import ReconcileCase


@tagged('post_install', '-at_install')
class TestTold(ReconcileCase):
    """Reasons are read in the reader's language, whoever's act they come from."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env['res.lang']._activate_lang('sk_SK')
        cls.env['ir.module.module']._load_module_terms(['account_bank_feed'], ['sk_SK'])

    def both(self, record, name):
        """(what an English, and what a Slovak reader reads)"""
        record.invalidate_recordset([name])
        english = record.with_context(lang='en_US')[name]
        return english, record.with_context(lang='sk_SK')[name]

    def test_each_reads_his_own(self):
        move = self.invoice(120)
        self.server.pay(amount='100.00', remittance=[move.name])
        line = self.fetched()
        self.assertEqual(line.bank_match_state, 'proposed')
        english, slovak = self.both(line, 'bank_match_note')
        self.assertIn("short", english)
        self.assertNotEqual(english, slovak)
        for told in (english, slovak):
            self.assertIn(move.name, told)
            self.assertNotIn(_BEGINS, told)
        english, slovak = self.both(line.bank_match_ids, 'reason')
        self.assertNotEqual(english, slovak)
        english, slovak = self.both(line.bank_feed_id.run_ids, 'message')
        self.assertEqual(english, "1 new, 1 proposed")
        self.assertNotEqual(english, slovak)

    def test_what_a_person_did(self):
        move = self.invoice(120)
        line = self.waiting('100.00', remittance=[move.name]).with_context(lang='sk_SK')
        line.bank_reconcile_accept()
        english, slovak = self.both(line, 'bank_match_note')
        self.assertTrue(english.startswith("Accepted by"), english)
        self.assertNotEqual(english, slovak)
        self.assertEqual(line.with_context(lang='en_US').read(['bank_match_note'])[0]['bank_match_note'], english)
        self.assertEqual(line.with_context(lang='sk_SK').read(['bank_match_note'])[0]['bank_match_note'], slovak)
        line.bank_reconcile_take_back({})
        english, slovak = self.both(line, 'bank_match_note')
        self.assertIn("short", english)
        self.assertNotEqual(english, slovak)

    def test_a_text_that_looks_like_ours(self):
        line = self.waiting('10.00')
        for hostile in (
            '{"said": ',
            '{"said": 1}',
            '{"said": "%s"}',
            '{"said": "%(x)s", "values": {}}',
            '{"said": "a", "values": 5}',
        ):
            line.sudo().bank_match_note = hostile
            line.sudo().flush_recordset()
            line.invalidate_recordset()
            self.assertTrue(isinstance(line.bank_match_note, str))
            self.assertTrue(isinstance(text(self.env, hostile), str))
