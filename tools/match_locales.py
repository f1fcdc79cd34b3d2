"""How documents are numbered and how people write about them, country by country: for ``match_data``."""

import unicodedata

from stdnum import luhn
from stdnum.iso7064 import mod_97_10

from matching.schemes import kid as kid_scheme
from matching.schemes import viite as viite_scheme

FIRST = ["Peter", "Jana", "Kovacs", "Nagy", "Anna", "Ole", "Kari", "Lars", "Mette", "Søren", "Åse", "John", "Mary", "Zoltán", "Éva", "Tomáš", "Ľubica", "Břetislav", "Jörg", "Ünal", "Päivi", "Łukasz"]  # fmt: skip
LAST = ["Novák", "Kováč", "Szabó", "Tóth", "Hansen", "Olsen", "Jensen", "Nielsen", "Smith", "Brown", "Müller", "Weiß", "Virtanen", "Korhonen", "Nowak", "Dvořák", "Horváth", "Varga", "Berg", "Lund"]  # fmt: skip
THINGS = ["Stavby", "Obchod", "Logistik", "Bygg", "Eiendom", "Handel", "Service", "Studio", "Trans", "Metal", "Agro", "Soft", "Consult", "Design", "Tech", "Market", "Servis", "Press", "Pharma", "Energi"]  # fmt: skip
RATES = {  # tag: SK, HU, NO, DK, EN (percent)
    'clean_structured': (62, 0, 70, 55, 0),
    'clean_text': (18, 62, 14, 22, 55),
    'marker': (8, 12, 6, 8, 14),
    'glued': (2, 5, 1, 2, 3),
    'separators': (3, 9, 2, 3, 9),
    'zeros': (3, 1, 2, 8, 2),
    'stripped': (2, 5, 1, 1, 8),
    'truncated': (1, 2, 1, 1, 5),
    'column_break': (1, 1, 0.2, 0.2, 0.2),
    'charset': (3, 4, 3, 3, 0.1),
    'typo': (1.2, 1.5, 0.3, 0.4, 1.5),
    'wrong_existing': (0.2, 0.2, 0.02, 0.02, 0.2),
    'no_reference': (4, 8, 6, 8, 9),
    'order': (3, 6, 3, 3, 5),
    'confusion': (0.3, 0.3, 0.01, 0.01, 0.5),
}
EXTRA = (35, 30, 20, 20, 25)
OTHER_FIRM = (2, 2, 1, 1, 2)


def plain(text):
    return ''.join(char for char in unicodedata.normalize('NFKD', text) if not unicodedata.combining(char))


def payer_name(rng, name):
    """A name as banks carry it."""
    chance = rng.random()
    if chance < 0.35:
        return name
    if chance < 0.85:
        return plain(name).upper()[:35]
    if chance < 0.93:
        return ' '.join(reversed(plain(name).split(' ')))
    return plain(name).upper()[:18]


def noise_text(rng, spelling, count=1):
    """Numbers that are no reference of ours: days, accounts, amounts, telephones, registrations, other firms' invoices."""
    made = []
    for _number in range(count):
        made.append(
            rng.choice(
                (
                    lambda: f'{rng.randint(1, 28):02d}.{rng.randint(1, 12):02d}.2026',
                    lambda: f'2026{rng.randint(1, 12):02d}{rng.randint(1, 28):02d}',
                    spelling.iban,
                    lambda: f'ICO {rng.randint(10**7, 10**8 - 1)}',
                    lambda: f'+421 9{rng.randint(10, 99)} {rng.randint(100, 999)} {rng.randint(100, 999)}',
                    lambda: f'{rng.randint(1, 999)},{rng.randint(0, 99):02d} {spelling.currency}',
                    lambda: f'zmluva {rng.randint(1000, 99999)}',
                    lambda: f'2026{rng.randint(1, 9999):04d}',
                    lambda: f'{rng.randint(10**9, 10**10 - 1)}',
                )
            )()
        )
    return ' '.join(made)


