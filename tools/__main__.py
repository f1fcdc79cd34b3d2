"""``python3 -m tools COMMAND``: see the Makefile."""

import importlib
import sys

from . import postgres
from .say import Failure

COMMANDS = {
    'demo': 'demo',
    'once': 'once',
    'test': 'checks',
    'test_all': 'checks',
    'quick': 'quick',
    'lint': 'checks',
    'bench': 'bench',
    'shots': 'shots',
    'stop': 'stop',
    'clean': 'stop',
    'pot': 'pot',
}


def main():
    name = sys.argv[1].replace('-', '_') if len(sys.argv) > 1 else ''
    if name not in COMMANDS:
        sys.exit(f"Commands: {', '.join(COMMANDS)}")
    status = 1
    try:
        module = importlib.import_module(f'.{COMMANDS[name]}', __package__)
        status = getattr(module, name)() or 0
    except Failure as failure:
        sys.stderr.write(f"\n{failure}\n")
    except KeyboardInterrupt:
        sys.stderr.write("\nInterrupted.\n")
    finally:
        if name != 'demo' or status:  # the demo goes on; everything else leaves nothing running
            for cluster in postgres.STARTED:
                if not cluster.connections():  # another command may use it by now
                    cluster.stop()
    return status


if __name__ == '__main__':
    sys.exit(main())
