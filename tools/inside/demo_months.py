"""Two months of what has no invoice, booked by a person, and the third one at the sandbox bank: rent, telephone, fuel, fees, a loan, taxes."""

import sys
from datetime import timedelta

from odoo import fields

#: account codes that begin so; of a part: amount as it is told, or what is left
RENT, TELEPHONE, ENERGY, FUEL, FEES, INTEREST = '518', '518', '502', '501', '568', '662'
LOAN, LOAN_INTEREST, SALES, SOCIAL, TAX = '461', '562', '602', '336', '342'
DAYS = 30


def regular():
    """[(days before the month's end, counterparty, number of its account, code, text, [amount of each month], {code: [amounts]})]: parts
    beside the first account, which takes what is left."""
    fuel = "Platba kartou SLOVNAFT {} KOSICE"
    return (
        (28, "Reality Hron s.r.o.", 4400001, '', "Najomne kancelaria VS 2026004", ('-780.00',) * 3, RENT, {}),
        (24, "O2 Slovakia, s.r.o.", 4400002, '', "Sluzby VS 0911222333", ('-45.90', '-47.10', '-66.20'), TELEPHONE, {}),
        (22, "ZSE Energia, a.s.", 4400003, '', "Elektrina zaloha VS 5100123456", ('-132.40',) * 3, ENERGY, {}),
        (26, "", 0, 'PMNT-CCRD-POSD', fuel.format('1182'), ('-61.20', '-58.40', '-64.90'), FUEL, {}),
        (19, "", 0, 'PMNT-CCRD-POSD', fuel.format('1190'), ('-48.70', '-52.10', '-45.30'), FUEL, {}),
        (9, "", 0, 'PMNT-CCRD-POSD', fuel.format('1182'), ('-70.15', '-66.80', '-71.40'), FUEL, {}),
        (4, "", 0, 'PMNT-CCRD-POSD', fuel.format('1203'), ('-39.90', '-44.20', '-42.60'), FUEL, {}),
        (1, "", 0, 'ACMT-MCOP-CHRG', "Poplatok za vedenie uctu", ('-9.00',) * 3, FEES, {}),
        (1, "", 0, 'ACMT-MCOP-INTR', "Kreditny urok", ('0.42', '0.45', '0.44'), INTEREST, {}),
        (
            14, "Sandbox Bank, a.s.", 4400004, '', "Splatka uveru istina {},00 urok {},20", ('-461.20',) * 3, LOAN,
            {LOAN_INTEREST: ('-61.20', '-59.20', '-57.20')},
        ),
        (
            12, "Global Payments s.r.o.", 4400005, '', "Vyuctovanie kariet", ('1185.60', '988.00', '1284.40'), SALES,
            {FEES: ('-14.40', '-12.00', '-15.60')},
        ),
        (20, "Socialna poistovna", 4400006, '', "Odvody VS 9900112233", ('-612.40',) * 3, SOCIAL, {}),
        (20, "Vseobecna zdravotna poistovna", 4400007, '', "Odvody VS 4400112233", ('-210.10',) * 3, SOCIAL, {}),
        (6, "Danovy urad Kosice", 4400008, '', "Preddavok dane VS 1700082026", ('-180.00',) * 3, TAX, {}),
    )  # fmt: skip


def two_months(env, journal):
    """Movements of two months, booked.

    :return: what they come to"""
    by_hand = sys.modules['odoo.addons.account_bank_feed.models.reconcile.by_hand'].ByHand
    people = sys.modules['odoo.addons.account_bank_feed.sandbox.people']
    today, total = fields.Date.context_today(journal), 0.0
    for month in (0, 1):
        for days, who, number, code, text, amounts, account, parts in regular():
            day = today - timedelta(days=days + (2 - month) * DAYS)
            line = env['account.bank.statement.line'].create(
                {
                    'journal_id': journal.id,
                    'date': day,
                    'amount': float(amounts[month]),
                    'payment_ref': told(text, amounts[month], parts, month),
                    'partner_name': who or False,
                    'account_number': people.sk_iban(number) if number else False,
                    'transaction_type': code or False,
                }
            )
            rows = [
                {'account_id': account_of(env, journal, part).id, 'amount': float(values[month])}
                for part, values in parts.items()
            ]
            by_hand(line).reconcile(
                [], {'kind': 'account', 'lines': [*rows, {'account_id': account_of(env, journal, account).id}]}
            )
            total += float(amounts[month])
    return total


def earlier_fees(env, journal, key):
    """What the bank booked before the third month: its own monthly fees."""
    by_hand = sys.modules['odoo.addons.account_bank_feed.models.reconcile.by_hand'].ByHand
    begun = (fields.Date.context_today(journal) - timedelta(days=DAYS)).isoformat()
    with env['bank.sandbox']._bank() as bank:
        entries = [entry for entry in bank.state['ledger'].get(key, ()) if entry['booked'] < begun]
    for entry in entries:
        line = env['account.bank.statement.line'].create(
            {
                'journal_id': journal.id,
                'date': entry['booked'],
                'amount': float(entry['amount']),
                'payment_ref': ' '.join(entry.get('remittance', ())),
                'partner_name': entry.get('name'),
            }
        )
        fees = account_of(env, journal, FEES).id
        by_hand(line).reconcile([], {'kind': 'account', 'lines': [{'account_id': fees}]})


def third_month(env, key):
    """The third one happens at the sandbox bank."""
    people = sys.modules['odoo.addons.account_bank_feed.sandbox.people']
    today = fields.Date.context_today(env['res.company'])
    with env['bank.sandbox']._bank() as bank:
        for days, who, number, code, text, amounts, _account, parts in regular():
            bank.add_entry(
                key,
                amount=amounts[2],
                booked=(today - timedelta(days=days)).isoformat(),
                name=who,
                iban=people.sk_iban(number) if number else '',
                remittance=[told(text, amounts[2], parts, 2)],
                code=code,
            )


def told(text, amount, parts, month):
    """The text, with the amounts of its parts."""
    if '{}' not in text:
        return text
    (values,) = parts.values()
    interest = -float(values[month])
    principal = -float(amount) - interest
    return text.format(round(principal), int(interest))


def account_of(env, journal, code):
    return env['account.account'].search(
        [('code', '=like', f'{code}%'), ('company_ids', 'in', journal.company_id.ids)], limit=1
    )
