"""The same books and movements through files and through Odoo: decided alike."""

import random
import tempfile
from datetime import date
from pathlib import Path

from odoo.fields import Command
from odoo.tests import tagged

from ...matching.data import Line
from ..cases.common import BankFeedCase
from ..cases.files_case import tools

NAMES = (
    "Kováč Peter",
    "Horváth Ján",
    "Šimko Marek",
    "Анна Козлова",
    "Zvonmarket k.s.",
    "Müller Stavby s.r.o.",
    "Olsen Kari",
    "Tóth Éva",
)
WORDS = (
    'faktúra',
    'platba',
    'zmluva č.',
    'nájom október',
    'VS',
    'vraciame',
    'objednávka',
    '',
    'tel. +421 905 111 222',
    'uhrada fa',
)
DAY = date(2026, 10, 14)


@tagged('post_install', '-at_install')
class TestMatchSources(BankFeedCase):
    def test_files_and_odoo_decide_alike(self):
        rng = random.Random(12)
        partners = self._partners(rng)
        documents = self._documents(rng, partners)
        lines = [self._line(rng, number, partners, documents) for number in range(160)]
        self.env['account.reconcile.model']._provide_bank_feed_settings(self.company)
        decider = self.journal._bank_feed_decider()
        by_odoo = {move.id: move for move in documents}
        self.env.flush_all()
        with tempfile.TemporaryDirectory() as folder, tools() as (_fuzz, _rows, source_of_files):
            self._write(folder, partners, documents)
            source = source_of_files(folder)
            from matching import Decider
            from matching.data import Line as FileLine

            different, posted = [], 0
            for line in lines:
                # each as if it were the first one: a difference must not hide behind another
                decider.taken.clear()
                decider.memory.paid.clear()
                decider.memory.claims.clear()
                (ours,) = decider.decide([line])
                copy = FileLine(*(getattr(line, name) for name in Line.__slots__))
                copy.company, copy.partner = 'c', None
                (theirs,) = Decider(source).decide([copy])
                one = (
                    ours.action,
                    [by_odoo[part.document.id].name for part in ours.best.allocations] if ours.best else [],
                )
                other = (
                    theirs.action,
                    [part.document.number for part in theirs.best.allocations] if theirs.best else [],
                )
                posted += ours.action == 'auto'
                if one != other or (ours.why_not and ours.why_not.code) != (theirs.why_not and theirs.why_not.code):
                    different.append((line.texts, line.amount, one, ours.why_not, other, theirs.why_not))
        self.assertEqual(different, [])
        self.assertGreater(posted, 30)

    def _partners(self, rng):
        partners = self.env['res.partner'].create([{'name': name} for name in NAMES])
        for place, partner in enumerate(partners[:5]):
            self.env['res.partner.bank'].create({'partner_id': partner.id, 'acc_number': self._iban(place)})
        for partner in partners[5:]:
            partner.bank_feed_identifier_ids = [Command.create({'name': str(700000 + partner.id)})]
        return partners

    @staticmethod
    def _iban(place):
        with tools():
            from stdnum.iso7064 import mod_97_10
        body = f'1200{4200000000 + place:016d}'
        return f"SK{mod_97_10.calc_check_digits(body + 'SK')}{body}"

    def _documents(self, rng, partners):
        moves = self.env['account.move']
        for _number in range(36):
            partner = rng.choice(partners)
            amount = rng.choice((49, 49, 49, 120, round(rng.uniform(20, 400), 2)))
            moves |= self.invoice(amount, partner=partner, invoice_date=date(2026, 9, rng.randint(1, 28)))
        for number in range(6):
            partner = partners[number % 5]
            moves |= self.invoice(
                49 if number % 2 else 75,
                'in_invoice',
                partner=partner,
                ref=f'2026{number:03d}',
                invoice_date=date(2026, 9, 3),
            )
        return moves

    def _line(self, rng, number, partners, documents):
        move = rng.choice(documents)
        key = move.ref or rng.choice((move.name, ''.join(char for char in move.name if char.isdigit())))
        with tools() as (fuzz, _rows, _source):
            for _slip in range(rng.choice((0, 0, 0, 1, 2))):
                key = fuzz.mistyped(rng, key)
        amount = rng.choice((move.amount_total, move.amount_total, move.amount_total, 49, 30, 75))
        outgoing = move.move_type == 'in_invoice'
        payer = rng.choice((move.partner_id, move.partner_id, rng.choice(partners), self.env['res.partner']))
        text = f'{rng.choice(WORDS)} {key}'.strip()
        texts = (
            (('end_to_end_id', f'/VS{key[-10:]}/SS/KS'),) if key.isdigit() and rng.random() < 0.5 else (('text', text),)
        )
        if payer.bank_feed_identifier_ids and rng.random() < 0.3:
            texts = (('text', f'{rng.choice(WORDS)} {payer.bank_feed_identifier_ids.name}'.strip()),)
        return Line(
            f'l{number}', DAY, self._exact(-amount if outgoing else amount), 'EUR', texts, self.company.id,
            payer.name or "Neznámy Platiteľ", payer.bank_ids[:1].acc_number or '',
        )  # fmt: skip

    @staticmethod
    def _exact(amount):
        from ...models.lib.exact import exact

        return exact(amount, 2)

    def _write(self, folder, partners, documents):
        with tools():
            from tools.match_data import _put
        with open(Path(folder) / 'partners.jsonl', 'w') as file:
            for partner in partners:
                _put(file, {
                    'id': str(partner.id), 'name': partner.name, 'ibans': partner.bank_ids.mapped('acc_number'), 'ref': None,
                    'identifiers': partner.bank_feed_identifier_ids.mapped('name'), 'parent': None,
                })  # fmt: skip
        with open(Path(folder) / 'documents.jsonl', 'w') as file:
            for move in documents:
                amount = f'{move.amount_residual:.2f}'
                _put(file, {
                    'id': str(move.id), 'company': 'c', 'partner': str(move.partner_id.id),
                    'kind': 'bill' if move.move_type == 'in_invoice' else 'invoice', 'state': 'open', 'number': move.name,
                    'payment_reference': move.payment_reference or None, 'ref': move.ref or None, 'origin': None,
                    'date': str(move.invoice_date), 'due': str(move.invoice_date_due), 'currency': 'EUR', 'total': amount,
                    'residual': amount,
                })  # fmt: skip