class Spelling:
    """A company's numbering and its customers' hand."""

    currency, column, rates = 'EUR', 4, 4
    markers = ('invoice', 'inv.', 'invoice no.', 'payment of invoice', 'bill')
    words = ('payment', 'thank you', 'October', 'services')
    country = 'IE'

    def __init__(self, rng):
        self.rng = rng
        self.form = rng.choice(self.forms)

    forms = ('INV-{n}', 'INV/2026/{n:05d}')

    def number(self, n):
        return self.form.format(n=n if '{n}' not in self.form else n + 1000)

    def credit_note(self, n):
        return 'R' + self.number(n)

    def reference(self, n, label, partner):
        return label

    def name(self, number):
        rng = self.rng
        if rng.random() < 0.4:
            return f'{rng.choice(FIRST)} {rng.choice(LAST)}{number if number > 300 else ""}'
        return f'{rng.choice(LAST)} {rng.choice(THINGS)} {number} {rng.choice(self.legal)}'

    legal = ('Ltd', 'Limited', 'plc')

    def iban(self):
        body = ''.join(str(self.rng.randint(0, 9)) for _place in range(20))
        return f"{self.country}{mod_97_10.calc_check_digits(body + self.country)}{body}"

    def vat(self):
        return f'{self.country}{self.rng.randint(10**8, 10**9 - 1)}'

    # === What the payer writes === #

    def write(self, documents, noise, amount, partner, world):
        rng = self.rng
        if 'identifier' in noise and rng.random() < 0.9:
            return self._text(rng.choice(('', 'azonosító: ', 'customer ')) + partner['identifiers'][0])
        names = list(RATES)
        tag = rng.choices(names, [RATES[name][self.column] for name in names])[0]
        if len(documents) > 1:
            noise.append('list')
            return self._text(self._list(documents, noise))
        noise.append(tag)
        return getattr(self, f'_write_{tag}')(documents[0], noise, world)

    def _told(self, document):
        """What is printed on the document to be written by the payer."""
        return document['payment_reference'] if self.rng.random() < 0.6 else document['number']

    def _text(self, text, **fields):
        rng = self.rng
        if rng.random() * 100 < EXTRA[self.column]:
            extra = noise_text(rng, self)
            text = f'{text} {extra}' if rng.random() < 0.6 else f'{extra} {text}'
        if rng.random() * 100 < OTHER_FIRM[self.column]:
            text = f'{text}, obj. {rng.randint(100000, 999999)}'
        return {'text': [text[:140]], **fields}

    def _list(self, documents, noise):
        rng = self.rng
        labels = [document['number'] for document in documents]
        if rng.random() < 0.25:
            noise.append('list_short')
            first = labels[0]
            return f"{rng.choice(self.markers)} {first}" + ''.join(f', {label[-4:]}' for label in labels[1:])
        return f"{rng.choice(self.markers)} " + rng.choice((', ', ' ', ' + ', '; ')).join(labels)

    def _write_clean_structured(self, document, noise, world):
        return {'structured': [document['payment_reference']], 'text': [self.rng.choice(self.words)]}

    def _write_clean_text(self, document, noise, world):
        return self._text(f'{self.rng.choice(("", "", self.rng.choice(self.words) + " "))}{self._told(document)}')

    def _write_marker(self, document, noise, world):
        return self._text(f'{self.rng.choice(self.markers)}{self.rng.choice((" ", ": ", " "))}{self._told(document)}')

    def _write_glued(self, document, noise, world):
        told = self._told(document)
        return self._text(
            self.rng.choice((f'{told}{plain(self.words[0])}', f'FA{told}', f'{self.words[1].split()[0]}{told}'))
        )

    def _write_separators(self, document, noise, world):
        told, rng = self._told(document), self.rng
        changed = ''.join(rng.choice((' ', '', '-', '/')) if not char.isalnum() else char for char in told)
        if changed == told and len(told) > 6:
            place = rng.randint(3, len(told) - 3)
            changed = f'{told[:place]} {told[place:]}'
        return self._text(f'{rng.choice(("", rng.choice(self.markers) + " "))}{changed}')

    def _write_zeros(self, document, noise, world):
        digits = ''.join(char for char in document['payment_reference'] if char.isdigit())
        return self._text(digits.lstrip('0') if digits.startswith('0') else digits.zfill(len(digits) + 2))

    def _write_stripped(self, document, noise, world):
        runs = ''.join(char if char.isdigit() else ' ' for char in document['number']).split()
        digits = max((run for run in runs if run not in ('2026', '26')), key=len)
        tail = digits[-5:].lstrip('0') if self.rng.random() < 0.5 else digits[-4:]
        return self._text(f'{self.rng.choice(self.markers)} {tail}')

    def _write_truncated(self, document, noise, world):
        text = f'{self.rng.choice(self.words)} {self.rng.choice(self.markers)} {self._told(document)}'
        cut = self.rng.choice((1, 2, 3))
        if cut > 1:
            noise.append('undecidable')
        return {'text': [text[: len(text) - cut]]}

    def _write_column_break(self, document, noise, world):
        told = self._told(document)
        place = self.rng.randint(2, max(3, len(told) - 2))
        return {'text': [f'{self.words[0]} {told[:place]}', f'{told[place:]} {self.words[1]}']}

    def _write_charset(self, document, noise, world):
        return self._text(f'F?kt?ra ?. {self._told(document)} ?akujem')

    def _write_typo(self, document, noise, world):
        told, rng = self._told(document), self.rng
        places = [place for place, char in enumerate(told) if char.isdigit()]
        place, kind = rng.choice(places), rng.random()
        if kind < 0.75:
            told = told[:place] + rng.choice([d for d in '0123456789' if d != told[place]]) + told[place + 1 :]
        elif kind < 0.90 and place + 1 < len(told):
            told = told[:place] + told[place + 1] + told[place] + told[place + 2 :]
        elif kind < 0.95:
            told = told[:place] + told[place + 1 :]
        else:
            told = told[:place] + rng.choice('0123456789') + told[place:]
        numbers = world.__dict__.setdefault('numbers', set())
        if not numbers:
            for other in world.documents:
                numbers.update((other['number'], other['payment_reference']))
        if told in numbers:
            noise.append('wrong_existing')
        return self._text(f'{rng.choice(("", rng.choice(self.markers) + " "))}{told}')

    def _write_wrong_existing(self, document, noise, world):
        return self._text(self.rng.choice(world.documents)['number'])

    def _write_no_reference(self, document, noise, world):
        return self._text(self.rng.choice((*self.words, '', '/')))

    def _write_order(self, document, noise, world):
        if document['origin']:
            return self._text(f"{self.rng.choice(('', 'obj. ', 'order '))}{document['origin']}")
        return self._write_clean_text(document, noise, world)

    def _write_confusion(self, document, noise, world):
        return self._text(self._told(document).replace('0', 'O', 1).replace('1', 'l', 1))


