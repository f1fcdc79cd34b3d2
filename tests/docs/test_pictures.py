import sys

from odoo.tests import BaseCase, tagged

from ..cases.files_case import ROOT


@tagged('post_install', '-at_install')
class TestPictures(BaseCase):
    """What the README and the Apps page show is what the product shows."""

    def test_no_picture_is_older_than_its_view(self):
        sys.path.insert(0, str(ROOT))
        try:
            from tools import pictures
        finally:
            sys.path.remove(str(ROOT))
        self.assertEqual(pictures.outdated(), [], "run: make shots")

    def test_every_picture_is_there(self):
        shown = (ROOT / 'README.rst').read_text() + (ROOT / 'static/description/index.html').read_text()
        for picture in (ROOT / 'static/description').glob('*.png'):
            if picture.name not in ('icon.png', 'reconcile_phone.png'):
                self.assertIn(picture.name, shown)
