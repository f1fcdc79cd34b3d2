"""The pictures of the README: which screen each shows, and what it was made of, so that an old one is noticed."""

import hashlib
import json
import shutil

from . import machine

FOLDER = machine.CHECKOUT / 'static' / 'description'
KEPT = FOLDER / 'pictures.json'
#: picture → (the walk's screen, what its view is made of)
PICTURES = {
    'dashboard.png': ('09_dashboard', ['views/account_journal_views.xml', 'models/feed/card.py']),
    'find.png': ('02_search_bank', ['static/src/find_bank/find_bank.xml', 'static/src/find_bank/find_bank.js']),
    'connect.png': ('06_result', ['wizards/bank_connect_result_views.xml']),
    'reconcile.png': (
        '30_reconcile',
        [
            'views/reconcile_views.xml', 'static/src/reconcile/reconcile_panel.xml', 'static/src/reconcile/reconcile_view.xml',
            'static/src/reconcile/movement_field.xml', 'static/src/reconcile/reconcile.scss',
        ],
    ),
    'payment.png': ('75b_director', ['views/bank_payment_views.xml']),
    'reconcile_phone.png': (
        '32_reconcile_phone',
        ['views/reconcile_views.xml', 'static/src/reconcile/reconcile_panel.xml', 'static/src/reconcile/reconcile.scss'],
    ),
}  # fmt: skip


def made_of(picture):
    """Digest of what the picture's view is made of now."""
    content = b''.join((machine.CHECKOUT / path).read_bytes() for path in PICTURES[picture][1])
    return hashlib.sha256(content).hexdigest()[:16]


def keep(shots):
    """Take the walk's pictures over, and note what they were made of.

    :param shots: folder of the walk's PNGs"""
    for picture, (screen, _sources) in PICTURES.items():
        shutil.copyfile(shots / f'{screen}.png', FOLDER / picture)
    KEPT.write_text(json.dumps({picture: made_of(picture) for picture in PICTURES}, indent=1) + '\n')


def outdated():
    """Names of pictures that are older than their view, or not there."""
    kept = json.loads(KEPT.read_text()) if KEPT.exists() else {}
    return [name for name in PICTURES if kept.get(name) != made_of(name) or not (FOLDER / name).exists()]