class Slovak(Spelling):
    country, column = 'SK', 0
    forms = ('2026{n:04d}', '2026FV{n:04d}', 'FA/2026/{n:04d}', 'INV/2026/{n:05d}')
    markers = ('faktura', 'FA', 'fakt. č.', 'úhrada faktúry', 'VS', 'VS:', 'v.s.', 'variabilný symbol', 'var.symbol')
    words = ('platba', 'ďakujem', 'október', 'služby', 'uhrada')
    legal = ('s.r.o.', 'a.s.', 'spol. s r.o.')

    def reference(self, n, label, partner):
        return ''.join(char for char in label if char.isdigit())[-10:]

    def _write_clean_structured(self, document, noise, world):
        symbol = self.rng.choice(('/SS/KS0308', '/SS/KS', '/SS1/KS0008'))
        return {'end_to_end_id': f"/VS{document['payment_reference']}{symbol}", 'text': [self.rng.choice(self.words)]}


class Czech(Slovak):
    country, currency = 'CZ', 'CZK'

    def _write_clean_structured(self, document, noise, world):
        return {'structured': [f"VS:{document['payment_reference']}"], 'text': [self.rng.choice(self.words)]}


class Hungarian(Spelling):
    country, currency, column = 'HU', 'HUF', 1
    forms = ('ABC-2026-{n}', 'E-ABC-2026-{n}', 'SZ26/{n:05d}')
    markers = ('számla', 'szla', 'sz.sz.', 'számlaszám:', 'díjbekérő')
    words = ('köszönjük', 'befizetés', 'október', 'szolgáltatás')
    legal = ('Kft.', 'Bt.', 'Zrt.')


class Norwegian(Spelling):
    country, currency, column = 'NO', 'NOK', 2
    forms = ('{n:05d}', 'INV/2026/{n:05d}')
    markers = ('faktura', 'fakturanr', 'KID', 'fakt.nr.', 'betaling faktura')
    words = ('betaling', 'takk', 'oktober', 'tjenester')
    legal = ('AS', 'ASA', 'ENK')

    def number(self, n):
        return self.form.format(n=n + 10000)

    def reference(self, n, label, partner):
        payload = f'{partner:05d}{n:07d}'
        return payload + (luhn.calc_check_digit(payload) if self.form.startswith('{') else kid_scheme.mod11(payload))


