"""The sandbox bank with many accounts of one person: ``python bench_bank.py PORT ACCOUNTS MOVEMENTS``, on PYTHONPATH the checkout."""

import sys
from datetime import date, timedelta

from werkzeug.serving import WSGIRequestHandler, run_simple

from sandbox import SandboxApp, people


def main(port, accounts, movements):
    people.PEOPLE['jana']['accounts'] = [
        (2000000 + number, 'EUR', f"Account {number}", '0.00') for number in range(accounts)
    ]
    app = SandboxApp()
    app.bank.state['settings'].update(limit=False, page_size=200)
    app.bank.state['ledger'].clear()
    for account in people.accounts_of('jana'):
        for number in range(movements):
            app.bank.add_entry(
                people.account_key(account),
                amount=f'{number + 1}.00',
                booked=(date.today() - timedelta(days=1 + number % 20)).isoformat(),
                name="Payer",
                remittance=[f"payment {number}"],
            )
    WSGIRequestHandler.log_request = lambda *_args: None
    run_simple('127.0.0.1', port, app, threaded=True)


if __name__ == '__main__':
    main(*map(int, sys.argv[1:]))
