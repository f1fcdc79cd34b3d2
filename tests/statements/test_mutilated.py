import io
import random

from odoo.tests import BaseCase, tagged

from ...statements import Refused, read, read_mail
from ..cases.statement_files import FILES, MAILS

ROUNDS = 60


@tagged('post_install', '-at_install', 'bank_feed_pure')
class TestMutilated(BaseCase):
    """Whatever became of a file, it is read whole or refused in words; nothing else ever comes out."""

    def mutilated(self, data, chance):
        """Files that a broken line, a hand or an attacker makes of one."""
        others = [*FILES.values(), *MAILS.values()]
        for _round in range(ROUNDS):
            made = bytearray(data)
            for _time in range(chance.randrange(1, 4)):
                start = chance.randrange(len(made) + 1)
                end = min(len(made), start + chance.randrange(1, 200))
                kind = chance.randrange(7)
                if kind == 0:
                    del made[start:]
                elif kind == 1 and start < len(made):
                    made[start] = chance.randrange(256)
                elif kind == 2:
                    del made[start:end]
                elif kind == 3:
                    made[start:start] = made[start:end] * chance.randrange(1, 20)
                elif kind == 4:
                    made[start:start] = chance.choice(
                        (b'\x00', b'\xff', b'"', b'&#0;', b'<', b'9' * 30, b'\r', b';;;', b'-1e9')
                    )
                elif kind == 5:
                    lines = bytes(made).split(b'\n')
                    chance.shuffle(lines)
                    made = bytearray(b'\n'.join(lines))
                else:
                    made[start:start] = chance.choice(others)[: chance.randrange(400)]
            yield bytes(made)

    def test_files(self):
        for number, (name, data) in enumerate(FILES.items()):
            for made in self.mutilated(data, random.Random(number)):
                with self.subTest(name):
                    self.outcome(lambda made=made: list(read(io.BytesIO(made))), made)

    def test_mails(self):
        for number, (name, data) in enumerate(MAILS.items()):
            for made in self.mutilated(data, random.Random(100 + number)):
                with self.subTest(name):
                    self.outcome(lambda made=made: list(read_mail(made, trusted=True)), made)

    def test_every_cut(self):
        """Of a file with an end, no beginning is taken for the whole."""
        for name in ('camt', 'mt940', 'ofx'):
            data = FILES[name].rstrip()
            last = data.rindex(b':62F:') if name == 'mt940' else len(data)
            for end in range(1, last, 7):
                with self.subTest(name, end=end), self.assertRaises(Refused):
                    list(read(io.BytesIO(data[:end])))

    def outcome(self, ask, made):
        try:
            self.assertTrue(ask())
        except Refused as refused:
            self.assertTrue(refused.message and refused.code)
        except Exception as error:
            self.fail(f"{error!r} for {made[:300]!r}")
