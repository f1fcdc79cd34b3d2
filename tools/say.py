"""What the commands tell the person who runs them."""

import sys
import time

STARTED = time.monotonic()


class Failure(Exception):
    """Ends a command with one clear sentence: what is wrong and what to do instead."""


def step(text):
    """One line a step, with the seconds since the command began, on standard error."""
    sys.stderr.write(f"[{time.monotonic() - STARTED:6.1f} s] {text}\n")
    sys.stderr.flush()


def progress(text, done, total):
    """A progress bar that redraws itself on a terminal; on a log file, a line every tenth."""
    share = min(1.0, done / total) if total else 0.0
    bar = '#' * round(share * 30)
    line = f"           {text} [{bar:<30}] {done / 1e6:6.1f} of {total / 1e6:.1f} MB"
    if sys.stderr.isatty():
        sys.stderr.write('\r' + line + ('\n' if share >= 1 else ''))
    else:
        tenth = int(share * 10)
        if getattr(progress, 'last', (None, -1)) != (text, tenth):
            progress.last = (text, tenth)
            sys.stderr.write(line + '\n')
    sys.stderr.flush()
