"""What moves money is sent once, and what became of it is not guessed: real sockets that fail at every point."""

import contextlib
import logging
import socket
import ssl
import tempfile
import threading
from pathlib import Path

import requests
import urllib3

from odoo.tests import BaseCase, tagged

from ...banks.errors import BankError, NotSent, PaymentUnknown
from ...banks.http import Transport, _never_arrived
from ..cases.harness import key_pair

OK = b'HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}'


class Bank:
    """Takes connections, reads as much as it is told to, answers what it is told to, and counts."""

    def __init__(self, answer=OK, reads=True):
        self.answer, self.reads = answer, reads
        self.connections, self.bodies = 0, []
        self.socket = socket.create_server(('127.0.0.1', 0))
        self.url = f'http://127.0.0.1:{self.socket.getsockname()[1]}/'
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self):
        while True:
            try:
                connection, _address = self.socket.accept()
            except OSError:
                return
            self.connections += 1
            with connection:
                if self.reads:
                    self.bodies.append(self.read(connection))
                if self.answer is None:
                    continue
                try:
                    connection.sendall(self.answer)
                except OSError:
                    continue

    @staticmethod
    def read(connection):
        content = b''
        while b'\r\n\r\n' not in content:
            content += connection.recv(65536)
        head, _blank, body = content.partition(b'\r\n\r\n')
        length = int(head.lower().partition(b'content-length:')[2].partition(b'\r\n')[0] or 0)
        while len(body) < length:
            body += connection.recv(65536)
        return body

    def close(self):
        self.socket.close()


@tagged('post_install', '-at_install', 'bank_feed_pure')
class TestOnce(BaseCase):
    def pay(self, bank, **options):
        return Transport(bank.url, **options).pay('v1/payments', b'{"amount":"1.00"}', 'application/json')

    def test_a_head_that_cannot_be_parsed_is_not_logged(self):
        """urllib3 writes what it could not parse, with the whole address, as a warning."""
        bank = Bank(b'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nSK3112000000198742637541 Jana\r\nX: y\r\n\r\n{}')
        self.addCleanup(bank.close)
        with self.assertLogs(level=logging.DEBUG) as logs:
            with contextlib.suppress(PaymentUnknown):
                self.pay(bank)
            with contextlib.suppress(BankError):
                Transport(bank.url).request('GET', 'v1/accounts/SK3112000000198742637541', params={'token': 'secret'})
        text = ' '.join([*logs.output, *(record.exc_text or '' for record in logs.records)])
        self.assertEqual(text.count('Failed to parse headers'), 2)
        self.assertFalse([word for word in ('SK31', 'Jana', 'secret', 'WARNING') if word in text], text)

    def test_it_arrives(self):
        bank = Bank()
        self.addCleanup(bank.close)
        self.assertEqual(self.pay(bank).status, 201)
        self.assertEqual((bank.connections, bank.bodies), (1, [b'{"amount":"1.00"}']))
        refused = Bank(b'HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}')
        self.addCleanup(refused.close)
        self.assertEqual(self.pay(refused).status, 400, "the bank has read it, and says no")

    def test_it_may_have_arrived(self):
        head = b'Content-Type: application/json\r\nContent-Length: '
        for what, bank in (
            ("nothing comes back", Bank(None)),
            ("closed before it was read", Bank(None, reads=False)),
            ("half an answer", Bank(OK[:30])),
            ("less than it said", Bank(b'HTTP/1.1 201 Created\r\n' + head + b'900\r\n\r\n{}')),
            ("no JSON", Bank(b'HTTP/1.1 201 Created\r\n' + head + b'1\r\n\r\n{')),
            ("a redirect", Bank(b'HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n')),
            ("not now", Bank(b'HTTP/1.1 503 Unavailable\r\nContent-Length: 0\r\n\r\n')),
            ("a gateway's time-out", Bank(b'HTTP/1.1 504 Timeout\r\nContent-Length: 0\r\n\r\n')),
            ("no HTTP", Bank(b'220 mail server\r\n')),
        ):
            self.addCleanup(bank.close)
            with self.subTest(what):
                with self.assertRaises(PaymentUnknown) as caught:
                    self.pay(bank)
                self.assertFalse(caught.exception.retryable)
                self.assertEqual(bank.connections, 1, "sent once")

    def test_too_large_or_too_slow(self):
        large = Bank(
            b'HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n' + b' ' * 5000
        )
        self.addCleanup(large.close)
        with self.assertRaises(PaymentUnknown):
            self.pay(large, max_bytes=100)
        silent = socket.create_server(('127.0.0.1', 0))
        self.addCleanup(silent.close)
        url = f'http://127.0.0.1:{silent.getsockname()[1]}/'
        with self.assertRaises(PaymentUnknown):
            Transport(url, timeout=0.3).pay('x', b'{}', 'application/json')

    def test_no_tls_there(self):
        """TLS may break after the request was written: the library does not say when it did."""
        plain = Bank(b'220 no TLS here\r\n', reads=False)
        self.addCleanup(plain.close)
        with self.assertRaises(PaymentUnknown):
            Transport(plain.url.replace('http://', 'https://'), timeout=5).pay('x', b'{}', 'application/json')

    def test_it_never_arrived(self):
        free = socket.create_server(('127.0.0.1', 0))
        port = free.getsockname()[1]
        free.close()
        plain = Bank(b'220 no TLS here\r\n', reads=False)
        self.addCleanup(plain.close)
        for what, url, path in (
            ("nobody listens", f'http://127.0.0.1:{port}/', 'x'),
            ("another host", plain.url, 'http://elsewhere.test/x'),
        ):
            with self.subTest(what), self.assertRaises(NotSent):
                Transport(url, timeout=5).pay(path, b'{}', 'application/json')
        with self.assertRaises(NotSent):
            Transport(plain.url).pay('x', b'{}', 'application/json', {'X': 'a\r\nb'})

    def test_a_name_that_there_is_not(self):
        """Odoo's tests let nobody ask for names; what the library says then."""
        for reason, never in (
            (urllib3.exceptions.NameResolutionError('bank.invalid', None, OSError()), True),
            (urllib3.exceptions.NewConnectionError(None, "refused"), True),
            (urllib3.exceptions.ProtocolError("reset"), False),
            (None, False),
        ):
            wrapped = urllib3.exceptions.MaxRetryError(None, 'x', reason)
            self.assertEqual(_never_arrived(requests.exceptions.ConnectionError(wrapped)), never)
        self.assertFalse(_never_arrived(requests.exceptions.ReadTimeout()))
        self.assertFalse(_never_arrived(requests.exceptions.ConnectionError(urllib3.exceptions.ProtocolError("reset"))))

    def test_a_certificate_that_is_not_trusted(self):
        private, certificate = key_pair()
        with tempfile.TemporaryDirectory() as folder:
            pem = Path(folder) / 'server.pem'
            pem.write_text(private + certificate)
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(pem)
        listening = socket.create_server(('127.0.0.1', 0))
        self.addCleanup(listening.close)

        def serve():
            try:
                connection, _address = listening.accept()
                context.wrap_socket(connection, server_side=True)
            except OSError:
                return

        threading.Thread(target=serve, daemon=True).start()
        with self.assertRaises(NotSent):
            Transport(f'https://127.0.0.1:{listening.getsockname()[1]}/').pay('x', b'{}', 'application/json')
