"""``make once``: the main job without a browser, on a fresh database; one JSON line."""

import base64
import json
import re
import sys
import time
import urllib.parse
from http.cookiejar import CookieJar
from urllib.error import HTTPError
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, Request, build_opener

from . import demo, machine
from .odoo import Server, Workshop, free_port
from .say import Failure, step


class Person:
    """Somebody with a browser: cookies, forms, redirects."""

    def __init__(self, url):
        self.url = url
        self.web = build_opener(HTTPCookieProcessor(CookieJar()), HTTPRedirectHandler())

    def page(self, address, form=None):
        data = urllib.parse.urlencode(form, doseq=True).encode() if form is not None else None
        try:
            with self.web.open(Request(address, data), timeout=120) as answer:
                return answer.geturl(), answer.read().decode()
        except HTTPError as error:
            text = ' '.join(
                re.sub(r'<[^>]+>', ' ', error.read().decode(errors='replace').partition('<body')[2]).split()
            )
            raise Failure(f"{address.partition('?')[0]} answered {error.code}: {text[:300]}") from None

    def log_in(self, login, password):
        _url, text = self.page(f'{self.url}/web/login')
        token = re.search(r'name="csrf_token" value="([^"]+)"', text)[1]
        self.page(f'{self.url}/web/login', {'csrf_token': token, 'login': login, 'password': password})

    def call(self, model, method, *arguments, **keywords):
        """One RPC as the web client makes it."""
        body = {
            'jsonrpc': '2.0',
            'method': 'call',
            'params': {'model': model, 'method': method, 'args': arguments, 'kwargs': keywords},
        }
        request = Request(
            f'{self.url}/web/dataset/call_kw/{model}/{method}',
            json.dumps(body).encode(),
            {'Content-Type': 'application/json'},
        )
        with self.web.open(request, timeout=300) as answer:
            found = json.loads(answer.read())
        if 'error' in found:
            raise Failure(f"{model}.{method}: {found['error']['data']['message']}")
        return found['result']

    def approve_at_bank(self, address):
        """Fill in the sandbox bank's forms, as Jana; returns the address that the bank sends back to."""
        _url, text = self.page(address, {'step': 'login', 'login': 'jana', 'pin': '1111'})
        ticket = re.search(r'name="ticket" value="([^"]+)"', text)[1]
        accounts = re.findall(r'name="account" value="([^"]+)"', text)
        url, _text = self.page(address, {'step': 'approve', 'ticket': ticket, 'account': accounts})
        return url


def connect(person):
    """Connect the sandbox bank as a person would; returns the ids of the feeds."""
    institution = person.call('bank.institution', 'search', [('mode', '=', 'sandbox')])[0]
    wizard = person.call('bank.connect', 'create', [{'institution_id': institution}])
    action = person.call('bank.connect', 'action_connect', wizard)
    back = person.approve_at_bank(action['url'])
    match = re.search(r'bank-connect-result/(\d+)', back)
    if not match:
        raise Failure(f"The bank sent back to {back.partition('?')[0]}, which is no result page.")
    person.call('bank.connect.result', 'action_confirm', [int(match[1])])
    return person.call('bank.feed', 'search', [])


