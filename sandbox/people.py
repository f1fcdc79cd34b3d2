"""Who banks at the sandbox bank, and what happened on their accounts."""

from datetime import timedelta

BANK_NAME = "Sandbox Bank"
BANK_BIC = 'SANDSKBX'
_BANK_CODE = '9952'


def sk_iban(number, bank_code=_BANK_CODE):
    """A Slovak IBAN with valid check digits (ISO 13616): bank code, prefix 000000, ten digits of ``number``."""
    bban = f'{bank_code}000000{number:010d}'
    check = 98 - int(bban + '282000') % 97  # S=28, K=20
    return f'SK{check:02d}{bban}'


#: login → name, PIN and accounts: (number, currency, name, opening balance)
PEOPLE = {
    'jana': {
        'name': "Jana Nováková",
        'pin': '1111',
        'role': "accountant",
        'accounts': [
            (1000001, 'EUR', "Business account", '12450.00'),
            (1000002, 'EUR', "Reserve account", '30000.00'),
            (1000003, 'USD', "Dollar account", '8000.00'),
        ],
    },
    'peter': {
        'name': "Peter Kováč",
        'pin': '2222',
        'role': "managing director",
        'accounts': [
            (1000001, 'EUR', "Business account", '12450.00'),
            (1000004, 'HUF', "Forint account", '1500000.00'),
        ],
    },
    'eva': {
        'name': "Eva Horváthová",
        'pin': '3333',
        'role': "owner of another company",
        'accounts': [(1000009, 'EUR', "Current account", '2100.00')],
    },
}


def accounts_of(login):
    """``[{iban, currency, name, owner, opening}]`` of one person."""
    return [
        {
            'iban': sk_iban(number),
            'currency': currency,
            'name': name,
            'owner': PEOPLE[login]['name'],
            'opening': opening,
        }
        for number, currency, name, opening in PEOPLE[login]['accounts']
    ]


def account_key(account):
    return f"{account['iban']}/{account['currency']}"


def first_ledger(today):
    """Movements that the bank's customers find on the first day: every shape that real banks send.

    :param date today: the bank's date
    :return: dict account key → list of entries (see :meth:`bank.Bank.add_entry`)"""
    main = f'{sk_iban(1000001)}/EUR'

    def day(back):
        return (today - timedelta(days=back)).isoformat()

    entries = [
        {
            'amount': '-12.50',
            'booked': day(62),
            'name': BANK_NAME,
            'remittance': ["Monthly fee"],
            'code': 'PMNT-MCOP-CHRG',
        },
        {
            'amount': '-12.50',
            'booked': day(31),
            'name': BANK_NAME,
            'remittance': ["Monthly fee"],
            'code': 'PMNT-MCOP-CHRG',
        },
        {
            'amount': '-845.30',
            'booked': day(24),
            'name': "Slovenská elektrina s.r.o.",
            'iban': sk_iban(7700001),
            'e2e': '/VS7700451/SS/KS0308',
            'remittance': ["Elektrina"],
        },
        {
            'amount': '-45.90',
            'booked': day(12),
            'name': "Hotel Panorama",
            'original': ['49.99', 'USD', '1.0891'],
            'code': 'PMNT-CCRD-POSD',
            'remittance': ["Card payment 49.99 USD, Hotel Panorama, New York"],
        },
        # two equal payments on one day, and nothing that tells them apart
        {
            'amount': '25.00',
            'booked': day(9),
            'name': "Marek Biely",
            'iban': sk_iban(7700002),
            'remittance': ["Clenske"],
            'anonymous': True,
        },
        {
            'amount': '25.00',
            'booked': day(9),
            'name': "Marek Biely",
            'iban': sk_iban(7700002),
            'remittance': ["Clenske"],
            'anonymous': True,
        },
        {
            'amount': '-320.00',
            'booked': day(7),
            'name': "Jozef Malý",
            'iban': sk_iban(7700003),
            'remittance': ["Vratenie"],
        },
        {
            'amount': '320.00',
            'booked': day(6),
            'name': "Jozef Malý",
            'iban': sk_iban(7700003),
            'remittance': ["Reversal of payment: account closed"],
            'code': 'PMNT-RCDT-RRTN',
        },
        # booked for an earlier day than it became visible on
        {
            'amount': '77.70',
            'booked': day(5),
            'visible': day(-1),
            'name': "Neskorý platiteľ",
            'iban': sk_iban(7700004),
            'remittance': ["Late booking"],
        },
        {
            'amount': '18.00',
            'booked': day(-1),
            'name': "Dana Zajtrajšia",
            'iban': sk_iban(7700005),
            'remittance': ["Card refund"],
            'pending_since': day(0),
        },
        {
            'amount': '-64.20',
            'booked': day(-1),
            'name': "Čerpacia stanica",
            'remittance': ["Card payment"],
            'pending_since': day(0),
            'code': 'PMNT-CCRD-POSD',
        },
    ]
    reserve = [
        {'amount': '11.15', 'booked': day(20), 'name': BANK_NAME, 'remittance': ["Interest"], 'code': 'PMNT-MCOP-INTR'}
    ]
    dollars = [
        {
            'amount': '1500.00',
            'booked': day(15),
            'name': "Blue Harbor LLC",
            'account': '021000021-445566',
            'remittance': ["Consulting"],
        }
    ]
    return {main: entries, f'{sk_iban(1000002)}/EUR': reserve, f'{sk_iban(1000003)}/USD': dollars}
