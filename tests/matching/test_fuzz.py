from odoo.tests import tagged

from ..cases.files_case import FilesCase, tools

#: regimes in which an honest stranger is posted as well; in the others a guard that holds costs it (docs/matching)
POSTED = (
    'account known, one price', 'name known, one price', 'stranger, rare amounts', 'text, rare amounts', 'RF, account known',
    'RF in full, stranger', 'KID modulus 10, one price', 'five digits, rare amounts', 'outgoing, account known',
)  # fmt: skip
SIZE, LINES = 300, 40


@tagged('post_install', '-at_install')
class TestMatchFuzz(FilesCase):
    """Slips in dense books, in small; at full size in the benchmark of files."""

    def test_no_slip_reaches_another_customer(self):
        with tools() as (fuzz, _rows, _source):
            self.assertGreaterEqual(len(fuzz.regimes()), 15)
            for name in fuzz.regimes():
                with self.subTest(regime=name):
                    found = fuzz.run(name, SIZE, LINES, seed=7)
                    self.assertEqual((found['honest_wrong'], found['slip_wrong'], found['slips2_wrong']), (0, 0, 0))
                    if name in POSTED:
                        self.assertGreaterEqual(found['honest_posted'], 0.9 * LINES)
                    self.assertLessEqual(found['highest_risk'] or 0, 1e-5)
