"""``make demo``: a demo company and a sandbox bank in the browser."""

import os
import signal
import subprocess
import time

from . import machine
from .odoo import Server, Workshop, wanted_port
from .say import step

MODULES = ('account', 'l10n_sk', 'base_iban')
PID = machine.WORK / 'demo.pid'


def demo():
    """Start (again) with a fresh demo company; the server runs until ``make stop``."""
    stop_server()
    port = wanted_port()
    workshop = Workshop()
    database = f'bank_feed_demo_{machine.TAG}'
    url = f'http://localhost:{port}'
    build(workshop, database, url)
    step("Starting Odoo")
    server = Server(workshop, database, port, machine.WORK / 'demo.log').start(detach=True)
    PID.write_text(str(server.process.pid))
    print(
        f"""
Ready: {url}/odoo/accounting  (log in as admin, password admin)

  1. Invoicing → Bank Feeds → Bank Connections, press “Connect a Bank”
  2. Choose “Sandbox Bank”, press “Go to the Bank”
  3. Log in there as Jana Nováková, PIN 1111, tick the accounts, press “Approve”
  4. Look at the accounts and journals, press “Start Fetching” and watch
  5. Invoicing → Dashboard: balances; Customers → Invoices: Paid; Bank Feeds → Reconcile: the rest

Payments: connect the bank, invite peter (he logs in at the bank as Peter Kováč, PIN 2222). As zuzana: Bank Feeds → Bills to Pay, tick, “Pay”,
then “Submit for Approval”; or Pay Salaries. As peter, in another browser: Bank Feeds → Payments, “Approve and Sign”

Without an interface: {url}/bank_feed/sandbox/papers has statement files to drop on the bank's card, and mails to send
People to log in as, the password is the name: zuzana (accountant, no rights at the bank), peter (director) and jana (both bank there)
Behind the scenes, as admin: {url}/bank_feed/sandbox/backstage has the mails that people get, and lets consents and links end

Stop it with: make stop""",
        flush=True,
    )


def build(workshop, database, url):
    """A database with the module and the demo company."""
    template = workshop.template(*MODULES)
    step("Making a fresh database with the module and a demo company")
    workshop.copy(template, database)
    workshop.install(database, [machine.MODULE], machine.WORK / 'install.log')
    workshop.script('demo_company', database, url)


def stop_server():
    """Stop this checkout's demo server, if it runs. Nothing else is touched."""
    if not PID.exists():
        return False
    pid = int(PID.read_text())
    PID.unlink()
    command = subprocess.run(['ps', '-o', 'args=', '-p', str(pid)], capture_output=True, text=True).stdout
    if '-m odoo' not in command or str(machine.WORK) not in command:
        return False  # the number belongs to another process by now
    os.kill(pid, signal.SIGTERM)
    for _attempt in range(100):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.1)
    os.kill(pid, signal.SIGKILL)
    return True
