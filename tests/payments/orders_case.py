"""Orders for the tests: one that every bank takes, and as many others as wanted."""

import random
from datetime import date, datetime, timedelta
from decimal import Decimal

from ...payments import Account, Address, Line, Order, Reference
from ...payments.days import business_day

CREATED = datetime(2026, 11, 30, 9, 30)
IBANS = {
    'SK': 'SK3112000000198742637541',
    'DE': 'DE89370400440532013000',
    'NO': 'NO9386011117947',
    'CH': 'CH9300762011623852957',
    'GB': 'GB29NWBK60161331926819',
    'HU': 'HU42117730161111101800000000',
    'CZ': 'CZ6508000000192000145399',
}
NAMES = ("Kováč & syn, s.r.o.", "Müller GmbH", "Ångström AB", "O'Neill (London) Ltd.", "Žaneta Šťastná", "Søren Ærø")


def line(number=1, **values):
    found = {
        'end_to_end_id': f'BF{number:08d}',
        'account': Account("Müller GmbH", 'IBAN', IBANS['DE']),
        'amount': Decimal('12.50'),
        'text': "Faktúra 2026/17",
    }
    return Line(**{**found, **values})


def order(*lines, **values):
    found = {
        'id': 'BFORDER0001',
        'created': CREATED,
        'kind': 'vendor',
        'product': 'sepa',
        'country': 'SK',
        'date': date(2026, 12, 1),
        'currency': 'EUR',
        'batch_booking': False,
        'debtor': Account("Demo s.r.o.", 'IBAN', IBANS['SK'], 'TATRSKBX'),
        'lines': lines or (line(),),
    }
    return Order(**{**found, **values})


def any_order(chance):
    """An order that has no problems."""
    make = chance.choice((_sepa, _sepa, _instant, _norway, _sweden, _hungary))
    return make(chance)


def _day(chance, currency):
    return business_day(CREATED.date() + timedelta(days=chance.randint(0, 60)), currency)


def _lines(chance, account, references=((),)):
    return tuple(
        line(
            number,
            account=account(),
            amount=Decimal(chance.randint(1, 10 ** chance.randint(2, 8))) / 100,
            reference=Reference(*chance.choice(references)),
            text=chance.choice(("", "Faktúra č. 2026/17 – ďakujeme", "x" * 140, "Invoice & more €")),
        )
        for number in range(1, chance.randint(2, 6))
    )


def _sepa(chance, **values):
    def account():
        return Account(
            chance.choice(NAMES), 'IBAN', IBANS[chance.choice(('DE', 'NO', 'CZ'))], chance.choice(('', 'COBADEFF'))
        )

    lines = _lines(
        chance, account, ((), ('scor', 'RF18539007547034'), ('vs', str(chance.randint(1, 9999)), '', '0308'))
    )
    # the same reference to the same account is paid once
    once = {(one.account.number, one.reference.kind, one.reference.value): one for one in lines if one.reference.value}
    lines = tuple(one for one in lines if not one.reference.value or one in once.values())
    outside = line(
        99,
        account=Account("Schweizer AG", 'IBAN', IBANS['CH']),
        address=Address("Weg 1", "8000", "Zürich", 'CH'),
    )
    lines += (outside,) if chance.random() < 0.3 else ()
    symbols = [one.reference.value for one in lines if one.reference.kind == 'vs']
    if not lines or len(set(symbols)) < len(symbols):
        return _sepa(chance, **values)
    kind = chance.choice(('vendor', 'salary', 'refund'))
    return order(*lines, kind=kind, date=_day(chance, 'EUR'), batch_booking=kind == 'salary', **values)


def _instant(chance):
    found = _sepa(chance, product='instant')
    return order(*found.lines, kind=found.kind, product='instant', date=CREATED.date())


def _norway(chance):
    def account():
        return Account(chance.choice(NAMES), *chance.choice((('BBAN', '86011117947'), ('IBAN', IBANS['NO']))))

    debtor = Account("Norsk AS", 'BBAN', '12345678903', 'DNBANOKK')
    lines = _lines(chance, account, ((), ('kid', '12345674'), ('kid', '2345676')))
    lines = tuple(one for place, one in enumerate(lines) if not one.reference.value or place == 0) or (
        line(1, account=account()),
    )
    return order(*lines, product='domestic', country='NO', currency='NOK', debtor=debtor, date=_day(chance, 'NOK'))


def _sweden(chance):
    def account():
        return Account(chance.choice(NAMES), *chance.choice((('BGNR', '991-2346'), ('PGNR', '41 06 03-5'))))

    debtor = Account("Svenska AB", 'IBAN', 'SE4550000000058398257466', 'ESSESESS')
    return order(
        *_lines(chance, account),
        product='domestic',
        country='SE',
        currency='SEK',
        debtor=debtor,
        date=_day(chance, 'SEK'),
    )


def _hungary(chance):
    debtor = Account("Magyar Kft.", 'IBAN', 'HU93116000060000000012345676', 'GIBAHUHB')
    lines = tuple(
        line(
            number,
            account=Account("Vevő Bt.", 'IBAN', IBANS['HU']),
            amount=Decimal(chance.randint(1, 10**6)),
            text="Számla",
        )
        for number in range(1, 4)
    )
    return order(*lines, product='domestic', country='HU', currency='HUF', debtor=debtor, date=_day(chance, 'HUF'))


def chance(seed):
    return random.Random(seed)
