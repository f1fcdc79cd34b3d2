"""What goes wrong at the bank, on request of a test: ``bank.state['faults'].append(fault('transactions', 'html'))``."""

import json
import time

from werkzeug.wrappers import Response


def fault(path='', kind='status', times=1, **options):
    """The next ``times`` requests whose path contains ``path`` go wrong.

    kind: ``status`` (options: status, code, retry_after), ``html``, ``half``, ``empty``, ``nothing``, ``huge`` (mb),
    ``slow`` (seconds), ``json`` (body: sent as it is), ``swallow``: the bank does what it is asked for, and its answer is lost on the way; ``late`` (seconds): it does it, and answers late"""
    return {'path': path, 'kind': kind, 'times': times, **options}


def take(state, path):
    """The fault that befalls this path now, or None; counts it down."""
    for entry in state['faults']:
        if entry['path'] in path and entry['times'] > 0:
            entry['times'] -= 1
            return entry
    return None


def lost():
    """An answer that breaks off."""
    return Response([b'{"pay'], content_type='application/json', headers={'Content-Length': '4096'})


def late(found, response):
    time.sleep(found.get('seconds', 1))
    return response


def respond(found, error=None):
    """Response of a fault, or None where the request just becomes slow.

    :param error: how the interface writes an error, ``error(status, code, text)``; default NextGenPSD2's way"""
    kind = found['kind']
    if kind == 'slow':
        time.sleep(found.get('seconds', 1))
        return None
    if kind == 'status':
        return _status(found, error)
    if kind == 'html':
        return Response(
            "<html><body><h1>Maintenance</h1></body></html>", status=found.get('status', 200), content_type='text/html'
        )
    if kind == 'half':
        return Response('{"transactions": {"booked": [{"transactionAmount": {"am', content_type='application/json')
    if kind == 'empty':
        return Response('', content_type='application/json')
    if kind == 'nothing':
        return Response('', status=204)
    if kind == 'huge':
        return Response(_huge(found.get('mb', 200)), content_type='application/json')
    return Response(json.dumps(found['body']), status=found.get('status', 200), content_type='application/json')


def _status(found, error):
    if error:
        return error(
            found.get('status', 500),
            found.get('code', 'INTERNAL_SERVER_ERROR'),
            "as the test asked",
            found.get('retry_after'),
        )
    body = {
        'tppMessages': [
            {'category': 'ERROR', 'code': found.get('code', 'INTERNAL_SERVER_ERROR'), 'text': "as the test asked"}
        ]
    }
    response = Response(json.dumps(body), status=found.get('status', 500), content_type='application/json')
    if found.get('retry_after'):
        response.headers['Retry-After'] = str(found['retry_after'])
    return response


def _huge(megabytes):
    yield b'{"transactions": {"booked": ["'
    for _number in range(megabytes):
        yield b'x' * 1024 * 1024
    yield b'"]}}'
