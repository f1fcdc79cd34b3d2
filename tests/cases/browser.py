"""A person, a real browser, a real server with its own scheduler."""

import os
import shutil
import socket
import sys
import time
import urllib.request

from odoo.tools import config

from .processes import ProcessCase

FLAGS = [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--no-first-run',
]


class ServerCase(ProcessCase):
    """Odoo's server with its own scheduler, on a database that ``prepare`` of worker.py made."""

    prepare = 'prepare_sandbox'

    @classmethod
    def prepare_arguments(cls):
        """The server's address, the same for all tests of the class."""
        with socket.socket() as probe:
            probe.bind(('127.0.0.1', 0))
            cls.port = probe.getsockname()[1]
        cls.url = f'http://127.0.0.1:{cls.port}'
        return (cls.url,)

    def setUp(self):
        super().setUp()
        self.spawn(
            [
                sys.executable,
                '-m',
                'odoo',
                'server',
                '-c',
                str(config['config']),
                '-d',
                self.database,
                '--http-port',
                str(self.port),
                '--max-cron-threads',
                '1',
                '--gevent-port',
                '0',
            ]
        )
        self.wait_for_server()

    def wait_for_server(self):
        deadline = time.monotonic() + 90
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f'{self.url}/web/login', timeout=60):
                    return
            except OSError:
                time.sleep(0.3)
        self.fail(self.log.read_text()[-3000:])


class BrowserCase(ServerCase):
    """A page of Chromium, logged in as the administrator."""

    def setUp(self):
        super().setUp()
        from playwright.sync_api import sync_playwright

        playwright = sync_playwright().start()
        self.addCleanup(playwright.stop)
        browser = playwright.chromium.launch(
            executable_path=shutil.which('chromium') or shutil.which('google-chrome'), args=FLAGS
        )
        self.addCleanup(browser.close)
        self.page = browser.new_page(viewport={'width': 1280, 'height': 900})
        self.page.set_default_timeout(30000)
        self.errors = []
        self.addCleanup(self.show)
        self.page.on('pageerror', lambda error: self.errors.append(str(error)))
        self.log_in('admin')

    def show(self):
        """Where the test ended, as a picture, where SHOTS names a folder."""
        if os.environ.get('SHOTS'):
            self.page.screenshot(path=f"{os.environ['SHOTS']}/{self._testMethodName}.png")

    def log_in(self, login):
        self.page.goto(f'{self.url}/web/login')
        self.page.fill('input[name=login]', login)
        self.page.fill('input[name=password]', login)
        self.page.click('button[type=submit]')
        self.page.wait_for_selector('.o_main_navbar')

    def press(self, text):
        self.page.click(f'button:has-text("{text}"):visible')