class Danish(Spelling):
    country, currency, column = 'DK', 'DKK', 3
    forms = ('{n}', 'F-{n:06d}')
    markers = ('faktura', 'faktura nr.', 'fakt.', 'betaling af faktura')
    words = ('betaling', 'tak', 'oktober', 'ydelser')
    legal = ('ApS', 'A/S', 'IVS')

    def number(self, n):
        return self.form.format(n=n + 100000)

    def reference(self, n, label, partner):
        payload = f'{n + 9000000:014d}'
        return f'+71<{payload}{luhn.calc_check_digit(payload)}+87654321<'

    def _write_clean_structured(self, document, noise, world):
        number = document['payment_reference'][4:19]
        written = self.rng.choice((number, number.lstrip('0')))
        if self.rng.random() < 0.5:
            return {'structured': [written], 'text': []}
        return {'text': [f'FIK 71 {written}']}


class Swedish(Spelling):
    country, currency, column = 'SE', 'SEK', 2
    forms = ('{n}',)
    markers = ('faktura', 'OCR', 'fakturanr')
    legal = ('AB', 'HB')

    def number(self, n):
        return str(n + 200000)

    def reference(self, n, label, partner):
        payload = f'{partner:04d}{n:06d}'
        length = str((len(payload) + 2) % 10)
        return payload + length + luhn.calc_check_digit(payload + length)


class Finnish(Spelling):
    country, column = 'FI', 2
    forms = ('{n}',)
    markers = ('lasku', 'viite', 'viitenumero')
    legal = ('Oy', 'Oyj')

    def number(self, n):
        return str(n + 300000)

    def reference(self, n, label, partner):
        payload = f'{partner + 1}{n:06d}'
        number = payload + viite_scheme.check_digit(payload)
        if self.rng.random() < 0.3:
            return 'RF' + mod_97_10.calc_check_digits(number + 'RF') + number
        return number


class Belgian(Spelling):
    country, column = 'BE', 2
    markers = ('facture', 'factuur', 'mededeling')
    legal = ('BV', 'NV', 'SRL')

    def reference(self, n, label, partner):
        payload = f'{n + 1234567:010d}'
        digits = f'{payload}{int(payload) % 97 or 97:02d}'
        return f'+++{digits[:3]}/{digits[3:7]}/{digits[7:]}+++'


class German(Spelling):
    country, column = 'DE', 4
    forms = ('RE-2026-{n:05d}', 'RE2026{n:05d}', '{n:06d}')
    markers = ('Rechnung', 'Rechnungsnr.', 'RG-NR', 'Re.Nr.')
    words = ('Zahlung', 'vielen Dank', 'Oktober', 'Leistungen')
    legal = ('GmbH', 'AG', 'KG')

    def number(self, n):
        return self.form.format(n=n + (400000 if self.form.startswith('{') else 0))

    def _text(self, text, **fields):
        fields = super()._text(text, **fields)
        if self.rng.random() < 0.1:  # MT940 breaks the text every 27 columns
            whole = f"SVWZ+{fields['text'][0]}"
            fields['text'] = [whole[start : start + 27] for start in range(0, len(whole), 27)]
        return fields


class Polish(Spelling):
    country, currency, column = 'PL', 'PLN', 4
    forms = ('FV/{n}/2026', 'FV {n}/10/2026', 'PM{n:05d}/2026')
    markers = ('faktura', 'FV', 'zapłata za fakturę', 'za')
    words = ('przelew', 'dziękuję', 'październik', 'usługi')
    legal = ('Sp. z o.o.', 'S.A.')

    def number(self, n):
        return self.form.format(n=n)

    def _write_marker(self, document, noise, world):
        if self.rng.random() < 0.3:
            return {'text': [f"/VAT/23,00/IDC/5231242681/INV/{document['number']}/TXT/{self.words[0]}"]}
        return super()._write_marker(document, noise, world)


class English(Spelling):
    country, column, currency = 'GB', 4, 'GBP'

    def number(self, n):
        return self.form.format(n=n + (1000 if self.form == 'INV-{n}' else 0))

    def _write_truncated(self, document, noise, world):
        told = self._told(document)
        text = f'{self.rng.choice(self.words)} {told}'
        if len(text) > 19:
            noise.append('undecidable')
        return {'text': [text[:18]]}


LOCALES = {
    'SK': Slovak, 'HU': Hungarian, 'NO': Norwegian, 'DK': Danish, 'EN': English, 'SE': Swedish, 'FI': Finnish,
    'BE': Belgian, 'CZ': Czech, 'DE': German, 'PL': Polish,
}  # fmt: skip
