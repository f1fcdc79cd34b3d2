"""The sandbox bank as a WSGI app: its interface below ``/v1``, its pages below ``/authorize`` and ``/permissions``."""

import contextlib
import threading

from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Request, Response

from . import faults
from .api import Xs2a
from .bank import Bank, new_state
from .counter import Counter
from .pages import LOGO, Pages
from .payment_pages import PaymentPages
from .portal import Portal
from .stub import stub_class
from .xs2a_sca import Xs2aOAuth

MAX_REQUEST_BYTES = 1024 * 1024


class SandboxApp:
    """WSGI app over a bank's state.

    :param store: context manager factory that yields the state dict and keeps it afterwards; without one the state
        lives in memory, at :attr:`bank`
    :param str redirects: people are sent back only to addresses that begin so; empty: to any http address
    :param str prefix: address path that the app is mounted at, for the links it hands out
    :param str api: code of the client whose bank it plays; default the sandbox bank's own NextGenPSD2 interface"""

    def __init__(self, store=None, prefix='', redirects='', api=''):
        self.prefix, self.redirects, self.stub = prefix, redirects, stub_class(api)
        if store is None:
            self.bank = Bank(new_state())
            lock = threading.RLock()

            @contextlib.contextmanager
            def store():
                with lock:
                    yield self.bank.state

        self.store = store

    def __call__(self, environ, start_response):
        return self.respond(Request(environ))(environ, start_response)

    def respond(self, request, path=None):
        """:param path: below the mount; default the request's own
        :return: a werkzeug Response"""
        request.max_content_length = MAX_REQUEST_BYTES
        path = path or request.path
        try:
            with self.store() as state:
                found = faults.take(state, path)
            if found and found['kind'] in ('swallow', 'late'):
                with self.store() as state:
                    response = self._route(Bank(state), request, path)
                return faults.lost() if found['kind'] == 'swallow' else faults.late(found, response)
            if found:  # outside the store: a slow answer holds up nobody else
                response = faults.respond(found, self.stub and self.stub.error)
                if response is not None:
                    return response
            with self.store() as state:
                return self._route(Bank(state), request, path)
        except RequestEntityTooLarge:
            return Response("The request is too large.", status=413)

    def _route(self, bank, request, path):
        if self.stub and path == '/portal':
            return Portal(bank, request, self.prefix, self.redirects, self.stub).respond()
        if path.startswith('/v1/') and not self.stub:
            return Xs2a(bank, request, self.prefix, self.redirects).respond(path)
        if path.startswith(('/.well-known/', '/oauth/')) and not self.stub:
            return Xs2aOAuth(bank, request, self.prefix, self.redirects).respond(path)
        if path.startswith('/authorize/'):
            return Pages(bank, request, self.prefix).authorize(path.removeprefix('/authorize/'))
        if path.startswith('/sign/'):
            return PaymentPages(bank, request, self.prefix).sign(path.removeprefix('/sign/'))
        if path == '/logo.svg':
            return Response(LOGO, content_type='image/svg+xml')
        if path.startswith('/papers') and not self.stub:
            return Counter(bank, request, self.prefix).respond(path.removeprefix('/papers'))
        if path == '/permissions':
            return Pages(bank, request, self.prefix).permissions()
        if self.stub:
            return self.stub(bank, request, self.prefix, self.redirects).respond(path)
        return Response("There is nothing at this address.", status=404)
