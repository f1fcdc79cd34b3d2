"""``python3 -m tools COMMAND``: see the Makefile."""

import importlib
import sys

from .say import Failure

COMMANDS = {
    'demo': 'demo',
    'once': 'once',
    'test': 'checks',
    'lint': 'checks',
    'bench': 'bench',
    'shots': 'shots',
    'stop': 'stop',
    'clean': 'stop',
    'pot': 'pot',
}


def main():
    name = sys.argv[1] if len(sys.argv) > 1 else ''
    if name not in COMMANDS:
        sys.exit(f"Commands: {', '.join(COMMANDS)}")
    try:
        module = importlib.import_module(f'.{COMMANDS[name]}', __package__)
        return getattr(module, name)()
    except Failure as failure:
        sys.exit(f"\n{failure}")
    except KeyboardInterrupt:
        sys.exit("\nInterrupted.")


if __name__ == '__main__':
    sys.exit(main())