def wait_for_runs(person, feeds, count, seconds=300):
    """Wait until Odoo's own cron runner has done ``count`` runs."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        runs = person.call(
            'bank.feed.run',
            'search_read',
            [('feed_id', 'in', feeds)],
            ['state', 'message', 'new_count', 'feed_id'],
            order='id',
        )
        if len(runs) >= count and all(run['state'] not in ('queued', 'running') for run in runs):
            if bad := [run for run in runs if run['state'] != 'done']:
                raise Failure(f"A fetch ended as {bad[0]['state']}: {bad[0]['message']}")
            return runs
        time.sleep(0.5)
    raise Failure(f"The fetches did not end within {seconds} s.")


def result(person, feeds):
    """What is in Odoo now."""
    lines = person.call(
        'account.bank.statement.line',
        'search_read',
        [('bank_feed_id', 'in', feeds)],
        ['bank_match_state', 'is_reconciled'],
    )
    states = [line['bank_match_state'] for line in lines]
    return {
        'lines': len(lines),
        'pending': person.call(
            'bank.feed.unposted', 'search_count', [('feed_id', 'in', feeds), ('state', '=', 'pending')]
        ),
        'reconciled': sum(line['is_reconciled'] for line in lines),
        'proposed': states.count('proposed'),
        'left': states.count('none'),
        'invoices_paid': person.call(
            'account.move',
            'search_count',
            [('move_type', 'in', ('out_invoice', 'in_invoice')), ('payment_state', '=', 'paid')],
        ),
    }


def import_file(person):
    """Drop the sandbox bank's camt file of the first account; what its preview says, and what importing it brought."""
    _url, text = person.page(f'{person.url}/bank_feed/sandbox/papers/camt/0')
    values = {'name': 'statement.xml', 'datas': base64.b64encode(text.encode()).decode()}
    files = person.call('ir.attachment', 'create', [values])
    record = person.call('bank.import', 'create_document_from_attachment', [], files)['res_id']
    fields = ['new_count', 'known_count', 'held_count', 'can_import']
    [said] = person.call('bank.import', 'read', [record], fields)
    before = person.call('account.bank.statement.line', 'search_count', [])
    if said['can_import']:
        person.call('bank.import', 'action_import', [record])
    after = person.call('account.bank.statement.line', 'search_count', [])
    return {
        'known': said['known_count'],
        'new': said['new_count'],
        'held': said['held_count'],
        'lines_added': after - before,
    }


def send_mail(person):
    """Have the sandbox bank send the mail of its latest movement; what came of it."""
    _url, text = person.page(f'{person.url}/bank_feed/sandbox/papers')
    number = re.search(r'name="entry" value="(\d+)"', text)[1]
    person.page(f'{person.url}/bank_feed/sandbox/papers/mail', {'entry': number})
    [mail] = person.call('bank.mail', 'search_read', [], ['state'], limit=1)
    return mail['state']


def differences(workshop, database):
    """Accounts whose movements or balances at the bank differ from Odoo's."""
    return json.loads(workshop.script('compare_ledgers', database).strip().splitlines()[-1])


def once():
    started = time.monotonic()
    workshop = Workshop()
    database = f'bank_feed_once_{machine.TAG}'
    port = free_port()
    url = f'http://127.0.0.1:{port}'
    demo.build(workshop, database, url)
    try:
        with Server(workshop, database, port, machine.WORK / 'once.log'):
            person = Person(url)
            person.log_in('admin', 'admin')
            setup = time.monotonic()
            step("Connecting the sandbox bank")
            feeds = connect(person)
            connected = time.monotonic()
            step("Waiting for Odoo's cron runner to fetch")
            wait_for_runs(person, feeds, len(feeds))
            fetched = time.monotonic()
            found = result(person, feeds)
            step("Fetching a second time")
            person.call('bank.feed', 'action_fetch_now', feeds)
            runs = wait_for_runs(person, feeds, 2 * len(feeds))
            found['second_run_new_lines'] = sum(run['new_count'] for run in runs[len(feeds) :])
            step("Importing a statement file and a mail of what was fetched")
            found['file'], found['mail'] = import_file(person), send_mail(person)
        wrong = differences(workshop, database)
    finally:
        workshop.cluster.drop(database)
    found['seconds'] = {
        'setup': round(setup - started, 1),
        'connect': round(connected - setup, 1),
        'fetch': round(fetched - connected, 1),
    }
    print(json.dumps(found), flush=True)
    for line in wrong:
        sys.stderr.write(f"The bank's ledger and Odoo's differ: {line}\n")
    return 1 if wrong else 0
