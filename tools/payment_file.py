"""``python tools/payment_file.py ORDER.json OUT --format pain.001.001.09|pain.001.001.03|fio-xml``: the bank's file of a payment order; or one
JSON line that says what is wrong with it (exit status 2), and no file."""

import argparse
import contextlib
import json
import os
import sys
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parent.parent
MAX_BYTES = 64 * 1024 * 1024


def _payments():
    """The core, below a package that has its sister cores and nothing of Odoo, whatever the checkout's folder is called."""
    sys.dont_write_bytecode = True
    root = ModuleType('bank_feed_cores')
    root.__path__ = [str(ROOT)]
    sys.modules[root.__name__] = root
    return import_module('bank_feed_cores.payments')


def main(arguments=None):
    payments = _payments()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('order', help="JSON")
    parser.add_argument('out')
    parser.add_argument('--format', required=True, choices=sorted(payments.WRITERS))
    options = parser.parse_args(arguments)
    try:
        order = payments.read(_json(Path(options.order), payments))
        content = payments.WRITERS[options.format](order)
        _keep(content, Path(options.out), payments)
    except payments.Refused as refused:
        problems = {'problems': [asdict(problem) for problem in refused.problems]}
        with contextlib.suppress(OSError, ValueError, AttributeError):  # nobody listens
            sys.stdout.write(json.dumps(problems, ensure_ascii=True) + '\n')
            sys.stdout.flush()
        return 2
    return 0


def _json(path, payments):
    def refuse(message):
        raise payments.Refused([payments.Problem(None, 'order', 'format', message)])

    def once(pairs):
        values = dict(pairs)
        if len(values) != len(pairs):
            refuse("A name stands twice in an object.")
        return values

    try:
        content = path.read_bytes()
    except OSError as error:
        refuse(f"The order cannot be read: {error.strerror}.")
    if len(content) > MAX_BYTES:
        refuse("The order is too large.")
    try:
        return json.loads(content, object_pairs_hook=once)
    except payments.Refused:  # a ValueError, too
        raise
    except (ValueError, RecursionError):
        return refuse("The order is no JSON.")


def _keep(content, path, payments):
    """All of it, or nothing: written beside its place, then moved there. Readable as the umask says."""
    made = None
    try:
        target = path.resolve()  # of a link: what it names
        if target.exists() and not target.is_file():
            raise IsADirectoryError(None, "it is no plain file")
        made = target.with_name(f'.payment.{os.getpid()}')
        with open(made, 'xb') as file:
            file.write(content)
        os.replace(made, target)
    except (OSError, RuntimeError, ValueError) as error:
        if made:
            with contextlib.suppress(OSError):
                made.unlink(missing_ok=True)
        message = f"The file cannot be written: {getattr(error, 'strerror', None) or 'the place makes no sense'}."
        raise payments.Refused([payments.Problem(None, 'out', 'format', message)]) from None


if __name__ == '__main__':
    sys.exit(main())
